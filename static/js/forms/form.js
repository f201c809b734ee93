// @ts-check
/**
 * Forms that keep what was typed: a refusal is shown beside the field it names, the rest at the end.
 *
 * Markup: a control `name="title"` and, after it, `<p class="field__error" data-error="title">`;
 * `<p class="field__error" role="alert" data-error="">` for what belongs to no field.
 */

import { ApiError } from "../lib/api.js";
import { find, findAll, setText } from "../lib/dom.js";

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */

/**
 * Run an act when the form is submitted, one at a time, and show what it is refused for.
 *
 * @param {HTMLFormElement} form @param {() => Promise<void>} act
 */
export function onSubmit(form, act) {
  form.noValidate = true; // the server's sentences are better than the browser's, and in one place
  form.addEventListener("submit", async (submit) => {
    submit.preventDefault();
    if (form.getAttribute("aria-busy") === "true") return;
    clearErrors(form);
    form.setAttribute("aria-busy", "true");
    try {
      await act();
    } catch (error) {
      showError(form, error);
    } finally {
      form.removeAttribute("aria-busy");
    }
  });
  form.addEventListener("input", (input) => {
    const control = input.target;
    if (control instanceof Element) clearError(form, control.getAttribute("name") ?? "");
  });
}

/** @param {HTMLFormElement} form */
export function clearErrors(form) {
  for (const words of findAll("[data-error]", form)) words.textContent = "";
  for (const control of findAll("[aria-invalid]", form)) control.removeAttribute("aria-invalid");
}

/** @param {HTMLFormElement} form @param {string} name */
function clearError(form, name) {
  if (!name) return;
  for (const words of findAll(`[data-error="${CSS.escape(name)}"]`, form)) words.textContent = "";
  control(form, name)?.removeAttribute("aria-invalid");
}

/**
 * @param {HTMLFormElement} form
 * @param {unknown} error whatever was thrown; an ApiError may name a field
 */
export function showError(form, error) {
  const message = error instanceof Error ? error.message : "Something went wrong. Please try again.";
  const name = error instanceof ApiError && error.field ? error.field : "";
  const place = name && form.querySelector(`[data-error="${CSS.escape(name)}"]`);
  if (!place) {
    setText(find('[data-error=""]', form), message);
    return;
  }
  setText(place, message);
  const wrong = control(form, name);
  for (let around = wrong?.closest("details"); around; around = around.parentElement?.closest("details")) {
    around.open = true;
  }
  wrong?.setAttribute("aria-invalid", "true");
  wrong?.focus();
}

/** @param {HTMLFormElement} form @param {string} name @returns {Control | null} */
export function control(form, name) {
  return form.querySelector(`[name="${CSS.escape(name)}"]`);
}

/** @param {HTMLFormElement} form @param {string} name @returns {string} what the control holds */
export function valueOf(form, name) {
  const value = new FormData(form).get(name);
  return typeof value === "string" ? value : "";
}
