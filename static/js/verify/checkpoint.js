// @ts-check
/** Checkpoints: a log's signed tree head (https://c2sp.org/tlog-checkpoint). */

import { sha256 } from "../lib/sha256.js";
import { Invalid, Malformed } from "./errors.js";
import { HASH_BYTES } from "./merkle.js";
import { openNote } from "./note.js";
import { decodeBase64, encodeBase64, parseDecimal } from "./spelling.js";
import { WORDS } from "./words.js";

/**
 * @typedef {object} Checkpoint
 * @property {string} origin
 * @property {number} size leaves in the tree
 * @property {Uint8Array<ArrayBuffer>} root hash over them
 */

const WORDS_PER_CHECKPOINT = 6;

/** @param {string} text of a note @returns {Checkpoint} @throws {Malformed} */
export function parseCheckpoint(text) {
  const lines = text.split("\n");
  if (lines.pop() !== "" || lines.length < 3 || lines.includes("")) {
    throw new Malformed("A checkpoint is at least three lines, none of them empty.");
  }
  const [origin, size, root] = lines;
  const hash = decodeBase64(root);
  if (hash.length !== HASH_BYTES) throw new Malformed("A root hash has 32 bytes.");
  return { origin, size: parseDecimal(size), root: hash };
}

/**
 * The checkpoint in a note that the log's own key signed. The key's name is the log's origin, so one
 * log's head cannot be passed off as another's.
 *
 * @param {string} note @param {import("./note.js").Verifier} verifier
 * @returns {Promise<Checkpoint>} @throws {Malformed | Invalid | import("./errors.js").Unverified}
 */
export async function openCheckpoint(note, verifier) {
  const checkpoint = parseCheckpoint(await openNote(note, verifier));
  if (checkpoint.origin !== verifier.name) {
    throw new Invalid(`The checkpoint is of ${checkpoint.origin}, not of ${verifier.name}.`);
  }
  return checkpoint;
}

/**
 * The six words of a checkpoint, as the projector shows them, so that a room can compare.
 *
 * @param {Checkpoint} checkpoint @returns {string[]}
 */
export function wordsOf({ origin, size, root }) {
  const text = `${origin}\n${size}\n${encodeBase64(root)}`;
  const digest = sha256(new TextEncoder().encode(text));
  return Array.from(digest.subarray(0, WORDS_PER_CHECKPOINT), (byte) => WORDS[byte]);
}
