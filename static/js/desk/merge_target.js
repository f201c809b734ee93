// @ts-check
/** Choosing what a question is merged into: one of those much like it, or any other by its number. */

import { ApiError } from "../lib/api.js";
import { clone, fill, find, findAll, setText, show } from "../lib/dom.js";

/** @typedef {import("./alike.js").Alike} Alike */

export class MergeTarget {
  #alike;
  #onChange;
  #input = /** @type {HTMLInputElement} */ (find("#merge-number"));
  #list = find("#merge-targets");

  /**
   * @param {Alike} alike
   * @param {(words: string, chosen: boolean) => void} onChange words that fit; chosen: it was not typed
   */
  constructor(alike, onChange) {
    this.#alike = alike;
    this.#onChange = onChange;
    this.#input.addEventListener("input", () => this.#changed(false));
    this.#list.addEventListener("click", (click) => {
      const button = click.target instanceof Element && click.target.closest("[data-n]");
      if (button instanceof HTMLElement) this.#take(Number(button.dataset.n));
    });
  }

  /** @param {number | null} n the question to merge, null for another verdict */
  show(n) {
    show(find("#merge-choice"), n !== null);
    this.#input.value = "";
    setText(find("#merge-words"), "");
    if (n === null) return;
    this.#list.replaceChildren(
      ...this.#alike.targets.map((target, place) => {
        const button = clone("merge-target");
        button.dataset.n = String(target.n);
        setText(find("kbd", button), String(place + 1));
        fill(button, { number: `#${target.n}`, text: target.text });
        return button;
      }),
    );
  }

  focus() {
    (this.#list.querySelector("button") ?? this.#input).focus();
  }

  /** @param {string} key @returns {boolean} whether it stands for one of those that are offered */
  choose(key) {
    const button = findAll("[data-n]", this.#list)[Number(key) - 1];
    if (button) this.#take(Number(button.dataset.n));
    return button !== undefined;
  }

  /** @returns {number} @throws {ApiError} when no number is given */
  read() {
    const n = this.#number;
    if (n) return n;
    throw new ApiError(0, { code: "bad_input", message: "Say which question it is merged into.", field: "into" });
  }

  /** @returns {number} 0 when what is typed is none */
  get #number() {
    const typed = this.#input.value.trim().replace(/^#/, "");
    return /^[0-9]{1,9}$/.test(typed) ? Number(typed) : 0;
  }

  /** @param {number} n */
  #take(n) {
    this.#input.value = String(n);
    this.#changed(true);
  }

  /** @param {boolean} chosen */
  #changed(chosen) {
    const n = this.#number;
    const target = this.#alike.find(n);
    setText(find("#merge-words"), target?.text ?? "");
    this.#onChange(n ? `Asks the same as #${n}.` : "", chosen);
  }
}
