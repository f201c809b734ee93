// @ts-check
/**
 * The worker that checks the record, so that the page never waits for it. It answers every question that
 * it is asked, in the order asked, and has no memory of its own beyond the page's life.
 */

import { parseVerifier } from "./note.js";
import { checkProof } from "./proof.js";
import { httpReader } from "./reader.js";
import { Session } from "./session.js";

/**
 * @typedef {object} CheckQuestion
 * @property {"check"} kind
 * @property {string} slug
 * @property {boolean} anew forget what was read before
 * @property {import("./session.js").Request} request
 *
 * @typedef {object} ProofQuestion
 * @property {"proof"} kind
 * @property {string} proof
 * @property {string} leaf
 * @property {number} leaf_index
 * @property {string} vkey pinned
 *
 * @typedef {object} WordsQuestion
 * @property {"words"} kind
 * @property {number} size of the log, now or earlier
 *
 * @typedef {object} PaperQuestion
 * @property {"paper"} kind
 * @property {import("../record/paper.js").Paper} paper
 *
 * @typedef {CheckQuestion | ProofQuestion | WordsQuestion | PaperQuestion} Question
 */

/** @type {Session | null} */
let session = null;
/** @type {Promise<unknown>} */
let last = Promise.resolve();

/** @param {Question} question @returns {Promise<unknown>} */
async function answer(question) {
  if (question.kind === "proof") return isProof(question);
  if (question.kind === "words") return session?.wordsAt(question.size) ?? null;
  if (question.kind === "paper") return session?.holds(question.paper) ?? null;
  const { slug, anew, request } = question;
  if (anew || !session) session = new Session(slug, (options) => httpReader(slug, options));
  return session.check(request);
}

/** @param {ProofQuestion} question @returns {Promise<boolean>} */
async function isProof({ proof, leaf, leaf_index, vkey }) {
  try {
    return (await checkProof(proof, leaf, parseVerifier(vkey))).index === leaf_index;
  } catch {
    return false;
  }
}

addEventListener("message", ({ data: { id, question } }) => {
  last = last.then(async () => {
    try {
      postMessage({ id, answer: await answer(question) });
    } catch (error) {
      postMessage({ id, error: String(error) });
    }
  });
});
