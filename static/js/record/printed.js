// @ts-check
/** What a page that the server wrote says, read from the page itself: the check compares what people see. */

import { eventPath, get } from "../lib/api.js";
import { field, find, findAll, part } from "../lib/dom.js";
import { readThousands } from "../lib/numbers.js";

/**
 * @typedef {import("../verify/shown.js").Row} Row
 * @typedef {import("../verify/shown.js").Shown} Shown
 */

const ROWS_AT_ONCE = 100;

export class Printed {
  #slug;
  #revision;
  #complete;
  /** @type {Row[] | null} read once: the page does not change */
  #rows = null;

  /** @param {{slug: string, revision: number, complete: boolean}} page */
  constructor({ slug, revision, complete }) {
    this.#slug = slug;
    this.#revision = revision;
    this.#complete = complete;
  }

  /**
   * Rows that changed since the page was made are left out; the page says how many those are.
   *
   * @returns {Promise<Shown | null>} null when it is not known what changed
   */
  async look() {
    try {
      /** @type {import("../lib/types.js").Board} */
      const board = await get(eventPath(this.#slug, `/board?since=${this.#revision}`));
      const leaves = readLeaves();
      await breath();
      this.#rows ??= await readRows();
      const changed = new Set(board.questions.map(({ n }) => n));
      const same = board.revision === this.#revision;
      const rows = this.#rows.filter(({ n }) => !changed.has(n));
      return { rows, complete: this.#complete && same, counts: same ? readCounts() : null, leaves };
    } catch {
      return null;
    }
  }
}

/** @returns {Promise<Row[]>} read a few at a time, so that scrolling goes on */
async function readRows() {
  const articles = findAll("article.question");
  const rows = [];
  for (let at = 0; at < articles.length; at += ROWS_AT_ONCE) {
    rows.push(...articles.slice(at, at + ROWS_AT_ONCE).map(readRow));
    await breath();
  }
  return rows;
}

/** Let the page scroll and answer before going on. @returns {Promise<void>} */
function breath() {
  return new Promise((resolve) => setTimeout(resolve));
}

/** @param {HTMLElement} article @returns {Row} */
function readRow(article) {
  const said = (/** @type {string} */ name) => readField(article, name);
  const text = said("text");
  const decided = part(article, "decision")?.hidden === false;
  return {
    n: Number(said("number").slice(1)),
    status: /** @type {Row["status"]} */ (article.dataset.status),
    printed: {
      text,
      asker: text ? said("asker") : undefined,
      reason: decided ? said("reason") : "",
      explanation: decided ? said("explanation") : "",
      decided: decided ? said("decided") : "",
    },
  };
}

/** @param {HTMLElement} root @param {string} name @returns {string} nothing when it is hidden */
function readField(root, name) {
  const element = field(root, name);
  return element && !element.hidden ? (element.textContent ?? "").trim() : "";
}

/** @returns {Record<string, number> | null} the docket in numbers, as printed */
function readCounts() {
  const docket = findAll("[data-count]");
  if (docket.length === 0) return null;
  return Object.fromEntries(docket.map((element) => [element.dataset.count, readThousands(element.textContent)]));
}

/** @returns {{leaf: number, text: string}[]} entries that are printed as they were logged */
function readLeaves() {
  return findAll("[data-leaf]").map((element) => {
    return { leaf: Number(element.dataset.leaf), text: find("[data-leaf-text]", element).textContent ?? "" };
  });
}
