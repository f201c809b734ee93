// @ts-check
/** What a verified log means: its texts, its policy, what the page shows of it, and the reader's receipts. */

import { hex, sha256 } from "../lib/sha256.js";
import { spell } from "./leaf.js";
import { orMissing } from "./log.js";
import { checkReceipt } from "./own.js";
import { compareCounts, compareRow } from "./shown.js";

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {import("./log.js").VerifiedLog} VerifiedLog
 * @typedef {import("./own.js").Outcome} Outcome
 * @typedef {import("./reader.js").Reader} Reader
 *
 * @typedef {object} Policy the newest version, as far as the check needs it
 * @property {number} version
 * @property {Map<string, string>} labels of reason codes
 */

/** @param {VerifiedLog} log @param {Reader} reader @returns {Promise<Finding[]>} texts that do not open, or should and do not */
export async function checkTexts({ openings }, reader) {
  // What waits for a decision opens with a new leaf, and then it is among these.
  const [first] = openings.closed().unexplained;
  if (!first) return [];
  const wrong = openings.learn(await orMissing(reader.openings(first.leaf)));
  /** @type {Finding[]} */
  const unlike = wrong.map(({ opening, commitment: { leaf, field, n, value } }) => {
    return { code: "text", leaf, n: n ?? undefined, detail: field, shown: opening, logged: value };
  });
  const known = new Set(unlike.map(({ leaf, detail }) => `${leaf}/${detail}`));
  const absent = openings.closed().unexplained.filter(({ leaf, field }) => !known.has(`${leaf}/${field}`));
  return [
    ...unlike,
    ...absent.map(({ leaf, field, n }) => {
      return /** @type {Finding} */ ({ code: "unopened", leaf, n: n ?? undefined, detail: field });
    }),
  ];
}

/**
 * @param {VerifiedLog} log @param {Reader} reader @param {Policy | null} known from an earlier check
 * @returns {Promise<{policy: Policy | null, findings: Finding[]}>}
 */
export async function checkPolicy({ replay: { policies } }, reader, known) {
  if (known?.version === policies.size) return { policy: known, findings: [] };
  const { version, document } = await orMissing(reader.policy());
  const logged = policies.get(version);
  // A version after the head that was read is for the next check.
  if (!logged) return { policy: known, findings: [] };
  const shown = hex(sha256(new TextEncoder().encode(spell(document))));
  if (shown !== logged) return { policy: known, findings: [{ code: "policy", detail: String(version), shown, logged }] };
  /** @type {{code: string, label: string}[]} */
  const codes = document.reason_codes;
  return { policy: { version, labels: new Map(codes.map(({ code, label }) => [code, label])) }, findings: [] };
}

/** @param {VerifiedLog} log @param {Policy | null} policy @returns {Finding[]} decisions for a reason that the policy does not have */
export function checkReasons({ replay }, policy) {
  if (!policy) return [];
  const decisions = [...replay.questions.values()].flatMap((question) => question.decisions);
  return decisions
    .filter(({ reason, policy: version }) => reason && version === policy.version && !policy.labels.has(reason))
    .map(({ n, leaf, reason }) => ({ code: "reason", n, leaf, logged: reason }));
}

/**
 * @param {VerifiedLog} log @param {import("./shown.js").Shown} shown @param {Policy | null} policy
 * @returns {Finding[]} where the page and the log differ
 */
export function checkShown({ replay, openings, leaves }, shown, policy) {
  /** @type {import("./shown.js").Library} */
  const library = {
    text: (leaf, field) => openings.text(leaf, field),
    label: (version, reason) => (policy?.version === version ? policy.labels.get(reason) : undefined),
  };
  const rows = shown.rows.flatMap((row) => {
    const question = replay.questions.get(row.n);
    if (!question) return [];
    return compareRow(row, question, library).map(({ n, what, ...values }) => {
      return /** @type {Finding} */ ({ code: "shown", n, leaf: question.leaf, detail: what, ...values });
    });
  });
  return [...checkCounts(shown, replay), ...checkTitle(shown, replay, library), ...rows, ...checkPrints(shown, leaves)];
}

/** @param {import("./shown.js").Shown} shown @param {readonly string[]} leaves @returns {Finding[]} */
function checkPrints({ leaves: prints = [] }, leaves) {
  return prints
    .filter(({ leaf, text }) => leaf < leaves.length && leaves[leaf] !== text)
    .map(({ leaf, text }) => /** @type {Finding} */ ({ code: "shown", leaf, detail: "leaf", shown: text, logged: leaves[leaf] }));
}

/** @param {import("./shown.js").Shown} shown @param {import("./replay.js").Replay} replay @returns {Finding[]} */
function checkCounts(shown, replay) {
  const { missing, unknown, sums, different } = compareCounts(shown, replay);
  const { counts } = shown;
  const logged = replay.counts();
  return [
    ...missing.map((n) => /** @type {Finding} */ ({ code: "absent", n, leaf: replay.questions.get(n)?.leaf })),
    ...unknown.map((n) => /** @type {Finding} */ ({ code: "unknown", n })),
    ...(sums ? [] : [/** @type {Finding} */ ({ code: "counts", detail: "sum", shown: counts })]),
    ...different.map((detail) => /** @type {Finding} */ ({ code: "counts", detail, shown: counts, logged })),
  ];
}

/**
 * @param {import("./shown.js").Shown} shown @param {import("./replay.js").Replay} replay
 * @param {import("./shown.js").Library} library @returns {Finding[]}
 */
function checkTitle({ title }, replay, library) {
  const leaf = replay.titleLeaf;
  const logged = library.text(leaf, "title");
  if (title === undefined || logged === null || title.normalize("NFC") === logged.normalize("NFC")) return [];
  return [{ code: "shown", detail: "title", leaf, shown: title, logged }];
}

/**
 * @param {VerifiedLog} log @param {readonly import("./own.js").OwnReceipt[]} receipts
 * @param {{now: number, promiseKey?: string}} options
 * @returns {Promise<{outcomes: Outcome[], findings: Finding[]}>}
 */
export async function checkReceipts(log, receipts, options) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const receipt of receipts) outcomes.push(await checkReceipt(receipt, log, log.verifier, options));
  const findings = outcomes
    .filter(({ state }) => state === "wrong")
    .map(({ n, leaf_index, fault, older }) => {
      return /** @type {Finding} */ ({ code: "receipt", n, leaf: leaf_index, detail: fault, older });
    });
  return { outcomes, findings };
}
