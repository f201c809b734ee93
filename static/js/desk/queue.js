// @ts-check
/** The desk's queues, as values: what is in each, in which order, and who comes next. */

import { isOverdue } from "../lib/store.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {import("../lib/store.js").State} State
 * @typedef {"waiting" | "appeals" | "published" | "filtered" | "merged"} QueueName
 */

/** @param {Question} a @param {Question} b */
const oldestFirst = (a, b) => a.submitted_at - b.submitted_at || a.n - b.n;
/** @param {Question} a @param {Question} b */
const lastDecidedFirst = (a, b) => (b.decision?.at ?? 0) - (a.decision?.at ?? 0) || b.n - a.n;

/** @param {Question} question @returns {number} on stage, then next up, then open, then answered */
function stageRank(question) {
  if (question.live) return 0;
  if (question.answered_at !== null) return 3;
  return question.next ? 1 : 2;
}

/** @param {Question} a @param {Question} b */
function readyFirst(a, b) {
  const rank = stageRank(a) - stageRank(b);
  if (rank) return rank;
  if (a.next && b.next) return (a.next_at ?? 0) - (b.next_at ?? 0);
  if (a.answered_at !== null && b.answered_at !== null) return b.answered_at - a.answered_at;
  return b.support - a.support || a.n - b.n;
}

/** @type {Record<Exclude<QueueName, "appeals">, import("../lib/types.js").Status>} */
const STATUS = { waiting: "pending", published: "published", filtered: "filtered", merged: "merged" };

/**
 * @param {State} state @param {QueueName} name @param {number} nowMs
 * @returns {Question[]} waiting: overdue ones first, then the oldest; published: as the stage needs
 *   them; filtered and merged: the latest decision first; appeals: by their deadlines
 */
export function queueOf(state, name, nowMs) {
  if (name === "appeals") return appealsOf(state);
  const wanted = STATUS[name];
  const found = [...state.questions.values()].filter((question) => question.status === wanted);
  if (name === "published") return found.sort(readyFirst);
  if (name !== "waiting") return found.sort(lastDecidedFirst);
  const overdue = new Set(found.filter((question) => isOverdue(question, nowMs)));
  return found.sort((a, b) => Number(overdue.has(b)) - Number(overdue.has(a)) || oldestFirst(a, b));
}

/** @param {Question} question @returns {boolean} whether somebody has to look at it again */
export function hasAppeal({ appeal }) {
  return appeal !== null && appeal.outcome === null;
}

/** @param {State} state @returns {Question[]} */
export function appealsOf(state) {
  const waiting = [...state.questions.values()].filter(hasAppeal);
  return waiting.sort((a, b) => (a.appeal?.due_at ?? 0) - (b.appeal?.due_at ?? 0) || a.n - b.n);
}

/** @param {State} state @param {number} nowMs @returns {number} */
export function countOverdue(state, nowMs) {
  let count = 0;
  for (const question of state.questions.values()) if (isOverdue(question, nowMs)) count += 1;
  return count;
}

/**
 * The docket number to take up next.
 *
 * @param {readonly Question[]} queue @param {number | null} inHand
 * @param {number} step 1 forwards, -1 backwards
 * @param {number} lastPlace where the question in hand stood, should it be gone from the queue
 * @returns {number | null} null only when the queue is empty
 */
export function neighbour(queue, inHand, step, lastPlace) {
  if (queue.length === 0) return null;
  const place = queue.findIndex((question) => question.n === inHand);
  const wanted = place >= 0 ? place + step : step > 0 ? lastPlace : lastPlace - 1;
  return queue[Math.max(0, Math.min(wanted, queue.length - 1))]?.n ?? null;
}

/** @param {Question} question @returns {boolean} whether a correction could still be made */
export function isCorrectable(question) {
  const decided = ["published", "filtered", "merged"].includes(question.status);
  return decided && !question.live && question.answered_at === null && question.merged.length === 0;
}

/**
 * The latest decision of one person that can still be undone.
 *
 * @param {State} state @param {string | null} pseudonym
 * @returns {Question | null}
 */
export function lastDecisionOf(state, pseudonym) {
  /** @type {Question | null} */
  let last = null;
  for (const question of state.questions.values()) {
    if (question.decision?.by !== pseudonym || !isCorrectable(question) || hasAppeal(question)) continue;
    if (!last || question.decision.at >= (last.decision?.at ?? 0)) last = question;
  }
  return last;
}
