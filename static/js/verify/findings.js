// @ts-check
/** What a check can find wrong, as values. sentences.js says each in words. */

/**
 * @typedef {"key" | "signature" | "rollback" | "fork" | "root" | "missing" | "leaf" | "order" | "text"
 *   | "unopened" | "policy" | "reason" | "shown" | "absent" | "unknown" | "counts" | "receipt"} Code
 *
 * @typedef {object} Finding
 * @property {Code} code
 * @property {number} [n] docket number
 * @property {number} [leaf] index
 * @property {string} [detail] such as which field differs
 * @property {unknown} [shown] as the page or the server has it
 * @property {unknown} [logged] as the log has it
 * @property {string} [older] a signed head that contradicts the newest
 * @property {string} [newer] the newest signed head
 * @property {number} [size] leaves that the older one counts
 * @property {number} [newSize]
 * @property {number} [seenAt] when the older one was seen
 */

/**
 * A page and a log are read at two moments, so these may differ for a moment without any lie. They count
 * when they have been found TIMES in a row, over SETTLE_MS.
 *
 * @type {ReadonlySet<Code>}
 */
const MAY_PASS = new Set(["rollback", "missing", "unopened", "policy", "shown", "absent", "unknown", "counts"]);
const TIMES = 3;
const SETTLE_MS = 5000;

/** The record is so wrong that nothing after it can be checked. */
export class Stop extends Error {
  /** @param {Finding} finding */
  constructor(finding) {
    super(finding.code);
    this.finding = finding;
  }
}

/** Tells what was seen in passing from what stays. */
export class Suspicions {
  /** @type {Map<string, {times: number, since: number}>} */
  #suspected = new Map();

  /**
   * @param {readonly Finding[]} findings of one check @param {number} now
   * @returns {{certain: Finding[], passing: Finding[]}}
   */
  sift(findings, now) {
    const before = this.#suspected;
    this.#suspected = new Map();
    /** @type {Finding[]} */
    const certain = [];
    /** @type {Finding[]} */
    const passing = [];
    for (const finding of findings) {
      const { times, since } = before.get(nameOf(finding)) ?? { times: 0, since: now };
      this.#suspected.set(nameOf(finding), { times: times + 1, since });
      const stays = times + 1 >= TIMES && now - since >= SETTLE_MS;
      (stays || !MAY_PASS.has(finding.code) ? certain : passing).push(finding);
    }
    return { certain, passing };
  }
}

/** @param {Finding} finding */
function nameOf({ code, n, leaf, detail }) {
  return [code, n, leaf, detail].join("/");
}
