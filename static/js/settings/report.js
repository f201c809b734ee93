// @ts-check
/** Who may read the report, from when, and the link that opens it nevertheless. */

import { eventPath, post, put } from "../lib/api.js";
import { find, show } from "../lib/dom.js";
import { say, sayError } from "../lib/notice.js";
import { toLocal, toMilliseconds, write } from "../forms/event_fields.js";
import { onSubmit, valueOf } from "../forms/form.js";

/**
 * @typedef {{audience: "everyone" | "staff", public_from: number | null, withheld: boolean,
 *   link: string | null}} Publication
 */

/** @param {string} slug */
export function manageReport(slug) {
  const form = /** @type {HTMLFormElement} */ (find("#report-form"));
  const path = eventPath(slug, "/publication");
  const from = Number(form.dataset.publicFrom);

  /** @param {Publication} publication */
  const showPublication = (publication) => {
    write(form, "audience", publication.audience);
    write(form, "public_from", toLocal(publication.public_from));
    const link = /** @type {HTMLInputElement} */ (find("#report-link"));
    link.value = publication.link ?? "";
    show(find("#report-link-field"), publication.link !== null);
  };

  onSubmit(form, async () => {
    const public_from = toMilliseconds(valueOf(form, "public_from"));
    showPublication(await put(path, { audience: valueOf(form, "audience"), public_from }));
    say("Saved.");
  });
  find("#renew-report-link").addEventListener("click", async () => {
    try {
      showPublication(await post(`${path}/link`));
      say("This link opens the report. The one before does no longer.");
    } catch (error) {
      sayError(error);
    }
  });
  if (from) write(form, "public_from", toLocal(from));
}
