// @ts-check
/** Elements from <template>s, filled with textContent. No markup is ever built from strings. */

import { inThousands } from "./numbers.js";
import { trusted } from "./trusted.js";
import { visible } from "./visible.js";

/**
 * @template {Element} [E=HTMLElement]
 * @param {string} selector @param {ParentNode} [root] @returns {E}
 */
export function find(selector, root = document) {
  const element = root.querySelector(selector);
  if (!element) throw new Error(`The page has no ${selector}`);
  return /** @type {E} */ (/** @type {unknown} */ (element));
}

/**
 * @template {Element} [E=HTMLElement]
 * @param {string} selector @param {ParentNode} [root] @returns {E[]}
 */
export function findAll(selector, root = document) {
  return /** @type {E[]} */ (/** @type {unknown} */ ([...root.querySelectorAll(selector)]));
}

/** @param {Element} root @param {string} name @returns {HTMLElement | null} */
export function field(root, name) {
  return root.querySelector(`[data-field="${name}"]`);
}

/** @param {Element} root @param {string} name @returns {HTMLElement | null} */
export function part(root, name) {
  return root.querySelector(`[data-part="${name}"]`);
}

/** @param {string} id of a <template> @returns {HTMLElement} a copy of its first element */
export function clone(id) {
  const template = document.getElementById(id);
  if (!(template instanceof HTMLTemplateElement)) throw new Error(`The page has no template ${id}`);
  const first = template.content.firstElementChild;
  if (!first) throw new Error(`The template ${id} is empty`);
  return /** @type {HTMLElement} */ (document.importNode(first, true));
}

/** @param {Element | null} element @param {string} words bidi controls are made visible */
export function setText(element, words) {
  const shown = visible(words);
  if (element && element.textContent !== shown) element.textContent = shown;
}

/** @param {Element | null} element @param {boolean} shown */
export function show(element, shown) {
  element?.toggleAttribute("hidden", !shown);
}

/**
 * Fill every [data-field] that has a value: null hides it, a string shows it, and a number as people write it. What is hidden leaves
 * the page: words that were redacted are not to stay in it.
 *
 * @param {Element} root @param {Record<string, string | number | null>} values
 */
export function fill(root, values) {
  for (const [name, value] of Object.entries(values)) {
    const element = field(root, name);
    show(element, value !== null);
    setText(element, value === null ? "" : typeof value === "number" ? inThousands(value) : value);
  }
}

/**
 * @param {string} tag @param {Record<string, string>} [attributes] @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function create(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** @type {WeakMap<Element, string>} */
const answers = new WeakMap();

/**
 * Show a written answer. Its markup was sanitised by the server with a short allow-list.
 *
 * @param {Element} element @param {string} answerHtml the API's answer_html, and nothing else
 */
export function setAnswer(element, answerHtml) {
  if (answers.get(element) === answerHtml) return;
  answers.set(element, answerHtml);
  element.innerHTML = trusted.createHTML(answerHtml);
}

/** @param {Element} element that showed an answer which is hidden now */
export function clearAnswer(element) {
  answers.delete(element);
  element.replaceChildren();
}

/**
 * Open a <dialog> whose buttons are in a <form method="dialog">.
 *
 * @param {string} id @param {Record<string, string | number | null>} [values] for its [data-field]s
 * @returns {Promise<string>} the value of the button pressed, "" when dismissed
 */
export function askDialog(id, values = {}) {
  const dialog = /** @type {HTMLDialogElement} */ (find(`dialog#${id}`));
  fill(dialog, values);
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true });
  });
}
