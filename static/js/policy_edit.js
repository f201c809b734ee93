// @ts-check
/** A new version of the policy: as a form or as text, tried on past questions, then published. */

import { ApiError, eventPath, get, post, put } from "./lib/api.js";
import { find, findAll, show } from "./lib/dom.js";
import { sayError } from "./lib/notice.js";
import { clearErrors, onSubmit, showError } from "./forms/form.js";
import { PolicyForm } from "./policy/form.js";
import { showTrial } from "./policy/trial.js";

const slug = document.body.dataset.slug ?? "";
const path = eventPath(slug, "/policy");
const form = /** @type {HTMLFormElement} */ (find("#policy-form"));
const asForm = find("#as-form");
const asText = find("#as-text");
const text = /** @type {HTMLTextAreaElement} */ (find("#text"));
const policy = new PolicyForm(asForm);
let changed = false;

/** @returns {{text: string} | {document: Record<string, any>}} the draft, in the form in which it is shown */
function draft() {
  return asForm.hidden ? { text: text.value } : { document: policy.read() };
}

/** Show a refusal at the nearest field that there is for it, or at its line. @param {unknown} error */
function refuse(error) {
  if (!(error instanceof ApiError) || !error.field) throw error;
  if (asForm.hidden) {
    error.field = "text";
    showError(form, error);
    const start = text.value.split("\n").slice(0, Number(error.details.line ?? 1) - 1).join("\n").length;
    text.setSelectionRange(start ? start + 1 : 0, start ? start + 1 : 0);
    return;
  }
  while (error.field && !form.querySelector(`[data-error="${CSS.escape(error.field)}"]`)) {
    error.field = error.field.slice(0, Math.max(error.field.lastIndexOf("."), error.field.lastIndexOf("["), 0));
  }
  throw error;
}

/** @param {unknown} error */
function report(error) {
  try {
    refuse(error);
  } catch (left) {
    showError(form, left);
  }
}

/** @returns {Promise<import("./policy/trial.js").Trial>} */
function check() {
  clearErrors(form);
  return post(`${path}/try`, draft());
}

for (const choice of findAll("[name=view]", form)) {
  choice.addEventListener("change", async () => {
    const wanted = /** @type {HTMLInputElement} */ (choice);
    try {
      const checked = await check();
      if (wanted.value === "text") text.value = checked.text;
      else policy.write(checked.document);
      show(asForm, wanted.value === "form");
      show(asText, wanted.value === "text");
    } catch (error) {
      const before = asForm.hidden ? "text" : "form";
      /** @type {HTMLInputElement} */ (find(`[name=view][value=${before}]`, form)).checked = true;
      report(error);
    }
  });
}

find("#try").addEventListener("click", async () => {
  try {
    showTrial(await check());
  } catch (error) {
    report(error);
  }
});

onSubmit(form, async () => {
  try {
    await put(path, { ...draft(), version: Number(form.dataset.version) });
    changed = false;
    location.assign(`/e/${slug}/policy`);
  } catch (error) {
    refuse(error);
  }
});

form.addEventListener("input", () => (changed = true));
window.addEventListener("beforeunload", (leaving) => {
  if (changed) leaving.preventDefault();
});
try {
  policy.write((await get(path)).document);
} catch (error) {
  sayError(error);
}
