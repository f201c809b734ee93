// @ts-check
/** Sending acts, one at a time: a key pressed twice is one decision, not one on the question after it. */

import { ApiError, eventPath, post } from "../lib/api.js";
import { sayError } from "../lib/notice.js";

/**
 * @typedef {import("../lib/types.js").Question} Question
 * @typedef {{question: Question, overtaken: boolean}} Outcome overtaken: somebody else decided first
 */

export class Acts {
  #slug;
  #page;
  #accept;
  #busy = false;

  /**
   * @param {string} slug @param {HTMLElement} page marked as busy meanwhile
   * @param {(question: Question) => void} accept takes in how the question stands afterwards
   */
  constructor(slug, page, accept) {
    this.#slug = slug;
    this.#page = page;
    this.#accept = accept;
  }

  /** @returns {boolean} */
  get busy() {
    return this.#busy;
  }

  /**
   * @param {number} n @param {string} act the last part of the route @param {object} body
   * @returns {Promise<Outcome>}
   * @throws {ApiError} any refusal but that of being second
   */
  async perform(n, act, body) {
    if (this.#busy) {
      throw new ApiError(0, { code: "busy", message: "One moment: the last act is still on its way." });
    }
    this.#busy = true;
    this.#page.setAttribute("aria-busy", "true");
    try {
      const { question } = await post(eventPath(this.#slug, `/questions/${n}/${act}`), body);
      this.#accept(question);
      return { question, overtaken: false };
    } catch (error) {
      const question = currentOf(error);
      if (!question) throw error;
      this.#accept(question);
      return { question, overtaken: true };
    } finally {
      this.#busy = false;
      this.#page.removeAttribute("aria-busy");
    }
  }
}

/** Say what an act is refused for, instead of throwing it. @param {Promise<void>} act */
export async function quietly(act) {
  try {
    await act;
  } catch (error) {
    sayError(error);
  }
}

/** @param {unknown} error @returns {Question | null} how the question stands, when somebody was first */
function currentOf(error) {
  if (!(error instanceof ApiError) || error.code !== "stale_version") return null;
  return /** @type {Question | undefined} */ (error.details["current"]) ?? null;
}
