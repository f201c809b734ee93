// @ts-check
/** The Merkle tree of RFC 6962, section 2.1, over SHA-256. */

import { sha256 } from "../lib/sha256.js";
import { Invalid } from "./errors.js";
import { sameBytes } from "./spelling.js";

/** @typedef {Uint8Array<ArrayBuffer>} Hash 32 bytes */

export const HASH_BYTES = 32;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** @param {Uint8Array} data @returns {Hash} SHA-256 over 0x00 and the data */
export function leafHash(data) {
  return sha256(LEAF, data);
}

/** @param {Uint8Array} left @param {Uint8Array} right @returns {Hash} SHA-256 over 0x01 and both children */
export function nodeHash(left, right) {
  return sha256(NODE, left, right);
}

/**
 * A tree that only grows. It keeps the hash of every complete subtree, so that a new leaf costs one
 * node hash on average, and a root or proof at any earlier size O(log n).
 */
export class Tree {
  /** @type {Hash[][]} by level and position; level 0 holds the leaf hashes */
  #levels = [[]];

  /** @returns {number} leaves */
  get size() {
    return this.#levels[0].length;
  }

  /** @param {number} index @returns {Hash} */
  leaf(index) {
    return this.#levels[0][index];
  }

  /** @param {Hash} digest of one more leaf */
  append(digest) {
    let position = this.size;
    this.#levels[0].push(digest);
    for (let level = 1; position & 1; level += 1) {
      digest = nodeHash(this.#levels[level - 1][position - 1], digest);
      position >>>= 1;
      (this.#levels[level] ??= []).push(digest);
    }
  }

  /**
   * The root hash over the first leaves: at an older size, what its checkpoint must have said.
   *
   * @param {number} [size] @returns {Hash}
   */
  root(size = this.size) {
    return size === 0 ? sha256() : this.#rangeHash(0, size);
  }

  /** @param {number} index @param {number} [size] @returns {Hash[]} the audit path, lowest first (section 2.1.1) */
  inclusionProof(index, size = this.size) {
    if (index < 0 || index >= size || size > this.size) throw new Invalid("There is no such leaf.");
    const path = [];
    let start = 0;
    let end = size;
    while (end - start > 1) {
      const middle = start + split(end - start);
      path.push(index < middle ? this.#rangeHash(middle, end) : this.#rangeHash(start, middle));
      if (index < middle) end = middle;
      else start = middle;
    }
    return path.reverse();
  }

  /** @param {number} start @param {number} end @returns {Hash} over leaves whose range is one of RFC 6962 */
  #rangeHash(start, end) {
    const edge = [];
    while (start < end) {
      const level = 31 - Math.clz32(end - start);
      edge.push(this.#levels[level][start >>> level]);
      start += 2 ** level;
    }
    return edge.reduceRight((right, left) => nodeHash(left, right));
  }
}

/** @param {number} count @returns {number} the largest power of two smaller than it */
function split(count) {
  return 2 ** (31 - Math.clz32(count - 1));
}

/**
 * Verify an inclusion proof as in RFC 9162, section 2.1.3.2.
 *
 * @param {Hash} leaf its hash @param {number} index @param {number} size of the tree
 * @param {readonly Hash[]} proof @param {Hash} root
 * @throws {Invalid} unless the proof shows that the leaf is in the tree
 */
export function checkInclusion(leaf, index, size, proof, root) {
  if ([leaf, root, ...proof].some((hash) => hash.length !== HASH_BYTES)) {
    throw new Invalid("A hash is not 32 bytes long.");
  }
  if (!(index >= 0 && index < size)) throw new Invalid(`A tree of size ${size} has no leaf ${index}.`);
  let running = leaf;
  let fn = index;
  let sn = size - 1;
  for (const hash of proof) {
    if (sn === 0) throw new Invalid("The proof is too long.");
    const isLeft = fn % 2 === 1 || fn === sn;
    running = isLeft ? nodeHash(hash, running) : nodeHash(running, hash);
    // The last node of a level may have no sibling: those levels are climbed at once.
    while (isLeft && fn !== 0 && fn % 2 === 0) [fn, sn] = [half(fn), half(sn)];
    [fn, sn] = [half(fn), half(sn)];
  }
  if (sn !== 0) throw new Invalid("The proof is too short.");
  if (!sameBytes(running, root)) throw new Invalid("The inclusion proof does not lead to the root hash.");
}

/** @param {number} value below 2**53, so no shift @returns {number} */
const half = (value) => Math.floor(value / 2);
