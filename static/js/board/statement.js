// @ts-check
/** What is said of anonymity: the server writes it, and it is fetched anew when settings change. */

import { eventPath, get } from "../lib/api.js";
import { create, part } from "../lib/dom.js";

/** @typedef {{code: string, text: string, short: boolean}} Sentence */

/** @param {string} slug @param {HTMLElement} root @returns {(event: import("../lib/types.js").EventView) => void} */
export function keepStatement(slug, root) {
  let shown = "";

  /** @param {Sentence} sentence @param {"p" | "li"} tag */
  const element = ({ code, text }, tag) => create(tag, { "data-sentence": code }, text);

  return async ({ policy_version, anonymous_allowed, named_allowed }) => {
    const settings = [policy_version, anonymous_allowed, named_allowed].join();
    const known = shown === "" || shown === settings;
    shown = settings;
    if (known) return;
    try {
      /** @type {{sentences: Sentence[]}} */
      const { sentences } = await get(eventPath(slug, "/anonymity"));
      part(root, "short")?.replaceChildren(...sentences.filter(({ short }) => short).map((each) => element(each, "p")));
      part(root, "long")?.replaceChildren(...sentences.filter(({ short }) => !short).map((each) => element(each, "li")));
    } catch {
      shown = "?"; // the next change of the board tries again
    }
  };
}
