// @ts-check
/** The form of a written answer, in Markdown. What was typed waits until it is sent. */

import { find, setText, show } from "../lib/dom.js";
import { clearErrors, onSubmit } from "../forms/form.js";
import { ANSWER_LIMIT, showRoom } from "./limits.js";

export class AnswerForm {
  #form = /** @type {HTMLFormElement} */ (find("#answer-form"));
  #area = /** @type {HTMLTextAreaElement} */ (find("textarea", this.#form));
  /** @type {number | null} */
  #n = null;
  /** @type {Map<number, string>} */
  #drafts = new Map();
  #onClose;

  /**
   * @param {(n: number, markdown: string) => Promise<void>} send what it throws is shown in the form
   * @param {() => void} onClose
   * @returns {AnswerForm | null} null in a page made for a role without this right
   */
  static of(send, onClose) {
    return document.querySelector("#answer-form") ? new AnswerForm(send, onClose) : null;
  }

  /**
   * @param {(n: number, markdown: string) => Promise<void>} send what it throws is shown in the form
   * @param {() => void} onClose
   */
  constructor(send, onClose) {
    this.#onClose = onClose;
    onSubmit(this.#form, async () => {
      if (this.#n === null) return;
      const n = this.#n;
      await send(n, this.#area.value);
      this.#drafts.delete(n);
    });
    this.#area.addEventListener("input", () => {
      if (this.#n !== null) this.#drafts.set(this.#n, this.#area.value);
      this.#showRoom();
    });
    this.#form.addEventListener("click", (click) => {
      if (click.target instanceof Element && click.target.closest("[data-action=cancel]")) this.close();
    });
    this.#form.addEventListener("keydown", (press) => this.#pressed(press));
  }

  /** @returns {number | null} the question that the open form is about */
  get about() {
    return this.#n;
  }

  /** @param {number} n */
  open(n) {
    clearErrors(this.#form);
    this.#n = n;
    this.#area.value = this.#drafts.get(n) ?? "";
    setText(find("#answer-title"), `Written answer to #${n}`);
    this.#showRoom();
    show(this.#form, true);
    this.#form.scrollIntoView({ block: "nearest" });
    this.#area.focus();
  }

  close() {
    if (this.#n === null) return;
    this.#n = null;
    show(this.#form, false);
    this.#onClose();
  }

  #showRoom() {
    showRoom(this.#area, find("#answer-room"), ANSWER_LIMIT);
  }

  /** @param {KeyboardEvent} press */
  #pressed(press) {
    if (press.isComposing) return;
    if (press.key === "Escape") {
      press.preventDefault();
      this.close();
    } else if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) {
      press.preventDefault();
      this.#form.requestSubmit();
    }
  }
}
