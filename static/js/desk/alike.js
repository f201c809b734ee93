// @ts-check
/** Public questions much like the one in hand: what it could be merged into, and what was decided on those. */

import { eventPath, post } from "../lib/api.js";
import { clone, fill, find, show } from "../lib/dom.js";
import { some } from "../lib/numbers.js";

/** @typedef {import("../lib/types.js").Question} Question */

/** Going through the queue with a key held down asks for nothing. */
const REST_MS = 150;
const STATUS = { pending: "waiting", published: "shown", filtered: "filtered out", merged: "merged", withdrawn: "withdrawn" };

export class Alike {
  #slug;
  /** @type {string} the question and its words that were last looked at */
  #about = "";
  /** @type {number[]} */
  #found = [];
  /** @type {ReadonlyMap<number, Question>} */
  #questions = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {string} slug */
  constructor(slug) {
    this.#slug = slug;
  }

  /** @param {Question | null} question in hand @param {ReadonlyMap<number, Question>} questions all of them */
  show(question, questions) {
    this.#questions = questions;
    const about = question?.text ? `${question.n} ${question.text}` : "";
    if (about !== this.#about) {
      this.#about = about;
      this.#found = [];
      clearTimeout(this.#timer);
      if (question?.text) this.#timer = setTimeout(() => void this.#look(question.n, question.text ?? ""), REST_MS);
    }
    this.#render();
  }

  /** @returns {Question[]} what a question may be merged into, most alike first */
  get targets() {
    return this.#known.filter(({ status }) => status === "published");
  }

  /** @param {number} n @returns {Question | undefined} */
  find(n) {
    return this.#questions.get(n);
  }

  /** @returns {Question[]} */
  get #known() {
    return this.#found.flatMap((n) => this.#questions.get(n) ?? []);
  }

  /** @param {number} n @param {string} text */
  async #look(n, text) {
    const about = this.#about;
    try {
      /** @type {{similar: {n: number}[]}} */
      const { similar } = await post(eventPath(this.#slug, "/similar"), { text });
      if (about !== this.#about) return;
      this.#found = similar.map((each) => each.n).filter((each) => each !== n);
      this.#render();
    } catch {
      // The desk works without; the number can be typed.
    }
  }

  #render() {
    const known = this.#known;
    const list = find("#alike-list");
    const words = JSON.stringify(known.map(({ n, status, support, hidden }) => [n, status, support, hidden.length]));
    show(find("#alike"), known.length > 0);
    if (list.dataset.words === words) return;
    list.dataset.words = words;
    list.replaceChildren(
      ...known.map(({ n, text, status, support }) => {
        const item = clone("alike-entry");
        const votes = some(support, "vote");
        fill(item, { number: `#${n}`, text, votes: `${STATUS[status]}, ${votes}` });
        return item;
      }),
    );
  }
}
