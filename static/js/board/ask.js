// @ts-check
/** The slip on which a question is written. */

import { ApiError, serverNow } from "../lib/api.js";
import { field, find, findAll, part, setText, show } from "../lib/dom.js";
import { countGraphemes } from "../lib/graphemes.js";
import { say, sayError } from "../lib/notice.js";
import { moment, setTime } from "../lib/time.js";
import { submit, withKeys, withoutKeys } from "./submit.js";

/**
 * @typedef {import("../lib/types.js").EventView} EventView
 * @typedef {import("../lib/receipts.js").Draft} Draft
 *
 * @typedef {object} AskOptions
 * @property {HTMLElement} root
 * @property {string} slug
 * @property {import("../lib/live.js").Live} live
 * @property {import("../lib/receipts.js").Receipts} receipts
 * @property {import("./similar.js").SimilarQuestions} similar
 * @property {() => void} onAsked a receipt was kept
 * @property {() => void} onMine the reader wants to see it
 * @property {() => void} onNotJoined
 */

const MOST_GRAPHEMES = 500;
const RETRY_MS = 6000;

export class AskForm {
  #options;
  #root;
  #form;
  /** @type {HTMLTextAreaElement} */
  #text;
  /** @type {HTMLInputElement} */
  #name;
  /** @type {Draft} */
  #draft;
  #sending = false;

  /** @param {AskOptions} options */
  constructor(options) {
    this.#options = options;
    this.#root = options.root;
    this.#form = /** @type {HTMLFormElement} */ (find("form", this.#root));
    this.#text = find("textarea", this.#form);
    this.#name = find("input[name=name]", this.#form);
    this.#draft = options.receipts.draft() ?? { text: "", anonymous: true, name: "" };
    this.#text.value = this.#draft.text;
    this.#name.value = this.#draft.name;
    this.#listen();
    this.#typed();
    setInterval(() => this.retry(), RETRY_MS);
  }

  /** Offer what the event allows. @param {EventView} event */
  allow({ anonymous_allowed: anonymous, named_allowed: named }) {
    show(part(this.#root, "who"), anonymous && named);
    if (!anonymous) this.#draft.anonymous = false;
    if (!named) this.#draft.anonymous = true;
    this.#showChoice();
  }

  /** Send again what was sent without an answer. */
  retry() {
    if (this.#draft.client_key && !this.#sending && !this.#root.hidden) void this.#send();
  }

  #listen() {
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (this.#check()) void this.#send();
    });
    this.#form.addEventListener("input", () => {
      this.#draft = { ...withoutKeys(this.#draft), text: this.#text.value, name: this.#name.value };
      this.#options.receipts.keepDraft(this.#draft);
      this.#typed();
    });
    this.#form.addEventListener("focusin", () => this.#open(true));
    this.#text.addEventListener("keydown", (press) => {
      if (press.key === "Enter" && (press.ctrlKey || press.metaKey)) this.#form.requestSubmit();
    });
    for (const radio of findAll("input[name=who]", this.#form)) {
      radio.addEventListener("change", () => {
        this.#draft.anonymous = /** @type {HTMLInputElement} */ (radio).value === "anonymous";
        this.#options.receipts.keepDraft(this.#draft);
        this.#showChoice();
      });
    }
    this.#root.addEventListener("click", (click) => {
      const button = click.target instanceof Element ? click.target.closest("[data-action]") : null;
      if (button instanceof HTMLElement) this.#act(button.dataset.action);
    });
  }

  /** @param {string | undefined} action */
  #act(action) {
    if (action === "resend") this.retry();
    if (action === "edit") {
      this.#draft = withoutKeys(this.#draft);
      this.#options.receipts.keepDraft(this.#draft);
      this.#showPart("form");
      this.#text.focus();
    }
    if (action === "another") {
      this.#showPart("form");
      this.#text.focus();
    }
    if (action === "mine") this.#options.onMine();
  }

  /** @param {boolean} open */
  #open(open) {
    this.#root.toggleAttribute("data-open", open || this.#text.value !== "");
  }

  #typed() {
    const text = this.#text.value;
    const count = countGraphemes(text.trim());
    const over = count > MOST_GRAPHEMES;
    const words = over ? `${count - MOST_GRAPHEMES} too many` : `${count} of ${MOST_GRAPHEMES}`;
    setText(field(this.#root, "count"), count ? words : "");
    find("#ask-count", this.#root).dataset.over = String(over);
    this.#options.similar.look(text);
    this.#grow();
    this.#open(document.activeElement === this.#text);
    if (text) this.#complain(null);
  }

  #grow() {
    this.#text.style.blockSize = "auto";
    if (this.#text.value) this.#text.style.blockSize = `${this.#text.scrollHeight + 2}px`;
    else this.#text.style.removeProperty("block-size");
  }

  #showChoice() {
    const { anonymous } = this.#draft;
    for (const radio of findAll("input[name=who]", this.#form)) {
      const input = /** @type {HTMLInputElement} */ (radio);
      input.checked = (input.value === "anonymous") === anonymous;
    }
    show(part(this.#root, "name"), !anonymous);
    show(part(this.#root, "anonymous-words"), anonymous);
    show(part(this.#root, "named-words"), !anonymous);
  }

  /** @returns {boolean} whether there is something to send */
  #check() {
    const count = countGraphemes(this.#text.value.trim());
    if (count === 0) this.#complain("text", "Write your question first.");
    else if (count > MOST_GRAPHEMES) this.#complain("text", `At most ${MOST_GRAPHEMES} characters, please.`);
    else if (!this.#draft.anonymous && !this.#name.value.trim()) this.#complain("name", "Give the name to show.");
    else return true;
    return false;
  }

  /** @param {"text" | "name" | null} place @param {string} [sentence] */
  #complain(place, sentence = "") {
    setText(find("#ask-error", this.#root), place === "text" ? sentence : "");
    setText(find("#name-error", this.#root), place === "name" ? sentence : "");
    this.#text.setAttribute("aria-invalid", String(place === "text"));
    this.#name.setAttribute("aria-invalid", String(place === "name"));
    if (place === "text") this.#text.focus();
    if (place === "name") this.#name.focus();
  }

  async #send() {
    const { slug, live, receipts } = this.#options;
    const draft = withKeys(this.#draft);
    this.#draft = draft;
    receipts.keepDraft(draft);
    this.#busy(true);
    try {
      const { receipt, status } = await submit(slug, live, draft);
      const stored = receipts.keep(receipt);
      this.#draft = { text: "", anonymous: draft.anonymous, name: draft.name };
      receipts.keepDraft(this.#draft);
      this.#showDone(receipt, { stored, waits: status === "pending" });
    } catch (error) {
      this.#failed(error);
    } finally {
      this.#busy(false);
    }
  }

  /** @param {boolean} busy */
  #busy(busy) {
    this.#sending = busy;
    const button = part(this.#root, "send");
    button?.setAttribute("aria-busy", String(busy));
    setText(button, busy ? "Sending…" : "Send question");
  }

  /**
   * @param {import("../lib/receipts.js").StoredReceipt} receipt
   * @param {{stored: boolean, waits: boolean}} outcome waits: no rule decided it at once
   */
  #showDone(receipt, { stored, waits }) {
    this.#text.value = "";
    this.#typed();
    setText(field(this.#root, "done_number"), String(receipt.n));
    const due = field(this.#root, "done_due");
    if (due) setTime(due, receipt.due_at, moment(receipt.due_at, serverNow()));
    show(part(this.#root, "waits"), waits);
    show(part(this.#root, "decided"), !waits);
    show(part(this.#root, "not-stored"), !stored);
    this.#showPart("done");
    this.#moveFocus(part(this.#root, "done"));
    say(`Your question has docket number ${receipt.n}.`);
    this.#options.onAsked();
  }

  /** The button that was pressed is gone: go on from what took its place. @param {HTMLElement | null} place */
  #moveFocus(place) {
    const focused = document.activeElement;
    if (focused && focused !== document.body && !this.#root.contains(focused)) return;
    place?.focus({ preventScroll: true });
    place?.scrollIntoView({ block: "nearest" });
  }

  /** @param {unknown} error */
  #failed(error) {
    if (error instanceof ApiError && (error.code === "offline" || error.status >= 500 || error.code === "busy")) {
      setText(field(this.#root, "unconfirmed_text"), this.#draft.text);
      this.#showPart("unconfirmed");
      return;
    }
    // A refusal is an answer: nothing was logged, so the next attempt is a new submission.
    this.#draft = withoutKeys(this.#draft);
    this.#options.receipts.keepDraft(this.#draft);
    this.#showPart("form");
    if (!(error instanceof ApiError)) return sayError(error);
    if (error.code === "not_joined") this.#options.onNotJoined();
    this.#complain(error.field === "name" ? "name" : "text", error.message);
  }

  /** @param {"form" | "unconfirmed" | "done"} name */
  #showPart(name) {
    show(this.#form, name === "form");
    show(part(this.#root, "unconfirmed"), name === "unconfirmed");
    show(part(this.#root, "done"), name === "done");
  }
}
