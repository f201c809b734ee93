// @ts-check
/**
 * Signed notes with Ed25519 keys (https://c2sp.org/signed-note): text that ends in a newline, an empty
 * line, and signature lines, each "— <key name> <base64 of key id and signature>".
 */

import { sha256 } from "../lib/sha256.js";
import { verifyEd25519 } from "./ed25519.js";
import { Invalid, Malformed, Unverified } from "./errors.js";
import { decodeBase64, sameBytes } from "./spelling.js";

/**
 * @typedef {object} Verifier
 * @property {string} name
 * @property {Uint8Array} keyId 4 bytes
 * @property {Uint8Array<ArrayBuffer>} publicKey 32 bytes
 */

const MAX_NOTE_BYTES = 1_000_000;
const MAX_SIGNATURES = 100;
const ED25519 = 1;
/** The type of a witness's key (tlog-cosignature): it is never taken for a log's. */
export const COSIGNER = 4;
const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const MARK = "\u2014 ";
const CONTROL = /[\u0000-\u0009\u000b-\u001f]/u;
const SPACE_OR_PLUS = /[\s\u0085+]/u;
const HALF_CHARACTER = /\p{Surrogate}/u;
const encoder = new TextEncoder();

/**
 * @param {string} vkey a verifier key: name+key id in hexadecimal+base64 of its type and the public key
 * @param {number} [type]
 * @returns {Verifier} @throws {Malformed}
 */
export function parseVerifier(vkey, type = ED25519) {
  const parts = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/u.exec(vkey);
  if (!parts) throw new Malformed("A verifier key has the form name+key id+key.");
  const [, name, id, encoded] = parts;
  checkName(name);
  const key = decodeBase64(encoded);
  if (key[0] !== type || key.length !== 1 + KEY_BYTES) throw new Malformed("This is not an Ed25519 key.");
  const keyId = sha256(encoder.encode(`${name}\n`), key).subarray(0, KEY_ID_BYTES);
  if (Number.parseInt(id, 16) !== new DataView(keyId.buffer).getUint32(0)) {
    throw new Malformed("The key id is not that of the verifier key.");
  }
  return { name, keyId, publicKey: key.slice(1) };
}

/**
 * The text of a note that a known key signed.
 *
 * 1. The note is Unicode without control characters, of a size worth reading.
 * 2. The last empty line divides the text from the signature lines.
 * 3. Signatures by unknown keys are ignored: a key is known by its name and its id.
 * 4. Every signature by the known key is right, and there is one.
 *
 * @param {string} note @param {Verifier} verifier
 * @returns {Promise<string>}
 * @throws {Malformed} this is no signed note @throws {Invalid} the known key did not sign this text
 * @throws {Unverified} the known key did not sign
 */
export async function openNote(note, verifier) {
  const { text, signatures } = divide(note);
  const known = signatures.filter(({ name, keyId }) => name === verifier.name && sameBytes(keyId, verifier.keyId));
  for (const { signature } of known) {
    if (!(await verifyEd25519(verifier.publicKey, encoder.encode(text), signature))) {
      throw new Invalid(`The signature by ${verifier.name} is wrong.`);
    }
  }
  if (known.length === 0) throw new Unverified(`${verifier.name} did not sign this note.`);
  return text;
}

/** @param {string} note @returns {{text: string, signatures: {name: string, keyId: Uint8Array, signature: Uint8Array<ArrayBuffer>}[]}} */
export function divide(note) {
  if (note.length > MAX_NOTE_BYTES) throw new Malformed("The note is too long.");
  if (CONTROL.test(note) || HALF_CHARACTER.test(note)) throw new Malformed("A note is Unicode without control characters.");
  const at = note.lastIndexOf("\n\n");
  if (at < 0 || !note.endsWith("\n") || at + 2 >= note.length) {
    throw new Malformed("A note is text, an empty line and signature lines.");
  }
  const lines = note.slice(at + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) throw new Malformed("The note has too many signatures.");
  return { text: note.slice(0, at + 1), signatures: lines.map(parseSignature) };
}

/** @param {string} line */
function parseSignature(line) {
  if (!line.startsWith(MARK)) throw new Malformed("A signature line begins with an em dash and a space.");
  const rest = line.slice(MARK.length);
  const space = rest.indexOf(" ");
  const name = rest.slice(0, Math.max(space, 0));
  checkName(name);
  const data = decodeBase64(rest.slice(space + 1));
  if (data.length <= KEY_ID_BYTES) throw new Malformed("A signature follows the key id.");
  return { name, keyId: data.subarray(0, KEY_ID_BYTES), signature: data.slice(KEY_ID_BYTES) };
}

/** @param {string} name */
function checkName(name) {
  if (!name || SPACE_OR_PLUS.test(name) || CONTROL.test(name)) {
    throw new Malformed("A key name is not empty and has no spaces and no plus sign.");
  }
}
