// @ts-check
/** When the record is checked: after the page has come to rest, and then now and again while it is read. */

import { serverNow } from "../lib/api.js";
import { localStore } from "../lib/receipts.js";
import { startWorker } from "../lib/trusted.js";
import { Remembered } from "./memory.js";

/**
 * @typedef {import("./session.js").Report} Report
 * @typedef {import("./shown.js").Shown} Shown
 * @typedef {import("../lib/receipts.js").Receipts} Receipts
 *
 * @typedef {object} CheckerOptions
 * @property {string} slug
 * @property {() => string} vkey the log's verifier key as the page has it
 * @property {() => string | undefined} [promiseKey] the verifier key of promises, if the page has it
 * @property {() => string[]} [witnesses] the verifier keys of witnesses, as the page has them
 * @property {(again: boolean) => Promise<Shown | null>} look what the page shows; again: after fetching it anew
 * @property {Receipts} receipts
 * @property {(report: Report | null) => void} onReport null: a check began
 * @property {() => void} [onProven] a receipt has its proof now
 */

const SETTLE_MS = 3000;
const RETRY_MS = [10_000, 30_000, 60_000];
/** Ten thousand open pages are some forty checks a second. */
const EVERY_MS = 150_000;
/** Without any change in between, a check is only good against a record that is taken back. */
const IDLE_MS = 300_000;
const SOON_MS = 3000;

export class Checker {
  #options;
  #remembered;
  /** @type {Worker | null} */
  #worker = null;
  #ids = 0;
  /** @type {Map<number, {resolve: (answer: any) => void, reject: (error: Error) => void}>} */
  #asked = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** When the next check is, by the page's own clock. */
  #due = Infinity;
  #busy = false;
  #again = false;
  #failures = 0;
  /** @type {Report | null} the last one that says something */
  #last = null;

  /** @param {CheckerOptions} options */
  constructor(options) {
    this.#options = options;
    this.#remembered = new Remembered(options.slug, localStore());
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible" && this.#again) this.#plan(SOON_MS);
    });
  }

  /**
   * Check for the first time. A full house opens its pages at the same moment: a long record is not
   * fetched by everybody at once.
   *
   * @param {number} spreadMs
   */
  start(spreadMs) {
    this.#plan(Math.random() * spreadMs);
  }

  /** Something changed: it is checked within some minutes. */
  changed() {
    if (this.#last && !this.#again) this.#plan(EVERY_MS * (1 + Math.random()));
    this.#again = true;
  }

  /** The reader has a new receipt: see it proven. */
  soon() {
    this.#plan(SOON_MS);
  }

  /** The reader asks: read everything anew. @returns {Promise<void>} */
  now() {
    return this.#check(true);
  }

  /** Forget the key and the head that were seen before, at the reader's word, and begin again. */
  beginAgain() {
    this.#remembered.forget();
    return this.#check(true);
  }

  /** @param {number} size @returns {Promise<string[] | null>} the words of so many verified entries; null: fewer are */
  async wordsAt(size) {
    return this.#last ? this.#ask({ kind: "words", size }) : null;
  }

  /**
   * @param {import("../record/paper.js").Paper} paper
   * @returns {Promise<import("../record/paper.js").Verdict | null>} null: nothing is verified yet
   */
  async holds(paper) {
    return this.#last ? this.#ask({ kind: "paper", paper }) : null;
  }

  /**
   * A proof that the server sent to the author of a question.
   *
   * @param {{n: number, leaf_index: number, proof: string}} notice
   */
  async learnProof({ n, leaf_index, proof }) {
    const { receipts, onProven, vkey } = this.#options;
    const receipt = receipts.find(n);
    if (!receipt?.leaf || receipt.leaf_index !== leaf_index || receipt.proof || typeof proof !== "string") return;
    const pinned = this.#remembered.read()?.vkey ?? vkey();
    const right = await this.#ask({ kind: "proof", proof, leaf: receipt.leaf, leaf_index, vkey: pinned });
    if (right && receipts.prove(n, leaf_index, proof)) onProven?.();
  }

  /** @param {Worker} worker @returns {Worker} */
  #listen(worker) {
    worker.addEventListener("message", ({ data: { id, answer, error } }) => {
      const { resolve, reject } = this.#asked.get(id) ?? {};
      this.#asked.delete(id);
      if (error === undefined) resolve?.(answer);
      else reject?.(new Error(error));
    });
    // It could not be loaded, or ended: the next question starts another.
    worker.addEventListener("error", () => {
      for (const { reject } of this.#asked.values()) reject(new Error("The worker stopped."));
      this.#asked.clear();
      this.#worker = null;
    });
    return worker;
  }

  /** A check that is planned for an earlier moment stays: a suspicion is not put off by what else changes. @param {number} ms */
  #plan(ms) {
    const due = performance.now() + ms;
    if (due >= this.#due) return;
    clearTimeout(this.#timer);
    this.#due = due;
    this.#timer = setTimeout(() => {
      this.#due = Infinity;
      void this.#check(false);
    }, ms);
  }

  /** @param {boolean} anew */
  async #check(anew) {
    if (this.#busy) return;
    if (!anew && document.visibilityState === "hidden") {
      this.#again = true; // it is made up for when somebody looks
      return;
    }
    clearTimeout(this.#timer);
    this.#due = Infinity;
    this.#busy = true;
    this.#again = false;
    this.#options.onReport(null);
    try {
      this.#take(await this.#request(anew));
    } catch (error) {
      console.error(error);
      this.#failed();
    }
    this.#busy = false;
  }

  /** @param {boolean} anew @returns {Promise<Report>} */
  async #request(anew) {
    const { slug, vkey, promiseKey, witnesses, look, receipts } = this.#options;
    const shown = await look(anew || this.#last?.state === "unsettled");
    receipts.refresh();
    const request = {
      vkey: vkey(),
      promiseKey: promiseKey?.() || undefined,
      witnesses: witnesses?.() ?? [],
      memory: this.#remembered.read(),
      shown,
      receipts: receipts.list().filter(({ leaf, promise }) => leaf && promise).map(withoutAuthorKey),
      now: serverNow(),
    };
    return this.#ask({ kind: "check", slug, anew, request });
  }

  /** @param {Report} report */
  #take(report) {
    const { receipts, onReport, onProven } = this.#options;
    this.#last = report;
    if (report.memory) this.#remembered.keep(report.memory);
    const proven = report.receipts.filter(({ n, leaf_index, proof }) => proof && receipts.prove(n, leaf_index, proof));
    if (proven.length) onProven?.();
    onReport(report);
    this.#planNext(report);
  }

  /** @param {Report} report */
  #planNext({ state }) {
    if (state === "unsettled") return this.#plan(SETTLE_MS);
    if (state === "unreachable") return this.#plan(this.#patience());
    this.#failures = 0;
    if (state === "alarm" || state === "outdated") return; // until the reader asks
    this.#plan(this.#again ? EVERY_MS * (1 + Math.random()) : IDLE_MS);
  }

  #patience() {
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)];
    this.#failures += 1;
    return wait * (0.5 + Math.random());
  }

  #failed() {
    const nothing = { findings: [], facts: null, memory: null, receipts: [], evidence: null };
    this.#options.onReport({ state: "unreachable", at: serverNow(), ...nothing });
    this.#plan(this.#patience());
  }

  /** @param {import("./worker.js").Question} question @returns {Promise<any>} */
  #ask(question) {
    this.#ids += 1;
    const id = this.#ids;
    return new Promise((resolve, reject) => {
      this.#asked.set(id, { resolve, reject });
      this.#worker ??= this.#listen(startWorker());
      this.#worker.postMessage({ id, question });
    });
  }
}

/** @param {import("../lib/receipts.js").StoredReceipt} receipt @returns {import("./own.js").OwnReceipt} */
function withoutAuthorKey({ author_key: _, ...receipt }) {
  return receipt;
}
