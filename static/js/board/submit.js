// @ts-check
/** Sending a question so that a lost answer never makes it two, and keeping its receipt. */

import { ApiError, eventPath, post } from "../lib/api.js";
import { hex, randomBytes, sha256Hex } from "../lib/sha256.js";

/**
 * @typedef {import("../lib/receipts.js").Draft} Draft
 * @typedef {import("../lib/receipts.js").StoredReceipt} StoredReceipt
 * @typedef {import("../lib/types.js").Receipt} Receipt
 */

const KEY_BYTES = 32;

/**
 * Give a draft the keys of one submission. The same keys are sent until an answer arrives.
 *
 * @param {Draft} draft @returns {Draft & {client_key: string, author_key: string}}
 */
export function withKeys(draft) {
  return {
    ...draft,
    client_key: draft.client_key ?? hex(randomBytes(KEY_BYTES / 2)),
    author_key: draft.author_key ?? hex(randomBytes(KEY_BYTES)),
  };
}

/** @param {Draft} draft @returns {Draft} what is left when the next attempt is a new submission */
export function withoutKeys({ text, anonymous, name }) {
  return { text, anonymous, name };
}

/**
 * Submit over the socket, or over HTTP when no acknowledgement comes.
 *
 * @param {string} slug @param {import("../lib/live.js").Live} live
 * @param {Draft & {client_key: string, author_key: string}} draft
 * @returns {Promise<{receipt: StoredReceipt, status: import("../lib/types.js").Status}>} status: a rule of
 *   the policy may have decided at once
 * @throws {ApiError} with code "offline" when it may or may not have arrived
 */
export async function submit(slug, live, draft) {
  const body = {
    text: draft.text,
    anonymous: draft.anonymous,
    ...(draft.anonymous ? {} : { name: draft.name }),
    client_key: draft.client_key,
    author_tag: await sha256Hex(bytesOf(draft.author_key)),
  };
  const answer = await send(slug, live, body);
  return { receipt: kept(answer, draft), status: answer.status };
}

/** @param {string} slug @param {import("../lib/live.js").Live} live @param {object} body @returns {Promise<Receipt>} */
async function send(slug, live, body) {
  try {
    return await live.send("ask", body);
  } catch (error) {
    if (!(error instanceof ApiError) || error.code !== "offline") throw error;
    return post(eventPath(slug, "/questions"), body);
  }
}

/**
 * @param {Receipt} receipt @param {Pick<StoredReceipt, "text" | "anonymous"> & {author_key: string}} asked
 * @returns {StoredReceipt}
 */
export function kept(receipt, { text, anonymous, author_key }) {
  const { n, leaf, leaf_hash, leaf_index, promise, salt, name_salt, due_at } = receipt;
  const opened = name_salt ? { name_salt } : {};
  const kept_at = Date.now();
  return { n, author_key, text, anonymous, leaf, leaf_hash, leaf_index, promise, salt, ...opened, due_at, kept_at };
}

/** @param {string} digits hexadecimal @returns {Uint8Array<ArrayBuffer>} */
function bytesOf(digits) {
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}
