// @ts-check
/** Commitments to texts: HMAC-SHA256(salt, "qa/v1/" + field + "\n" + event + "\n" + NFC(text)). */

import { hex, hmacSha256 } from "../lib/sha256.js";
import { Malformed } from "./errors.js";
import { decodeHex } from "./spelling.js";

const SALT_BYTES = 32;
const HALF_CHARACTER = /\p{Surrogate}/u;

/**
 * @param {string} salt 64 hexadecimal digits @param {string} field @param {string} slug @param {string} text
 * @returns {string} hexadecimal @throws {Malformed} the salt is not one, or the text holds half a character
 */
export function commitText(salt, field, slug, text) {
  const key = decodeHex(salt);
  if (key.length !== SALT_BYTES) throw new Malformed(`A salt has ${SALT_BYTES} bytes.`);
  if (HALF_CHARACTER.test(text)) throw new Malformed("The text holds half a character.");
  return hex(hmacSha256(key, `qa/v1/${field}\n${slug}\n${text.normalize("NFC")}`));
}

/**
 * @param {string} commitment @param {string} salt @param {string} field @param {string} slug
 * @param {string} text @returns {boolean} whether salt and text open it
 */
export function opens(commitment, salt, field, slug, text) {
  try {
    return commitText(salt, field, slug, text) === commitment;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}
