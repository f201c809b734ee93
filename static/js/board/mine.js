// @ts-check
/** What an author can do with a question of theirs, and what became of it, in words. */

import { ApiError, eventPath, post, serverNow } from "../lib/api.js";
import { appealWords } from "../lib/appeal.js";
import { askDialog, clone, field, find, part, setText, show } from "../lib/dom.js";
import { say, sayError } from "../lib/notice.js";
import { showPlaces } from "../lib/places.js";
import { isTextGone } from "../lib/question.js";
import { downloadReceipt } from "../lib/receipts.js";
import { age, moment } from "../lib/time.js";
import { askForAddress } from "./mail.js";
import { printReceipt } from "./print.js";
import { kept } from "./submit.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {import("../lib/receipts.js").StoredReceipt} StoredReceipt
 *
 * @typedef {object} MineOptions
 * @property {string} slug
 * @property {import("../lib/live.js").Live} live
 * @property {import("../lib/receipts.js").Receipts} receipts
 * @property {() => void} onChange the receipts changed
 */

export class Mine {
  #options;
  /** How the reader's questions stood when they were last told of it. @type {Map<number, string>} */
  #told = new Map();

  /** @param {MineOptions} options */
  constructor(options) {
    this.#options = options;
  }

  /**
   * Tell the reader at once what became of a question of theirs.
   *
   * @param {ReadonlyMap<number, Question>} questions @param {Iterable<number>} changed docket numbers
   */
  tell(questions, changed) {
    for (const n of changed) {
      const question = questions.get(n);
      if (!question || !this.#options.receipts.find(n)) continue;
      const stands = [question.status, question.decision_count, question.merged, question.answered_at, question.appeal?.outcome].join();
      const known = this.#told.get(n);
      this.#told.set(n, stands);
      if (known !== undefined && known !== stands && question.status !== "withdrawn") {
        say(`Your question #${n}: ${statusWords(question, serverNow())}`);
      }
    }
  }

  /**
   * Show the author's actions on a question of theirs, or take them away.
   *
   * @param {HTMLElement} article @param {Question} question @param {boolean} wanted
   */
  decorate(article, question, wanted) {
    const slot = part(article, "actions");
    const receipt = this.#options.receipts.find(question.n);
    if (!slot) return;
    if (!wanted || !receipt) {
      if (slot.firstChild) slot.replaceChildren();
      return;
    }
    if (!slot.firstChild) slot.append(this.#actions(question.n));
    if (question.text === null) {
      setText(field(article, "text"), receipt.text);
      show(field(article, "text"), true);
      setText(field(article, "asker"), receipt.anonymous ? "Anonymous (you)" : "You");
      show(field(article, "asker"), true);
      const gone = isTextGone(question);
      setText(field(article, "unseen"), gone ? "They are hidden. Only your receipt still has them." : "Only you see these words so far.");
      show(field(article, "unseen"), true);
    }
    setText(field(slot, "mine_status"), statusWords(question, serverNow()));
    show(part(slot, "promised"), !receipt.proof);
    show(part(slot, "proven"), Boolean(receipt.proof));
    setText(field(slot, "receipt_words"), receiptWords(receipt));
    const open = this.#options.live.state.event?.state !== "closed";
    show(slot.querySelector("[data-action=revise]"), open && question.status === "pending" && !question.hidden.length);
    show(slot.querySelector("[data-action=erase]"), !isTextGone(question));
    show(slot.querySelector("[data-action=mail]"), open && !question.anonymous && question.status !== "withdrawn");
    show(slot.querySelector("[data-action=withdraw]"), open && canWithdraw(question));
  }

  /** @param {number} n */
  #actions(n) {
    const actions = clone("mine-actions");
    actions.addEventListener("click", (click) => {
      const button = click.target instanceof Element ? click.target.closest("[data-action]") : null;
      if (button instanceof HTMLElement) void this.#act(button.dataset.action, n);
    });
    return actions;
  }

  /** @param {string | undefined} action @param {number} n */
  async #act(action, n) {
    const receipt = this.#options.receipts.find(n);
    if (!receipt) return;
    try {
      if (action === "download") this.#download(receipt);
      if (action === "print") await this.#print(receipt);
      if (action === "forget") await this.#forget(receipt);
      if (action === "withdraw") await this.#withdraw(receipt);
      if (action === "revise") await this.#revise(receipt);
      if (action === "mail") await askForAddress(this.#options.slug, receipt);
      if (action === "erase") await this.#erase(receipt);
    } catch (error) {
      sayError(error);
    }
  }

  /** @param {StoredReceipt} receipt */
  #download(receipt) {
    const { event } = this.#options.live.state;
    if (event) downloadReceipt(receipt, event);
  }

  /** @param {StoredReceipt} receipt */
  async #print(receipt) {
    const { event } = this.#options.live.state;
    if (event) await printReceipt(receipt, event);
  }

  /** @param {StoredReceipt} receipt */
  async #forget({ n }) {
    if ((await askDialog("forget-dialog", { number: `#${n}` })) !== "forget") return;
    this.#options.receipts.forget(n);
    say(`The receipt of question ${n} is forgotten.`);
    this.#options.onChange();
  }

  /** @param {StoredReceipt} receipt */
  async #withdraw({ n, author_key }) {
    if ((await askDialog("withdraw-dialog", { number: `#${n}` })) !== "withdraw") return;
    const { slug, live } = this.#options;
    const answer = await post(eventPath(slug, `/questions/${n}/withdraw`), { author_key });
    live.accept(answer);
    say(`Question ${n} is withdrawn. Its docket number stays.`);
  }

  /** Say first everywhere that the words are, then erase them. @param {StoredReceipt} receipt */
  async #erase({ n, author_key }) {
    const { slug, live } = this.#options;
    const question = live.state.questions.get(n);
    const named = question && !question.anonymous && !question.hidden.some(({ what }) => what.includes("name"));
    const body = { author_key, what: named ? ["name", "text"] : ["text"] };
    const path = eventPath(slug, `/questions/${n}/erase`);
    showPlaces(find("#erase-dialog"), (await post(path, { ...body, dry_run: true })).places);
    if ((await askDialog("erase-dialog", { number: `#${n}` })) !== "erase") return;
    const answer = await post(path, { ...body, dry_run: false });
    live.accept(answer.question);
    say(`Your words in question ${n} are erased. The record says so. Your receipt still has them until you forget it.`);
  }

  /** @param {StoredReceipt} receipt @param {string} [draft] @param {string} [complaint] */
  async #revise(receipt, draft = receipt.text, complaint = "") {
    const text = /** @type {HTMLTextAreaElement} */ (find("#revise-text"));
    text.value = draft;
    setText(find("#revise-error"), complaint);
    text.setAttribute("aria-invalid", String(complaint !== ""));
    const answer = await askDialog("revise-dialog", { number: `#${receipt.n}` });
    if (answer !== "revise" || text.value.trim() === receipt.text) return;
    const { slug, receipts, onChange } = this.#options;
    const { n, author_key } = receipt;
    const changed = { ...receipt, text: text.value.trim() };
    try {
      const newer = await post(eventPath(slug, `/questions/${n}/revise`), { author_key, text: changed.text });
      receipts.keep(kept(newer, changed));
      say(`Question ${n} is changed. Both versions are logged.`);
      onChange();
    } catch (error) {
      if (!(error instanceof ApiError) || error.field !== "text") throw error;
      await this.#revise(receipt, text.value, error.message);
    }
  }
}

/** @param {StoredReceipt} receipt @returns {string} */
function receiptWords({ proof, leaf_index }) {
  if (proof) return `This browser has verified that it is entry ${leaf_index} of the log.`;
  return "The server has signed that it is in the log. This browser has not verified that yet.";
}

/** @param {Question} question @returns {boolean} */
function canWithdraw({ status, live }) {
  return !live && ["pending", "published", "filtered", "merged"].includes(status);
}

/**
 * What became of a question, as a sentence to its author.
 *
 * @param {Question} question @param {number} now @returns {string}
 */
export function statusWords(question, now) {
  const { decision } = question;
  if (question.status === "withdrawn") return "You withdrew it. Its docket number stays on the record.";
  if (question.status === "merged") {
    return `It was merged into #${question.merged_into}, which asks the same. Your words and votes stay, and count for both.`;
  }
  if (question.live) return "It is being answered now.";
  if (question.answered_at) return `It was answered at ${moment(question.answered_at, now)}.`;
  if (question.status === "published") {
    const merged = question.merged.map((n) => `#${n}`).join(", ");
    return `${question.next ? "It is next up." : "It is on the board for everyone."}${merged ? ` It stands for ${merged} too.` : ""}`;
  }
  const appeal = appealWords(question, now);
  if (question.status === "filtered") {
    const reason = decision?.reason_label ?? "a reason of the policy";
    return `It was filtered out for this reason: ${reason}. It keeps its place, its words and its votes under Filtered out.${appeal ? ` ${appeal}` : ""}`;
  }
  if (question.undecided) return "It was never decided before the event closed. The record says so.";
  if (question.overdue || question.due_at < now) return `The decision is overdue by ${age(question.due_at, now)}.`;
  return `It waits for a decision, due by ${moment(question.due_at, now)}.`;
}
