// @ts-check
/** Who may take part, and tickets: a file of recipients in, a file of personal links out. */

import { ApiError, eventPath, patch, postAs } from "../lib/api.js";
import { field, find, part, setText, show } from "../lib/dom.js";
import { say } from "../lib/notice.js";
import { some } from "../lib/numbers.js";
import { showBadRows } from "../forms/bad_rows.js";
import { clearErrors, onSubmit, showError } from "../forms/form.js";

/**
 * @typedef {import("../lib/types.js").EventView} EventView
 * @typedef {{rows: number, electorate: number, links: string | null}} Issued
 */

/** @param {string} slug @returns {(event: EventView) => void} */
export function manageAdmission(slug) {
  const section = find("#admission");
  const choice = /** @type {HTMLFormElement} */ (find("#admission-form"));
  const form = /** @type {HTMLFormElement} */ (find("#tickets-form"));
  const input = /** @type {HTMLInputElement} */ (find("#recipients"));
  const frame = /** @type {HTMLElement} */ (part(form, "bad-rows"));

  /** @param {EventView} event */
  const showEvent = ({ admission, state }) => {
    const settled = state !== "draft";
    setText(field(section, "admission_words"), admission.words);
    for (const control of choice.elements) control.toggleAttribute("disabled", settled);
    show(find("#admission-settled"), settled);
    show(find("button", choice), !settled);
    show(form, admission.how === "tickets" && state !== "closed");
  };

  onSubmit(choice, async () => {
    const admission = new FormData(choice).get("admission");
    showEvent(await patch(eventPath(slug), { admission }));
    say("Saved.");
  });

  /** @param {boolean} dryRun @returns {Promise<Issued>} */
  const send = (dryRun) => {
    const file = input.files?.[0];
    if (!file) {
      throw new ApiError(0, { code: "bad_input", message: "Choose a CSV file first.", field: "file" });
    }
    return postAs(eventPath(slug, `/tickets?dry_run=${dryRun}`), file, "text/csv");
  };

  const forget = () => {
    clearErrors(form);
    showBadRows(frame, []);
    show(part(form, "ready"), false);
    show(part(form, "make"), false);
  };

  /** @param {unknown} error */
  const refused = (error) => {
    forget();
    showError(form, error);
    if (error instanceof ApiError) {
      showBadRows(frame, /** @type {import("../forms/bad_rows.js").RowError[]} */ (error.details["errors"] ?? []));
    }
  };

  input.addEventListener("change", async () => {
    forget();
    if (!input.files?.length) return;
    try {
      const { rows } = await send(true);
      const words = some(rows, "ticket");
      setText(field(form, "ready"), "The file is good, and no recipient has a ticket yet.");
      setText(part(form, "make"), `Make ${words}`);
      show(part(form, "ready"), true);
      show(part(form, "make"), true);
    } catch (error) {
      refused(error);
    }
  });

  onSubmit(form, async () => {
    try {
      const { rows, links } = await send(false);
      form.reset();
      forget();
      const file = new Blob([links ?? ""], { type: "text/csv" });
      const anchor = /** @type {HTMLAnchorElement} */ (part(form, "links"));
      anchor.href = URL.createObjectURL(file);
      anchor.download = `tickets-${slug}.csv`;
      show(part(form, "made"), true);
      anchor.focus();
      say(rows === 1 ? "1 ticket is made." : `${rows} tickets are made.`);
    } catch (error) {
      refused(error);
    }
  });

  return showEvent;
}
