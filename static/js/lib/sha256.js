// @ts-check
/**
 * SHA-256 (FIPS 180-4) and HMAC over it (RFC 2104), at once and without WebCrypto: it is missing on
 * plain http, and for the thousands of short inputs of a log its promises cost more than the hashing.
 */

const BLOCK_BYTES = 64;
const ROUND = constants(64, 1 / 3);
const START = constants(8, 1 / 2);
const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const encoder = new TextEncoder();

/** Memory that every call uses anew; nothing here waits in the middle of a hash. */
const schedule = new Int32Array(64);
const state = new Int32Array(8);
const innerPad = new Uint8Array(BLOCK_BYTES);
const outerPad = new Uint8Array(BLOCK_BYTES);
let blocks = new Uint8Array(4096);
let words = new Uint8Array(4096);

/**
 * @param {Uint8Array<ArrayBuffer>} bytes @returns {Promise<string>} 64 hexadecimal digits
 */
export async function sha256Hex(bytes) {
  if (globalThis.crypto?.subtle) {
    return hex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
  }
  return hex(sha256(bytes));
}

/** @param {Uint8Array} bytes @returns {string} */
export function hex(bytes) {
  let digits = "";
  for (const byte of bytes) digits += HEX[byte];
  return digits;
}

/** @param {number} length in bytes @returns {Uint8Array<ArrayBuffer>} from the system's generator */
export function randomBytes(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/** @param {...Uint8Array} parts hashed one after the other @returns {Uint8Array<ArrayBuffer>} 32 bytes */
export function sha256(...parts) {
  const end = layOut(parts);
  state.set(START);
  for (let offset = 0; offset < end; offset += BLOCK_BYTES) compress(offset);
  const digest = new Uint8Array(32);
  for (let place = 0; place < 32; place += 1) digest[place] = state[place >> 2] >>> (24 - 8 * (place & 3));
  return digest;
}

/**
 * @param {Uint8Array} key of at most 64 bytes @param {string} message hashed as UTF-8
 * @returns {Uint8Array<ArrayBuffer>} 32 bytes
 */
export function hmacSha256(key, message) {
  innerPad.fill(0x36);
  outerPad.fill(0x5c);
  for (let place = 0; place < key.length; place += 1) {
    innerPad[place] ^= key[place];
    outerPad[place] ^= key[place];
  }
  if (words.length < 3 * message.length) words = new Uint8Array(6 * message.length);
  const { written } = encoder.encodeInto(message, words);
  return sha256(outerPad, sha256(innerPad, words.subarray(0, written)));
}

/**
 * Write the message into `blocks`, and after it a 1 bit, zeros, and its length in bits (5.1.1).
 *
 * @param {Uint8Array[]} parts @returns {number} bytes, whole blocks
 */
function layOut(parts) {
  let length = 0;
  for (const part of parts) length += part.length;
  const end = (Math.floor((length + 8) / BLOCK_BYTES) + 1) * BLOCK_BYTES;
  if (blocks.length < end) blocks = new Uint8Array(2 * end);
  let offset = 0;
  for (const part of parts) {
    blocks.set(part, offset);
    offset += part.length;
  }
  blocks.fill(0, length, end);
  blocks[length] = 0x80;
  for (let place = 1, bits = length * 8; place <= 8; place += 1, bits = Math.floor(bits / 256)) blocks[end - place] = bits % 256;
  return end;
}

/**
 * First 32 bits of the fractional parts of roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3).
 *
 * @param {number} count @param {number} power
 */
function constants(count, power) {
  const words = new Int32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate += 1) {
    let prime = true;
    for (let factor = 2; factor * factor <= candidate; factor += 1) prime &&= candidate % factor !== 0;
    if (prime) words[found++] = ((candidate ** power) % 1) * 2 ** 32;
  }
  return words;
}

/** @param {number} word @param {number} by */
const rotate = (word, by) => (word >>> by) | (word << (32 - by));

/** @param {number} offset of a block */
function fillSchedule(offset) {
  for (let t = 0, at = offset; t < 16; t += 1, at += 4) {
    schedule[t] = (blocks[at] << 24) | (blocks[at + 1] << 16) | (blocks[at + 2] << 8) | blocks[at + 3];
  }
  for (let t = 16; t < 64; t += 1) {
    const near = schedule[t - 15];
    const far = schedule[t - 2];
    const sigma0 = rotate(near, 7) ^ rotate(near, 18) ^ (near >>> 3);
    const sigma1 = rotate(far, 17) ^ rotate(far, 19) ^ (far >>> 10);
    schedule[t] = schedule[t - 16] + sigma0 + schedule[t - 7] + sigma1;
  }
}

/** @param {number} offset of a block */
function compress(offset) {
  fillSchedule(offset);
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let t = 0; t < 64; t += 1) {
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + ROUND[t] + schedule[t]) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
