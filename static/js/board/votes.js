// @ts-check
/** The reader's votes: shown at once, sent, and taken back when the server refuses. */

import { ApiError, del, eventPath, put } from "../lib/api.js";
import { sayError } from "../lib/notice.js";

/** @typedef {import("../lib/types.js").Question} Question */

export class Votes {
  #slug;
  #live;
  #onChange;
  /** @type {Set<number>} as the reader sees them */
  #cast = new Set();
  /** @type {Set<number>} docket numbers with a request under way */
  #busy = new Set();

  /**
   * @param {string} slug @param {import("../lib/live.js").Live} live
   * @param {(n: number) => void} onChange called when a vote of the reader's shows or goes
   */
  constructor(slug, live, onChange) {
    this.#slug = slug;
    this.#live = live;
    this.#onChange = onChange;
  }

  /** @param {number} n @returns {boolean} */
  has(n) {
    return this.#cast.has(n);
  }

  /** @param {readonly number[]} votes docket numbers, as the server knows them */
  learn(votes) {
    const kept = [...this.#cast].filter((n) => this.#busy.has(n));
    this.#cast = new Set([...votes.filter((n) => !this.#busy.has(n)), ...kept]);
  }

  /** @param {number} n docket number */
  toggle(n) {
    this.#show(n, !this.#cast.has(n));
    if (!this.#busy.has(n)) void this.#settle(n);
  }

  /** @param {number} n @param {boolean} voted */
  #show(n, voted) {
    const { questions } = this.#live.state;
    const group = questions.get(questions.get(n)?.merged_into ?? n);
    const counted = this.#stands(group);
    if (voted) this.#cast.add(n);
    else this.#cast.delete(n);
    const votes = questions.get(n)?.votes ?? 0;
    const people = (group?.support ?? 0) + Number(this.#stands(group)) - Number(counted);
    this.#live.acceptTally([[n, Math.max(0, votes + (voted ? 1 : -1))]], group?.merged.length ? [[group.n, people]] : []);
    this.#onChange(n);
  }

  /** @param {Question | undefined} group @returns {boolean} whether the reader is one of the people behind it */
  #stands(group) {
    return group !== undefined && [group.n, ...group.merged].some((n) => this.#cast.has(n));
  }

  /** Send until what the server holds is what the reader sees: taps may come faster than answers. @param {number} n */
  async #settle(n) {
    this.#busy.add(n);
    let held = !this.has(n);
    try {
      while (held !== this.has(n)) {
        const answer = await this.#send(n, !held);
        held = !held;
        if (held === this.has(n)) this.#live.acceptTally([[n, answer.votes]]);
      }
    } catch (error) {
      if (held !== this.has(n)) this.#show(n, held);
      void this.#live.refresh();
      sayError(error);
    } finally {
      this.#busy.delete(n);
    }
  }

  /** @param {number} n @param {boolean} voted @returns {Promise<{votes: number}>} */
  async #send(n, voted) {
    try {
      return await this.#live.send(voted ? "vote" : "unvote", { n });
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "offline") throw error;
      const path = eventPath(this.#slug, `/questions/${n}/vote`);
      return voted ? put(path) : del(path);
    }
  }
}
