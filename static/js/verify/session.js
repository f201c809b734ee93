// @ts-check
/**
 * Checking one event's record, again and again while its page is open. What was read and verified once is
 * kept, so a later check reads and hashes new leaves only.
 */

import { hex } from "../lib/sha256.js";
import { openCheckpoint, wordsOf } from "./checkpoint.js";
import { decodeBundle, bundlesBetween } from "./entries.js";
import { Disorder, Invalid, Malformed, Missing, Outdated, Unreachable, Unverified } from "./errors.js";
import { gatherEvidence } from "./evidence.js";
import { Stop, Suspicions } from "./findings.js";
import { decodeLeaf, spell } from "./leaf.js";
import { leafHash, Tree } from "./merkle.js";
import { parseVerifier } from "./note.js";
import { Openings } from "./openings.js";
import { checkReceipt } from "./own.js";
import { Replay } from "./replay.js";
import { compareCounts, compareRow } from "./shown.js";
import { decodeUtf8, sameBytes } from "./spelling.js";
import { sha256 } from "../lib/sha256.js";

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {import("./reader.js").Reader} Reader
 * @typedef {import("./checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("./own.js").Outcome} Outcome
 *
 * @typedef {object} Memory what this browser keeps from one visit to the next
 * @property {string} vkey the log's verifier key, as first seen
 * @property {number} first_seen_at
 * @property {string} note the newest checkpoint that was verified
 * @property {number} size
 * @property {string} root in hexadecimal
 * @property {number} seen_at
 *
 * @typedef {object} Request
 * @property {string} vkey as the page has it now
 * @property {string} [promiseKey]
 * @property {Memory | null} memory
 * @property {import("./shown.js").Shown | null} shown null: the page cannot say just now
 * @property {import("./own.js").OwnReceipt[]} receipts
 * @property {number} now
 *
 * @typedef {object} Facts what was checked, when all is well
 * @property {number} firstSeenAt
 * @property {boolean} firstVisit
 * @property {{size: number, at: number} | null} before what an earlier check saw
 * @property {number} size
 * @property {string} root
 * @property {string[]} words
 * @property {number} questions
 * @property {number} decisions
 * @property {number} opened
 * @property {Record<import("./openings.js").Excuse, number>} closed
 * @property {number | null} policy its version
 * @property {number | null} rows how many the page shows
 * @property {Record<string, number>} counts
 * @property {{proven: number, promised: number}} receipts
 *
 * @typedef {object} Report
 * @property {"checked" | "unsettled" | "alarm" | "unreachable" | "outdated"} state
 * @property {number} at
 * @property {Finding[]} findings
 * @property {Facts | null} facts
 * @property {Memory | null} memory to keep from now on, null: as it was
 * @property {Outcome[]} receipts
 * @property {object | null} evidence with an alarm
 */

const AT_ONCE = 4;
const MOST_LEAVES = 500_000;

export class Session {
  #slug;
  #makeReader;
  #suspicions = new Suspicions();
  #tree = new Tree();
  /** @type {string[]} */
  #leaves = [];
  /** @type {string} the newest checkpoint that was verified */
  #note = "";
  /** @type {Replay | null} */
  #replay = null;
  /** @type {Openings | null} */
  #openings = null;
  /** @type {{version: number, labels: Map<string, string>} | null} */
  #policy = null;

  /** @param {string} slug @param {(options: {fresh: boolean}) => Reader} makeReader */
  constructor(slug, makeReader) {
    this.#slug = slug;
    this.#makeReader = makeReader;
  }

  /** @param {Request} request @returns {Promise<Report>} */
  async check(request) {
    try {
      return await this.#checkTwice(request);
    } catch (error) {
      const state = error instanceof Unreachable ? "unreachable" : error instanceof Outdated ? "outdated" : null;
      if (!state) throw error;
      return { state, at: request.now, findings: [], facts: null, memory: null, receipts: [], evidence: null };
    }
  }

  /** @param {Request} request @returns {Promise<Report>} */
  async #checkTwice(request) {
    try {
      return await this.#check(request, false);
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      if (error.finding.code === "root" || error.finding.code === "leaf") {
        // The browser may have kept a damaged copy: everything is read once more from the server.
        this.#reset();
        try {
          return await this.#check(request, true);
        } catch (again) {
          if (!(again instanceof Stop)) throw again;
          return this.#stopped(again.finding, request);
        }
      }
      return this.#stopped(error.finding, request);
    }
  }

  /**
   * 1. The key is the one that this browser saw first, and signed the head.
   * 2. The log has not shrunk since.
   * 3. All leaves together give the signed root, and the earlier ones the root that was seen earlier.
   * 4. Every leaf is canonical, and they are in order.
   * 5. Every text opens its commitment, and none that should be open is closed.
   * 6. The page shows what the log says, and its numbers add up.
   * 7. The reader's receipts are in the log.
   *
   * @param {Request} request @param {boolean} fresh @returns {Promise<Report>}
   */
  async #check(request, fresh) {
    const reader = this.#makeReader({ fresh });
    // 1. and 2.
    const verifier = pinned(request);
    const note = await missingIs(reader.checkpoint(), 0);
    const head = await openHead(note, verifier);
    this.#compareSizes(head, request.memory);
    // 3. and 4.
    await this.#readLeaves(reader, head, request.memory, verifier.name);
    this.#note = note;
    // 5., 6. and 7.
    const findings = await this.#compareTexts(reader);
    findings.push(...(await this.#comparePolicy(reader)), ...this.#compareShown(request.shown));
    const receipts = await this.#checkReceipts(request, verifier);
    findings.push(...receipts.filter(({ state }) => state === "wrong").map(receiptFinding));
    return this.#report(request, head, findings, receipts);
  }

  #reset() {
    this.#tree = new Tree();
    this.#leaves = [];
    this.#replay = null;
    this.#openings = null;
    this.#policy = null;
  }

  /** @param {Checkpoint} head @param {Memory | null} memory */
  #compareSizes(head, memory) {
    const held = this.#tree.size;
    if (memory && head.size < memory.size) {
      throw new Stop({ code: "rollback", older: memory.note, size: memory.size, newSize: head.size, seenAt: memory.seen_at });
    }
    if (head.size < held) throw new Stop({ code: "rollback", older: this.#note, size: held, newSize: head.size });
    if (head.size === held && held > 0 && !sameBytes(this.#tree.root(), head.root)) {
      throw new Stop({ code: "fork", older: this.#note, size: held, newSize: head.size });
    }
    if (head.size > MOST_LEAVES) throw new Outdated("The record is too long for this page to check.");
  }

  /** @param {Reader} reader @param {Checkpoint} head @param {Memory | null} memory @param {string} origin */
  async #readLeaves(reader, head, memory, origin) {
    const added = await this.#fetchLeaves(reader, head.size);
    for (const data of added) this.#tree.append(leafHash(data));
    if (!sameBytes(this.#tree.root(), head.root)) throw new Stop({ code: "root", newSize: head.size });
    if (memory?.size && hex(this.#tree.root(memory.size)) !== memory.root) {
      throw new Stop({ code: "fork", older: memory.note, size: memory.size, newSize: head.size, seenAt: memory.seen_at });
    }
    this.#replay ??= new Replay(this.#slug, origin);
    this.#openings ??= new Openings(this.#slug, this.#replay);
    for (const data of added) this.#take(data, this.#replay);
  }

  /** @param {Uint8Array} data @param {Replay} replay */
  #take(data, replay) {
    const leaf = this.#leaves.length;
    try {
      const text = decodeUtf8(data);
      this.#leaves.push(text);
      replay.append(decodeLeaf(text));
    } catch (error) {
      if (error instanceof Malformed) throw new Stop({ code: "leaf", leaf, detail: error.message });
      if (error instanceof Disorder) throw new Stop({ code: "order", leaf, n: error.n, detail: error.message });
      throw error;
    }
  }

  /** @param {Reader} reader @param {number} size @returns {Promise<Uint8Array<ArrayBuffer>[]>} those not held yet */
  async #fetchLeaves(reader, size) {
    const wanted = bundlesBetween(this.#tree.size, size);
    /** @type {Uint8Array<ArrayBuffer>[][]} */
    const bundles = [];
    const next = wanted.entries();
    const work = async () => {
      for (const [place, bundle] of next) bundles[place] = await this.#fetchBundle(reader, bundle);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
    return bundles.flat();
  }

  /** @param {Reader} reader @param {{index: number, width: number, held: number}} bundle */
  async #fetchBundle(reader, { index, width, held }) {
    const start = index * 256;
    const data = await missingIs(reader.bundle(index, width), start);
    let entries;
    try {
      entries = decodeBundle(data);
    } catch (error) {
      if (error instanceof Malformed) throw new Stop({ code: "leaf", leaf: start, detail: error.message });
      throw error;
    }
    if (entries.length !== width) throw new Stop({ code: "leaf", leaf: start, detail: "The bundle has another number of entries." });
    for (let place = 0; place < held; place += 1) {
      const same = sameBytes(leafHash(entries[place]), this.#tree.leaf(start + place));
      if (!same) throw new Stop({ code: "root", leaf: start + place });
    }
    return entries.slice(held);
  }

  /** @param {Reader} reader @returns {Promise<Finding[]>} */
  async #compareTexts(reader) {
    const { openings } = this.#checkedLog();
    const { since } = openings.closed();
    if (since === null) return [];
    const wrong = openings.learn(await missingIs(reader.openings(since), since));
    return [
      ...wrong.map(({ opening, commitment: { leaf, field, n } }) => {
        return /** @type {Finding} */ ({ code: "text", leaf, n: n ?? undefined, detail: field, shown: opening });
      }),
      ...openings.closed().unexplained.map(({ leaf, field, n }) => {
        return /** @type {Finding} */ ({ code: "unopened", leaf, n: n ?? undefined, detail: field });
      }),
    ];
  }

  /** @param {Reader} reader @returns {Promise<Finding[]>} */
  async #comparePolicy(reader) {
    const { policies } = this.#checkedLog().replay;
    if (this.#policy?.version === policies.size) return [];
    const { version, document } = await reader.policy();
    const logged = policies.get(version);
    if (!logged) return []; // newer than the head that was read
    const shown = hex(sha256(new TextEncoder().encode(spell(document))));
    if (shown !== logged) return [{ code: "policy", detail: String(version), shown, logged }];
    const codes = /** @type {{code: string, label: string}[]} */ (document.reason_codes);
    this.#policy = { version, labels: new Map(codes.map(({ code, label }) => [code, label])) };
    return [];
  }

  /** @param {import("./shown.js").Shown | null} shown @returns {Finding[]} */
  #compareShown(shown) {
    if (!shown) return [];
    const { replay, openings } = this.#checkedLog();
    const library = {
      text: (/** @type {number} */ leaf, /** @type {string} */ field) => openings.text(leaf, field),
      label: (/** @type {number} */ version, /** @type {string} */ reason) =>
        this.#policy?.version === version ? this.#policy.labels.get(reason) : undefined,
    };
    const { missing, unknown, sums, different } = compareCounts(shown, replay);
    /** @type {Finding[]} */
    const findings = [
      ...missing.map((n) => /** @type {Finding} */ ({ code: "absent", n })),
      ...unknown.map((n) => /** @type {Finding} */ ({ code: "unknown", n })),
      ...(sums ? [] : [/** @type {Finding} */ ({ code: "counts", detail: "sum", shown: shown.counts })]),
      ...different.map((name) => /** @type {Finding} */ ({ code: "counts", detail: name, shown: shown.counts, logged: replay.counts() })),
    ];
    const title = openings.text(replay.titleLeaf, "title");
    if (title !== null && shown.title !== undefined && shown.title.normalize("NFC") !== title.normalize("NFC")) {
      findings.push({ code: "shown", detail: "title", shown: shown.title, logged: title });
    }
    for (const row of shown.rows) {
      const question = replay.questions.get(row.n);
      if (!question) continue;
      for (const { n, what, ...values } of compareRow(row, question, library)) {
        findings.push({ code: "shown", n, leaf: question.leaf, detail: what, ...values });
      }
    }
    return findings;
  }

  /** @param {Request} request @param {import("./note.js").Verifier} verifier @returns {Promise<Outcome[]>} */
  async #checkReceipts({ receipts, now, promiseKey }, verifier) {
    const head = { tree: this.#tree, leaves: this.#leaves, note: this.#note };
    const outcomes = [];
    for (const receipt of receipts) outcomes.push(await checkReceipt(receipt, head, verifier, { now, promiseKey }));
    return outcomes;
  }

  /** @param {Request} request @param {Checkpoint} head @param {Finding[]} findings @param {Outcome[]} receipts @returns {Report} */
  #report(request, head, findings, receipts) {
    const { certain, passing } = this.#suspicions.sift(findings, request.now);
    const facts = this.#facts(request, head, receipts);
    return {
      state: certain.length ? "alarm" : passing.length ? "unsettled" : "checked",
      at: request.now,
      findings: certain.length ? certain : passing,
      facts,
      memory: {
        vkey: request.memory?.vkey ?? request.vkey,
        first_seen_at: facts.firstSeenAt,
        note: this.#note,
        size: head.size,
        root: facts.root,
        seen_at: request.now,
      },
      receipts,
      evidence: certain.length ? this.#evidence(certain, request) : null,
    };
  }

  /** @param {Request} request @param {Checkpoint} head @param {Outcome[]} receipts @returns {Facts} */
  #facts({ memory, shown, now }, head, receipts) {
    const { replay, openings } = this.#checkedLog();
    return {
      firstSeenAt: memory?.first_seen_at ?? now,
      firstVisit: memory === null,
      before: memory && { size: memory.size, at: memory.seen_at },
      size: head.size,
      root: hex(head.root),
      words: wordsOf(head),
      questions: replay.questions.size,
      decisions: replay.decisions,
      opened: openings.count,
      closed: openings.closed().excused,
      policy: this.#policy?.version ?? null,
      rows: shown && shown.rows.length,
      counts: replay.counts(),
      receipts: {
        proven: receipts.filter(({ state }) => state === "proven").length,
        promised: receipts.filter(({ state }) => state === "promised").length,
      },
    };
  }

  /** @param {Finding} finding @param {Request} request @returns {Report} */
  #stopped(finding, request) {
    const { certain } = this.#suspicions.sift([finding], request.now);
    const evidence = certain.length ? this.#evidence(certain, request) : null;
    if (finding.code !== "rollback" && finding.code !== "missing") this.#reset();
    const state = certain.length ? "alarm" : "unsettled";
    return { state, at: request.now, findings: [finding], facts: null, memory: null, receipts: [], evidence };
  }

  /** @param {Finding[]} findings @param {Request} request */
  #evidence(findings, request) {
    return gatherEvidence(findings, request, { slug: this.#slug, leaves: this.#leaves, openings: this.#openings });
  }

  /** @returns {{replay: Replay, openings: Openings}} */
  #checkedLog() {
    if (!this.#replay || !this.#openings) throw new Error("The leaves have not been read yet.");
    return { replay: this.#replay, openings: this.#openings };
  }
}
