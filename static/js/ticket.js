// @ts-check
/** A personal link: the ticket is the address's fragment, and one press uses it up. */

import { ApiError, eventPath, get, post, setCsrf } from "./lib/api.js";
import { find, setText } from "./lib/dom.js";

const slug = document.body.dataset.slug ?? "";
const form = /** @type {HTMLFormElement} */ (find("#ticket-form"));
const button = find("button", form);
const complaint = find("#ticket-error", form);

form.addEventListener("submit", async (submit) => {
  submit.preventDefault();
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  try {
    setCsrf((await get(eventPath(slug, "/me"))).csrf);
    const { url } = await post(eventPath(slug, "/ticket"), { ticket: location.hash.slice(1) || "none" });
    // Without the ticket in it, the history leads nobody to think that it is still good.
    location.replace(url);
  } catch (error) {
    setText(complaint, error instanceof ApiError ? error.message : "Something broke. Try again in a moment.");
    button.removeAttribute("aria-busy");
  }
});
