// @ts-check
/**
 * SHA-256 (FIPS 180-4). WebCrypto where the page has it; on plain http, where `crypto.subtle` is
 * missing, a small implementation that is only ever given short inputs.
 */

const ROUND = constants(64, 1 / 3);
const START = constants(8, 1 / 2);

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
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {number} length in bytes @returns {Uint8Array<ArrayBuffer>} from the system's generator */
export function randomBytes(length) {
  return crypto.getRandomValues(new Uint8Array(length));
}

/**
 * First 32 bits of the fractional parts of roots of the first primes (FIPS 180-4, 4.2.2 and 5.3.3).
 *
 * @param {number} count @param {number} power
 */
function constants(count, power) {
  const words = new Uint32Array(count);
  for (let candidate = 2, found = 0; found < count; candidate += 1) {
    let prime = true;
    for (let factor = 2; factor * factor <= candidate; factor += 1) prime &&= candidate % factor !== 0;
    if (prime) words[found++] = ((candidate ** power) % 1) * 2 ** 32;
  }
  return words;
}

/** @param {Uint8Array} bytes @returns {Uint8Array<ArrayBuffer>} 32 bytes */
export function sha256(bytes) {
  const state = START.slice();
  const blocks = new DataView(padded(bytes).buffer);
  const schedule = new Uint32Array(64);
  for (let offset = 0; offset < blocks.byteLength; offset += 64) {
    fillSchedule(schedule, blocks, offset);
    compress(state, schedule);
  }
  const digest = new DataView(new ArrayBuffer(32));
  state.forEach((word, place) => digest.setUint32(4 * place, word));
  return new Uint8Array(digest.buffer);
}

/** @param {Uint8Array} bytes a 1 bit, zeros, and the length in bits (5.1.1) */
function padded(bytes) {
  const message = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  message.set(bytes);
  message[bytes.length] = 0x80;
  const view = new DataView(message.buffer);
  view.setUint32(message.length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(message.length - 4, bytes.length * 8);
  return message;
}

/** @param {number} word @param {number} by */
const rotate = (word, by) => (word >>> by) | (word << (32 - by));

/** @param {Uint32Array} schedule @param {DataView} blocks @param {number} offset */
function fillSchedule(schedule, blocks, offset) {
  /** @param {number} t */
  const word = (t) => /** @type {number} */ (schedule[t]);
  for (let t = 0; t < 16; t += 1) schedule[t] = blocks.getUint32(offset + 4 * t);
  for (let t = 16; t < 64; t += 1) {
    const near = word(t - 15);
    const far = word(t - 2);
    const sigma0 = rotate(near, 7) ^ rotate(near, 18) ^ (near >>> 3);
    const sigma1 = rotate(far, 17) ^ rotate(far, 19) ^ (far >>> 10);
    schedule[t] = word(t - 16) + sigma0 + word(t - 7) + sigma1;
  }
}

/** @param {Uint32Array} state @param {Uint32Array} schedule */
function compress(state, schedule) {
  let [a, b, c, d, e, f, g, h] = /** @type {[number, number, number, number, number, number, number, number]} */ (
    /** @type {unknown} */ (Array.from(state))
  );
  for (let t = 0; t < 64; t += 1) {
    const round = /** @type {number} */ (ROUND[t]) + /** @type {number} */ (schedule[t]);
    const sum1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + round) | 0;
    const sum0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => {
    state[place] = /** @type {number} */ (state[place]) + word;
  });
}
