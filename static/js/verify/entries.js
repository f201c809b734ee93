// @ts-check
/** Entry bundles and where they are (https://c2sp.org/tlog-tiles, "Log entries"). */

import { Malformed } from "./errors.js";

export const BUNDLE_WIDTH = 256;
const LENGTH_BYTES = 2;

/**
 * The entries of a bundle, each after its length in two bytes, big-endian.
 *
 * @param {Uint8Array<ArrayBuffer>} data @returns {Uint8Array<ArrayBuffer>[]} views of the same memory @throws {Malformed}
 */
export function decodeBundle(data) {
  const entries = [];
  for (let at = 0; at < data.length; ) {
    const start = at + LENGTH_BYTES;
    const end = start + ((data[at] << 8) | data[at + 1]);
    if (start > data.length || end > data.length) throw new Malformed("The bundle ends inside an entry.");
    entries.push(data.subarray(start, end));
    at = end;
  }
  if (entries.length === 0 || entries.length > BUNDLE_WIDTH) throw new Malformed("A bundle holds 1 to 256 entries.");
  return entries;
}

/** @param {number} index of a bundle @param {number} width in entries @returns {string} its path below the log's prefix */
export function bundlePath(index, width) {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, "0").match(/.{3}/gu) ?? [];
  const spelt = groups.map((group, place) => (place < groups.length - 1 ? `x${group}` : group)).join("/");
  return `tile/entries/${spelt}${width === BUNDLE_WIDTH ? "" : `.p/${width}`}`;
}

/**
 * The bundles that hold the entries from one size to another.
 *
 * @param {number} from entries held already @param {number} to the size of the log
 * @returns {{index: number, width: number, held: number}[]} held: how many of a bundle's entries are held already
 */
export function bundlesBetween(from, to) {
  /** @type {{index: number, width: number, held: number}[]} */
  const wanted = [];
  if (from === to) return wanted;
  for (let index = Math.floor(from / BUNDLE_WIDTH); index * BUNDLE_WIDTH < to; index += 1) {
    const start = index * BUNDLE_WIDTH;
    wanted.push({ index, width: Math.min(BUNDLE_WIDTH, to - start), held: Math.max(0, from - start) });
  }
  return wanted;
}
