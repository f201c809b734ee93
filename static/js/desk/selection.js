// @ts-check
/** What somebody has selected in the question in hand, as spans of its words in code points. */

import { visible } from "../lib/visible.js";

/** @typedef {[from: number, to: number]} Span */

/**
 * Selected places of the shown text as spans of the words: bidi controls are shown longer than they are,
 * and a page counts in UTF-16.
 *
 * @param {string} words @param {number} from in the shown text @param {number} to @returns {Span | null} null for nothing
 */
export function spanOf(words, from, to) {
  let [at, index] = [0, 0];
  let [first, last] = [-1, -1];
  for (const char of words) {
    const end = at + visible(char).length;
    if (end > from && at < to) {
      if (first < 0) first = index;
      last = index + 1;
    }
    at = end;
    index += 1;
  }
  return first < 0 ? null : [first, last];
}

/**
 * Spans with another added: in order, and those that touch are one.
 *
 * @param {readonly Span[]} spans @param {readonly Span[]} more @returns {Span[]}
 */
export function joined(spans, more) {
  /** @type {Span[]} */
  const found = [];
  for (const [from, to] of [...spans, ...more].sort((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last && from <= last[1]) last[1] = Math.max(last[1], to);
    else found.push([from, to]);
  }
  return found;
}

/**
 * A text in pieces: those that spans cover, and those between them.
 *
 * @param {string} words @param {readonly Span[]} spans in order; none: all of the words
 * @returns {{text: string, hidden: boolean}[]}
 */
export function piecesOf(words, spans) {
  const chars = [...words];
  if (spans.length === 0) return [{ text: words, hidden: true }];
  let at = 0;
  const pieces = spans.flatMap(([from, to]) => {
    const before = { text: chars.slice(at, from).join(""), hidden: false };
    at = to;
    return [before, { text: chars.slice(from, to).join(""), hidden: true }];
  });
  return [...pieces, { text: chars.slice(at).join(""), hidden: false }].filter(({ text }) => text !== "");
}

/** Remembers what is selected in the text in hand, also while a button or a field has the focus. */
export class Selected {
  /** @type {[number, number] | null} in the shown text */
  #range = null;

  constructor() {
    document.addEventListener("selectionchange", () => this.#look());
  }

  /** @param {string} words of the question in hand @returns {Span[]} */
  spans(words) {
    // The event that tells of a selection may still be waiting behind the key that asks for it.
    this.#look();
    const span = this.#range && spanOf(words, ...this.#range);
    return span ? [span] : [];
  }

  forget() {
    this.#range = null;
  }

  #look() {
    const selection = document.getSelection();
    const text = document.querySelector("#in-hand [data-field=text]");
    if (!selection?.rangeCount || !text) return;
    const range = selection.getRangeAt(0);
    if (!text.contains(range.commonAncestorContainer)) return;
    const before = document.createRange();
    before.selectNodeContents(text);
    before.setEnd(range.startContainer, range.startOffset);
    const from = before.toString().length;
    this.#range = range.collapsed ? null : [from, from + range.toString().length];
  }
}
