// @ts-check
/** Hiding words at the desk: the form that proposes it, and what somebody else proposed. */

import { ApiError, eventPath, get } from "../lib/api.js";
import { create, find, findAll, setText, show } from "../lib/dom.js";
import { some } from "../lib/numbers.js";
import { clearErrors, onSubmit, showError, valueOf } from "../forms/form.js";
import { EXPLANATION_LIMIT, countGraphemes, showRoom } from "./limits.js";
import { Selected, joined, piecesOf } from "./selection.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {import("../lib/types.js").Proposal} Proposal
 * @typedef {import("./selection.js").Span} Span
 */

const LEAST = 15;
/** Parts in one proposal. */
const MOST_PARTS = 50;
const NOUNS = { text: "words", name: "name", explanation: "explanation", answer: "answer", review: "second review" };

/** @param {Question} question @returns {boolean} whether anything of it can be hidden */
export function canRedact({ text, name, decision, answer_html }) {
  return text !== null || name !== null || Boolean(decision?.explanation) || answer_html !== null;
}

export class RedactionForm {
  #form = /** @type {HTMLFormElement} */ (find("#redaction"));
  #area = /** @type {HTMLTextAreaElement} */ (find("textarea", this.#form));
  #choice = /** @type {HTMLSelectElement} */ (find("select", this.#form));
  #selected = new Selected();
  #slug;
  #onClose;
  /** @type {Question | null} */
  #about = null;
  /** @type {Span[]} */
  #spans = [];

  /**
   * @param {string} slug
   * @param {(n: number, proposal: object) => Promise<void>} send what it throws is shown in the form
   * @param {() => void} onClose
   * @returns {RedactionForm | null} null in a page made for a role without this right
   */
  static of(slug, send, onClose) {
    return document.querySelector("#redaction") ? new RedactionForm(slug, send, onClose) : null;
  }

  /**
   * @param {string} slug @param {(n: number, proposal: object) => Promise<void>} send @param {() => void} onClose
   */
  constructor(slug, send, onClose) {
    this.#slug = slug;
    this.#onClose = onClose;
    onSubmit(this.#form, async () => {
      if (!this.#about) return;
      await send(this.#about.n, await this.#read(this.#about));
      this.#area.value = "";
      this.close();
    });
    this.#choice.addEventListener("change", () => this.#showLeft());
    this.#area.addEventListener("input", () => this.#showRoom());
    this.#form.addEventListener("click", (click) => {
      if (!(click.target instanceof Element)) return;
      if (click.target.closest("[data-action=cancel]")) this.close();
      else if (click.target.closest("[data-action=mark]")) this.#mark();
      else if (click.target.closest("[data-action=unmark]")) this.#setSpans([]);
    });
    // A press on the button must not take the selection away before it is read.
    find("[data-action=mark]", this.#form).addEventListener("pointerdown", (press) => press.preventDefault());
    this.#form.addEventListener("keydown", (press) => {
      if (press.key !== "Escape" || press.isComposing) return;
      press.preventDefault();
      this.close();
    });
  }

  /** @returns {number | null} the question that the open form is about */
  get about() {
    return this.#about?.n ?? null;
  }

  /** @param {Question} question as its reader sees it */
  open(question) {
    clearErrors(this.#form);
    this.#about = question;
    this.#spans = question.text === null ? [] : this.#selected.spans(question.text);
    setText(find("#redaction-title"), `Hide words of #${question.n}`);
    this.#choice.replaceChildren(...choicesOf(question, this.#spans));
    show(find("[data-action=mark]", this.#form), question.text !== null);
    for (const radio of /** @type {HTMLInputElement[]} */ (findAll("input[type=radio]", this.#form))) radio.checked = false;
    this.#showLeft();
    this.#showRoom();
    show(this.#form, true);
    this.#form.scrollIntoView({ block: "nearest" });
    this.#choice.focus();
  }

  /** Mark what is selected now, beside what is marked already. */
  #mark() {
    const words = this.#about?.text;
    if (!words) return;
    const more = this.#selected.spans(words);
    const spans = joined(this.#spans, more);
    clearErrors(this.#form);
    if (!more.length) showError(this.#form, refusal("what", "Select words in the question above first."));
    else if (spans.length > MOST_PARTS) showError(this.#form, refusal("what", `At most ${MOST_PARTS} parts can be hidden at once.`));
    else this.#setSpans(spans);
  }

  /** @param {Span[]} spans */
  #setSpans(spans) {
    if (!this.#about) return;
    this.#spans = spans;
    this.#selected.forget();
    this.#choice.replaceChildren(...choicesOf(this.#about, spans));
    this.#showLeft();
  }

  close() {
    if (!this.#about) return;
    this.#about = null;
    this.#selected.forget();
    find("#redaction-left").replaceChildren();
    show(this.#form, false);
    this.#onClose();
  }

  /** @param {Question} question @returns {Promise<object>} @throws {ApiError} that names what is not yet right */
  async #read(question) {
    const basis = valueOf(this.#form, "basis");
    if (!basis) throw refusal("basis", "Choose the legal basis first.");
    const explanation = this.#area.value.trim();
    if (countGraphemes(explanation) < LEAST) throw refusal("explanation", `Say why, in at least ${LEAST} characters.`);
    const { text_version, hidden } = question;
    const what = this.#choice.value === "part" ? "text" : this.#choice.value;
    const spans = this.#choice.value === "part" ? this.#spans : [];
    const seq = await this.#seqOf(question, what);
    return { what, ...(seq ? { seq } : {}), spans, basis, explanation, text_version, seen: hidden.length };
  }

  /** @param {Question} question @param {string} what @returns {Promise<number | null>} which decision or answer is shown */
  async #seqOf({ n, decision, second_reviews }, what) {
    if (what === "explanation") return decision?.seq ?? 1;
    if (what === "review") return second_reviews.at(-1)?.seq ?? 1;
    if (what !== "answer") return null;
    const { history } = await get(eventPath(this.#slug, `/questions/${n}`));
    return history.filter((/** @type {{kind: string}} */ { kind }) => kind === "answered").length;
  }

  #showLeft() {
    const place = find("#redaction-left");
    const part = this.#choice.value === "part";
    const words = part || this.#choice.value === "text" ? (this.#about?.text ?? null) : null;
    show(place, words !== null);
    if (words !== null) place.replaceChildren(...markedPieces(words, part ? this.#spans : []));
    show(find("#redaction-hint"), this.#choice.value === "text");
    show(find("[data-action=unmark]", this.#form), part);
  }

  #showRoom() {
    showRoom(this.#area, find("#redaction-room"), EXPLANATION_LIMIT);
  }
}

/**
 * Whether a reader can be the second of the two people who hide words.
 *
 * @typedef {object} Reader
 * @property {string | null} pseudonym
 * @property {boolean} ownerNeeded the policy wants an owner among the two, and this reader is none
 *
 * @param {Pick<Proposal, "by">} proposal @param {Reader} reader @returns {boolean}
 */
export function mayConfirm({ by }, { pseudonym, ownerNeeded }) {
  return by !== pseudonym && (!ownerNeeded || by.split(" ")[0] === "Owner");
}

/** @param {Reader} reader who proposes @returns {string} whose confirmation it takes */
export function secondOf({ ownerNeeded }) {
  return ownerNeeded ? "An owner" : "Somebody else";
}

export class Proposals {
  #place = find("#proposed");

  /**
   * Show what is proposed about the question in hand.
   *
   * @param {Question | null} question @param {readonly Proposal[]} proposals @param {Reader} reader
   */
  render(question, proposals, reader) {
    const proposal = proposals.find(({ n }) => n === question?.n);
    show(this.#place, Boolean(question && proposal));
    if (!question || !proposal) {
      // What was proposed may be hidden by now, so it does not stay in the page.
      for (const id of ["#proposed-left", "#proposed-title", "#proposed-why"]) find(id).replaceChildren();
      return;
    }
    const own = proposal.by === reader.pseudonym;
    const second = mayConfirm(proposal, reader);
    const what = `${NOUNS[proposal.what]}${proposal.seq ? ` ${proposal.seq}` : ""}`;
    const part = proposal.spans.length ? "part of the " : "the ";
    setText(find("#proposed-title"), `${own ? "You propose" : `${proposal.by} proposes`} to hide ${part}${what}: ${proposal.basis_label}`);
    setText(find("#proposed-why"), proposal.explanation);
    const left = find("#proposed-left");
    show(left, proposal.what === "text" && question.text !== null);
    if (proposal.what === "text" && question.text !== null) left.replaceChildren(...markedPieces(question.text, proposal.spans));
    show(this.#place.querySelector("[data-act=confirm]"), second);
    setText(this.#place.querySelector("[data-part=reject]"), own ? "Take it back" : "Reject");
    setText(find("#proposed-note"), second ? "If you confirm it, the words are deleted for good, and the record says so." : `${secondOf(reader)} has to confirm it. Until then nothing changes.`);
  }
}

/**
 * How many proposals wait for this reader.
 *
 * @param {readonly Proposal[]} proposals @param {Reader} reader @param {boolean} decides
 */
export function showWaiting(proposals, reader, decides) {
  const button = document.querySelector("#proposals");
  const waiting = proposals.filter((proposal) => mayConfirm(proposal, reader));
  show(button, decides && waiting.length > 0);
  setText(button?.querySelector("[data-part=what]") ?? null, `${some(waiting.length, "redaction")} to confirm`);
}

/** @param {Question} question @param {readonly Span[]} spans @returns {HTMLElement[]} */
function choicesOf({ text, name, decision, answer_html, second_reviews }, spans) {
  /** @type {[string, string, boolean][]} */
  const choices = [
    ["part", spans.length > 1 ? `The ${spans.length} marked parts` : "The marked words", text !== null && spans.length > 0],
    ["text", "All of its words", text !== null],
    ["name", "The name", name !== null],
    ["explanation", "The explanation of the last decision", Boolean(decision?.explanation)],
    ["answer", "The last answer", answer_html !== null],
    ["review", "The explanation of the last second review", Boolean(second_reviews.at(-1)?.explanation)],
  ];
  return choices.filter(([, , possible]) => possible).map(([value, label]) => create("option", { value }, label));
}

/** @param {string} words @param {readonly Span[]} spans @returns {HTMLElement[]} with what would go struck out */
function markedPieces(words, spans) {
  return piecesOf(words, spans).map(({ text, hidden }) => {
    const piece = create(hidden ? "del" : "span");
    setText(piece, text);
    return piece;
  });
}

/** @param {string} name @param {string} message */
function refusal(name, message) {
  return new ApiError(0, { code: "bad_input", message, field: name });
}
