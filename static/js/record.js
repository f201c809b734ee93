// @ts-check
/** The record is complete without this: it adds the jump to a number, and says when something changed. */

import { find, setText, show } from "./lib/dom.js";
import { Receipts } from "./lib/receipts.js";
import { offerChanges } from "./record/changes.js";
import { Printed } from "./record/printed.js";
import { watchRecord } from "./verify/watch.js";

const CHECK_AFTER_MS = 500;

const slug = document.body.dataset.slug ?? "";
const { revision: made, complete } = find("#record").dataset;
const revision = Number(made);
const form = /** @type {HTMLFormElement} */ (find("#jump"));
const input = /** @type {HTMLInputElement} */ (find("#jump-number"));
const total = Number(form.dataset.total);

/** @param {SubmitEvent} submit */
function jump(submit) {
  submit.preventDefault();
  const number = Number(input.value.replace("#", ""));
  const known = Number.isInteger(number) && number >= 1 && number <= total;
  input.setAttribute("aria-invalid", String(!known));
  setText(find("#jump-error"), known ? "" : `The numbers go from 1 to ${total}.`);
  if (!known) return;
  const row = document.getElementById(`q${number}`);
  // A row that the filters leave out still has its own page.
  if (!row) {
    location.assign(`/e/${encodeURIComponent(slug)}/record/${number}`);
    return;
  }
  row.tabIndex = -1;
  row.scrollIntoView({ block: "center" });
  row.focus({ preventScroll: true });
}

show(form, total > 0);
form.addEventListener("submit", jump);
offerChanges({
  slug,
  revision,
  words: ({ size }) => {
    if (size === 0) return null;
    if (size === 1) return "1 question changed since you opened this page. Show it";
    return `${size} questions changed since you opened this page. Show them`;
  },
});

const printed = new Printed({ slug, revision, complete: complete === "yes" });
const checker = watchRecord({
  slug,
  vkey: () => find("#verify").dataset.vkey ?? "",
  promiseKey: () => find("#verify").dataset.promiseVkey,
  look: () => printed.look(),
  receipts: new Receipts(slug),
});
checker.start(CHECK_AFTER_MS);
