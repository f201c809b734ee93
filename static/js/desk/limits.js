// @ts-check
/** Counting as the server counts: in characters that a reader sees (grapheme clusters). */

import { setText } from "../lib/dom.js";
import { inThousands } from "../lib/numbers.js";

export const EXPLANATION_LIMIT = 300;
export const ANSWER_LIMIT = 5000;

const segmenter = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/** @param {string} text @returns {number} */
export function countGraphemes(text) {
  if (!segmenter) return [...text].length;
  let count = 0;
  for (const _ of segmenter.segment(text)) count += 1;
  return count;
}

/**
 * Say how much room is left under a text area, and when it is too much.
 *
 * @param {HTMLTextAreaElement} area @param {Element} place @param {number} limit
 */
export function showRoom(area, place, limit) {
  const left = limit - countGraphemes(area.value.trim());
  const words =
    left >= 0
      ? `${inThousands(left)} of ${inThousands(limit)} characters left`
      : `${inThousands(-left)} characters too long`;
  setText(place, words);
  place.toggleAttribute("data-over", left < 0);
}
