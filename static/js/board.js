// @ts-check
/** The participants' board: reading, joining, asking, voting. */

import { ApiError, eventPath, get, post, serverNow, setCsrf } from "./lib/api.js";
import { askDialog, create, field, find, findAll, part, setText, show } from "./lib/dom.js";
import { Live } from "./lib/live.js";
import { say, sayError } from "./lib/notice.js";
import { some } from "./lib/numbers.js";
import { Receipts } from "./lib/receipts.js";
import { countWords } from "./lib/store.js";
import { moment } from "./lib/time.js";
import { shownRow } from "./verify/shown.js";
import { keepStatement } from "./board/statement.js";
import { AskForm } from "./board/ask.js";
import { Mine } from "./board/mine.js";
import { SimilarQuestions } from "./board/similar.js";
import { BoardView } from "./board/view.js";
import { Votes } from "./board/votes.js";
import { watchRecord } from "./verify/watch.js";

/** @typedef {import("./lib/types.js").EventView} EventView */

const STATES = { draft: "Not open yet", open: "Open for questions", live: "Live now", closed: "Closed" };
const CONNECTIONS = {
  connecting: "Reconnecting…",
  live: "",
  polling: "Slow connection: updates every few seconds",
  offline: "No connection. Trying again…",
};
const PATIENCE_MS = 1500;
/** The check waits for the page, and longer for a record that is long to fetch: a full house joins at once. */
const CHECK_AFTER_MS = 2000;
const CHECK_SPREAD_MS = 30;
const CHECK_AT_LATEST_MS = 120_000;

const slug = document.body.dataset.slug ?? "";
const root = find("#board");
const receipts = new Receipts(slug);
let joined = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let connectionTimer;
/** @type {number | null | undefined} docket number on stage; undefined before the first board */
let onStage;

const showStatement = keepStatement(slug, root);

const live = new Live({
  slug,
  onChange,
  onConnection,
  onRole: () => void learnMe(),
  onProof: (notice) => void checker.learnProof(notice),
});
const votes = new Votes(slug, live, (n) => {
  view.update(n);
  similar.update();
});
const similar = new SimilarQuestions(slug, find("[data-part=similar]", root), {
  has: (n) => votes.has(n),
  toggle: vote,
  count: (n) => live.state.questions.get(n)?.support,
});
const mine = new Mine({ slug, live, receipts, onChange: () => view.refresh() });
const view = new BoardView({
  root,
  slug,
  mine: () => receipts.numbers(),
  vote: (n) => ({ voted: votes.has(n), enabled: takesVotes(), over: live.state.event?.state === "closed" }),
  onVote: vote,
  onAppeal: (n) => void appeal(n),
  decorate: (article, question, wanted) => mine.decorate(article, question, wanted),
});
const ask = new AskForm({
  root: find("[data-part=ask]", root),
  slug,
  live,
  receipts,
  similar,
  onAsked: () => {
    view.refresh();
    void live.refresh();
    checker.soon();
  },
  onMine: () => view.open("mine"),
  onNotJoined: () => void learnMe(),
});

const checker = watchRecord({
  slug,
  vkey: () => live.state.event?.vkey ?? find("#verify").dataset.vkey ?? "",
  promiseKey: () => live.state.event?.promise_vkey,
  look: shownHere,
  receipts,
  onProven: () => view.refresh(),
});

/** @param {boolean} again @returns {Promise<import("./verify/shown.js").Shown | null>} what is on this page, if it is up to date */
async function shownHere(again) {
  if (again || live.connection !== "live") await live.refresh();
  const { event, questions } = live.state;
  if (!event || live.connection === "offline") return null;
  return { rows: [...questions.values()].map(shownRow), complete: true, counts: event.counts, title: event.title };
}

/** @returns {boolean} */
function takesVotes() {
  const state = live.state.event?.state;
  return state === "open" || state === "live";
}

/** @param {number} n */
async function vote(n) {
  if (joined || (await join())) votes.toggle(n);
}

/** Ask for a second look: as the author, whose key is with the receipt, or as a supporter. @param {number} n */
async function appeal(n) {
  const seq = live.state.questions.get(n)?.appealable?.seq;
  const author_key = receipts.find(n)?.author_key;
  try {
    /** @type {import("./lib/types.js").Question} */
    const question = await post(eventPath(slug, `/questions/${n}/appeal`), { seq, ...(author_key ? { author_key } : {}) });
    live.accept(question);
    const { calls = 0, needed = 0 } = question.appealable ?? {};
    say(question.appeal ? "Somebody else will look at it again. The record says so." : `${calls} of ${needed} ask for a second look.`);
  } catch (error) {
    void live.refresh();
    sayError(error);
  }
}

/** @returns {Promise<boolean>} whether this browser may now ask and vote */
async function join() {
  try {
    await post(eventPath(slug, "/join"));
    live.reconnect();
    await learnMe();
  } catch (error) {
    sayError(error);
  }
  return joined;
}

/** @param {import("./lib/store.js").State} state @param {Set<number>} changed */
function onChange(state, changed) {
  if (state.event) showEvent(state.event);
  view.show(state, changed);
  mine.tell(state.questions, changed);
  similar.forget(new Set([...changed].filter((n) => state.questions.get(n)?.hidden.length)));
  similar.update();
  if (onStage === undefined && state.event) startCheck(state.event);
  else checker.changed();
  const current = [...state.questions.values()].find((question) => question.live);
  if (current && onStage !== undefined && current.n !== onStage) say(`Now being answered: question ${current.n}.`);
  onStage = current?.n ?? null;
}

/** @param {EventView} event */
function startCheck({ counts }) {
  checker.start(Math.min(CHECK_AFTER_MS + counts.submitted * CHECK_SPREAD_MS, CHECK_AT_LATEST_MS));
}

/** @param {import("./lib/live.js").Connection} connection */
function onConnection(connection) {
  clearTimeout(connectionTimer);
  const display = () => {
    setText(field(root, "connection"), CONNECTIONS[connection]);
    show(part(root, "connection"), connection !== "live");
  };
  // A short break needs no words.
  connectionTimer = setTimeout(display, connection === "live" ? 0 : PATIENCE_MS);
  if (connection === "live") ask.retry();
}

/** @param {EventView} event */
function showEvent(event) {
  const closed = event.state === "closed";
  root.dataset.state = event.state;
  setText(field(root, "state"), STATES[event.state]);
  setText(field(root, "title"), event.title);
  showCounters(event);
  setText(field(root, "admission"), event.admission.words);
  show(part(root, "closed"), closed);
  show(part(root, "draft"), event.state === "draft");
  const { undecided } = event.counts;
  setText(field(root, "closed_at"), event.closed_at ? ` since ${moment(event.closed_at, serverNow())}` : "");
  setText(field(root, "undecided"), undecided ? `${undecided} never got a decision, and are listed as never decided.` : "");
  setText(field(root, "starts_at"), event.starts_at ? `; it starts at ${moment(event.starts_at, serverNow())}` : "");
  ask.allow(event);
  showStatement(event);
  showDoors();
}

/** @param {EventView} event */
function showCounters({ counts, state }) {
  const items = countWords(counts, state === "closed").map(({ count, word }) =>
    create("li", {}, create("strong", { class: "num" }, String(count)), ` ${word}`),
  );
  part(root, "counters")?.replaceChildren(...items);
}

function showDoors() {
  const state = live.state.event?.state;
  show(part(root, "join"), !joined && state !== "closed" && state !== undefined);
  show(part(root, "ask"), joined && takesVotes());
}

async function learnMe() {
  try {
    /** @type {import("./lib/types.js").Me} */
    const me = await get(eventPath(slug, "/me"));
    joined = me.joined;
    setCsrf(me.csrf);
    votes.learn(me.votes);
    showDoors();
    view.refresh();
  } catch (error) {
    if (error instanceof ApiError && error.code === "offline") setTimeout(() => void learnMe(), 4000);
    else sayError(error);
  }
}

// Where a ticket or a sign-in is needed there is no such button.
root.querySelector("[data-action=join]")?.addEventListener("click", async () => {
  if (!(await join())) return;
  say("You have joined. You can ask and vote.");
  find("#ask-text").focus();
});

find("[data-action=leave]", root).addEventListener("click", () => void leave());

/** End this browser's part in the meeting, for people who share a device. */
async function leave() {
  const kept = receipts.list().length;
  for (const words of findAll("#leave-dialog [data-part=kept]")) show(words, kept > 0);
  const answer = await askDialog("leave-dialog", { receipts: some(kept, "receipt") });
  if (answer !== "leave") return;
  try {
    await post(eventPath(slug, "/leave"));
    receipts.leave();
    window.location.assign("/");
  } catch (error) {
    sayError(error);
  }
}

window.addEventListener("storage", ({ key }) => {
  if (receipts.isLeft(key)) return window.location.reload();
  receipts.refresh();
  view.refresh();
});

void learnMe();
void live.start();
