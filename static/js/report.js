// @ts-check
/** The report is complete without this: it lets the auditor edit its topics. */

import { onSubmit, valueOf } from "./forms/form.js";
import { eventPath, post } from "./lib/api.js";
import { find, findAll, show } from "./lib/dom.js";
import { say } from "./lib/notice.js";

const SHOWN_MS = 600;
const slug = document.body.dataset.slug ?? "";
const form = /** @type {HTMLFormElement} */ (find("#topics-form"));
const act = /** @type {HTMLSelectElement} */ (find("#act"));

/** Show the fields that the chosen act takes. */
function showFields() {
  for (const place of findAll("[data-for]", form)) {
    show(place, (place.dataset.for ?? "").split(" ").includes(act.value));
  }
}

/** @param {string} name @returns {number | null} a docket number, with or without its # */
function numberOf(name) {
  const written = valueOf(form, name).trim().replace(/^#/u, "");
  return written ? Number(written) || 0 : null;
}

act.addEventListener("change", showFields);
showFields();
onSubmit(form, async () => {
  const chosen = act.value;
  const body = { act: chosen, n: numberOf("n") ?? 0 };
  const more = chosen === "name" ? { label: valueOf(form, "label") } : { into: numberOf("into") };
  const { edits } = await post(eventPath(slug, "/report/topics"), { ...body, ...more });
  say(`${edits.at(-1).what} The report notes it.`);
  form.reset();
  setTimeout(() => {
    location.hash = "topics";
    location.reload();
  }, SHOWN_MS);
});
