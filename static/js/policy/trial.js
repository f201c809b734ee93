// @ts-check
/** What a draft would have flagged among past questions. */

import { clone, create, field, find, setText, show } from "../lib/dom.js";
import { inThousands } from "../lib/numbers.js";
import { visible } from "../lib/visible.js";

/**
 * @typedef {{slug: string, title: string, n: number, text: string, explanation: string}} Example
 * @typedef {{rule: string, kind: string, decides: string | null, flagged: number, examples: Example[]}} Rule
 * @typedef {{document: Record<string, any>, text: string, questions: number, rules: Rule[]}} Trial
 */

/** @param {Trial} trial */
export function showTrial({ questions, rules }) {
  const root = find("#trial");
  const headline = /** @type {HTMLElement} */ (field(root, "headline"));
  setText(headline, questions === 0 ? "There are no past questions to try this on" : `Tried on ${inThousands(questions)} past questions`);
  find("#trial-rules").replaceChildren(...(questions ? rules.map((rule) => row(rule, questions)) : []));
  show(root, true);
  headline.focus();
}

/** @param {Rule} rule @param {number} questions @returns {HTMLElement} */
function row({ rule, decides, flagged, examples }, questions) {
  const item = clone("tried");
  setText(field(item, "name"), rule.replaceAll("_", " "));
  const verb = decides ? "would have filtered out" : "would have flagged";
  setText(field(item, "count"), `${verb} ${inThousands(flagged)} of ${inThousands(questions)}`);
  const more = flagged > examples.length ? [create("li", {}, `The first ${examples.length} are listed.`)] : [];
  const listed = flagged ? examples.map(example) : [create("li", {}, "None.")];
  find("ul", item).replaceChildren(...listed, ...more);
  return item;
}

/** @param {Example} example @returns {HTMLElement} */
function example({ slug, title, n, text, explanation }) {
  const link = create("a", { href: `/e/${slug}/record/${n}` }, `#${n}`);
  return create(
    "li",
    {},
    create("p", { dir: "auto" }, visible(text)),
    create("p", { class: "note" }, link, ` ${visible(title)}. ${visible(explanation)}`),
  );
}
