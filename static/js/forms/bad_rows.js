// @ts-check
/** The table of rows to correct in a file. */

import { create, find, setText, show } from "../lib/dom.js";
import { inThousands } from "../lib/numbers.js";

/** @typedef {{line: number, field: string | null, message: string}} RowError */

const SHOWN_ERRORS = 200;

/** @param {HTMLElement} frame @param {readonly RowError[]} errors */
export function showBadRows(frame, errors) {
  show(frame, errors.length > 0);
  const rows = errors.slice(0, SHOWN_ERRORS).map(({ line, field: column, message }) => {
    const cells = [String(line), column ?? "", message].map((words) => {
      const cell = create("td", { dir: "auto" });
      setText(cell, words);
      return cell;
    });
    return create("tr", {}, ...cells);
  });
  const left = errors.length - rows.length;
  if (left > 0) rows.push(create("tr", {}, create("td", { colspan: "3" }, `and ${inThousands(left)} more`)));
  find("tbody", frame).replaceChildren(...rows);
}
