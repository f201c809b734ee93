// @ts-check
/** The sign-in page: one press is one press, because the link works only once. */

import { find } from "./lib/dom.js";

const form = /** @type {HTMLFormElement} */ (find("#sign-in"));
const button = find("button", form);

form.addEventListener("submit", (submit) => {
  if (button.getAttribute("aria-busy") === "true") submit.preventDefault();
  button.setAttribute("aria-busy", "true");
});

// Coming back with the browser's history must not leave a dead button.
window.addEventListener("pageshow", () => button.removeAttribute("aria-busy"));
