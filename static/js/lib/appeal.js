// @ts-check
/** A second look at a decision, in words. */

import { moment } from "./time.js";

/** @typedef {import("./types.js").Question} Question */

/** @param {Question} question @param {number} now @returns {boolean} whether an appeal waits and its time is over */
export function isAppealOverdue({ appeal }, now) {
  return appeal !== null && appeal.outcome === null && (appeal.overdue || appeal.due_at < now);
}

/** Keep in step with appeal_words in templates/_question.html. @param {Question} question @param {number} now */
export function appealWords(question, now) {
  const { appeal } = question;
  if (!appeal || appeal.outcome === "void") return null;
  if (appeal.outcome === "upheld") return "Somebody else looked at it again: the decision stands.";
  if (appeal.outcome === "overturned") return "Somebody else looked at it again and changed the decision.";
  const who = appeal.by === "Author" ? "Its author asks" : "Its supporters ask";
  return `${who} for a second look, due by ${moment(appeal.due_at, now)}${isAppealOverdue(question, now) ? ", overdue" : ""}.`;
}

/**
 * What the reader can ask for, on the button that does it.
 *
 * @param {Question} question @param {{mine: boolean, voted: boolean, now: number}} reader
 * @returns {string | null} null: nothing
 */
export function appealOffer({ appealable }, { mine, voted, now }) {
  if (!appealable || appealable.until < now) return null;
  if (mine) return "Ask for a second look";
  const { calls, needed } = appealable;
  return voted && needed > 0 ? `Ask for a second look (${calls} of ${needed})` : null;
}
