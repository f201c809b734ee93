// @ts-check
/** One docket number's history is complete without this: it adds copying, and says when it changed. */

import { field, find, findAll, setText, show } from "./lib/dom.js";
import { say } from "./lib/notice.js";
import { Receipts } from "./lib/receipts.js";
import { offerChanges } from "./record/changes.js";
import { paperWords, parsePaper } from "./record/paper.js";
import { Printed } from "./record/printed.js";
import { watchRecord } from "./verify/watch.js";

const CHECK_AFTER_MS = 500;
const slug = document.body.dataset.slug ?? "";
const { revision, n } = find("#record").dataset;

/** @param {HTMLElement} button */
async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy ?? "");
    say("Copied.");
  } catch {
    say("The browser does not allow copying here. Select the text and copy it.", "bad");
  }
}

// Without https there is no clipboard, and a button that can only fail is worse than none.
for (const button of navigator.clipboard ? findAll("[data-copy]") : []) {
  show(button, true);
  button.addEventListener("click", () => void copy(button));
}

offerChanges({
  slug,
  revision: Number(revision),
  words: (changed) =>
    changed.has(Number(n)) ? "This question changed since you opened this page. Show it" : null,
});

const printed = new Printed({ slug, revision: Number(revision), complete: false });
const checker = watchRecord({
  slug,
  vkey: () => find("#verify").dataset.vkey ?? "",
  promiseKey: () => find("#verify").dataset.promiseVkey,
  look: () => printed.look(),
  receipts: new Receipts(slug),
}, () => void showPaper());
const paper = parsePaper(location.hash);

/** Say whether the receipt whose code led here holds, once the record is checked. */
async function showPaper() {
  const verdict = paper && (await checker.holds(paper));
  if (!paper || !verdict) return;
  const callout = find("#paper");
  callout.classList.toggle("callout--bad", verdict !== "holds");
  setText(field(callout, "words"), paperWords(paper, verdict));
}

show(find("#paper"), paper !== null);
checker.start(CHECK_AFTER_MS);
