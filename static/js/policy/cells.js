// @ts-check
/** One field of a policy in a control: written into it, and read back as it stands in the document. */

/** @typedef {HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement} Control */
/** @typedef {Record<string, any>} Document */

/** @param {Element} element @param {any} value */
export function writeCell(element, value) {
  const type = element.getAttribute("data-type");
  if (type === "several") {
    for (const box of boxes(element)) box.checked = (value ?? []).includes(box.value);
    return;
  }
  const control = /** @type {Control} */ (element);
  if (type === "lines") control.value = (value ?? []).join("\n");
  else if (type === "words") control.value = Object.entries(value ?? {}).map(([tag, words]) => `${tag}: ${words.join(", ")}`).join("\n");
  else if (type === "reason") control.value = value?.reason ?? "";
  // What a policy leaves out is what the first choice says.
  else if (value === undefined && control instanceof HTMLSelectElement) control.selectedIndex = 0;
  else control.value = String(value ?? "");
}

/** @param {Element} element @returns {any} */
export function readCell(element) {
  const type = element.getAttribute("data-type");
  if (type === "several") return boxes(element).filter((box) => box.checked).map((box) => box.value);
  const { value } = /** @type {Control} */ (element);
  if (type === "number") return value.trim() === "" ? null : Number(value);
  if (type === "lines") return linesOf(value);
  if (type === "words") return wordsOf(value);
  if (type === "reason") return value === "" ? null : { reason: value };
  return value;
}

/** @param {Document} into @param {string} key such as "dsa.category" @param {any} value */
export function setAt(into, key, value) {
  const [first = "", ...rest] = key.split(".");
  if (rest.length === 0) into[first] = value;
  else setAt((into[first] ??= {}), rest.join("."), value);
}

/** @param {Document} from @param {string} key @returns {any} */
export function getAt(from, key) {
  return key.split(".").reduce((/** @type {any} */ found, step) => found?.[step], from);
}

/** @param {Element} group @returns {HTMLInputElement[]} */
function boxes(group) {
  return [...group.querySelectorAll("input")];
}

/** @param {string} text @returns {string[]} */
function linesOf(text) {
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

/** @param {string} text @returns {Record<string, string[]>} words by language; a line without one is under "" */
function wordsOf(text) {
  /** @type {Record<string, string[]>} */
  const found = {};
  for (const line of linesOf(text)) {
    const colon = line.indexOf(":");
    const words = line.slice(colon + 1).split(",").map((word) => word.trim()).filter(Boolean);
    (found[line.slice(0, Math.max(colon, 0)).trim()] ??= []).push(...words);
  }
  return found;
}
