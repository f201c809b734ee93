// @ts-check
/** Questions sent in advance: the file is checked as soon as it is chosen, and imported when it is good. */

import { ApiError, eventPath, postAs } from "../lib/api.js";
import { field, find, part, setText, show } from "../lib/dom.js";
import { say } from "../lib/notice.js";
import { some } from "../lib/numbers.js";
import { showBadRows } from "../forms/bad_rows.js";
import { clearErrors, onSubmit, showError } from "../forms/form.js";

/**
 * @typedef {import("../forms/bad_rows.js").RowError} RowError
 * @typedef {{rows: number, imported: number, first: number | null, last: number | null}} Imported
 */

/** @param {string} slug @returns {(event: import("../lib/types.js").EventView) => void} */
export function manageImport(slug) {
  const form = /** @type {HTMLFormElement} */ (find("#import-form"));
  const input = /** @type {HTMLInputElement} */ (find("#file"));
  const button = find("button", form);

  /** @param {boolean} dryRun @returns {Promise<Imported>} */
  const send = (dryRun) => {
    const file = input.files?.[0];
    if (!file) {
      throw new ApiError(0, { code: "bad_input", message: "Choose a CSV file first.", field: "file" });
    }
    return postAs(eventPath(slug, `/import?dry_run=${dryRun}`), file, "text/csv");
  };

  const forget = () => {
    clearErrors(form);
    showBadRows(find("#bad-rows"), []);
    show(find("#import-ready"), false);
    show(button, false);
  };

  /** @param {unknown} error */
  const refused = (error) => {
    forget();
    showError(form, error);
    if (error instanceof ApiError) showBadRows(find("#bad-rows"), /** @type {RowError[]} */ (error.details["errors"] ?? []));
  };

  input.addEventListener("change", async () => {
    forget();
    if (!input.files?.length) return;
    try {
      const { rows } = await send(true);
      const words = some(rows, "question");
      setText(field(form, "ready"), `The file is good: ${words}, and no row to correct.`);
      setText(part(form, "import"), `Import ${words}`);
      show(find("#import-ready"), true);
      show(button, true);
    } catch (error) {
      refused(error);
    }
  });

  onSubmit(form, async () => {
    try {
      const { imported, first, last } = await send(false);
      form.reset();
      forget();
      say(imported === 1 ? `#${first} is imported.` : `#${first} to #${last} are imported and wait for a decision.`);
    } catch (error) {
      refused(error);
    }
  });

  return (event) => {
    input.disabled = event.state === "draft" || event.state === "closed";
    show(find("#import-later"), event.state === "draft");
    show(find("#import-over"), event.state === "closed");
  };
}
