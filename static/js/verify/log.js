// @ts-check
/**
 * One event's log, read as far as its newest signed head and verified on the way. What was read once is
 * kept, so reading on costs the new leaves only.
 */

import { hex } from "../lib/sha256.js";
import { openCheckpoint } from "./checkpoint.js";
import { BUNDLE_WIDTH, bundlesBetween, decodeBundle } from "./entries.js";
import { Disorder, Invalid, Malformed, Missing, Outdated, Unverified } from "./errors.js";
import { Stop } from "./findings.js";
import { decodeLeaf } from "./leaf.js";
import { leafHash, Tree } from "./merkle.js";
import { parseVerifier } from "./note.js";
import { Openings } from "./openings.js";
import { Replay } from "./replay.js";
import { sameBytes } from "./spelling.js";

/**
 * @typedef {import("./reader.js").Reader} Reader
 * @typedef {import("./checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("./note.js").Verifier} Verifier
 *
 * @typedef {object} Memory what this browser keeps from one visit to the next
 * @property {string} vkey the log's verifier key, as first seen
 * @property {number} first_seen_at
 * @property {string} note the newest checkpoint that was verified
 * @property {number} size
 * @property {string} root in hexadecimal
 * @property {number} seen_at
 */

const AT_ONCE = 4;
const MOST_LEAVES = 500_000;
/** What is not ASCII is not a leaf, so what is lost here is refused there. */
const decoder = new TextDecoder("utf-8", { ignoreBOM: true });

export class VerifiedLog {
  tree = new Tree();
  /** @type {string[]} as read; as verified only when `advance` returned */
  leaves = [];
  /** @type {string} the newest head: a signed note */
  note = "";
  /** @type {{note: string, size: number} | null} the newest checkpoint with a cosignature that was verified */
  cosigned = null;
  replay;
  openings;
  #verifier;

  /** @param {string} slug @param {string} vkey pinned @throws {Stop} */
  constructor(slug, vkey) {
    this.#verifier = parseVerifier(vkey);
    this.replay = new Replay(slug, this.#verifier.name);
    this.openings = new Openings(slug, this.replay);
  }

  /** @returns {Verifier} */
  get verifier() {
    return this.#verifier;
  }

  /**
   * Read on to the newest head.
   *
   * 1. The pinned key signed the head.
   * 2. The log has not shrunk since.
   * 3. All leaves together give the signed root.
   * 4. The earlier ones give the root that was seen earlier.
   * 5. Every leaf is canonical, and they are in order.
   *
   * @param {Reader} reader @param {Memory | null} memory @returns {Promise<Checkpoint>}
   * @throws {Stop} what is wrong; but for a passing fault, this log is of no more use then
   */
  async advance(reader, memory) {
    // 1.
    const note = await orMissing(reader.checkpoint());
    const head = await this.#open(note);
    // 2.
    this.#compareSizes(head, note, memory);
    // 3.
    const added = await this.#fetch(reader, head.size);
    this.leaves.push(...added.map((data) => decoder.decode(data)));
    for (const data of added) this.tree.append(leafHash(data));
    if (!sameBytes(this.tree.root(), head.root)) throw new Stop({ code: "root", newSize: head.size, newer: note });
    // 4.
    if (memory?.size && hex(this.tree.root(memory.size)) !== memory.root) {
      throw new Stop({ ...contradicts(memory), code: "fork", newSize: head.size, newer: note });
    }
    // 5.
    for (let leaf = head.size - added.length; leaf < head.size; leaf += 1) this.#take(leaf);
    this.note = note;
    return head;
  }

  /** @param {string} note @returns {Promise<Checkpoint>} */
  async #open(note) {
    try {
      return await openCheckpoint(note, this.#verifier);
    } catch (error) {
      const known = error instanceof Malformed || error instanceof Unverified || error instanceof Invalid;
      throw known ? new Stop({ code: "signature", detail: error.message, newer: note }) : error;
    }
  }

  /** @param {Checkpoint} head @param {string} newer the note that it is in @param {Memory | null} memory */
  #compareSizes({ size: newSize, root }, newer, memory) {
    const held = this.tree.size;
    if (memory && newSize < memory.size) throw new Stop({ ...contradicts(memory), code: "rollback", newSize, newer });
    if (newSize < held) throw new Stop({ code: "rollback", older: this.note, size: held, newSize, newer });
    if (held > 0 && newSize === held && !sameBytes(this.tree.root(), root)) {
      throw new Stop({ code: "fork", older: this.note, size: held, newSize, newer });
    }
    if (newSize > MOST_LEAVES) throw new Outdated("The record is too long for this page to check.");
  }

  /** @param {Reader} reader @param {number} size @returns {Promise<Uint8Array<ArrayBuffer>[]>} the leaves not held yet */
  async #fetch(reader, size) {
    /** @type {Uint8Array<ArrayBuffer>[][]} */
    const bundles = [];
    const wanted = bundlesBetween(this.tree.size, size).entries();
    const work = async () => {
      for (const [place, bundle] of wanted) bundles[place] = await this.#fetchBundle(reader, bundle);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return bundles.flat();
  }

  /** @param {Reader} reader @param {{index: number, width: number, held: number}} bundle */
  async #fetchBundle(reader, { index, width, held }) {
    const leaf = index * BUNDLE_WIDTH;
    const data = await orMissing(reader.bundle(index, width), leaf);
    const entries = within(leaf, () => decodeBundle(data));
    if (entries.length !== width) throw new Stop({ code: "leaf", leaf, detail: "There are more or fewer entries than asked for." });
    for (let place = 0; place < held; place += 1) {
      const same = sameBytes(leafHash(entries[place]), this.tree.leaf(leaf + place));
      if (!same) throw new Stop({ code: "root", leaf: leaf + place });
    }
    return entries.slice(held);
  }

  /** @param {number} leaf its index */
  #take(leaf) {
    const entry = within(leaf, () => decodeLeaf(this.leaves[leaf]));
    try {
      this.replay.append(entry);
    } catch (error) {
      throw error instanceof Disorder ? new Stop({ code: "order", leaf, n: error.n, detail: error.message }) : error;
    }
  }
}

/** @param {Memory} memory what a newer head must agree with */
function contradicts({ note, size, seen_at }) {
  return { older: note, size, seenAt: seen_at };
}

/** @template T @param {number} leaf @param {() => T} read @returns {T} */
function within(leaf, read) {
  try {
    return read();
  } catch (error) {
    throw error instanceof Malformed ? new Stop({ code: "leaf", leaf, detail: error.message }) : error;
  }
}

/** @template T @param {Promise<T>} answer @param {number} [leaf] @returns {Promise<T>} */
export async function orMissing(answer, leaf) {
  try {
    return await answer;
  } catch (error) {
    throw error instanceof Missing ? new Stop({ code: "missing", leaf, detail: error.message }) : error;
  }
}
