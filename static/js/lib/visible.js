// @ts-check
/** Text as it is shown on plain surfaces: the same in the page and in the worker that checks it. */

/** Controls that can make text read in another order than it is stored, by the name shown. */
const BIDI_CONTROLS = new Map([
  ["\u061c", "ALM"],
  ["\u200e", "LRM"],
  ["\u200f", "RLM"],
  ["\u202a", "LRE"],
  ["\u202b", "RLE"],
  ["\u202c", "PDF"],
  ["\u202d", "LRO"],
  ["\u202e", "RLO"],
  ["\u2066", "LRI"],
  ["\u2067", "RLI"],
  ["\u2068", "FSI"],
  ["\u2069", "PDI"],
]);
const BIDI_PATTERN = new RegExp(`[${[...BIDI_CONTROLS.keys()].join("")}]`, "gu");

/** @param {string} text @returns {string} the text with bidi controls spelled out, as in "[RLO]" */
export function visible(text) {
  return text.replace(BIDI_PATTERN, (control) => `[${BIDI_CONTROLS.get(control)}]`);
}
