// @ts-check
/** Several waiting questions that are chosen in the list, to be decided on together. */

import { eventPath, post } from "../lib/api.js";
import { find, setText, show } from "../lib/dom.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {{questions: Question[], refused: {n: number, code: string, message: string}[]}} Outcome
 */

const MOST = 100;
const NAMED = 6;

export class Chosen {
  #slug;
  /** How many decisions were seen on each, by docket number. @type {Map<number, number>} */
  #seen = new Map();

  /** @param {string} slug @param {() => void} onChange */
  constructor(slug, onChange) {
    this.#slug = slug;
    find("#queue").addEventListener("change", (change) => {
      if (!(change.target instanceof HTMLInputElement)) return;
      this.#mark(change.target, change.target.checked);
      onChange();
    });
    document.querySelector("#chosen-none")?.addEventListener("click", () => {
      this.clear();
      onChange();
    });
  }

  /** @returns {number[]} docket numbers, ascending */
  get numbers() {
    return [...this.#seen.keys()].sort((a, b) => a - b);
  }

  /** @param {number} n @returns {boolean} */
  has(n) {
    return this.#seen.has(n);
  }

  /** @param {Question} question @returns {boolean} whether it can be chosen, or was */
  toggle({ n, status, decision_count: seq }) {
    if (this.#seen.delete(n)) return true;
    if (status !== "pending" || this.#seen.size >= MOST) return false;
    this.#seen.set(n, seq);
    return true;
  }

  clear() {
    this.#seen.clear();
  }

  /**
   * Show what is chosen; what is no longer waiting is let go.
   *
   * @param {ReadonlyMap<number, Question>} questions @param {boolean} possible whether this queue and role allow it
   */
  render(questions, possible) {
    for (const n of this.#seen.keys()) if (questions.get(n)?.status !== "pending") this.#seen.delete(n);
    if (!possible) this.#seen.clear();
    find("#queue").toggleAttribute("data-choosing", possible);
    const { size } = this.#seen;
    show(document.querySelector("#chosen"), size > 0);
    setText(document.querySelector("#chosen-count"), `${size} chosen`);
  }

  /**
   * @param {object} statement @returns {Promise<Outcome>}
   * @throws {import("../lib/api.js").ApiError} when the statement is refused, and so all of them
   */
  decide(statement) {
    const questions = [...this.#seen].map(([n, seq]) => ({ n, seq }));
    return post(eventPath(this.#slug, "/decisions"), { questions, ...statement });
  }

  /** @param {HTMLInputElement} box @param {boolean} on */
  #mark(box, on) {
    const n = Number(box.dataset.choose);
    if (!on) this.#seen.delete(n);
    else if (this.#seen.size < MOST) this.#seen.set(n, Number(box.dataset.seq));
  }
}

/** @param {readonly number[]} numbers @returns {string} "#4, #7 and 3 more" */
export function named(numbers) {
  const first = numbers.slice(0, NAMED).map((n) => `#${n}`);
  const more = numbers.length - first.length;
  return first.join(", ") + (more > 0 ? ` and ${more} more` : "");
}

/** @param {Outcome} outcome @param {string} verdict @returns {string} what happened to all of them */
export function outcomeWords({ questions, refused }, verdict) {
  const done = `${questions.length} ${verdict === "publish" ? "published" : "filtered out"}.`;
  const why = refused.map(({ n, message }) => (message.includes(`#${n}`) ? message : `#${n}: ${message}`));
  return refused.length ? `${done} Not decided: ${why.join(" ")}` : done;
}
