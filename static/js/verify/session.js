// @ts-check
/** Checking one event's record, again and again while its page is open. */

import { hex } from "../lib/sha256.js";
import { wordsOf } from "./checkpoint.js";
import { checkPolicy, checkReasons, checkReceipts, checkShown, checkTexts } from "./contents.js";
import { Malformed, Outdated, Unreachable } from "./errors.js";
import { gatherEvidence } from "./evidence.js";
import { Stop, Suspicions } from "./findings.js";
import { VerifiedLog } from "./log.js";
import { checkWitnessed } from "./witnessed.js";

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {import("./log.js").Memory} Memory
 * @typedef {import("./own.js").Outcome} Outcome
 * @typedef {import("./reader.js").Reader} Reader
 *
 * @typedef {object} Request
 * @property {string} vkey as the page has it now
 * @property {string} [promiseKey]
 * @property {string[]} [witnesses] verifier keys
 * @property {Memory | null} memory
 * @property {import("./shown.js").Shown | null} shown null: the page cannot say just now
 * @property {import("./own.js").OwnReceipt[]} receipts
 * @property {number} now
 *
 * @typedef {object} Facts what was found to be right
 * @property {number} firstSeenAt
 * @property {{size: number, at: number} | null} before what an earlier check saw
 * @property {string} origin
 * @property {number} size
 * @property {string} root
 * @property {string[]} words
 * @property {import("./witnessed.js").Cosigned[]} cosigned by whom, as far as this browser could verify
 * @property {number} decisions
 * @property {number} opened
 * @property {Record<import("./openings.js").Excuse, number>} closed
 * @property {number | null} policy its version
 * @property {number | null} rows how many the page shows
 * @property {Record<string, number>} counts
 * @property {number} proven receipts
 * @property {number} promised receipts
 *
 * @typedef {object} Report
 * @property {"checked" | "unsettled" | "alarm" | "unreachable" | "outdated"} state unsettled: look again soon
 * @property {number} at
 * @property {Finding[]} findings
 * @property {Facts | null} facts
 * @property {Memory | null} memory to keep from now on; null: as it was
 * @property {Outcome[]} receipts
 * @property {object | null} evidence with an alarm
 */

/** After these, what is held of the log stands. */
const HARMLESS = new Set(["rollback", "missing"]);
/** The browser may have kept a damaged copy: everything is read once more from the server. */
const READ_AGAIN = new Set(["root", "leaf"]);

export class Session {
  #slug;
  #makeReader;
  #suspicions = new Suspicions();
  /** @type {VerifiedLog | null} */
  #log = null;
  /** @type {import("./contents.js").Policy | null} */
  #policy = null;
  #verifiedSize = 0;

  /** @param {string} slug @param {(options: {fresh: boolean}) => Reader} makeReader */
  constructor(slug, makeReader) {
    this.#slug = slug;
    this.#makeReader = makeReader;
  }

  /** @param {Request} request @returns {Promise<Report>} */
  async check(request) {
    try {
      return await this.#check(request, false);
    } catch (error) {
      if (!(error instanceof Stop)) return this.#unable(error, request);
      if (!READ_AGAIN.has(error.finding.code)) return this.#stopped(error.finding, request);
    }
    try {
      this.#forget();
      return await this.#check(request, true);
    } catch (error) {
      return error instanceof Stop ? this.#stopped(error.finding, request) : this.#unable(error, request);
    }
  }

  /**
   * 1. The key is the one that this browser saw first.
   * 2. The log is what that key signed, from the first leaf on, and what was seen of it earlier: see `VerifiedLog`.
   *    What witnesses cosigned is a beginning of it.
   * 3. Every text opens its commitment, and none that should be open is closed.
   * 4. The policy is the one that was logged, and has the reasons that decisions under it name.
   * 5. The page shows what the log says, and its numbers add up.
   * 6. The reader's receipts are in the log.
   *
   * @param {Request} request @param {boolean} fresh @returns {Promise<Report>}
   */
  async #check(request, fresh) {
    const { vkey, memory, shown } = request;
    const reader = this.#makeReader({ fresh });
    // 1.
    if (memory && memory.vkey !== vkey) {
      throw new Stop({ code: "key", shown: vkey, logged: memory.vkey, seenAt: memory.first_seen_at });
    }
    // 2.
    this.#log ??= this.#begin(vkey);
    this.#verifiedSize = 0;
    const head = await this.#log.advance(reader, memory);
    this.#verifiedSize = head.size;
    const cosigned = await checkWitnessed(this.#log, reader, request.witnesses ?? []);
    // 3., 4., 5. and 6.
    const texts = await checkTexts(this.#log, reader);
    const { policy, findings } = await checkPolicy(this.#log, reader, this.#policy);
    this.#policy = policy;
    const reasons = checkReasons(this.#log, policy);
    const rows = shown ? checkShown(this.#log, shown, policy) : [];
    const own = await checkReceipts(this.#log, request.receipts, request);
    const all = [...texts, ...findings, ...reasons, ...rows, ...own.findings];
    return this.#report(request, this.#log, head, all, { receipts: own.outcomes, cosigned });
  }

  /** @param {string} vkey */
  #begin(vkey) {
    try {
      return new VerifiedLog(this.#slug, vkey);
    } catch (error) {
      throw error instanceof Malformed ? new Stop({ code: "signature", detail: error.message, shown: vkey }) : error;
    }
  }

  /**
   * The words of the log as it is or was at a size, from what was verified.
   *
   * @param {number} size @returns {string[] | null} null: so much was not verified
   */
  wordsAt(size) {
    if (!this.#log || size < 1 || size > this.#verifiedSize) return null;
    return wordsOf({ origin: this.#log.verifier.name, size, root: this.#log.tree.root(size) });
  }

  /**
   * Whether a receipt on paper is of this log, as far as that was verified.
   *
   * @param {import("../record/paper.js").Paper} paper @returns {import("../record/paper.js").Verdict | null}
   */
  holds({ entry, leaf, size = entry + 1, root }) {
    const tree = this.#log?.tree;
    if (!tree || !this.#verifiedSize) return null;
    if (Math.max(size, entry + 1) > this.#verifiedSize) return "shorter";
    const same = hex(tree.leaf(entry)) === leaf && (root === undefined || hex(tree.root(size)) === root);
    return same ? "holds" : "other";
  }

  #forget() {
    this.#verifiedSize = 0;
    this.#log = null;
    this.#policy = null;
  }

  /**
   * @param {Request} request @param {VerifiedLog} log @param {import("./checkpoint.js").Checkpoint} head
   * @param {Finding[]} findings
   * @param {{receipts: Outcome[], cosigned: import("./witnessed.js").Cosigned[]}} found @returns {Report}
   */
  #report(request, log, head, findings, { receipts, cosigned }) {
    const { memory, vkey, shown, now } = request;
    const { certain, passing } = this.#suspicions.sift(findings, now);
    const root = hex(head.root);
    const firstSeenAt = memory?.first_seen_at ?? now;
    /** @param {Outcome["state"]} wanted */
    const count = (wanted) => receipts.filter(({ state }) => state === wanted).length;
    return {
      state: certain.length ? "alarm" : passing.length ? "unsettled" : "checked",
      at: now,
      findings: certain.length ? certain : passing,
      facts: {
        firstSeenAt,
        before: memory && { size: memory.size, at: memory.seen_at },
        origin: head.origin,
        size: head.size,
        root,
        words: wordsOf(head),
        cosigned,
        decisions: log.replay.decisions,
        opened: log.openings.count,
        closed: log.openings.closed().excused,
        policy: this.#policy?.version ?? null,
        rows: shown && shown.rows.length,
        counts: log.replay.counts(),
        proven: count("proven"),
        promised: count("promised"),
      },
      memory: { vkey, first_seen_at: firstSeenAt, note: log.note, size: head.size, root, seen_at: now },
      receipts,
      evidence: certain.length ? this.#evidence(certain, request) : null,
    };
  }

  /** @param {Finding} finding @param {Request} request @returns {Report} */
  #stopped(finding, request) {
    const { certain } = this.#suspicions.sift([finding], request.now);
    const evidence = certain.length ? this.#evidence(certain, request) : null;
    if (!HARMLESS.has(finding.code)) this.#forget();
    return { ...nothing(request), state: certain.length ? "alarm" : "unsettled", findings: [finding], evidence };
  }

  /** @param {unknown} error @param {Request} request @returns {Report} */
  #unable(error, request) {
    if (error instanceof Unreachable) return { ...nothing(request), state: "unreachable" };
    // The log was read in part only.
    this.#forget();
    if (error instanceof Outdated) return { ...nothing(request), state: "outdated" };
    throw error;
  }

  /** @param {Finding[]} findings @param {Request} request */
  #evidence(findings, request) {
    return gatherEvidence(findings, request, { slug: this.#slug, log: this.#log });
  }
}

/** @param {Request} request */
function nothing({ now }) {
  return { at: now, findings: [], facts: null, memory: null, receipts: [], evidence: null };
}
