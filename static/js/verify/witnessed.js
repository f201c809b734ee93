// @ts-check
/**
 * What independent witnesses stand for: the checkpoint that the log hands to clients who ask for their
 * cosignatures (https://c2sp.org/tlog-cosignature, cosignature/v1 with Ed25519), held against the log as
 * this page has read it. Whose keys are witnesses is what the server says; it is not verified here.
 */

import { hex } from "../lib/sha256.js";
import { openCheckpoint } from "./checkpoint.js";
import { verifyEd25519 } from "./ed25519.js";
import { Invalid, Malformed, Unverified } from "./errors.js";
import { Stop } from "./findings.js";
import { orMissing } from "./log.js";
import { COSIGNER, divide, parseVerifier } from "./note.js";
import { sameBytes } from "./spelling.js";

/**
 * @typedef {object} Cosigned
 * @property {string} name key name of the witness
 * @property {number} size of the log that it cosigned
 * @property {number} at in milliseconds
 */

const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
const MAX_TIME_S = 2n ** 43n;
const encoder = new TextEncoder();

/**
 * 1. The checkpoint is signed by the log's key.
 * 2. It is of the log that was read: its root is that of as many entries. One that is ahead of what was
 *    read is left for the next check.
 * 3. Each cosignature by a witness is right, or does not count.
 *
 * @param {import("./log.js").VerifiedLog} log as far as it was verified
 * @param {import("./reader.js").Reader} reader
 * @param {readonly string[]} vkeys of the witnesses
 * @returns {Promise<Cosigned[]>}
 * @throws {Stop} the log signed two heads that contradict each other
 */
export async function checkWitnessed(log, reader, vkeys) {
  if (vkeys.length === 0) return [];
  const note = await orMissing(reader.witnessed());
  // 1.
  const { size, root } = await open(note, log);
  // 2.
  if (size > log.tree.size) return [];
  if (hex(log.tree.root(size)) !== hex(root)) {
    throw new Stop({ code: "fork", older: note, size, newer: log.note, newSize: log.tree.size });
  }
  // 3.
  const found = await Promise.all(vkeys.map((vkey) => cosignedAt(note, vkey)));
  const cosigned = found.flatMap((one) => (one ? [{ ...one, size }] : []));
  if (cosigned.length > 0) log.cosigned = { note, size };
  return cosigned;
}

/** @param {string} note @param {import("./log.js").VerifiedLog} log */
async function open(note, log) {
  try {
    return await openCheckpoint(note, log.verifier);
  } catch (error) {
    const known = error instanceof Malformed || error instanceof Unverified || error instanceof Invalid;
    throw known ? new Stop({ code: "signature", detail: error.message, newer: note }) : error;
  }
}

/**
 * When a witness cosigned a note.
 *
 * @param {string} note @param {string} vkey of the witness
 * @returns {Promise<{name: string, at: number} | null>} null: it did not
 */
export async function cosignedAt(note, vkey) {
  const { name, keyId, publicKey } = parseVerifier(vkey, COSIGNER);
  const { text, signatures } = divide(note);
  let at = 0;
  for (const line of signatures.filter((each) => each.name === name && sameBytes(each.keyId, keyId))) {
    if (line.signature.length !== TIME_BYTES + SIGNATURE_BYTES) return null;
    const seconds = new DataView(line.signature.buffer, line.signature.byteOffset).getBigUint64(0);
    const message = encoder.encode(`cosignature/v1\ntime ${seconds}\n${text}`);
    const right = seconds < MAX_TIME_S && (await verifyEd25519(publicKey, message, line.signature.slice(TIME_BYTES)));
    if (!right) return null;
    at = Math.max(at, Number(seconds) * 1000);
  }
  return at ? { name, at } : null;
}
