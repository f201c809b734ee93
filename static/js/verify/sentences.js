// @ts-check
/** What a check found, in sentences for people. */

import { inThousands, some } from "../lib/numbers.js";
import { day, clock } from "../lib/time.js";

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {import("./session.js").Facts} Facts
 */

/** @param {number} ms @param {number} now @returns {string} "today at 14:05", "on 3 Nov at 14:05" */
function when(ms, now) {
  const then = new Date(ms);
  const today = then.toDateString() === new Date(now).toDateString();
  return `${today ? "today" : `on ${day.format(then)}`} at ${clock.format(then)}`;
}

const FIELDS = { text: "words of", name: "name of", explanation: "reasons for", answer: "answer to", redacted: "words left of" };
const DIFFERENCES = {
  status: "is shown with another status than the record says",
  words: "shows other words than the record",
  name: "shows another name than the record",
  decision: "is shown with another decision than the record says",
  reason: "is shown with another reason than the record says",
  explanation: "shows another explanation than the record",
  answer: "shows another answer than the record",
  stage: "is not where the record says: on stage or off it",
  review: "is shown with another second review than the record says",
  deadline: "is shown with another deadline than the record says",
};
const COUNTED = {
  submitted: "asked",
  published: "shown",
  filtered: "filtered",
  merged: "merged",
  withdrawn: "withdrawn",
  pending: "waiting",
  undecided: "never decided",
};
/** @type {Record<string, (n: string) => string>} */
const RECEIPTS = {
  absent: (n) => `Your question ${n} is not in the log at the place that your receipt promises.`,
  other_words: (n) => `What was logged as your question ${n} is not what you wrote.`,
  broken_promise: (n) => `The promise in your receipt of ${n} is not about what was logged.`,
  rollback: (n) => `Your receipt of ${n} proves that the record became shorter.`,
  fork: (n) => `Your receipt of ${n} proves that the record was rewritten.`,
};

/** @type {Record<import("./findings.js").Code, (finding: Finding, now: number) => string>} */
const SENTENCES = {
  key: ({ seenAt = 0 }, now) =>
    `The record is now signed with another key than the one that this browser first saw (${when(seenAt, now)}).`,
  signature: () => "The head of the record is not properly signed by its key.",
  rollback: ({ size, newSize, seenAt }, now) =>
    `The record became shorter: it had ${some(size ?? 0, "entry", "entries")}${seenAt ? ` (${when(seenAt, now)})` : ""} and has ${inThousands(newSize ?? 0)} now.`,
  fork: ({ size, seenAt }, now) =>
    `The record was rewritten: its first ${some(size ?? 0, "entry", "entries")} are not those that were signed before${seenAt ? ` (${when(seenAt, now)})` : ""}.`,
  root: () => "The entries that the server hands out are not those that it signed for.",
  missing: () => "The server signed for a part of the record that it does not hand out.",
  leaf: ({ leaf }) => `Entry ${leaf} is not in the form of the record.`,
  order: ({ leaf, detail }) => `Entry ${leaf} does not fit the ones before it. ${detail}`,
  text: ({ n, detail }) => `The ${placed(n, detail)} that the server hands out are not those that were logged.`,
  unopened: ({ n, detail }) => `The ${placed(n, detail)} should be public, and the server does not hand them out.`,
  policy: () => "The policy that the server shows is not the one that was logged.",
  reason: ({ n }) => `#${n} was decided for a reason that the policy does not have.`,
  shown: ({ n, leaf, detail }) => {
    if (detail === "leaf") return `Entry ${leaf} is not shown as it was logged.`;
    return n ? `#${n} ${DIFFERENCES[/** @type {keyof typeof DIFFERENCES} */ (detail)]}.` : "The title is not the one that was logged.";
  },
  absent: ({ n }) => `#${n} is on the record, and this page does not show it.`,
  unknown: ({ n }) => `#${n} is shown, and is not on the record.`,
  counts: (finding) => countWords(finding),
  receipt: ({ n, detail = "" }) => RECEIPTS[detail](`#${n}`),
};

/** @param {number | undefined} n @param {string} [field] */
function placed(n, field) {
  return n ? `${FIELDS[/** @type {keyof typeof FIELDS} */ (field)] ?? "words of"} #${n}` : "words of the title";
}

/** @param {Finding} finding @returns {string} */
function countWords({ detail, shown }) {
  if (detail !== "sum") return "The numbers on this page are not those of the record.";
  const { submitted, ...parts } = /** @type {Record<string, number>} */ (shown);
  return `The numbers on this page do not add up: ${inThousands(submitted ?? 0)} asked, but ${sumWords(parts)}.`;
}

/** @param {Record<string, number>} counts @returns {string} "2 shown + 1 filtered" */
function sumWords(counts) {
  const said = Object.entries(COUNTED).filter(([name]) => name !== "submitted" && counts[name]);
  return said.map(([name, word]) => `${inThousands(counts[name] ?? 0)} ${word}`).join(" + ") || "none is shown";
}

/** @param {readonly Finding[]} findings @param {number} now @returns {string[]} each sentence once */
export function alarmWords(findings, now) {
  return [...new Set(findings.map((finding) => SENTENCES[finding.code](finding, now)))];
}

/** @param {Facts} facts @param {number} now @returns {string[]} */
export function factWords(facts, now) {
  return [
    keyWords(facts, now),
    memoryWords(facts, now),
    facts.size === 1 ? "The only log entry gives the signed root." : `All ${some(facts.size, "log entry", "log entries")} together give the signed root.`,
    ...facts.cosigned.map((one) => witnessWords(one, facts, now)),
    `${some(facts.counts.submitted, "docket number")} and ${some(facts.decisions, "decision")} follow one another without a gap.`,
    textWords(facts),
    ...(facts.policy ? [`The policy, version ${facts.policy}, is the one that was logged.`] : []),
    ...rowWords(facts),
    totalWords(facts),
    ...receiptWords(facts),
  ];
}

/** @param {Facts} facts @param {number} now */
function keyWords({ before, firstSeenAt }, now) {
  if (!before) return "Signed by its key, which this browser now remembers.";
  return `Signed by the key that this browser first saw ${when(firstSeenAt, now)}.`;
}

/** @param {Facts} facts @param {number} now */
function memoryWords({ before }, now) {
  if (!before) return "This is the first time that this browser checks it: from now on it notices when something goes.";
  const { size, at } = before;
  return `Nothing that this browser saw before has gone or changed: ${some(size, "entry", "entries")}, last seen ${when(at, now)}.`;
}

/** @param {import("./witnessed.js").Cosigned} cosigned @param {Facts} facts @param {number} now @returns {string} */
function witnessWords({ name, size, at }, facts, now) {
  const much = size === facts.size ? "all of it" : `the first ${some(size, "entry", "entries")}`;
  return `The witness ${name} cosigned ${much} ${when(at, now)}: what it signed grew from all that it signed before.`;
}

/** @param {Facts} facts */
function textWords({ opened, closed }) {
  const { waiting, withdrawn, replaced, redacted, erased } = closed;
  /** @type {[number, string, string][]} */
  const all = [
    [waiting, "waits for a decision or for the close", "wait for a decision or for the close"],
    [withdrawn, "was withdrawn before one", "were withdrawn before one"],
    [replaced, "was replaced by its author", "were replaced by their authors"],
    [redacted, "is redacted", "are redacted"],
    [erased, "is erased", "are erased"],
  ];
  const reasons = all.filter(([count]) => count);
  const said = `${some(opened, "text is", "texts are")} word for word what was logged.`;
  if (reasons.length === 0) return said;
  const why = reasons.map((each) => some(...each)).join(", ");
  return `${said} The others are closed for a reason that is logged: ${why}.`;
}

/** @param {Facts} facts @returns {string[]} the rows may be fewer than the record's: those that changed meanwhile are left out */
function rowWords({ rows }) {
  if (rows === null) return ["This page is behind just now, so what it shows was not compared."];
  if (rows === 0) return [];
  return [`${some(rows, "question stands", "questions stand")} on this page as the record says, with status, decision and reason.`];
}

/** @param {Facts} facts */
function totalWords({ counts }) {
  if (counts.submitted === 0) return "Nothing was asked yet.";
  const { submitted, ...parts } = counts;
  return `Every question is counted in exactly one outcome: ${inThousands(submitted)} asked = ${sumWords(parts)}.`;
}

/** @param {Facts} facts @returns {string[]} */
function receiptWords({ proven, promised }) {
  const said = [];
  if (proven) said.push(`${some(proven, "of your receipts is", "of your receipts are")} in the log.`);
  if (promised) said.push(`${some(promised, "of your receipts is", "of your receipts are")} promised and not in it yet.`);
  return said;
}
