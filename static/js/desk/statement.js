// @ts-check
/** The form of a statement of reasons: filter, correct or put back, with words that everybody will read. */

import { ApiError } from "../lib/api.js";
import { clone, field, find, findAll, part, setText, show } from "../lib/dom.js";
import { clearErrors, onSubmit } from "../forms/form.js";
import { assignKeys } from "./reasons.js";
import { EXPLANATION_LIMIT, countGraphemes, showRoom } from "./limits.js";
import { MergeTarget } from "./merge_target.js";

/**
 * @typedef {import("./alike.js").Alike} Alike
 * @typedef {import("./reasons.js").KeyedReason} KeyedReason
 * @typedef {"publish" | "filter" | "merge" | "restore"} Verdict
 * @typedef {{n: number, verdict: Verdict, reason?: string, into?: number, explanation: string, seq: number}} Statement
 *   n is 0 when it is about all that are chosen
 */

/** @type {Record<Verdict, {title: string, button: string, words: string}>} */
const WORDS = {
  filter: { title: "Why is it filtered out?", button: "Filter out", words: "" },
  publish: {
    title: "Publish it after all",
    button: "Publish",
    words: "On a second look, this question meets the policy.",
  },
  merge: { title: "Merge it into another question", button: "Merge", words: "" },
  restore: {
    title: "Put it back as it was",
    button: "Put back",
    words: "The decision was a mistake and is taken back.",
  },
};

/** The same about several at once. @type {Record<string, {title: string, button: string, words: string}>} */
const TOGETHER = {
  filter: { title: "Why are they filtered out?", button: "Filter out", words: "" },
  publish: { title: "Publish them", button: "Publish", words: "" },
};

export class StatementForm {
  #form = /** @type {HTMLFormElement} */ (find("#statement"));
  #area = /** @type {HTMLTextAreaElement} */ (find("textarea", this.#form));
  /** @type {readonly KeyedReason[]} */
  #reasons = assignKeys(JSON.parse(find("#reason-choice").dataset.reasons ?? "[]"));
  /** @type {{n: number, verdict: Verdict, seq: number} | null} */
  #about = null;
  /** What was typed but not sent, by question and verdict. @type {Map<string, {reason: string, words: string}>} */
  #drafts = new Map();
  /** The words that were prefilled: they may be replaced, the moderator's own may not. */
  #prefilled = "";
  #onClose;
  #target;

  /**
   * @param {(statement: Statement) => Promise<void>} send what it throws is shown in the form
   * @param {() => void} onClose
   * @param {Alike} alike what a question may be merged into
   * @returns {StatementForm | null} null in a page made for a role without this right
   */
  static of(send, onClose, alike) {
    return document.querySelector("#statement") ? new StatementForm(send, onClose, alike) : null;
  }

  /**
   * @param {(statement: Statement) => Promise<void>} send what it throws is shown in the form
   * @param {() => void} onClose
   * @param {Alike} alike what a question may be merged into
   */
  constructor(send, onClose, alike) {
    this.#onClose = onClose;
    this.#target = new MergeTarget(alike, (words, chosen) => this.#choseTarget(words, chosen));
    this.#showReasons();
    onSubmit(this.#form, async () => {
      const statement = this.#read();
      await send(statement);
      this.#drafts.delete(`${statement.n} ${statement.verdict}`);
    });
    this.#form.addEventListener("change", (change) => this.#chose(change.target));
    this.#form.addEventListener("click", (click) => this.#clicked(click));
    this.#area.addEventListener("input", () => this.#typed());
    this.#form.addEventListener("keydown", (press) => this.#pressed(press));
  }

  #showReasons() {
    find("#reasons").replaceChildren(
      ...this.#reasons.map((reason) => {
        const label = clone("reason");
        const radio = /** @type {HTMLInputElement} */ (find("input", label));
        radio.value = reason.code;
        label.title = reason.meaning;
        setText(field(label, "label"), reason.label);
        setText(find("kbd", label), reason.key.toUpperCase());
        return label;
      }),
    );
  }

  /** @returns {{n: number, verdict: Verdict, seq: number} | null} what the open form is about */
  get about() {
    return this.#about;
  }

  /**
   * @param {number} n 0 for all that are chosen @param {Verdict} verdict @param {number} seq decisions seen so far
   * @param {string} [about] what they are called
   */
  open(n, verdict, seq, about = `#${n}`) {
    clearErrors(this.#form);
    this.#about = { n, verdict, seq };
    const { title, button, words } = (n ? null : TOGETHER[verdict]) ?? WORDS[verdict];
    setText(find("#statement-title"), `${about}: ${title}`);
    find("#hand").toggleAttribute("data-together", n === 0);
    setText(part(this.#form, "send"), button);
    show(find("#reason-choice"), verdict === "filter");
    this.#target.show(verdict === "merge" ? n : null);
    const draft = this.#drafts.get(`${n} ${verdict}`);
    this.#prefilled = words;
    this.#write(draft?.words ?? words);
    this.#check(draft?.reason ?? "");
    show(this.#form, true);
    this.#form.scrollIntoView({ block: "nearest" });
    if (verdict === "merge") this.#target.focus();
    else if (verdict !== "filter") this.#focusWords();
    else (this.#chosenRadio() ?? this.#form.querySelector("input"))?.focus();
  }

  close() {
    if (!this.#about) return;
    this.#about = null;
    show(this.#form, false);
    find("#hand").removeAttribute("data-together");
    this.#onClose();
  }

  /** @param {string} key @returns {boolean} whether the key stands for a reason */
  choose(key) {
    if (this.#about?.verdict === "merge") return this.#target.choose(key);
    const reason = this.#reasons.find((each) => each.key === key);
    if (!reason || this.#about?.verdict !== "filter") return false;
    this.#check(reason.code);
    this.#prefill(reason);
    this.#focusWords();
    return true;
  }

  /** @returns {Statement} @throws {ApiError} that names the field which is not yet right */
  #read() {
    if (!this.#about) throw new Error("The form is closed.");
    const { n, verdict, seq } = this.#about;
    const explanation = this.#area.value.trim();
    if (verdict === "merge") return { n, verdict, into: this.#target.read(), explanation, seq };
    if (verdict !== "filter") return { n, verdict, explanation, seq };
    const reason = this.#reason();
    if (!reason) throw refusal("reason", "Choose the reason first.");
    const length = countGraphemes(explanation);
    if (length < reason.min_explanation) {
      const least = reason.min_explanation;
      throw refusal(
        "explanation",
        least === 1 ? "Say why: the explanation is empty." : `Say why, in at least ${least} characters.`,
      );
    }
    return { n, verdict, reason: reason.code, explanation, seq };
  }

  /** @returns {HTMLInputElement | null} */
  #chosenRadio() {
    return this.#form.querySelector("input[type=radio]:checked");
  }

  /** @returns {KeyedReason | undefined} */
  #reason() {
    const chosen = this.#chosenRadio();
    return this.#reasons.find((reason) => reason.code === chosen?.value);
  }

  /** @param {string} code "" for none */
  #check(code) {
    for (const radio of /** @type {HTMLInputElement[]} */ (findAll("input[type=radio]", this.#form))) {
      radio.checked = radio.value === code;
    }
    setText(find("#reason-meaning"), this.#reason()?.meaning ?? "");
    clearErrors(this.#form);
  }

  /** @param {KeyedReason} reason */
  #prefill(reason) {
    const isOwn = this.#area.value.trim() !== "" && this.#area.value !== this.#prefilled;
    if (!isOwn) this.#write(reason.template);
    this.#prefilled = reason.template;
  }

  /** Words for the target chosen, unless there are some of the moderator's own. @param {string} words @param {boolean} chosen */
  #choseTarget(words, chosen) {
    clearErrors(this.#form);
    if (this.#area.value === this.#prefilled) this.#write(words);
    this.#prefilled = words;
    if (chosen) this.#focusWords();
  }

  /** @param {string} words */
  #write(words) {
    this.#area.value = words;
    this.#showRoom();
  }

  /** Ready to send, ready to add to; a reason that asks for more words offers its own for replacing. */
  #focusWords() {
    const end = this.#area.value.length;
    const replace = (this.#reason()?.min_explanation ?? 1) > 1 && this.#area.value === this.#prefilled;
    this.#area.focus();
    this.#area.setSelectionRange(replace ? 0 : end, end);
  }

  /** @param {EventTarget | null} target */
  #chose(target) {
    const reason = this.#reason();
    if (!(target instanceof HTMLInputElement) || target.type !== "radio" || !reason) return;
    this.#check(reason.code);
    this.#prefill(reason);
    this.#keep();
  }

  /** @param {MouseEvent} click */
  #clicked(click) {
    if (!(click.target instanceof Element)) return;
    if (click.target.closest("[data-action=cancel]")) this.close();
    // A press by hand goes on to the words; the arrow keys stay among the reasons.
    else if (click.detail > 0 && click.target.closest("input[type=radio]")) this.#focusWords();
  }

  #typed() {
    this.#showRoom();
    this.#keep();
  }

  #keep() {
    if (!this.#about) return;
    const { n, verdict } = this.#about;
    this.#drafts.set(`${n} ${verdict}`, { reason: this.#reason()?.code ?? "", words: this.#area.value });
  }

  #showRoom() {
    showRoom(this.#area, find("#statement-room"), EXPLANATION_LIMIT);
  }

  /** @param {KeyboardEvent} press */
  #pressed(press) {
    if (press.isComposing) return;
    if (press.key === "Escape") {
      press.preventDefault();
      this.close();
    } else if (press.key === "Enter" && press.target === this.#area && !press.shiftKey) {
      press.preventDefault();
      if (!press.repeat) this.#form.requestSubmit();
    }
  }
}

/** @param {string} name @param {string} message */
function refusal(name, message) {
  return new ApiError(0, { code: "bad_input", message, field: name });
}
