// @ts-check
/**
 * Proofs that a leaf is in a log (https://c2sp.org/tlog-proof), as text:
 *
 *     c2sp.org/tlog-proof@v1
 *     index <the leaf's index in decimal>
 *     <hash in base64>          the inclusion proof, lowest hash first
 *
 *     <the checkpoint, as it was issued>
 */

import { openCheckpoint } from "./checkpoint.js";
import { Malformed } from "./errors.js";
import { checkInclusion, HASH_BYTES, leafHash } from "./merkle.js";
import { decodeBase64, encodeBase64, parseDecimal } from "./spelling.js";

/**
 * @typedef {object} LogProof
 * @property {number} index
 * @property {Uint8Array<ArrayBuffer>[]} hashes
 * @property {string} checkpoint signed note, verbatim
 */

const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_HASHES = 63;
const MAX_BYTES = 1_000_000;

/** @param {LogProof} proof @returns {string} */
export function spellProof({ index, hashes, checkpoint }) {
  return `${[HEADER, `index ${index}`, ...hashes.map(encodeBase64)].join("\n")}\n\n${checkpoint}`;
}

/** @param {string} text @returns {LogProof} @throws {Malformed} */
export function parseProof(text) {
  if (text.length > MAX_BYTES) throw new Malformed("The proof is too long.");
  const at = text.indexOf("\n\n");
  const checkpoint = text.slice(at + 2);
  if (at < 0 || !checkpoint.endsWith("\n") || checkpoint.startsWith("\n")) {
    throw new Malformed("A proof is lines, an empty line and a checkpoint.");
  }
  const [header, ...lines] = text.slice(0, at).split("\n");
  if (header !== HEADER) throw new Malformed(`A proof begins with the line ${HEADER}.`);
  // Extra data is not authenticated, and nothing here reads it.
  if (lines[0]?.startsWith("extra ") && decodeBase64(lines[0].slice(6)).length > 0) lines.shift();
  const [index, ...hashes] = lines;
  if (!index?.startsWith("index ") || hashes.length > MAX_HASHES) {
    throw new Malformed(`A proof has an index and at most ${MAX_HASHES} hashes.`);
  }
  return { index: parseDecimal(index.slice(6)), hashes: hashes.map(decodeHash), checkpoint };
}

/** @param {string} line */
function decodeHash(line) {
  const hash = decodeBase64(line);
  if (hash.length !== HASH_BYTES) throw new Malformed("A hash of a proof has 32 bytes.");
  return hash;
}

/**
 * The checkpoint under which a leaf is proven to be in a log: signed by the log, and its root is where
 * the inclusion proof leads.
 *
 * @param {string} text of the proof @param {string} leaf as logged @param {import("./note.js").Verifier} verifier
 * @returns {Promise<import("./checkpoint.js").Checkpoint & {index: number, note: string}>}
 * @throws {Malformed | import("./errors.js").Unverified | import("./errors.js").Invalid}
 */
export async function checkProof(text, leaf, verifier) {
  const { index, hashes, checkpoint } = parseProof(text);
  const head = await openCheckpoint(checkpoint, verifier);
  checkInclusion(leafHash(new TextEncoder().encode(leaf)), index, head.size, hashes, head.root);
  return { ...head, index, note: checkpoint };
}
