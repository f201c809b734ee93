// @ts-check
/** What the desk says after an act, in one sentence. */

/** @typedef {import("../lib/types.js").Question} Question */

const DONE = { publish: "published", filter: "filtered", restore: "put back", merge: "merged", redact: "redacted" };

/** @param {Question} question @param {string} act a verdict or an act on stage @returns {string} */
export function doneWords(question, act) {
  const number = `#${question.n}`;
  if (act === "publish") return `${number} is published.`;
  if (act === "filter") {
    const reason = question.decision?.reason_label;
    return `${number} is filtered out${reason ? `: ${reason}` : ""}.`;
  }
  if (act === "merge") return `${number} is merged into #${question.merged_into}.`;
  if (act === "restore" && question.status !== "pending") return `${number} is ${question.status} again.`;
  if (act === "restore") return `${number} is back in the queue.`;
  if (act === "answered") return `${number} is marked as answered.`;
  if (act === "live") return question.live ? `${number} is on stage.` : `${number} is off the stage.`;
  return question.next ? `${number} is next up.` : `${number} is no longer next up.`;
}

/** @param {Question} question decided on by somebody else @returns {string} */
export function alreadyWords({ n, status, decision }) {
  if (status === "withdrawn") return `The author withdrew #${n}.`;
  if (!decision) return `#${n} has no decision any more.`;
  const who = decision.automated ? "An automatic rule" : decision.by;
  const reason = decision.reason_label ? `: ${decision.reason_label}` : "";
  return `${who} already ${DONE[decision.verdict]} #${n}${reason}.`;
}
