// @ts-check
/** Values that have exactly one spelling, so that nothing can be signed twice in two disguises. */

import { Malformed } from "./errors.js";

const HEX = /^(?:[0-9a-f]{2})*$/u;
const DECIMAL = /^(?:0|[1-9][0-9]{0,15})$/u;

/** @param {Uint8Array} bytes @returns {string} standard base64 with padding (RFC 4648, section 4) */
export function encodeBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/** @param {string} text @returns {Uint8Array<ArrayBuffer>} @throws {Malformed} unless in the one spelling that encoding gives */
export function decodeBase64(text) {
  let data;
  try {
    data = atob(text);
  } catch {
    throw new Malformed("This is not base64.");
  }
  if (btoa(data) !== text) throw new Malformed("This base64 is not in its canonical spelling.");
  return Uint8Array.from(data, (char) => char.charCodeAt(0));
}

/** @param {string} digits @returns {Uint8Array<ArrayBuffer>} @throws {Malformed} unless lower-case hexadecimal */
export function decodeHex(digits) {
  if (!HEX.test(digits)) throw new Malformed("This is not lower-case hexadecimal.");
  const bytes = new Uint8Array(digits.length / 2);
  for (let place = 0; place < bytes.length; place += 1) {
    bytes[place] = (digitAt(digits, 2 * place) << 4) | digitAt(digits, 2 * place + 1);
  }
  return bytes;
}

/** @param {string} digits @param {number} place @returns {number} the value of a digit that is one */
function digitAt(digits, place) {
  const code = digits.charCodeAt(place);
  return code < 58 ? code - 48 : code - 87;
}

/** @param {string} digits @returns {number} @throws {Malformed} unless decimal below 2**53 without leading zeros */
export function parseDecimal(digits) {
  const value = Number(digits);
  if (!DECIMAL.test(digits) || !Number.isSafeInteger(value)) {
    throw new Malformed("This is not a whole number in decimal without leading zeros.");
  }
  return value;
}

/** @param {Uint8Array} one @param {Uint8Array} other @returns {boolean} nothing compared here is secret */
export function sameBytes(one, other) {
  return one.length === other.length && one.every((byte, place) => byte === other[place]);
}
