// @ts-check
/**
 * The head of an event's log, as the projector shows it: the number of entries and six words, so that
 * everyone in the room can compare it with what their own page verified. It is not verified here.
 */

import { parseCheckpoint, wordsOf } from "../verify/checkpoint.js";

/**
 * @param {string} slug
 * @returns {Promise<{size: number, words: string[]} | null>} null when it cannot be read
 */
export async function readHead(slug) {
  try {
    const response = await fetch(`/log/${encodeURIComponent(slug)}/head`, { cache: "no-store" });
    if (!response.ok) return null;
    const [text] = (await response.text()).split("\n\n");
    const head = parseCheckpoint(`${text}\n`);
    return { size: head.size, words: wordsOf(head) };
  } catch {
    return null; // no answer, or not a checkpoint
  }
}
