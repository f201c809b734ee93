// @ts-check
/**
 * Second reviews at the desk: a dialog with the words of one question and nothing of what was decided on it.
 * Only once the second verdict is logged does it say what the first one was.
 */

import { ApiError, eventPath, get, post } from "../lib/api.js";
import { clone, field, find, findAll, part, setText, show } from "../lib/dom.js";
import { some } from "../lib/numbers.js";
import { clearErrors, onSubmit, valueOf } from "../forms/form.js";
import { EXPLANATION_LIMIT, showRoom } from "./limits.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {{n: number, seq: number, text: string, name: string | null, anonymous: boolean, language: string | null}} Waiting
 */

export class SecondReviews {
  #dialog = /** @type {HTMLDialogElement} */ (find("#second-review"));
  #form = /** @type {HTMLFormElement} */ (find("form", this.#dialog));
  #area = /** @type {HTMLTextAreaElement} */ (find("textarea", this.#form));
  #slug;
  #accept;
  /** @type {Waiting[]} */
  #waiting = [];
  #asked = -1;

  /**
   * @param {string} slug @param {(question: Question) => void} accept takes in how the question stands
   * @returns {SecondReviews | null} null in a page made for a role without this right
   */
  static of(slug, accept) {
    return document.querySelector("#second-review") ? new SecondReviews(slug, accept) : null;
  }

  /** @param {string} slug @param {(question: Question) => void} accept */
  constructor(slug, accept) {
    this.#slug = slug;
    this.#accept = accept;
    this.#showReasons();
    find("#second-reviews").addEventListener("click", () => this.open());
    onSubmit(this.#form, () => this.#send());
    this.#form.addEventListener("change", () => this.#showChoice());
    this.#area.addEventListener("input", () => this.#showRoom());
    this.#dialog.addEventListener("click", (click) => this.#clicked(click.target));
  }

  /**
   * Learn what waits for this reader, when what waits for anybody has changed.
   *
   * @param {number} count of what waits for anybody
   */
  async refresh(count) {
    if (count === this.#asked) return;
    this.#asked = count;
    try {
      this.#waiting = count ? (await get(eventPath(this.#slug, "/second-reviews"))).reviews : [];
    } catch {
      this.#asked = -1; // asked again at the next change
    }
    this.#showButton();
  }

  /** @returns {boolean} whether there is one to look at */
  open() {
    if (!this.#waiting.length) return false;
    this.#showNext();
    this.#dialog.showModal();
    return true;
  }

  #showButton() {
    const { length } = this.#waiting;
    show(find("#second-reviews"), length > 0);
    setText(part(find("#second-reviews"), "what"), some(length, "second review"));
  }

  #showNext() {
    const next = this.#waiting[0];
    show(this.#form, next !== undefined);
    show(find("#review-none"), next === undefined);
    if (!next) return;
    this.#form.reset();
    clearErrors(this.#form);
    const text = find("#review-text");
    setText(text, next.text);
    if (next.language) text.setAttribute("lang", next.language);
    else text.removeAttribute("lang");
    setText(find("#review-asker"), next.anonymous ? "Anonymous" : (next.name ?? "Name hidden"));
    this.#showChoice();
    this.#showRoom();
  }

  #showReasons() {
    const reasons = JSON.parse(find("#review-reasons").dataset.reasons ?? "[]");
    find("#review-reasons .reasons").replaceChildren(
      ...reasons.map((/** @type {{code: string, label: string, meaning: string}} */ reason) => {
        const label = clone("reason");
        /** @type {HTMLInputElement} */ (find("input", label)).value = reason.code;
        find("kbd", label).remove();
        label.title = reason.meaning;
        setText(field(label, "label"), reason.label);
        return label;
      }),
    );
  }

  #showChoice() {
    const declines = valueOf(this.#form, "verdict") === "filter";
    show(find("#review-reasons"), declines);
    for (const radio of /** @type {HTMLInputElement[]} */ (findAll("[name=reason]", this.#form))) radio.disabled = !declines;
  }

  #showRoom() {
    showRoom(this.#area, find("#review-room"), EXPLANATION_LIMIT);
  }

  async #send() {
    const waiting = this.#waiting[0];
    if (!waiting) return;
    const verdict = valueOf(this.#form, "verdict");
    if (!verdict) throw new ApiError(0, { code: "bad_input", message: "Choose one of the two first.", field: "verdict" });
    const reason = valueOf(this.#form, "reason");
    if (verdict === "filter" && !reason) {
      throw new ApiError(0, { code: "bad_input", message: "Choose the reason first.", field: "reason" });
    }
    const body = { seq: waiting.seq, verdict, explanation: this.#area.value.trim(), ...(reason ? { reason } : {}) };
    try {
      const { question } = await post(eventPath(this.#slug, `/questions/${waiting.n}/second-review`), body);
      this.#accept(question);
      this.#said(revealed(question, waiting.seq));
    } catch (error) {
      if (!(error instanceof ApiError) || !["stale_version", "illegal_transition"].includes(error.code)) throw error;
      this.#said(error.message);
    }
  }

  /** Go on to the next one. @param {string} words about the last one */
  #said(words) {
    this.#waiting = this.#waiting.slice(1);
    this.#showButton();
    setText(find("#review-said"), words);
    this.#showNext();
    find("#review-title").focus();
  }

  /** @param {EventTarget | null} target */
  #clicked(target) {
    if (!(target instanceof Element)) return;
    if (target.closest("[data-action=close]")) {
      setText(find("#review-said"), "");
      this.#dialog.close();
    } else if (target.closest("[data-action=skip]")) {
      this.#waiting = [...this.#waiting.slice(1), ...this.#waiting.slice(0, 1)];
      this.#showNext();
    }
  }
}

/** @param {Question} question @param {number} seq @returns {string} what the first verdict was */
function revealed({ n, second_reviews: reviews, decision }, seq) {
  const agrees = reviews.find((review) => review.seq === seq)?.agrees ?? false;
  const who = decision?.seq === seq ? (decision.automated ? "An automatic rule" : decision.by) : "The first";
  return agrees ? `Logged. ${who} came to the same verdict on #${n}.` : `Logged. ${who} came to the other verdict on #${n}; the record shows both.`;
}
