// @ts-check
/** What the page shows, row by row, against what the log says and the texts that it commits to. */

import { visible } from "../lib/visible.js";
import { answerSays } from "./answer.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {import("./replay.js").LoggedQuestion} LoggedQuestion
 *
 * @typedef {object} Printed a row's words as they stand on a page that the server wrote
 * @property {string} text
 * @property {string} asker
 * @property {string} reason
 * @property {string} explanation
 * @property {string} decided
 *
 * @typedef {Partial<Question> & {n: number, printed?: Partial<Printed>}} Row what is not there is not compared
 *
 * @typedef {object} Shown
 * @property {Row[]} rows
 * @property {boolean} complete whether every question of the event is among the rows
 * @property {Partial<import("../lib/types.js").Counts> | null} counts
 * @property {string} [title]
 * @property {{leaf: number, text: string}[]} [leaves] entries of the log, as the page shows them
 *
 * @typedef {object} Library what the log opens
 * @property {(leaf: number, field: string) => string | null} text
 * @property {(version: number, reason: string) => string | undefined} label of a reason, undefined when unknown
 *
 * @typedef {object} Difference
 * @property {number} n
 * @property {"status" | "words" | "name" | "decision" | "explanation" | "reason" | "answer" | "stage" | "deadline" | "review"} what
 * @property {unknown} shown
 * @property {unknown} logged
 */

/**
 * A question of the board, as far as it is compared.
 *
 * @param {Question} question @returns {Row}
 */
export function shownRow(question) {
  const { n, status, text, name, anonymous, decision, live, leaf_index, due_at, merged_into, merged } = question;
  const { second_reviews } = question;
  const { answered_at, answered_how, answer_html } = question;
  const answer = { answered_at, answered_how, answer_html };
  return { n, status, text, name, anonymous, decision, live, leaf_index, due_at, merged_into, merged, second_reviews, ...answer };
}

/** @type {Record<string, string>} the statuses that stand by a decision, by its verdict */
const DECIDED = { publish: "published", filter: "filtered", merge: "merged" };
const VERBS = { publish: "Shown", filter: "Filtered", restore: "Put back", merge: "Merged" };

/** @param {Row} row @param {LoggedQuestion} question @param {Library} library @returns {Difference[]} */
export function compareRow(row, question, library) {
  const pairs = [
    ...comparedFacts(row, question),
    ...comparedWords(row, question, library),
    ...comparedDecision(row, question, library),
    ...comparedPrint(row, question, library),
  ];
  return pairs
    .filter(([, shown, logged]) => shown !== undefined && logged !== undefined && shown !== logged)
    .map(([what, shown, logged]) => ({ n: row.n, what, shown, logged }));
}

/** @typedef {[what: Difference["what"], shown: unknown, logged: unknown]} Pair undefined: not to be compared */

/** @param {Row} row @param {LoggedQuestion} question @returns {Pair[]} */
function comparedFacts(row, question) {
  const { asked, answers } = question;
  const due = row.due_at === undefined ? undefined : Date.parse(asked.due);
  return [
    ["status", row.status, question.status],
    ["status", row.merged_into, question.into || null],
    ["status", row.merged?.join(), [...question.merged].sort((a, b) => a - b).join()],
    ["deadline", row.due_at, due],
    ["stage", row.live, question.live],
    ["answer", row.answered_how, answers.at(-1)?.mode ?? null],
    ["answer", row.answered_at === undefined ? undefined : row.answered_at !== null, answers.length > 0],
    ["name", row.anonymous, asked.anon],
    ["words", row.leaf_index, question.leaf],
    ["review", row.second_reviews && said(row.second_reviews), said(question.reviews)],
  ];
}

/** @param {{seq: number, verdict: string, by: string, reason?: string | null}[]} reviews @returns {string} who said what of which decision */
function said(reviews) {
  const each = reviews.map(({ seq, verdict, by, reason }) => `${seq} ${verdict} ${by} ${reason ?? ""}`);
  return each.sort().join("\n");
}

/** @param {Row} row @param {LoggedQuestion} question @param {Library} library @returns {Pair[]} */
function comparedWords(row, question, library) {
  const text = currentText(question, library);
  const name = question.asked.anon ? null : nameOf(question, library);
  return [
    ["words", normal(row.text), normal(text)],
    ["name", normal(row.name), question.opened ? normal(name) : null],
    ["answer", ...comparedAnswer(row, question, library)],
  ];
}

/** @param {string | null | undefined} text @returns {string | null | undefined} */
function normal(text) {
  return text?.normalize("NFC") ?? text;
}

/** @param {LoggedQuestion} question @param {Library} library @returns {string | null | undefined} null before a decision opened it, and when it is hidden */
function currentText(question, library) {
  if (!question.opened) return null;
  return openText(question, library, { field: "text", leaf: question.textLeaf });
}

/** @param {LoggedQuestion} question @param {Library} library @returns {string | null | undefined} */
function nameOf(question, library) {
  return openText(question, library, { field: "name", leaf: question.leaf });
}

/** @param {LoggedQuestion} question @param {Library} library @returns {string | null | undefined} of the decision that stands */
function explanationOf(question, library) {
  const { leaf, seq } = standing(question) ?? { leaf: -1, seq: 0 };
  return openText(question, library, { field: "explanation", leaf, seq });
}

/**
 * The last decision with the verdict that makes the status: later ones may have merged the question and taken it
 * out again, or what it was merged into was withdrawn. For other statuses the last one.
 *
 * @param {LoggedQuestion} question
 */
function standing({ decisions, status }) {
  return decisions.findLast(({ verdict }) => DECIDED[verdict] === status) ?? decisions.at(-1);
}

/**
 * A text as it may be shown: what the last redaction left of it, if there was one.
 *
 * @param {LoggedQuestion} question @param {Library} library
 * @param {{field: string, leaf: number, seq?: number}} place of the commitment
 * @returns {string | null | undefined} null: it is hidden; undefined: it cannot be said, because it is closed
 */
function openText(question, library, { field, leaf, seq = 0 }) {
  if (question.erased.has(field)) return null;
  const redaction = question.redactions.findLast(
    (each) => each.leaf > leaf && each.what === field && (each.seq ?? 0) === seq,
  );
  if (redaction && !redaction.shown) return null;
  const text = redaction ? library.text(redaction.leaf, "redacted") : library.text(leaf, field);
  return text ?? undefined;
}

/** @param {Row} row @param {LoggedQuestion} question @param {Library} library @returns {[unknown, unknown]} */
function comparedAnswer(row, question, library) {
  const leaf = question.answers.at(-1)?.leaf ?? -1;
  const source = openText(question, library, { field: "answer", leaf, seq: question.answers.length });
  if (source === null) return [row.answer_html, null];
  if (!row.answer_html || source === undefined) return [undefined, undefined];
  const same = answerSays(row.answer_html, source);
  return [same ? source : row.answer_html, source];
}

/** @param {Row} row @param {LoggedQuestion} question @param {Library} library @returns {Pair[]} */
function comparedDecision(row, question, library) {
  const logged = standing(question);
  const shown = row.decision;
  if (shown === undefined) return [];
  if (!logged || !shown) return [["decision", shown?.seq ?? 0, logged?.seq ?? 0]];
  return [
    ["decision", shown.seq, logged.seq],
    ["decision", shown.verdict, logged.verdict],
    ["decision", shown.by, logged.by],
    ["decision", shown.automated, logged.auto],
    ["decision", shown.rule, logged.rule ?? null],
    ["decision", shown.into, logged.into ?? null],
    ["decision", shown.appeal, logged.appeal ?? null],
    ["deadline", shown.overdue, logged.late],
    ["reason", shown.reason, logged.reason ?? null],
    ["reason", shown.reason_label, logged.reason ? library.label(logged.policy, logged.reason) : null],
    ["explanation", normal(shown.explanation), normal(explanationOf(question, library))],
  ];
}

/** @param {Row} row @param {LoggedQuestion} question @param {Library} library @returns {Pair[]} */
function comparedPrint({ printed }, question, library) {
  if (!printed) return [];
  const text = currentText(question, library);
  const name = question.asked.anon ? "Anonymous" : orElse(nameOf(question, library), "Name hidden");
  const last = standing(question);
  const explanation = explanationOf(question, library);
  const reason = last?.reason && library.label(last.policy, last.reason);
  return [
    ["words", printed.text, text === null ? "" : text && visible(text)],
    ["name", printed.asker, text === null ? "" : name && visible(name)],
    ["reason", printed.reason, last?.reason ? reason : ""],
    ["explanation", printed.explanation, last ? orElse(explanation && visible(explanation), "") : ""],
    ["decision", printed.decided, last ? decidedBy(last) : ""],
  ];
}

/** @param {string | null | undefined} text @param {string} words for what is hidden @returns {string | undefined} */
function orElse(text, words) {
  return text === null ? words : text;
}

/** @param {import("./leaf.js").Entry} decision @returns {string | undefined} in the words of the record's page */
function decidedBy({ verdict, auto, by, rule, into }) {
  const verb = VERBS[/** @type {keyof typeof VERBS} */ (verdict)];
  return verb && `${verb}${into ? ` into #${into}` : ""} by ${auto ? "an automatic rule" : by}${rule ? ` (${rule})` : ""}`;
}

/**
 * What of the numbers on the page does not come out: they add up, and are those of the log.
 *
 * @param {Shown} shown @param {import("./replay.js").Replay} replay
 * @returns {{missing: number[], unknown: number[], sums: boolean, different: string[]}}
 */
export function compareCounts({ rows, complete, counts }, replay) {
  const here = new Set(rows.map(({ n }) => n));
  const missing = complete ? [...replay.questions.keys()].filter((n) => !here.has(n)) : [];
  const unknown = [...here].filter((n) => !replay.questions.has(n));
  if (!counts) return { missing, unknown, sums: true, different: [] };
  const found = replay.counts();
  /** @type {Record<string, number>} */
  const logged = { ...found, pending: replay.closed ? 0 : found.pending, undecided: replay.closed ? found.pending : 0 };
  const different = Object.keys(logged).filter((name) => {
    const shown = counts[/** @type {keyof typeof counts} */ (name)];
    return shown !== undefined && shown !== logged[name];
  });
  const { submitted = 0, published = 0, filtered = 0, merged = 0, withdrawn = 0, pending = 0, undecided = 0 } = counts;
  const sums = submitted === published + filtered + merged + withdrawn + pending + undecided;
  return { missing, unknown, sums, different };
}
