// @ts-check
/** Erasing words for somebody who has a right to that: a dry run first, then a question, then the act. */

import { ApiError, eventPath, post } from "../lib/api.js";
import { askDialog, find } from "../lib/dom.js";
import { say } from "../lib/notice.js";
import { showPlaces } from "../lib/places.js";
import { onSubmit, valueOf } from "../forms/form.js";

const NUMBER = /^#?[1-9][0-9]{0,8}$/;

/** @param {string} slug */
export function manageErasure(slug) {
  const form = /** @type {HTMLFormElement} */ (find("#erasure-form"));
  onSubmit(form, async () => {
    const path = eventPath(slug, `/questions/${numberIn(form)}/erase-on-request`);
    const body = { what: valueOf(form, "what").split(" "), basis: valueOf(form, "basis") };
    const { places, question } = await post(path, { ...body, dry_run: true });
    const number = `#${question.n}`;
    showPlaces(find("#erase-dialog"), places);
    if ((await askDialog("erase-dialog", { number, words: question.text })) !== "erase") return;
    await post(path, { ...body, dry_run: false });
    form.reset();
    say(`It is erased from ${number}. The record says so.`);
  });
}

/** @param {HTMLFormElement} form @returns {number} @throws {ApiError} it is no docket number */
function numberIn(form) {
  const typed = valueOf(form, "n").trim();
  if (NUMBER.test(typed)) return Number(typed.replace("#", ""));
  throw new ApiError(0, { code: "bad_input", message: "Give the question's docket number, such as 12.", field: "n" });
}
