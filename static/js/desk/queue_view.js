// @ts-check
/** The left pane: queues behind tabs, fifty entries more at a time, and no more at once than stay smooth. */

import { serverNow } from "../lib/api.js";
import { isAppealOverdue } from "../lib/appeal.js";
import { clone, field, fill, find, findAll, part, setText, show } from "../lib/dom.js";
import { KeyedList } from "../lib/list.js";
import { inThousands, some } from "../lib/numbers.js";
import { isOverdue } from "../lib/store.js";
import { tabs } from "../lib/tabs.js";
import { age } from "../lib/time.js";
import { hasAppeal } from "./queue.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {import("../lib/types.js").Counts} Counts
 * @typedef {import("./queue.js").QueueName} QueueName
 * @typedef {{question: Question, current: boolean, chosen: boolean, age: string, overdue: boolean, others: string}} Shown
 */

const PAGE_SIZE = 50;
const MOST_LISTED = 200;

export class QueueView {
  /** @type {QueueName} */
  #name = "waiting";
  /** The place in the queue that the list begins at, and how many entries it has from there. */
  #first = 0;
  #shown = PAGE_SIZE;
  /** Whether the reader went elsewhere in the list: until another question is in hand. */
  #isElsewhere = false;
  /** @type {number | null} */
  #inHand = null;
  #onQueue;
  /** @type {KeyedList<Question>} */
  #list = new KeyedList({
    container: find("#queue"),
    key: (question) => question.n,
    create: () => clone("queue-entry"),
    update: (element, question) => this.#fillEntry(element, question),
    chip: /** @type {HTMLButtonElement} */ (find("#queue-chip")),
  });
  /** Who else is at a question, "" for nobody. @type {(n: number) => string} */
  others = () => "";
  /** Whether a question is to be decided on with others. @type {(n: number) => boolean} */
  isChosen = () => false;
  /** What each entry shows. @type {WeakMap<HTMLElement, Shown>} */
  #filled = new WeakMap();
  #selectTab = tabs(find("#queues"), (name) => this.choose(/** @type {QueueName} */ (name)));

  /**
   * @param {(n: number) => void} onTake an entry was pressed
   * @param {() => void} onQueue another queue, or more of it, was asked for
   */
  constructor(onTake, onQueue) {
    this.#onQueue = onQueue;
    find("#queue").addEventListener("click", (click) => {
      const button = click.target instanceof Element && click.target.closest("[data-n]");
      if (button instanceof HTMLElement) onTake(Number(button.dataset.n));
    });
    find("#more").addEventListener("click", () => this.#showMore());
    find("#earlier").addEventListener("click", () => this.#showEarlier());
  }

  /** @returns {QueueName} */
  get name() {
    return this.#name;
  }

  /** @param {QueueName} name */
  choose(name) {
    this.#name = name;
    [this.#first, this.#shown, this.#isElsewhere] = [0, PAGE_SIZE, false];
    this.#selectTab(name);
    find("#queue-panel").setAttribute("aria-labelledby", `tab-${name}`);
    this.#onQueue();
  }

  /**
   * @param {readonly Question[]} queue @param {number | null} inHand
   * @param {boolean} now the reader acted: the list may move at once
   */
  render(queue, inHand, now) {
    if (inHand !== this.#inHand) this.#isElsewhere = false;
    this.#inHand = inHand;
    this.#first = Math.min(this.#first, Math.max(0, queue.length - this.#shown));
    if (!this.#isElsewhere) this.#follow(queue.findIndex((question) => question.n === inHand));
    const end = this.#first + this.#shown;
    this.#list.render(queue.slice(this.#first, end), { now });
    offer("#more", "more", queue.length - end);
    offer("#earlier", "earlier", this.#first);
    for (const words of findAll("[data-empty]")) {
      show(words, queue.length === 0 && words.dataset.empty === this.#name);
    }
  }

  /** @param {Counts} counts @param {number} appeals that wait */
  renderCounts({ pending, published, filtered, merged }, appeals) {
    for (const [name, count] of Object.entries({ waiting: pending, appeals, published, filtered, merged })) {
      setText(field(find(`#tab-${name}`), "count"), inThousands(count));
    }
  }

  /** Bring an entry into sight. @param {number} n */
  reveal(n) {
    this.#list.element(n)?.scrollIntoView({ block: "nearest" });
  }

  /** @param {number} n */
  focus(n) {
    this.#list.element(n)?.querySelector("button")?.focus();
  }

  /** Have the question in hand in the list. @param {number} place in the queue, -1 for none */
  #follow(place) {
    if (place < 0) return;
    this.#first = Math.min(this.#first, place);
    this.#shown = Math.min(MOST_LISTED, Math.max(this.#shown, place + 1 - this.#first));
    this.#first = Math.max(this.#first, place + 1 - this.#shown);
  }

  #showMore() {
    const last = find("#queue").lastElementChild;
    const shown = Math.min(this.#shown + PAGE_SIZE, MOST_LISTED);
    this.#first += this.#shown + PAGE_SIZE - shown;
    this.#shown = shown;
    this.#goElsewhere();
    last?.nextElementSibling?.querySelector("button")?.focus();
  }

  #showEarlier() {
    const first = find("#queue").firstElementChild;
    const earlier = Math.max(0, this.#first - PAGE_SIZE);
    this.#shown = Math.min(this.#shown + this.#first - earlier, MOST_LISTED);
    this.#first = earlier;
    this.#goElsewhere();
    first?.previousElementSibling?.querySelector("button")?.focus();
  }

  #goElsewhere() {
    this.#isElsewhere = true;
    this.#onQueue();
  }

  /**
   * Two thousand entries are looked at whenever something changes; only those that differ are touched.
   *
   * @param {HTMLElement} element @param {Question} question
   */
  #fillEntry(element, question) {
    const now = serverNow();
    const { n } = question;
    const shown = {
      question,
      current: n === this.#inHand,
      chosen: this.isChosen(n),
      age: age(question.submitted_at, now),
      overdue: (isOverdue(question, now) && !question.undecided) || isAppealOverdue(question, now),
      others: this.others(n),
    };
    const before = this.#filled.get(element);
    if (before && Object.entries(shown).every(([name, value]) => before[/** @type {keyof Shown} */ (name)] === value)) return;
    this.#filled.set(element, shown);
    fillEntry(element, shown);
  }
}

/** @param {string} selector of the button @param {string} which @param {number} left how many there are */
function offer(selector, which, left) {
  show(find(selector), left > 0);
  if (left > 0) setText(find(selector), `Show ${Math.min(PAGE_SIZE, left)} ${which} (${inThousands(left)} left)`);
}

/** @param {HTMLElement} element @param {Shown} shown */
function fillEntry(element, { question, current, chosen, age: asked, overdue, others }) {
  const { flags, n, support: votes } = question;
  const button = find("button", element);
  button.dataset.n = String(n);
  if (current) button.setAttribute("aria-current", "true");
  else button.removeAttribute("aria-current");
  fillBox(element, question, chosen);
  fill(element, {
    number: `#${n}`,
    text: question.text ?? "Its words are hidden.",
    age: asked,
    flags: flags.length === 1 ? "1 flag" : `${flags.length} flags`,
    votes: some(votes, "vote"),
    others,
  });
  show(field(element, "votes"), votes > 0);
  show(part(element, "flags"), flags.length > 0 && question.status === "pending");
  show(part(element, "overdue"), overdue);
  show(part(element, "others"), others !== "");
  show(part(element, "differs"), question.second_reviews.some(({ agrees }) => !agrees));
  show(part(element, "appeal"), hasAppeal(question));
  show(part(element, "undecided"), question.undecided);
  show(part(element, "live"), question.live);
  show(part(element, "next"), question.next && !question.live);
  show(part(element, "answered"), question.answered_at !== null && !question.live);
  if (question.language) field(element, "text")?.setAttribute("lang", question.language);
}

/** @param {HTMLElement} element @param {Question} question @param {boolean} chosen */
function fillBox(element, { n, decision_count }, chosen) {
  const box = element.querySelector("[data-choose]");
  if (!(box instanceof HTMLInputElement)) return;
  box.dataset.choose = String(n);
  box.dataset.seq = String(decision_count);
  box.checked = chosen;
  setText(field(element, "choose"), `Choose #${n}`);
}
