// @ts-check
/**
 * Leaves (docs/log-format.md, sections 2 and 3): one JSON object in its one spelling, with exactly the
 * fields of its kind. Keep KINDS in step with qa/ledger/entry.py; the vectors hold both to the format.
 */

import { Malformed, Outdated } from "./errors.js";
import {
  CODE,
  COUNT,
  DECIDER,
  ERASER,
  HASH,
  ISSUER,
  LANGUAGE,
  MINUTE,
  NUMBER,
  ORIGIN,
  SLUG,
  STAFF,
  YES_NO,
  choice,
  countsBy,
  listOf,
  whole,
} from "./forms.js";

/**
 * @typedef {import("./forms.js").Form} Form
 * @typedef {Record<string, any> & {k: string, ev: string, t: string}} Entry
 */

const VERSION = 1;
const MAX_SNAPSHOT = 2000;
const STATE = choice("draft", "open", "live", "closed");
const CODES = listOf(CODE, 100, { distinct: true });
const COMMON = { v: (/** @type {unknown} */ value) => value === VERSION, k: () => true, ev: SLUG, t: MINUTE };

/** A field's name ends in ? where it may be absent. @type {Record<string, Record<string, Form>>} */
const KINDS = {
  "event.opened": { origin: ORIGIN, title: HASH, policy: NUMBER },
  "event.state": { from: STATE, to: STATE },
  "event.changed": { fields: listOf(CODE, 100, { sorted: true, distinct: true }), "title?": HASH },
  "event.closed": {
    submitted: COUNT,
    published: COUNT,
    filtered: COUNT,
    merged: COUNT,
    withdrawn: COUNT,
    undecided: COUNT,
    answered: COUNT,
    decisions: COUNT,
    appeals: COUNT,
    reviews: COUNT,
    votes: COUNT,
  },
  "policy.published": { version: NUMBER, sha256: HASH, "by?": STAFF },
  "question.submitted": {
    n: NUMBER,
    text: HASH,
    anon: YES_NO,
    "name?": HASH,
    "lang?": LANGUAGE,
    src: choice("live", "import"),
    due: MINUTE,
    policy: NUMBER,
    flags: CODES,
  },
  "question.revised": { n: NUMBER, version: whole(2), text: HASH, flags: CODES },
  decision: {
    n: NUMBER,
    seq: NUMBER,
    verdict: choice("publish", "filter", "merge", "restore", "redact"),
    "reason?": CODE,
    expl: HASH,
    by: DECIDER,
    "rule?": CODE,
    auto: YES_NO,
    late: YES_NO,
    policy: NUMBER,
    "sup?": NUMBER,
    "into?": NUMBER,
    "appeal?": NUMBER,
    "held?": YES_NO,
  },
  appeal: { n: NUMBER, seq: NUMBER, by: choice("Author", "Supporters"), due: MINUTE },
  review: {
    n: NUMBER,
    seq: NUMBER,
    verdict: choice("publish", "filter"),
    "reason?": CODE,
    expl: HASH,
    by: STAFF,
    policy: NUMBER,
  },
  redaction: {
    n: NUMBER,
    what: choice("text", "name", "explanation", "answer", "review"),
    "seq?": NUMBER,
    basis: choice("personal_data", "harassment", "unlawful"),
    by: STAFF,
    second: STAFF,
    spans: COUNT,
    "shown?": HASH,
    expl: HASH,
  },
  erasure: {
    n: NUMBER,
    what: listOf(choice("name", "text"), 2, { sorted: true, distinct: true }),
    by: ERASER,
    basis: CODE,
  },
  withdrawn: { n: NUMBER },
  live: { n: NUMBER, on: YES_NO, by: STAFF },
  answered: { n: NUMBER, mode: choice("spoken", "written"), "answer?": HASH, by: STAFF },
  "vote.snapshot": {
    from: NUMBER,
    to: COUNT,
    counts: listOf(COUNT, MAX_SNAPSHOT),
    votes: COUNT,
    root: HASH,
    "groups?": listOf(NUMBER, MAX_SNAPSHOT, { sorted: true, distinct: true }),
    "people?": listOf(COUNT, MAX_SNAPSHOT),
  },
  "staff.changed": {
    who: STAFF,
    role: choice("owner", "moderator", "presenter", "auditor"),
    act: choice("added", "removed"),
    by: STAFF,
  },
  admission: { how: choice("open", "tickets", "provider"), size: COUNT, "issuer?": ISSUER },
  "admission.forgotten": { "size?": COUNT, used: COUNT },
  refused: { counts: countsBy(CODE, 100) },
  anchor: { origin: ORIGIN, size: COUNT, root: HASH },
};

/** @typedef {{form: Form, optional: boolean}} FieldSpec */
/** @type {ReadonlyMap<string, ReadonlyMap<string, FieldSpec>>} by kind and name */
const SPECS = new Map(
  Object.entries(KINDS).map(([kind, fields]) => {
    const specs = Object.entries({ ...COMMON, ...fields }).map(([key, form]) => {
      return /** @type {const} */ ([key.replace("?", ""), { form, optional: key.endsWith("?") }]);
    });
    return [kind, new Map(specs)];
  }),
);

/** @param {number[]} counts */
const total = (counts) => counts.reduce((sum, count) => sum + count, 0);

/** Kinds whose fields could contradict each other. @type {Record<string, (fields: Entry) => boolean>} */
const SENSE = {
  decision: ({ verdict, reason, by, auto, rule, into, sup = 0, seq, appeal }) =>
    (verdict !== "filter" || reason !== undefined) &&
    auto === (by === "Rule") &&
    (rule !== undefined) === auto &&
    (into !== undefined) === (verdict === "merge") &&
    sup < seq &&
    (appeal === undefined || (appeal === sup && !auto)),
  "question.submitted": ({ anon, name }) => !anon || name === undefined,
  "vote.snapshot": ({ counts, from, to, votes, groups, people }) =>
    counts.length === to - from + 1 &&
    total(counts) === votes &&
    groups?.length === people?.length &&
    (groups === undefined || (groups.length > 0 && groups[0] >= from && groups.at(-1) <= to)),
  review: ({ verdict, reason }) => (verdict === "filter") === (reason !== undefined),
  redaction: ({ what, seq, shown, spans, by, second }) =>
    (seq !== undefined) === ["explanation", "answer", "review"].includes(what) &&
    (shown !== undefined) === spans > 0 &&
    by !== second,
  erasure: ({ what }) => what.length > 0,
  admission: ({ how, size, issuer }) => (how === "tickets" || size === 0) && (issuer !== undefined) === (how === "provider"),
  "admission.forgotten": ({ size, used }) => size === undefined || used <= size,
};

/**
 * The entry that a leaf spells.
 *
 * 1. It is one JSON object, in its one spelling: writing it again gives the same text. This refuses
 *    repeated keys, spaces, escapes, fractions and any other order of keys.
 * 2. It is of this version and of a known kind.
 * 3. Every field is one of its kind and of its form, none is missing, and they do not contradict.
 *
 * @param {string} text @returns {Entry} @throws {Malformed | Outdated}
 */
export function decodeLeaf(text) {
  const entry = parseObject(text);
  if (JSON.stringify(entry) !== text || !isSorted(entry)) throw new Malformed("The leaf is not in its canonical spelling.");
  if (typeof entry.k !== "string" || !COMMON.v(entry.v)) throw new Malformed("The leaf has no kind or version.");
  if (!SPECS.has(entry.k)) throw new Outdated(`This page does not know entries of the kind ${entry.k}.`);
  const fields = SPECS.get(entry.k) ?? new Map();
  for (const [name, { form, optional }] of fields) {
    const right = Object.hasOwn(entry, name) ? form(entry[name]) : optional;
    if (!right) throw new Malformed(`The field ${name} of the leaf is not right.`);
  }
  if (Object.keys(entry).some((name) => !fields.has(name))) {
    throw new Malformed("The leaf has a field that its kind does not have.");
  }
  if (SENSE[entry.k]?.(/** @type {Entry} */ (entry)) === false) throw new Malformed("The leaf contradicts itself.");
  return /** @type {Entry} */ (entry);
}

/** @param {string} text @returns {Record<string, unknown>} */
function parseObject(text) {
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Malformed("The leaf is not JSON.");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new Malformed("The leaf is not a JSON object.");
  }
  return value;
}

/** @param {object} value @returns {boolean} whether its keys, and those of objects in it, are in ASCII order */
function isSorted(value) {
  let before = "";
  for (const [name, item] of Object.entries(value)) {
    if (name < before || (typeof item === "object" && item !== null && !Array.isArray(item) && !isSorted(item))) return false;
    before = name;
  }
  return true;
}

/**
 * JSON with sorted keys and no white space: the one spelling of a leaf, and that of which a policy's hash
 * is taken.
 *
 * @param {unknown} value as JSON.parse gives it @returns {string}
 */
export function spell(value) {
  if (Array.isArray(value)) return `[${value.map(spell).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([name, item]) => `${JSON.stringify(name)}:${spell(item)}`).join(",")}}`;
}
