// @ts-check
/** The moderators' desk: a queue, the question in hand, and one decision after the other. */

import { eventPath, get, serverNow, setCsrf } from "./lib/api.js";
import { find, setText, show } from "./lib/dom.js";
import { Live } from "./lib/live.js";
import { say } from "./lib/notice.js";
import { Acts, quietly } from "./desk/acts.js";
import { Alike } from "./desk/alike.js";
import { AnswerForm } from "./desk/answer.js";
import { Chosen, named, outcomeWords } from "./desk/chosen.js";
import { Hand, actsOn } from "./desk/hand.js";
import { showConnection, showCounts, showUndo } from "./desk/head.js";
import { Shortcuts } from "./desk/keys.js";
import { Panes } from "./desk/panes.js";
import { appealsOf, countOverdue, lastDecisionOf, neighbour, queueOf } from "./desk/queue.js";
import { Presence } from "./desk/presence.js";
import { Proposals, RedactionForm, canRedact, mayConfirm, secondOf, showWaiting } from "./desk/redaction.js";
import { QueueView } from "./desk/queue_view.js";
import { SecondReviews } from "./desk/second_reviews.js";
import { StatementForm } from "./desk/statement.js";
import { alreadyWords, doneWords } from "./desk/words.js";

/**
 * @typedef {import("./lib/types.js").Question} Question
 * @typedef {import("./lib/types.js").Me} Me
 * @typedef {import("./desk/statement.js").Statement} Statement
 * @typedef {import("./desk/statement.js").Verdict} Verdict
 */

const TICK_MS = 10_000;
/** For so long after an act the list may move at once: its reader caused that. */
const OWN_MS = 1500;
const DECIDERS = ["owner", "moderator"];
const VERDICTS = ["publish", "filter", "merge", "restore"];
const PRESENTERS = ["owner", "moderator", "presenter"];
/** @type {Record<string, string>} */
const ACT_OF_KEY = {
  a: "publish",
  f: "filter",
  m: "merge",
  l: "live",
  n: "next",
  r: "redact",
  c: "confirm",
  x: "reject",
  h: "claim",
};

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
  #drawing = false;
  /** The queue as it was last sorted: one key asks for it several times. */
  #sorted = { state: /** @type {unknown} */ (null), name: "", second: 0, queue: /** @type {Question[]} */ ([]) };
  #actedAt = -OWN_MS;
  #hand = new Hand(this.#slug);
  #alike = new Alike(this.#slug);
  #panes = new Panes(this.#page, () => this.#inHand !== null && this.#queue.focus(this.#inHand));
  #queue = new QueueView(
    (n) => this.#takeFromList(n),
    () => this.#changedQueue(),
  );
  #statement = StatementForm.of(
    (statement) => this.#decide(statement),
    () => this.#closedForm(),
    this.#alike,
  );
  #answer = AnswerForm.of(
    (n, answer) => this.#present(n, "answered", { mode: "written", answer }),
    () => this.#closedForm(),
  );
  #redaction = RedactionForm.of(
    this.#slug,
    (n, proposal) => this.#propose(n, proposal),
    () => this.#closedForm(),
  );
  #proposals = new Proposals();
  #live = new Live({
    slug: this.#slug,
    view: "desk",
    onChange: (_, changed) => this.#changed(changed),
    onConnection: (connection) => {
      showConnection(connection);
      this.#presence.forget();
      this.#draw();
    },
    onPresence: (notice) => {
      this.#presence.take(notice);
      this.#draw();
    },
    onRefused: (error) => this.#refused(error.message),
    onRole: () => void quietly(this.#learnRole()),
  });
  #presence = new Presence((verb, body) => this.#live.send(verb, body));
  #chosen = new Chosen(this.#slug, () => this.#draw());
  #acts = new Acts(this.#slug, this.#page, (question) => this.#live.accept(question));
  #reviews = SecondReviews.of(this.#slug, (question) => this.#live.accept(question));
  #shortcuts = new Shortcuts((key) => this.#pressed(key));

  async start() {
    this.#listen();
    if (document.body.dataset.role === "presenter") this.#queue.choose("published");
    await Promise.all([quietly(this.#learnRole()), this.#live.start()]);
    setInterval(() => this.#tick(), TICK_MS);
  }

  #listen() {
    for (const place of ["#acts", "#proposed"]) {
      find(place).addEventListener("click", (click) => {
        const button = click.target instanceof Element && click.target.closest("[data-act]");
        if (button instanceof HTMLElement) this.#act(button.dataset.act ?? "");
      });
    }
    document.querySelector("#chosen")?.addEventListener("click", (click) => {
      const button = click.target instanceof Element && click.target.closest("[data-together]");
      if (button instanceof HTMLElement) this.#openTogether(button.dataset.together ?? "");
    });
    document.querySelector("#proposals")?.addEventListener("click", () => this.#nextProposal());
    document.querySelector("#undo")?.addEventListener("click", () => this.#undo());
    find("#back").addEventListener("click", () => this.#panes.back());
  }

  /** Ages and deadlines go on; so does asking who the reader is, if that failed. */
  #tick() {
    if (!this.#me) void quietly(this.#learnRole());
    this.#draw();
  }

  // What is known

  async #learnRole() {
    /** @type {Me} */
    const me = await get(eventPath(this.#slug, "/me"));
    this.#me = me;
    setCsrf(me.csrf);
    if (!me.role) this.#refused("You have no role in this event any more, or you are signed out.");
    // The page holds the controls of the role that it was made for.
    else if (me.role !== document.body.dataset.role) window.location.reload();
    this.#draw();
  }

  /** @param {string} why */
  #refused(why) {
    this.#me = null;
    this.#statement?.close();
    this.#answer?.close();
    this.#redaction?.close();
    for (const selector of ["#desk", "#desk-tools", "#counts", "#desk-loading"]) show(find(selector), false);
    show(find("#no-desk"), true);
    setText(find("#no-desk [data-field=message]"), why);
  }

  /** @returns {import("./desk/hand.js").Rights} */
  get #rights() {
    const role = this.#me?.role ?? "";
    const state = this.#live.state.event?.state ?? "draft";
    const ownerNeeded = this.#page.hasAttribute("data-appeals-need-owner");
    return { decide: DECIDERS.includes(role), present: PRESENTERS.includes(role), ownerNeeded, state, pseudonym: this.#me?.pseudonym ?? null };
  }

  /** @returns {import("./desk/redaction.js").Reader} */
  get #reader() {
    return { pseudonym: this.#me?.pseudonym ?? null, ownerNeeded: this.#page.hasAttribute("data-hiding-needs-owner") };
  }

  /** @returns {Question | null} */
  get #question() {
    return this.#inHand === null ? null : (this.#live.state.questions.get(this.#inHand) ?? null);
  }

  /** @returns {Question[]} */
  get #questions() {
    const { state } = this.#live;
    const { name } = this.#queue;
    const second = Math.floor(serverNow() / 1000);
    const kept = this.#sorted;
    if (kept.state !== state || kept.name !== name || kept.second !== second) {
      this.#sorted = { state, name, second, queue: queueOf(state, name, serverNow()) };
    }
    return this.#sorted.queue;
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
    if (question && changed.has(question.n) && !this.#acts.busy) this.#noticeOthers(question);
    this.#draw();
  }

  /** Somebody else decided on the question in hand: say so, and show how it stands. @param {Question} question */
  #noticeOthers(question) {
    const seq = question.decision_count;
    if (seq === this.#seq) return;
    this.#seq = seq;
    if (this.#statement?.about?.n === question.n) this.#statement.close();
    if (question.decision && question.decision.by !== this.#me?.pseudonym) say(alreadyWords(question));
  }

  /** Draw at most once a frame, however many notices arrive. */
  #draw() {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      this.#drawNow();
    });
  }

  #drawNow() {
    const { event } = this.#live.state;
    if (!event || !this.#me?.role) return;
    const queue = this.#questions;
    if (this.#question === null) this.#hold(queue[0]?.n ?? null);
    const place = queue.findIndex((question) => question.n === this.#inHand);
    if (place >= 0) this.#place = place;
    for (const selector of ["#desk", "#desk-tools", "#counts"]) show(find(selector), true);
    for (const selector of ["#desk-loading", "#no-desk"]) show(find(selector), false);
    const { pseudonym } = this.#me;
    this.#chosen.render(this.#live.state.questions, this.#mayChoose);
    this.#presence.look(this.#panes.handInSight ? this.#inHand : null);
    this.#presence.render(this.#inHand, pseudonym);
    this.#queue.others = (n) => this.#presence.short(n, pseudonym);
    this.#queue.isChosen = (n) => this.#chosen.has(n);
    this.#queue.render(queue, this.#inHand, performance.now() - this.#actedAt < OWN_MS);
    this.#queue.renderCounts(event.counts, appealsOf(this.#live.state).length);
    this.#hand.render(this.#question, this.#rights, serverNow());
    this.#alike.show(this.#question, this.#live.state.questions);
    const { proposals } = this.#live.state;
    this.#proposals.render(this.#question, proposals, this.#reader);
    showWaiting(proposals, this.#reader, this.#rights.decide);
    void this.#reviews?.refresh(this.#live.state.reviewsWaiting);
    showUndo(this.#undoable);
    showCounts(event, countOverdue(this.#live.state, serverNow()));
  }

  #drawOwn() {
    this.#actedAt = performance.now();
    this.#drawNow();
  }

  // Taking up a question

  #changedQueue() {
    const queue = this.#questions;
    const isIn = queue.some((question) => question.n === this.#inHand);
    if (!isIn && this.#panes.both) this.#hold(queue[0]?.n ?? null);
    this.#drawOwn();
  }

  /** @param {number | null} n */
  #hold(n) {
    if (n !== this.#inHand) {
      this.#inHand = n;
      this.#statement?.close();
      this.#answer?.close();
      this.#redaction?.close();
    }
    this.#seq = this.#question?.decision_count ?? 0;
  }

  /** @param {number | null} n */
  #take(n) {
    this.#hold(n);
    this.#drawOwn();
    if (n === null) return;
    this.#queue.reveal(n);
    this.#hand.focus();
    this.#panes.toTop();
  }

  /** @param {number} n */
  #takeFromList(n) {
    this.#panes.showHand();
    this.#take(n);
  }

  #closedForm() {
    this.#presence.release();
    show(find("#acts"), true);
    this.#hand.focus();
  }

  // Acts

  /** @param {string} key @returns {boolean} whether it stands for something now */
  #pressed(key) {
    if (this.#page.hidden) return false;
    if (this.#statement?.about || this.#answer?.about || this.#redaction?.about) {
      if (key !== "escape") return this.#statement?.choose(key) ?? false;
      this.#statement?.close();
      this.#answer?.close();
      this.#redaction?.close();
    } else if (key === "j" || key === "k") {
      this.#take(neighbour(this.#questions, this.#inHand, key === "j" ? 1 : -1, this.#place));
    } else if (key === "u") this.#undo();
    else if (key === "d") return this.#nextProposal();
    else if (key === "v") return this.#choose();
    else if (key === "s") return this.#reviews?.open() ?? false;
    else if (key === "?") this.#shortcuts.help();
    else return this.#onSight(key);
    return true;
  }

  /** @returns {boolean} whether several questions can be chosen here */
  get #mayChoose() {
    const { decide, state } = this.#rights;
    return decide && this.#queue.name === "waiting" && (state === "open" || state === "live");
  }

  /** @returns {boolean} whether the question in hand could be chosen, or let go */
  #choose() {
    if (!this.#question || !this.#mayChoose || !this.#chosen.toggle(this.#question)) return false;
    this.#take(neighbour(this.#questions, this.#inHand, 1, this.#place));
    return true;
  }

  /** A key never acts on a question that is out of sight: the first one only shows it. @param {string} key */
  #onSight(key) {
    const act = ACT_OF_KEY[key];
    if (!act) return false;
    if (this.#chosen.numbers.length && (act === "publish" || act === "filter")) return this.#openTogether(act);
    if (this.#panes.handInSight || this.#inHand === null) return this.#act(act);
    this.#takeFromList(this.#inHand);
    return true;
  }

  /** @param {string} act @returns {boolean} whether it is possible on the question in hand */
  #act(act) {
    const question = this.#question;
    if (question && !this.#acts.busy && ["redact", "confirm", "reject"].includes(act)) return this.#hide(question, act);
    if (question && act === "claim" && this.#rights.decide) {
      if (this.#presence.isOwn(question.n, this.#me?.pseudonym ?? null)) this.#presence.release(question.n);
      else this.#presence.claim(question.n);
      return true;
    }
    if (!question || this.#acts.busy || !actsOn(question, this.#rights).has(act)) return false;
    const { n, status } = question;
    const warning = VERDICTS.includes(act) ? this.#presence.warning(n, this.#me?.pseudonym ?? null) : null;
    if (warning) {
      say(warning);
      return true;
    }
    if (act === "publish" && status === "pending") {
      void quietly(this.#decide({ n, verdict: "publish", explanation: "", seq: this.#seq }));
    } else if (VERDICTS.includes(act)) this.#openStatement(/** @type {Verdict} */ (act));
    else if (act === "written") {
      show(find("#acts"), false);
      this.#answer?.open(n);
    } else if (act === "spoken") void quietly(this.#present(n, "answered", { mode: "spoken" }));
    else void quietly(this.#present(n, act, { on: act === "live" ? !question.live : !question.next }));
    return true;
  }

  /** @param {Question} question @param {string} act @returns {boolean} whether it is possible */
  #hide(question, act) {
    if (!this.#rights.decide) return false;
    if (act === "redact") {
      if (!canRedact(question)) return false;
      show(find("#acts"), false);
      this.#redaction?.open(question);
      return true;
    }
    const proposal = this.#live.state.proposals.find(({ n }) => n === question.n);
    if (!proposal || (act === "confirm" && !mayConfirm(proposal, this.#reader))) return false;
    void quietly(this.#settle(question.n, `redactions/${proposal.id}/${act}`, act));
    return true;
  }

  /** @returns {boolean} whether there is a proposal to confirm or reject */
  #nextProposal() {
    const waiting = this.#live.state.proposals.filter((proposal) => mayConfirm(proposal, this.#reader));
    const place = waiting.findIndex(({ n }) => n === this.#inHand);
    const next = waiting[(place + 1) % waiting.length];
    if (!this.#rights.decide || !next) return false;
    this.#takeFromList(next.n);
    return true;
  }

  /** @param {number} n @param {object} proposal */
  async #propose(n, proposal) {
    const { overtaken } = await this.#acts.perform(n, "redactions", proposal);
    say(overtaken ? `The words of #${n} have changed. Look at them again.` : `Proposed. ${secondOf(this.#reader)} has to confirm it.`);
    this.#drawOwn();
  }

  /** @param {number} n @param {string} route @param {string} act */
  async #settle(n, route, act) {
    const { overtaken } = await this.#acts.perform(n, route, {});
    if (overtaken) say(`The proposal about #${n} is no longer open.`);
    else say(act === "confirm" ? `The words of #${n} are hidden, and the record says so.` : `The proposal about #${n} is dropped.`);
    this.#drawOwn();
  }

  /** @param {Verdict} verdict */
  #openStatement(verdict) {
    if (this.#inHand === null) return;
    this.#presence.claim(this.#inHand);
    show(find("#acts"), false);
    this.#statement?.open(this.#inHand, verdict, this.#seq);
  }

  /** @param {string} verdict @returns {boolean} */
  #openTogether(verdict) {
    const { numbers } = this.#chosen;
    if (!numbers.length || this.#acts.busy) return false;
    this.#panes.showHand();
    show(find("#acts"), false);
    this.#statement?.open(0, /** @type {Verdict} */ (verdict), 0, named(numbers));
    return true;
  }

  /** @param {Omit<Statement, "n" | "seq">} statement */
  async #decideTogether(statement) {
    const outcome = await this.#chosen.decide(statement);
    this.#chosen.clear();
    for (const question of outcome.questions) this.#live.accept(question);
    say(outcomeWords(outcome, statement.verdict));
    this.#statement?.close();
    this.#take(neighbour(this.#questions, this.#inHand, 1, this.#place));
  }

  #undo() {
    const question = this.#undoable;
    if (!question || this.#acts.busy) return;
    this.#takeFromList(question.n);
    this.#openStatement("restore");
  }

  /** @param {Statement} statement */
  async #decide({ n, ...statement }) {
    if (n === 0) {
      const { seq: _, ...said } = statement;
      return this.#decideTogether(said);
    }
    const { question, overtaken } = await this.#acts.perform(n, "decision", statement);
    say(overtaken ? alreadyWords(question) : doneWords(question, statement.verdict));
    this.#afterDecision(n);
  }

  /** @param {number} n @param {string} act @param {object} body */
  async #present(n, act, body) {
    const { question } = await this.#acts.perform(n, act, body);
    this.#answer?.close();
    say(doneWords(question, act));
    this.#drawOwn();
  }

  /** Go on to the next question, unless the reader has gone elsewhere meanwhile. @param {number} n */
  #afterDecision(n) {
    this.#presence.release();
    if (this.#inHand !== n) return;
    this.#statement?.close();
    const stays = this.#questions.some((question) => question.n === n);
    this.#take(stays ? n : neighbour(this.#questions, n, 1, this.#place));
  }
}

await new Desk().start();
