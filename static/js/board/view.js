// @ts-check
/** The tabs and the list of questions. */

import { serverNow } from "../lib/api.js";
import { appealOffer } from "../lib/appeal.js";
import { field, find, findAll, part, setText, show } from "../lib/dom.js";
import { KeyedList } from "../lib/list.js";
import { inThousands } from "../lib/numbers.js";
import { fillQuestion, fillVote, questionElement } from "../lib/question.js";
import { EMPTY, TAB_NAMES, questionsOf, tabCounts } from "../lib/store.js";
import { tabs } from "../lib/tabs.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {import("../lib/store.js").State} State
 * @typedef {import("../lib/store.js").Tab} Tab
 *
 * @typedef {object} ViewOptions
 * @property {HTMLElement} root
 * @property {string} slug
 * @property {() => ReadonlySet<number>} mine docket numbers with a receipt
 * @property {(n: number) => {voted: boolean, enabled: boolean, over: boolean}} vote
 * @property {(n: number) => void} onVote
 * @property {(n: number) => void} onAppeal
 * @property {(article: HTMLElement, question: Question, wanted: boolean) => void} decorate adds the author's actions
 */

const PAGE = 50;
const AGES_MS = 20_000;

export class BoardView {
  #options;
  #root;
  /** @type {State} */
  #state = EMPTY;
  /** @type {Tab} */
  #tab = "popular";
  #most = PAGE;
  #select;
  /** @type {KeyedList<Question>} */
  #list;

  /** @param {ViewOptions} options */
  constructor(options) {
    this.#options = options;
    this.#root = options.root;
    this.#select = tabs(find("[role=tablist]", this.#root), (name) => this.open(/** @type {Tab} */ (name)));
    this.#list = new KeyedList({
      container: find("[data-part=list]", this.#root),
      key: (question) => question.n,
      create: questionElement,
      update: (article, question) => this.#update(article, question),
      chip: /** @type {HTMLButtonElement} */ (find("[data-part=chip]", this.#root)),
    });
    this.#listen();
    const wanted = TAB_NAMES.find((name) => location.hash === `#${name}`);
    if (wanted) this.open(wanted);
    setInterval(() => this.#updateAll(), AGES_MS);
  }

  /** @param {State} state @param {Set<number>} changed */
  show(state, changed) {
    this.#state = state;
    for (const n of changed) this.update(n);
    this.#render();
  }

  /** Bring one entry up to date where it is. @param {number} n */
  update(n) {
    const article = this.#list.element(n);
    const question = this.#state.questions.get(n);
    if (article && question) this.#update(article, question);
  }

  /** Bring everything up to date at once: the reader did something. */
  refresh() {
    this.#updateAll();
    this.#render(true);
  }

  /** @param {Tab} tab */
  open(tab) {
    this.#tab = tab;
    this.#most = PAGE;
    this.#select(tab);
    history.replaceState(null, "", tab === "popular" ? location.pathname : `#${tab}`);
    find("[role=tabpanel]", this.#root).setAttribute("aria-labelledby", `tab-${tab}`);
    for (const intro of findAll("[data-intro]", this.#root)) show(intro, intro.dataset.intro === tab);
    this.#updateAll();
    this.#render(true);
  }

  #listen() {
    this.#root.addEventListener("click", (click) => {
      const target = click.target instanceof Element ? click.target.closest("[data-action], [data-part=more]") : null;
      if (!(target instanceof HTMLElement)) return;
      if (target.dataset.part === "more") this.#showMore();
      if (target.dataset.action === "hold") this.#hold(target);
      const n = target.closest("article")?.dataset.n;
      if (target.dataset.action === "vote" && n) this.#options.onVote(Number(n));
      if (target.dataset.action === "appeal" && n) this.#options.onAppeal(Number(n));
    });
  }

  #showMore() {
    const first = this.#items().slice(0, this.#most).length;
    this.#most += PAGE;
    this.#render(true);
    const next = this.#items()[first];
    const heading = next && this.#list.element(next.n)?.querySelector("button, a");
    if (heading instanceof HTMLElement) heading.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} button */
  #hold(button) {
    this.#list.paused = !this.#list.paused;
    button.setAttribute("aria-pressed", String(this.#list.paused));
  }

  #items() {
    return questionsOf(this.#state, this.#tab, this.#options.mine());
  }

  /** @param {boolean} [now] */
  #render(now = false) {
    if (!this.#state.event) return;
    const items = this.#items();
    this.#list.render(items.slice(0, this.#most), { now });
    show(part(this.#root, "loading"), false);
    show(part(this.#root, "list"), items.length > 0);
    for (const empty of findAll("[data-empty]", this.#root)) {
      show(empty, items.length === 0 && empty.dataset.empty === this.#tab);
    }
    const more = part(this.#root, "more");
    const left = items.length - this.#most;
    show(more, left > 0);
    setText(more, `Show ${Math.min(PAGE, left)} more of ${inThousands(left)}`);
    const counted = tabCounts(this.#state, this.#options.mine());
    for (const tab of TAB_NAMES) {
      setText(field(find(`#tab-${tab}`, this.#root), "count"), inThousands(counted[tab]));
    }
  }

  #updateAll() {
    for (const n of this.#state.questions.keys()) this.update(n);
  }

  /** @param {HTMLElement} article @param {Question} question */
  #update(article, question) {
    const mine = this.#options.mine().has(question.n);
    fillQuestion(article, question, { slug: this.#options.slug, now: serverNow(), mine });
    const vote = this.#options.vote(question.n);
    fillVote(article, question, vote);
    // Appeals are taken after the close, too, for as long as the policy says.
    const offer = vote.enabled || vote.over ? appealOffer(question, { mine, voted: vote.voted, now: serverNow() }) : null;
    show(article.querySelector("[data-action=appeal]"), offer !== null);
    setText(field(article, "appeal_words"), offer ?? "");
    article.dataset.live = String(question.live);
    this.#options.decorate(article, question, mine && this.#tab === "mine");
  }
}
