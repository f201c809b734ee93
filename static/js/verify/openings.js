// @ts-check
/** Every commitment of a log, and what opens it. One that stays closed needs a reason that is logged. */

import { opens } from "./commitments.js";

/**
 * @typedef {import("./replay.js").Commitment} Commitment
 * @typedef {import("./replay.js").LoggedQuestion} LoggedQuestion
 * @typedef {import("./replay.js").Replay} Replay
 *
 * @typedef {object} Opening as the server hands it out
 * @property {number} leaf
 * @property {string} field
 * @property {string} salt
 * @property {string} text
 *
 * @typedef {"waiting" | "withdrawn" | "replaced" | "redacted" | "erased"} Excuse why a text is closed
 */

export class Openings {
  #slug;
  #replay;
  /** @type {Map<string, Opening>} */
  #opened = new Map();
  /** @type {Map<string, Commitment>} those that were looked up already */
  #commitments = new Map();

  /** @param {string} slug @param {Replay} replay */
  constructor(slug, replay) {
    this.#slug = slug;
    this.#replay = replay;
  }

  /** @returns {number} how many texts have been found to be what was logged */
  get count() {
    return this.#opened.size;
  }

  /** @param {number} leaf @param {string} field @returns {string | null} the text, if it is open */
  text(leaf, field) {
    return this.#opened.get(key({ leaf, field }))?.text ?? null;
  }

  /** @param {number} leaf @returns {Opening[]} what opens its commitments */
  ofLeaf(leaf) {
    return [...this.#opened.values()].filter((opening) => opening.leaf === leaf);
  }

  /**
   * Take in what the server hands out. What belongs to leaves after the head that was read is left for
   * the next time.
   *
   * @param {readonly Opening[]} openings
   * @returns {{opening: Opening, commitment: Commitment}[]} those that do not open their commitment
   */
  learn(openings) {
    this.#index();
    const wrong = [];
    for (const opening of openings) {
      const name = key(opening);
      const commitment = this.#commitments.get(name);
      const known = this.#opened.get(name);
      if (!commitment || (known?.salt === opening.salt && known.text === opening.text)) continue;
      const { field, salt, text } = opening;
      const right = isText(opening) && opens(commitment.value, salt, field, this.#slug, text);
      if (right) this.#opened.set(name, opening);
      else wrong.push({ opening, commitment });
    }
    return wrong;
  }

  /** @returns {{unexplained: Commitment[], excused: Record<Excuse, number>, since: number | null}} since: the first leaf with a text that may yet open */
  closed() {
    this.#index();
    /** @type {Record<Excuse, number>} */
    const excused = { waiting: 0, withdrawn: 0, replaced: 0, redacted: 0, erased: 0 };
    const unexplained = [];
    let since = null;
    for (const commitment of this.#replay.commitments) {
      if (this.#opened.has(key(commitment))) continue;
      const excuse = excuseOf(commitment, this.#replay);
      if (excuse) excused[excuse] += 1;
      else unexplained.push(commitment);
      if (!excuse || excuse === "waiting") since ??= commitment.leaf;
    }
    return { unexplained, excused, since };
  }

  #index() {
    const { commitments } = this.#replay;
    for (let place = this.#commitments.size; place < commitments.length; place += 1) {
      this.#commitments.set(key(commitments[place]), commitments[place]);
    }
  }
}

/** @param {Opening} opening as it came @returns {boolean} */
function isText({ salt, text }) {
  return typeof salt === "string" && typeof text === "string";
}

/** @param {{leaf: number, field: string}} place @returns {string} */
function key({ leaf, field }) {
  return `${leaf}/${field}`;
}

/**
 * Why a text need not be open: the question waits for its first decision or was withdrawn before it, the
 * words were replaced, or a redaction or an erasure covers them.
 *
 * @param {Commitment} commitment @param {Replay} replay @returns {Excuse | null}
 */
function excuseOf(commitment, replay) {
  const { field, leaf, n, seq, what } = commitment;
  const question = n === null ? undefined : replay.questions.get(n);
  if (!question) return null;
  if (field === "text" && leaf !== question.textLeaf) return "replaced";
  if (question.erased.has(what)) return "erased";
  if (question.redactions.some((later) => later.leaf > leaf && later.what === what && (later.seq ?? 0) === seq)) {
    return "redacted";
  }
  if ((field !== "text" && field !== "name") || question.opened) return null;
  return question.status === "withdrawn" ? "withdrawn" : "waiting";
}
