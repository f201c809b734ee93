// @ts-check
/** The state of a board, as values: nothing here touches the page or the network. */

import { inThousands } from "./numbers.js";

/**
 * @typedef {import("./types.js").Question} Question
 * @typedef {import("./types.js").Board} Board
 * @typedef {import("./types.js").EventView} EventView
 * @typedef {import("./types.js").Counts} Counts
 * @typedef {"popular" | "new" | "filtered" | "answered" | "mine"} Tab
 * @typedef {"live" | "answered" | "next" | "shown" | "filtered" | "waiting" | "overdue"
 *   | "undecided" | "merged" | "withdrawn"} Badge
 *
 * @typedef {Pick<Board, "tally" | "support"> & {admission?: EventView["admission"]}} Tally counts as of now
 *
 * @typedef {object} State
 * @property {number} revision 0 before the first board
 * @property {EventView | null} event
 * @property {ReadonlyMap<number, Question>} questions by docket number
 * @property {readonly import("./types.js").Proposal[]} proposals redactions that wait for a second person: desk only
 * @property {number} reviewsWaiting decisions that wait for a second review: desk only
 */

/** @type {State} */
export const EMPTY = Object.freeze({ revision: 0, event: null, questions: new Map(), proposals: [], reviewsWaiting: 0 });

/**
 * Apply a board: a whole one (since 0) or what changed after a revision.
 *
 * Boards carry no order for votes: one that was made before a tally may come after it. What was counted while
 * it was on its way stands; whatever the board knows beyond that is announced once more.
 *
 * @param {State} state @param {Board} board @param {readonly Tally[]} [meanwhile] counts that came while it was fetched
 * @returns {{state: State, changed: Set<number>, gap: boolean}} with a gap, nothing was applied and
 *   the caller must fetch what changed since `state.revision`
 */
export function applyBoard(state, board, meanwhile = []) {
  if (board.since > state.revision) return { state, changed: new Set(), gap: true };
  if (board.revision < state.revision) return { state, changed: new Set(), gap: false };
  const questions = new Map(state.questions);
  const changed = new Set();
  for (const question of board.questions) {
    questions.set(question.n, question);
    changed.add(question.n);
  }
  for (const tally of [board, ...meanwhile]) setVotes(questions, tally, changed);
  const proposals = board.proposals ?? state.proposals;
  const reviewsWaiting = board.reviews_waiting ?? state.reviewsWaiting;
  const event = meanwhile.reduce(withAdmission, board.event);
  const next = { revision: board.revision, event, questions, proposals, reviewsWaiting };
  return { state: next, changed, gap: false };
}

/**
 * Apply absolute counts of votes, and of people who came in. Numbers not yet known are left for the board that
 * brings them. The same state comes back when nothing is new.
 *
 * @param {State} state @param {Tally} tally
 * @returns {{state: State, changed: Set<number>}}
 */
export function applyTally(state, tally) {
  const questions = new Map(state.questions);
  const changed = new Set();
  setVotes(questions, tally, changed);
  const event = state.event && withAdmission(state.event, tally);
  return { state: changed.size || event !== state.event ? { ...state, event, questions } : state, changed };
}

/** @param {EventView} event @param {Tally} tally @returns {EventView} */
function withAdmission(event, { admission }) {
  return admission && admission.words !== event.admission.words ? { ...event, admission } : event;
}

/**
 * @param {Map<number, Question>} questions @param {Tally} tally @param {Set<number>} changed
 */
function setVotes(questions, { tally, support }, changed) {
  /** @param {number} n @param {Partial<Question>} counts */
  const set = (n, counts) => {
    const question = questions.get(n);
    if (!question) return;
    const { votes = question.votes, support: people = question.support } = counts;
    if (votes === question.votes && people === question.support) return;
    questions.set(n, { ...question, votes, support: people });
    changed.add(n);
  };
  // What nothing is merged into has as many people behind it as votes.
  for (const [n, votes] of tally) set(n, questions.get(n)?.merged.length ? { votes } : { votes, support: votes });
  for (const [n, people] of support) set(n, { support: people });
}

/** @param {Question} question @param {number} nowMs @returns {boolean} */
export function isOverdue(question, nowMs) {
  return question.status === "pending" && (question.overdue || question.due_at < nowMs);
}

/**
 * The one status that people see. Keep in step with badge_of in templates/_question.html.
 *
 * @param {Question} question @param {number} nowMs @returns {Badge}
 */
export function badgeOf(question, nowMs) {
  const { status } = question;
  if (status === "withdrawn" || status === "merged" || status === "filtered") return status;
  if (question.live) return "live";
  if (question.answered_at) return "answered";
  if (status === "published") return question.next ? "next" : "shown";
  if (question.undecided) return "undecided";
  return isOverdue(question, nowMs) ? "overdue" : "waiting";
}

/** @param {Question} a @param {Question} b more votes first; ties keep the order of the docket */
const byVotes = (a, b) => b.support - a.support || a.n - b.n;
/** @param {Question} a @param {Question} b */
const newestFirst = (a, b) => b.n - a.n;
/** @param {Question} a @param {Question} b */
const lastAnsweredFirst = (a, b) => (b.answered_at ?? 0) - (a.answered_at ?? 0) || b.n - a.n;

/** @param {Question} question @returns {number} questions on stage stay on top of Popular */
const stageRank = (question) => (question.live ? 0 : question.next ? 1 : 2);

/** @type {Record<Tab, {holds: (q: Question) => boolean, order: (a: Question, b: Question) => number}>} */
const TABS = {
  popular: {
    holds: (q) => q.status === "published" && (q.live || !q.answered_at),
    order: (a, b) => stageRank(a) - stageRank(b) || byVotes(a, b),
  },
  new: { holds: (q) => ["published", "pending", "merged"].includes(q.status), order: newestFirst },
  filtered: { holds: (q) => q.status === "filtered", order: byVotes },
  answered: {
    holds: (q) => q.status === "published" && q.answered_at !== null && !q.live,
    order: lastAnsweredFirst,
  },
  mine: { holds: () => true, order: newestFirst },
};

/** @type {readonly Tab[]} in the order shown */
export const TAB_NAMES = ["popular", "new", "filtered", "answered", "mine"];

/**
 * The questions of a tab, in the order shown.
 *
 * @param {State} state @param {Tab} tab @param {ReadonlySet<number>} [mine] docket numbers with a receipt
 * @returns {Question[]}
 */
export function questionsOf(state, tab, mine = new Set()) {
  const { holds, order } = TABS[tab];
  const all = [...state.questions.values()];
  return all.filter((q) => holds(q) && (tab !== "mine" || mine.has(q.n))).sort(order);
}

/**
 * How many questions each tab holds.
 *
 * @param {State} state @param {ReadonlySet<number>} mine docket numbers with a receipt
 * @returns {Record<Tab, number>}
 */
export function tabCounts(state, mine) {
  const counted = { popular: 0, new: 0, filtered: 0, answered: 0, mine: 0 };
  for (const question of state.questions.values()) {
    for (const tab of TAB_NAMES) {
      if (TABS[tab].holds(question) && (tab !== "mine" || mine.has(question.n))) counted[tab] += 1;
    }
  }
  return counted;
}

/**
 * The docket in words, such as 41 asked · 29 shown · 8 filtered · 4 waiting.
 *
 * @param {Counts} counts @param {boolean} closed
 * @returns {{key: string, count: number, word: string}[]} what is zero is left out, except the first three
 */
export function countWords(counts, closed) {
  const overdue = counts.overdue ? ` (${inThousands(counts.overdue)} overdue)` : "";
  const waiting = closed
    ? { key: "undecided", count: counts.undecided, word: "never decided" }
    : { key: "pending", count: counts.pending, word: `waiting${overdue}` };
  const all = [
    { key: "submitted", count: counts.submitted, word: "asked" },
    { key: "published", count: counts.published, word: "shown" },
    { key: "filtered", count: counts.filtered, word: "filtered" },
    waiting,
    { key: "merged", count: counts.merged, word: "merged" },
    { key: "withdrawn", count: counts.withdrawn, word: "withdrawn" },
    { key: "answered", count: counts.answered, word: "answered" },
  ];
  return all.filter(({ count }, place) => place < 3 || count > 0);
}

/**
 * How many entries of a list would change if it were shown anew.
 *
 * @param {readonly number[]} shown @param {readonly number[]} wanted both docket numbers, in order
 * @returns {number} entries that come, go or move; one that goes because another came counts once
 */
export function countMoves(shown, wanted) {
  const before = new Set(shown);
  const after = new Set(wanted);
  const gone = shown.filter((n) => !after.has(n)).length;
  const added = wanted.filter((n) => !before.has(n)).length;
  const place = new Map(wanted.map((n, index) => [n, index]));
  const kept = shown.filter((n) => after.has(n)).map((n) => place.get(n) ?? 0);
  return Math.max(gone, added) + kept.length - stayers(kept).size;
}

/**
 * The largest set of places that are already in order: everything else has to move.
 *
 * @param {readonly number[]} places distinct @returns {Set<number>} a longest increasing subsequence
 */
export function stayers(places) {
  /** @type {number[]} smallest last place of an increasing run, by its length */
  const tails = [];
  /** @type {Map<number, number>} the place before, in the best run ending here */
  const previous = new Map();
  for (const place of places) {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (/** @type {number} */ (tails[middle]) < place) low = middle + 1;
      else high = middle;
    }
    const before = tails[low - 1];
    if (before !== undefined) previous.set(place, before);
    tails[low] = place;
  }
  const kept = new Set();
  for (let place = tails.at(-1); place !== undefined; place = previous.get(place)) kept.add(place);
  return kept;
}
