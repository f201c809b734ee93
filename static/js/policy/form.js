// @ts-check
/** The policy as a form: filled from a document, and read back into one. */

import { clone, field, find, findAll, setText } from "../lib/dom.js";
import { getAt, readCell, setAt, writeCell } from "./cells.js";

/** @typedef {import("./cells.js").Document} Document */

const REASON = { min_explanation: 1, dsa: { decision_ground: "DECISION_GROUND_INCOMPATIBLE_CONTENT", category: "STATEMENT_CATEGORY_OTHER_VIOLATION_TC" } };

export class PolicyForm {
  /** @type {HTMLElement} */
  #root;
  /** What the form was filled from: whatever it does not show stays as it is. @type {Document} */
  #document = {};

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
    root.addEventListener("click", (click) => this.#pressed(click));
    root.addEventListener("input", () => this.#refresh());
    find("#add-reason", root).addEventListener("click", () => open(this.#add("reason_codes", "reason", REASON)));
    find("#add-rule", root).addEventListener("click", () => {
      const kind = /** @type {HTMLSelectElement} */ (find("#new-kind", root)).value;
      open(this.#add("rules", `rule-${kind}`, { id: this.#freeName(kind), kind, decides: null, params: {} }));
    });
  }

  /** @param {Document} document */
  write(document) {
    this.#document = document;
    for (const cell of findAll("[data-top]", this.#root)) writeCell(cell, document[cell.dataset.top ?? ""]);
    for (const list of findAll(".rows", this.#root)) list.replaceChildren();
    for (const reason of document.reason_codes) this.#add("reason_codes", "reason", reason);
    for (const rule of document.rules) this.#add("rules", `rule-${rule.kind}`, rule);
  }

  /** @returns {Document} */
  read() {
    const document = { ...this.#document };
    for (const cell of findAll("[data-top]", this.#root)) document[cell.dataset.top ?? ""] = readCell(cell);
    document.reason_codes = this.#rows("reason_codes").map((row) => readRow(row, {}));
    document.rules = this.#rows("rules").map((row) => readRow(row, { kind: row.dataset.kind, decides: null, params: {} }));
    return document;
  }

  /** @param {string} list @returns {HTMLElement[]} */
  #rows(list) {
    return findAll(`#${list} > li`, this.#root);
  }

  /** @param {string} list @param {string} template @param {Document} values @returns {HTMLElement} */
  #add(list, template, values) {
    const row = clone(template);
    find(`#${list}`, this.#root).append(row);
    this.#refresh();
    for (const cell of findAll("[data-key]", row)) {
      const value = getAt(values, cell.dataset.key ?? "");
      if (value !== undefined || cell.dataset.type === "words") writeCell(cell, value ?? (cell.dataset.type === "words" ? { en: [] } : value));
    }
    this.#refresh();
    return row;
  }

  /** @param {string} kind @returns {string} a name for a new check that no other has */
  #freeName(kind) {
    const taken = new Set(this.#rows("rules").map((row) => readRow(row, {}).id));
    let name = kind;
    for (let count = 2; taken.has(name); count += 1) name = `${kind}_${count}`;
    return name;
  }

  /** @param {Event} click */
  #pressed(click) {
    const button = click.target instanceof Element && click.target.closest("[data-action=remove]");
    const row = button && button.closest("li");
    if (!row) return;
    const next = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    this.#refresh();
    if (next) find("summary", next).focus();
  }

  /** Number the rows again, so that a refusal finds its field, and name them by what they hold. */
  #refresh() {
    const reasons = this.#rows("reason_codes").map((row) => readRow(row, {}));
    for (const list of ["reason_codes", "rules"]) {
      for (const [index, row] of this.#rows(list).entries()) {
        for (const cell of findAll("[data-key]", row)) place(cell, `${list}[${index}].${cell.dataset.key}`);
        for (const choice of findAll("[data-type=reason]", row)) offer(/** @type {HTMLSelectElement} */ (choice), reasons);
        const { label, id, decides } = readRow(row, {});
        setText(field(row, "name"), label || String(id ?? "").replaceAll("_", " ") || "Without a name");
        setText(field(row, "what"), decides ? "Decides" : "Only flags");
      }
    }
  }
}

/** @param {HTMLElement} row @param {Document} into @returns {Document} */
function readRow(row, into) {
  for (const cell of findAll("[data-key]", row)) setAt(into, cell.dataset.key ?? "", readCell(cell));
  return into;
}

/** @param {HTMLElement} cell @param {string} path */
function place(cell, path) {
  const error = cell.closest(".field")?.querySelector("[data-error]");
  cell.setAttribute("name", path);
  cell.setAttribute("aria-describedby", `${path}-error`);
  error?.setAttribute("data-error", path);
  error?.setAttribute("id", `${path}-error`);
}

/** @param {HTMLSelectElement} choice @param {Document[]} reasons */
function offer(choice, reasons) {
  const wanted = choice.value;
  const options = [new Option("Only flag it for a person", ""), ...reasons.map(({ code, label }) => new Option(`Filter it out as “${label}”`, code))];
  choice.replaceChildren(...options);
  choice.value = reasons.some(({ code }) => code === wanted) ? wanted : "";
}

/** @param {HTMLElement} row */
function open(row) {
  find("details", row).setAttribute("open", "");
  find("[data-key]", row).focus();
}
