// @ts-check
/** Being told by mail about a named question of one's own: an address to leave, or to take back. */

import { ApiError, eventPath, put } from "../lib/api.js";
import { askDialog, find, setText } from "../lib/dom.js";
import { say } from "../lib/notice.js";

/**
 * Ask for the address and keep it; what was typed stays when it is refused.
 *
 * @param {string} slug @param {{n: number, author_key: string}} receipt
 * @param {string} [typed] @param {string} [complaint]
 */
export async function askForAddress(slug, receipt, typed = "", complaint = "") {
  const { n, author_key } = receipt;
  const input = /** @type {HTMLInputElement} */ (find("#mail-address"));
  input.value = typed;
  setText(find("#mail-error"), complaint);
  input.setAttribute("aria-invalid", String(complaint !== ""));
  const answer = await askDialog("mail-dialog", { number: `#${n}` });
  const email = answer === "keep" ? input.value.trim() : null;
  if (answer !== "keep" && answer !== "forget") return;
  try {
    const { kept } = await put(eventPath(slug, `/questions/${n}/address`), { author_key, email });
    say(kept ? `You are told by mail of what becomes of question ${n}.` : `No address is kept for question ${n}.`);
  } catch (error) {
    if (!(error instanceof ApiError) || error.field !== "email") throw error;
    await askForAddress(slug, receipt, input.value, error.message);
  }
}
