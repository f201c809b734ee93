// @ts-check
/** The moderators' desk: a queue, the question in hand, and one decision after the other. */

import { ApiError, eventPath, get, post, serverNow, setCsrf } from "./lib/api.js";
import { create, find, findAll, part, setText, show } from "./lib/dom.js";
import { Live } from "./lib/live.js";
import { say, sayError } from "./lib/notice.js";
import { countWords } from "./lib/store.js";
import { AnswerForm } from "./desk/answer.js";
import { Hand, actsOn } from "./desk/hand.js";
import { Shortcuts } from "./desk/keys.js";
import { countOverdue, lastDecisionOf, neighbour, queueOf } from "./desk/queue.js";
import { QueueView } from "./desk/queue_view.js";
import { assignKeys } from "./desk/reasons.js";
import { StatementForm } from "./desk/statement.js";
import { alreadyWords, doneWords } from "./desk/words.js";

/**
 * @typedef {import("./lib/types.js").Question} Question
 * @typedef {import("./lib/types.js").Me} Me
 * @typedef {import("./desk/statement.js").Statement} Statement
 * @typedef {import("./desk/statement.js").Verdict} Verdict
 */

const TICK_MS = 10_000;
const DECIDERS = ["owner", "moderator"];
const PRESENTERS = ["owner", "moderator", "presenter"];
const wide = window.matchMedia("(min-width: 60rem)");

class Desk {
  #slug = document.body.dataset.slug ?? "";
  #page = find("#desk");
  /** @type {Me | null} */
  #me = null;
  /** @type {number | null} */
  #inHand = null;
  /** How many decisions on the question in hand its reader has seen: what a new one is based on. */
  #seq = 0;
  /** Where the question in hand stood in the queue, in case it leaves. */
  #place = 0;
  #busy = false;
  #drawing = false;
  #hand = new Hand(this.#slug);
  #queue = new QueueView(
    (n) => this.#takeFromList(n),
    () => this.#drawNow(true),
  );
  #statement = new StatementForm(
    (statement) => this.#decide(statement),
    () => this.#closedForm(),
  );
  #answer = new AnswerForm(
    (n, answer) => this.#present(n, "answered", { mode: "written", answer }),
    () => this.#closedForm(),
  );
  #live = new Live({
    slug: this.#slug,
    view: "desk",
    onChange: (_, changed) => this.#changed(changed),
    onConnection: () => this.#showConnection(),
    onRefused: (error) => this.#refused(error.message),
    onRole: () => void this.#learnRole(),
  });
  #shortcuts = new Shortcuts((key) => this.#pressed(key));

  async start() {
    this.#listen();
    await this.#learnRole();
    if (this.#me?.role === "presenter") this.#queue.choose("published");
    await Promise.all([this.#learnReasons(), this.#live.start()]);
    setInterval(() => this.#draw(), TICK_MS);
  }

  #listen() {
    find("#acts").addEventListener("click", (click) => {
      const button = click.target instanceof Element && click.target.closest("[data-act]");
      if (button instanceof HTMLElement) this.#act(button.dataset.act ?? "");
    });
    find("#undo").addEventListener("click", () => this.#undo());
    find("#back").addEventListener("click", () => window.history.back());
    find("#help").addEventListener("click", () => this.#help());
    window.addEventListener("popstate", () => this.#showPane(window.history.state?.hand ? "hand" : "queue"));
    const choice = /** @type {HTMLInputElement} */ (find("#shortcuts-on"));
    choice.checked = this.#shortcuts.on;
    choice.addEventListener("change", () => {
      this.#shortcuts.on = choice.checked;
    });
  }

  // What is known

  async #learnRole() {
    try {
      this.#me = await get(eventPath(this.#slug, "/me"));
      setCsrf(this.#me?.csrf ?? "");
    } catch (error) {
      sayError(error);
    }
    if (this.#me && !this.#me.role) this.#refused("You have no role in this event, or you are signed out.");
    this.#draw();
  }

  async #learnReasons() {
    try {
      const policy = await get(eventPath(this.#slug, "/policy"));
      this.#statement.setReasons(assignKeys(policy.document.reason_codes));
    } catch (error) {
      sayError(error);
    }
  }

  /** @param {string} why */
  #refused(why) {
    show(this.#page, false);
    show(find("#desk-loading"), false);
    show(find("#no-desk"), true);
    setText(find("#no-desk [data-field=message]"), why);
  }

  /** @returns {import("./desk/hand.js").Rights} */
  get #rights() {
    const role = this.#me?.role ?? "";
    const state = this.#live.state.event?.state ?? "draft";
    return { decide: DECIDERS.includes(role), present: PRESENTERS.includes(role), state };
  }

  /** @returns {Question | null} */
  get #question() {
    return this.#inHand === null ? null : (this.#live.state.questions.get(this.#inHand) ?? null);
  }

  /** @returns {Question[]} */
  get #questions() {
    return queueOf(this.#live.state, this.#queue.name, serverNow());
  }

  /** @returns {Question | null} */
  get #undoable() {
    const { decide, state } = this.#rights;
    if (!decide || (state !== "open" && state !== "live")) return null;
    return lastDecisionOf(this.#live.state, this.#me?.pseudonym ?? null);
  }

  // What is shown

  /** @param {Set<number>} changed docket numbers */
  #changed(changed) {
    const question = this.#question;
    if (question && changed.has(question.n) && !this.#busy) this.#noticeOthers(question);
    this.#draw();
  }

  /** Somebody else decided on the question in hand: say so, and show how it stands. @param {Question} question */
  #noticeOthers(question) {
    const seq = question.decision?.seq ?? 0;
    if (seq === this.#seq) return;
    this.#seq = seq;
    this.#statement.close();
    if (question.decision && question.decision.by !== this.#me?.pseudonym) say(alreadyWords(question));
  }

  /** Draw at most once a frame, however many notices arrive. */
  #draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#drawNow(false);
    });
  }

  /** @param {boolean} acted the reader did something: the list may move at once */
  #drawNow(acted) {
    const { event } = this.#live.state;
    if (!event || !this.#me?.role) return;
    const queue = this.#questions;
    if (this.#question === null) this.#hold(queue[0]?.n ?? null);
    const place = queue.findIndex((question) => question.n === this.#inHand);
    if (place >= 0) this.#place = place;
    show(find("#desk-loading"), false);
    show(this.#page, true);
    this.#queue.render(queue, this.#inHand, acted);
    this.#hand.render(this.#question, this.#rights, serverNow());
    const undoable = this.#undoable;
    show(find("#undo"), undoable !== null);
    if (undoable) setText(part(find("#undo"), "what"), `Undo #${undoable.n}`);
    this.#drawCounts(event);
  }

  /** @param {import("./lib/types.js").EventView} event */
  #drawCounts(event) {
    const closed = event.state === "closed";
    const overdue = closed ? 0 : countOverdue(this.#live.state, serverNow());
    find("#counts").replaceChildren(
      ...countWords({ ...event.counts, overdue }, closed).map(({ key, count, word }) =>
        create("li", { "data-count": key }, create("strong", {}, count.toLocaleString("en")), ` ${word}`),
      ),
    );
    this.#queue.renderCounts(event.counts);
    document.title = `${overdue ? `(${overdue} overdue) ` : ""}Desk · ${event.title}`;
  }

  #showConnection() {
    const words = { live: "", connecting: "Connecting…", polling: "Updates are slow here", offline: "No connection" };
    show(find("#connection"), this.#live.connection !== "live");
    setText(find("#connection [data-field=words]"), words[this.#live.connection]);
  }

  /** One pane is shown at phone width. @param {"queue" | "hand"} pane */
  #showPane(pane) {
    this.#page.dataset.pane = pane;
    if (wide.matches) return;
    window.scrollTo(0, 0);
    if (pane === "queue" && this.#inHand !== null) this.#queue.focus(this.#inHand);
  }

  // Taking up a question

  /** @param {number | null} n */
  #hold(n) {
    if (n !== this.#inHand) {
      this.#inHand = n;
      this.#statement.close();
      this.#answer.close();
    }
    this.#seq = this.#question?.decision?.seq ?? 0;
  }

  /** @param {number | null} n */
  #take(n) {
    this.#hold(n);
    this.#drawNow(true);
    if (n === null) return;
    this.#queue.reveal(n);
    this.#hand.focus();
    if (!wide.matches) window.scrollTo(0, 0);
  }

  /** @param {number} n */
  #takeFromList(n) {
    if (!wide.matches) window.history.pushState({ hand: true }, "");
    this.#showPane("hand");
    this.#take(n);
  }

  /** @param {number} step */
  #move(step) {
    this.#take(neighbour(this.#questions, this.#inHand, step, this.#place));
  }

  #closedForm() {
    show(find("#acts"), true);
    this.#hand.focus();
  }

  // Acts

  /** @param {string} key @returns {boolean} */
  #pressed(key) {
    if (this.#page.hidden) return false;
    if (this.#statement.about) return this.#statement.choose(key) || this.#escape(key);
    if (this.#answer.about) return this.#escape(key);
    if (key === "j" || key === "k") this.#move(key === "j" ? 1 : -1);
    else if (key === "u") this.#undo();
    else if (key === "?") this.#help();
    else return this.#act({ a: "publish", f: "filter", l: "live", n: "next" }[key] ?? "");
    return true;
  }

  /** @param {string} key @returns {boolean} */
  #escape(key) {
    if (key !== "escape") return false;
    this.#statement.close();
    this.#answer.close();
    return true;
  }

  /** @param {string} act @returns {boolean} whether it is possible on the question in hand */
  #act(act) {
    const question = this.#question;
    if (!question || this.#busy || !actsOn(question, this.#rights).has(act)) return false;
    const { n } = question;
    if (act === "publish" && question.status === "pending") {
      void this.#publish({ n, verdict: "publish", explanation: "", seq: this.#seq });
    } else if (act === "publish" || act === "filter" || act === "restore") this.#openStatement(act);
    else if (act === "written") {
      show(find("#acts"), false);
      this.#answer.open(n);
    } else if (act === "spoken") void this.#quietly(this.#present(n, "answered", { mode: "spoken" }));
    else void this.#quietly(this.#present(n, act, { on: act === "live" ? !question.live : !question.next }));
    return true;
  }

  /** @param {Verdict} verdict */
  #openStatement(verdict) {
    if (this.#inHand === null) return;
    show(find("#acts"), false);
    this.#statement.open(this.#inHand, verdict, this.#seq);
  }

  #undo() {
    const question = this.#undoable;
    if (!question || this.#busy) return;
    if (!wide.matches && this.#page.dataset.pane === "queue") window.history.pushState({ hand: true }, "");
    this.#showPane("hand");
    this.#take(question.n);
    this.#openStatement("restore");
  }

  #help() {
    /** @type {HTMLDialogElement} */ (find("#help-dialog")).showModal();
  }

  /** @param {Statement} statement */
  async #publish(statement) {
    await this.#quietly(this.#decide(statement));
  }

  /** Say what an act is refused for, instead of throwing it. @param {Promise<void>} act */
  async #quietly(act) {
    try {
      await act;
    } catch (error) {
      sayError(error);
    }
  }

  /** @param {Statement} statement */
  async #decide({ n, ...statement }) {
    await this.#alone(async () => {
      const question = await this.#sent(n, "decision", statement);
      say(doneWords(question, statement.verdict));
      this.#afterDecision(n);
    });
  }

  /** @param {number} n @param {string} act @param {object} body */
  async #present(n, act, body) {
    await this.#alone(async () => {
      const question = await this.#sent(n, act, body);
      this.#answer.close();
      say(doneWords(question, act));
    });
  }

  /** One act at a time: a key pressed twice is one decision, not one on the question after it. @param {() => Promise<void>} act */
  async #alone(act) {
    if (this.#busy) return;
    this.#busy = true;
    this.#page.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (error) {
      if (!this.#overtaken(error)) throw error;
    } finally {
      this.#busy = false;
      this.#page.removeAttribute("aria-busy");
    }
  }

  /** @param {number} n @param {string} act @param {object} body @returns {Promise<Question>} */
  async #sent(n, act, body) {
    const { question } = await post(eventPath(this.#slug, `/questions/${n}/${act}`), body);
    this.#live.accept(question);
    return question;
  }

  /** Somebody was first: show how the question stands and go on. @param {unknown} error @returns {boolean} */
  #overtaken(error) {
    if (!(error instanceof ApiError) || error.code !== "stale_version") return false;
    const current = /** @type {Question | undefined} */ (error.details["current"]);
    if (!current) return false;
    this.#live.accept(current);
    say(alreadyWords(current));
    this.#afterDecision(current.n);
    return true;
  }

  /** The next question, unless the reader has gone elsewhere meanwhile. @param {number} n */
  #afterDecision(n) {
    if (this.#inHand !== n) return;
    this.#statement.close();
    this.#seq = this.#question?.decision?.seq ?? 0;
    const stays = this.#questions.some((question) => question.n === n);
    this.#take(stays ? n : neighbour(this.#questions, n, 1, this.#place));
  }
}

for (const dialog of /** @type {HTMLDialogElement[]} */ (findAll("dialog"))) {
  dialog.addEventListener("click", (click) => {
    if (click.target === dialog) dialog.close();
  });
}
await new Desk().start();
