// @ts-check
/**
 * A receipt on paper: its QR code leads to the question's place on the record, and names after the #
 * the entry, the hash of its leaf, and the head under which it was proven. What follows a # stays in
 * the browser, so the server does not learn that anybody holds a receipt.
 */

/**
 * @typedef {object} Paper
 * @property {number} entry index of the leaf
 * @property {string} leaf its hash in hexadecimal
 * @property {number} [size] of the log under whose head it was proven
 * @property {string} [root] hash of that head, in hexadecimal
 *
 * @typedef {"holds" | "other" | "shorter"} Verdict other: the record has another entry, or had another head
 */

const HASH = /^[0-9a-f]{64}$/u;
const WHOLE = /^(?:0|[1-9][0-9]{0,9})$/u;

/** @type {Record<Verdict, (paper: Paper) => string>} */
const WORDS = {
  holds: ({ entry }) => `The receipt that you scanned holds: this browser has checked that entry ${entry} of the record is the one on the paper.`,
  other: ({ entry }) => `The receipt that you scanned does not hold: entry ${entry} of this record is not the one on the paper. Keep the paper, and download the record before you rely on what this page says.`,
  shorter: ({ size, entry }) => `The receipt that you scanned does not hold: this record is shorter than the ${size ?? entry + 1} entries that it had when the paper was printed. Keep the paper.`,
};

/** @param {Paper} paper @returns {string} what follows the # */
export function spellPaper({ entry, leaf, size, root }) {
  const proven = size !== undefined && root !== undefined;
  return `entry=${entry}&leaf=${leaf}${proven ? `&size=${size}&root=${root}` : ""}`;
}

/** @param {string} hash of an address, with or without its # @returns {Paper | null} null: it names none */
export function parsePaper(hash) {
  const said = new URLSearchParams(hash.replace(/^#/u, ""));
  const [entry, leaf, size, root] = ["entry", "leaf", "size", "root"].map((name) => said.get(name) ?? "");
  if (!WHOLE.test(entry) || !HASH.test(leaf)) return null;
  const paper = { entry: Number(entry), leaf };
  return WHOLE.test(size) && HASH.test(root) ? { ...paper, size: Number(size), root } : paper;
}

/** @param {Paper} paper @param {Verdict} verdict @returns {string} */
export function paperWords(paper, verdict) {
  return WORDS[verdict](paper);
}
