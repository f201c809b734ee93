// @ts-check
/** Joining with a code. */

import { ApiError, post } from "./lib/api.js";
import { find, setText } from "./lib/dom.js";

const input = /** @type {HTMLInputElement} */ (find("#join-code"));
const complaint = find("#join-error");
const button = find("[data-part=send]");

/** @param {string} sentence */
function complain(sentence) {
  setText(complaint, sentence);
  input.setAttribute("aria-invalid", String(sentence !== ""));
  if (sentence) input.select();
}

find("#join-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = input.value.trim();
  if (!code) return complain("Enter the join code first.");
  button.setAttribute("aria-busy", "true");
  try {
    location.assign((await post("/api/join", { code })).url);
  } catch (error) {
    complain(error instanceof ApiError ? error.message : "Please try again.");
  } finally {
    button.removeAttribute("aria-busy");
  }
});

input.addEventListener("input", () => complain(""));
if (window.matchMedia("(pointer: fine)").matches) input.focus();
if (complaint.textContent) input.setAttribute("aria-invalid", "true");
