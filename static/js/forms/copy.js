// @ts-check
/** Copy buttons: `<button data-copy="id of an input or an element">`, and one-time links in a row. */

import { clone, field, fill, find, findAll } from "../lib/dom.js";
import { say } from "../lib/notice.js";

/** Make every present and future [data-copy] button on the page work. */
export function enableCopying() {
  document.addEventListener("click", (click) => {
    const pressed = click.target instanceof Element && click.target.closest("[data-copy]");
    if (pressed instanceof HTMLElement) copy(find(`#${CSS.escape(pressed.dataset.copy ?? "")}`));
  });
}

/** @param {HTMLElement} source */
async function copy(source) {
  const words = source instanceof HTMLInputElement ? source.value : (source.textContent ?? "");
  try {
    await navigator.clipboard.writeText(words);
    say("Copied.");
  } catch {
    // No clipboard over plain http: leave it selected, so that the keyboard can copy it.
    select(source);
    say("Selected. Copy it with your keyboard or the menu.");
  }
}

/** @param {HTMLElement} source */
function select(source) {
  if (source instanceof HTMLInputElement) {
    source.focus();
    source.select();
    return;
  }
  window.getSelection()?.selectAllChildren(source);
}

/**
 * A row with somebody's one-time sign-in link, from <template id="one-time-link">.
 *
 * @param {string} name @param {string} what role and pseudonym @param {string} link
 * @returns {HTMLElement}
 */
export function linkRow(name, what, link) {
  const row = clone("one-time-link");
  fill(row, { name, what });
  const input = /** @type {HTMLInputElement} */ (find("input", row));
  input.id = `link-${crypto.getRandomValues(new Uint32Array(1))[0]}`;
  input.value = link;
  field(row, "for")?.setAttribute("for", input.id);
  for (const button of findAll("[data-copy]", row)) {
    button.dataset.copy = input.id;
    button.setAttribute("aria-label", `Copy the link for ${name}`);
  }
  return row;
}
