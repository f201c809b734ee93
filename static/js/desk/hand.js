// @ts-check
/** The question in hand: everything a moderator needs to decide on it, and only the acts that are possible. */

import { clone, create, field, find, findAll, part, setText, show } from "../lib/dom.js";
import { fillQuestion, questionElement } from "../lib/question.js";
import { isOverdue } from "../lib/store.js";
import { age, moment } from "../lib/time.js";
import { hasAppeal, isCorrectable } from "./queue.js";
import { canRedact } from "./redaction.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {import("../lib/types.js").EventState} EventState
 *
 * @typedef {object} Rights what this person may do, in this event's state
 * @property {boolean} decide
 * @property {boolean} present
 * @property {boolean} [ownerNeeded] the policy leaves appeals to owners, and this person is none
 * @property {string | null} [pseudonym]
 * @property {EventState} state
 */

const languages = new Intl.DisplayNames(["en"], { type: "language", fallback: "code" });

/**
 * The acts that are possible on a question now; all others are absent from the page.
 *
 * @param {Question} question @param {Rights} rights @returns {Set<string>}
 */
export function actsOn(question, rights) {
  const acts = new Set();
  if (rights.state === "draft") return acts;
  const { status } = question;
  if (hasAppeal(question)) return actsOnAppeal(question, rights);
  if (rights.state === "closed") return acts;
  if (rights.decide && status === "pending") acts.add("publish").add("filter").add("merge");
  if (rights.decide && isCorrectable(question)) {
    if (status !== "merged") acts.add(status === "filtered" ? "publish" : "filter").add("merge");
    acts.add("restore");
  }
  if (rights.present && status === "published") {
    if (!question.live && question.answered_at === null) acts.add("next");
    if (rights.state === "live") acts.add("live");
    acts.add("written");
    if (question.answered_at === null) acts.add("spoken");
  }
  return acts;
}

/** Decided by somebody else than the first time. @param {Question} question @param {Rights} rights @returns {Set<string>} */
function actsOnAppeal({ status, decision }, { decide, ownerNeeded, pseudonym, state }) {
  if (!decide || ownerNeeded || decision?.by === pseudonym) return new Set();
  if (status === "merged") return new Set(["merge", "restore"]);
  // Nothing goes back into the queue of a meeting that is over.
  return new Set(state === "closed" ? ["publish", "filter"] : ["publish", "filter", "restore"]);
}

export class Hand {
  #slug;
  #place = find("#in-hand");
  /** @type {HTMLElement | null} */
  #article = null;

  /** @param {string} slug */
  constructor(slug) {
    this.#slug = slug;
  }

  /**
   * Show a question, or that there is none.
   *
   * @param {Question | null} question @param {Rights} rights @param {number} nowMs
   */
  render(question, rights, nowMs) {
    show(find("#hand"), question !== null);
    show(find("#hand-empty"), question === null);
    if (!question) {
      this.#article?.remove();
      this.#article = null;
      return;
    }
    const article = this.#articleFor(question);
    fillQuestion(article, question, { slug: this.#slug, now: nowMs, decisions: "all" });
    this.#fillFacts(question, nowMs);
    fillFlags(question);
    showActs(question, rights);
  }

  /** Put the focus on the question, so that a screen reader reads it; keys work from there. */
  focus() {
    this.#article?.focus({ preventScroll: true });
  }

  /** @param {Question} question @returns {HTMLElement} */
  #articleFor(question) {
    if (this.#article?.dataset.n === String(question.n)) return this.#article;
    const hadFocus = this.#article?.contains(document.activeElement) ?? false;
    const article = questionElement(question);
    article.tabIndex = -1;
    const labels = ["number", "text"].map((name) => labelled(article, name));
    article.setAttribute("aria-labelledby", labels.join(" "));
    this.#place.replaceChildren(article);
    this.#article = article;
    if (hadFocus) this.focus();
    return article;
  }

  /** @param {Question} question @param {number} nowMs */
  #fillFacts(question, nowMs) {
    const facts = [["Deadline", deadlineWords(question, nowMs)]];
    if (question.language) facts.push(["Language", languageName(question.language)]);
    if (question.source === "import") facts.push(["Source", "Sent in advance, imported from a file"]);
    if (question.text_version > 1) facts.push(["Revised", `Version ${question.text_version} by its author`]);
    const list = find("#hand-facts");
    const words = facts.flat().join("\n");
    if (list.dataset.words === words) return;
    list.dataset.words = words;
    list.replaceChildren(
      ...facts.flatMap(([name = "", value = ""]) => [create("dt", {}, name), create("dd", {}, value)]),
    );
  }
}

/** @param {HTMLElement} article @param {string} name @returns {string} the id of the field, newly given */
function labelled(article, name) {
  const id = `hand-${name}`;
  field(article, name)?.setAttribute("id", id);
  return id;
}

/** @param {Question} question @param {number} nowMs @returns {string} */
function deadlineWords(question, nowMs) {
  const { due_at: due, decision } = question;
  if (question.status !== "pending") {
    return decision?.overdue ? `${moment(due, nowMs)}, missed` : `${moment(due, nowMs)}, met`;
  }
  if (question.undecided) return `${moment(due, nowMs)}; never decided`;
  if (isOverdue(question, nowMs)) return `${moment(due, nowMs)}, overdue by ${age(due, nowMs)}`;
  return `${moment(due, nowMs)}, ${age(nowMs, due)} left`;
}

/** @param {string} tag @returns {string} such as "Arabic (ar)" */
function languageName(tag) {
  try {
    const name = languages.of(tag);
    return name && name !== tag ? `${name} (${tag})` : tag;
  } catch {
    return tag; // not a tag that the browser knows
  }
}

/** @param {Question} question */
function fillFlags(question) {
  const list = find("#flags");
  const words = JSON.stringify(question.flags);
  show(find("#flagged"), question.flags.length > 0);
  if (list.dataset.words === words) return;
  list.dataset.words = words;
  list.replaceChildren(
    ...question.flags.map((flag) => {
      const item = clone("flag");
      setText(field(item, "rule"), flag.rule.replaceAll("_", " "));
      setText(field(item, "explanation"), flag.explanation);
      return item;
    }),
  );
}

/** @param {Question} question @param {Rights} rights */
function showActs(question, rights) {
  const acts = actsOn(question, rights);
  if (rights.decide && canRedact(question)) acts.add("redact");
  if (rights.decide && acts.has("filter")) acts.add("claim");
  for (const button of findAll("#acts [data-act]")) show(button, acts.has(button.dataset.act ?? ""));
  for (const group of findAll("#acts [data-group]")) {
    show(group, [...group.querySelectorAll("[data-act]")].some((button) => !button.hasAttribute("hidden")));
  }
  const correcting = question.status !== "pending";
  setText(part(find("#acts"), "publish"), correcting ? "Publish after all" : "Publish");
  const kept = question.status === "filtered" || question.status === "merged";
  setText(part(find("#acts"), "filter"), kept ? "Keep it filtered out" : correcting ? "Filter out after all" : "Filter out");
  setText(part(find("#acts"), "merge"), question.status === "merged" ? "Keep it merged" : "Merge");
  setText(part(find("#acts"), "restore"), question.status === "merged" ? "Undo the merge" : "Put back into the queue");
  setText(part(find("#acts"), "written"), question.answered_at ? "Add a written answer" : "Write an answer");
  find("#acts").querySelector("[data-act=live]")?.setAttribute("aria-pressed", String(question.live));
  find("#acts").querySelector("[data-act=next]")?.setAttribute("aria-pressed", String(question.next));
  setText(find("#acts-none"), acts.size && !isKept(question, acts) ? "" : whyNothing(question, rights));
}

/** @param {Question} question @param {Set<string>} acts @returns {boolean} whether its decision stands for now, which needs a word */
function isKept(question, acts) {
  return question.merged.length > 0 || (hasAppeal(question) && !acts.has("publish") && !acts.has("merge"));
}

/** @param {Question} question @param {Rights} rights @returns {string} why there is nothing to do here */
function whyNothing(question, rights) {
  if (rights.state === "draft") return "The event is a draft. Decisions can be made as soon as it is open.";
  if (hasAppeal(question) && rights.ownerNeeded) return "This appeal waits for an owner: under this policy nobody else decides on it.";
  if (hasAppeal(question) && rights.decide) return "This appeal is against a decision of yours: somebody else decides on it.";
  if (rights.state === "closed") return "The event is closed. Only appeals are still decided on.";
  if (question.status === "withdrawn") return "Its author withdrew this question.";
  if (question.merged.length) {
    const numbers = question.merged.map((n) => `#${n}`).join(", ");
    return `Its decision stands while others are merged into it: ${numbers}.`;
  }
  if (!rights.decide && !rights.present) return "You are here to read: auditors decide nothing.";
  if (!rights.decide) return "A presenter takes up questions once they are published.";
  return "";
}
