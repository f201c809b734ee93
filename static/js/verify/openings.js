// @ts-check
/** Every commitment of a log, and what opens it. One that stays closed needs a reason that is logged. */

import { opens } from "./commitments.js";

/**
 * @typedef {import("./replay.js").Commitment} Commitment
 * @typedef {import("./replay.js").Replay} Replay
 *
 * @typedef {object} Opening as the server hands it out
 * @property {number} leaf
 * @property {string} field
 * @property {string} salt
 * @property {string} text
 *
 * @typedef {"waiting" | "withdrawn" | "replaced" | "redacted" | "erased"} Excuse why a text is closed
 *
 * @typedef {object} Closed
 * @property {Commitment[]} unexplained those that should be open, in the order of the log
 * @property {Record<Excuse, number>} excused how many others there are
 */

export class Openings {
  #slug;
  #replay;
  /** @type {Map<Commitment, Opening>} those that were found to be right */
  #opened = new Map();

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
    const commitment = this.#find(leaf, field);
    return (commitment && this.#opened.get(commitment)?.text) ?? null;
  }

  /** @param {number} leaf @returns {Opening[]} what opens its commitments */
  ofLeaf(leaf) {
    const commitments = this.#replay.commitmentsOf(leaf);
    return commitments.flatMap((commitment) => this.#opened.get(commitment) ?? []);
  }

  /**
   * Take in what the server hands out. What belongs to leaves after the head that was read is left for
   * the next time.
   *
   * @param {readonly Opening[]} openings
   * @returns {{opening: Opening, commitment: Commitment}[]} those that do not open their commitment
   */
  learn(openings) {
    const wrong = [];
    for (const opening of openings) {
      const { leaf, field, salt, text } = opening;
      const commitment = this.#find(leaf, field);
      if (!commitment) continue;
      const known = this.#opened.get(commitment);
      if (known?.salt === salt && known.text === text) continue;
      const right = isText(opening) && opens(commitment.value, salt, field, this.#slug, text);
      if (right) this.#opened.set(commitment, opening);
      else wrong.push({ opening, commitment });
    }
    return wrong;
  }

  /** @returns {Closed} */
  closed() {
    /** @type {Closed} */
    const found = { unexplained: [], excused: { waiting: 0, withdrawn: 0, replaced: 0, redacted: 0, erased: 0 } };
    for (const commitment of this.#replay.commitments) {
      const excuse = excuseOf(commitment, this.#replay);
      // What was hidden since is not kept here either.
      if (excuse === "redacted" || excuse === "erased") this.#opened.delete(commitment);
      if (this.#opened.has(commitment)) continue;
      if (excuse) found.excused[excuse] += 1;
      else found.unexplained.push(commitment);
    }
    return found;
  }

  /** @param {number} leaf @param {string} field @returns {Commitment | undefined} */
  #find(leaf, field) {
    return this.#replay.commitmentsOf(leaf).find((commitment) => commitment.field === field);
  }
}

/** @param {Opening} opening as it came @returns {boolean} */
function isText({ salt, text }) {
  return typeof salt === "string" && typeof text === "string";
}

/**
 * Why a text need not be open: the question waits for its first decision or was withdrawn before it, the
 * words were replaced, or a redaction or an erasure covers them. What a redaction left of words is as closed as
 * they were.
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
  if ((what !== "text" && what !== "name") || question.opened) return null;
  return question.status === "withdrawn" ? "withdrawn" : "waiting";
}
