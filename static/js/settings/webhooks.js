// @ts-check
/** Where public notices are sent: add, remove, and how the last try for each ended. */

import { del, eventPath, get, post, serverNow } from "../lib/api.js";
import { clone, fill, find, show } from "../lib/dom.js";
import { say, sayError } from "../lib/notice.js";
import { moment } from "../lib/time.js";
import { onSubmit, valueOf } from "../forms/form.js";

/**
 * @typedef {{id: number, kind: "standard" | "slack" | "teams", scope: "meeting" | "decisions",
 *   host: string, waiting: number, last_at: number | null,
 *   last_outcome: "delivered" | "retrying" | "given_up" | null, last_detail: string | null}} Webhook
 */

const KINDS = { standard: "Signed JSON", slack: "Slack", teams: "Teams" };
const SCOPES = { meeting: "opened, started, closed", decisions: "every decision and answer, too" };

/** @param {string} slug @returns {Promise<void>} once they are shown */
export async function manageWebhooks(slug) {
  const path = eventPath(slug, "/webhooks");
  const form = /** @type {HTMLFormElement} */ (find("#webhook-form"));

  /** @param {{webhooks: Webhook[]}} answer */
  const showAll = ({ webhooks }) => {
    find("#webhook-list").replaceChildren(...webhooks.map(rowOf));
    show(find("#webhook-list"), webhooks.length > 0);
  };

  /** @param {Webhook} webhook */
  const rowOf = (webhook) => {
    const row = clone("webhook");
    const what = `${KINDS[webhook.kind]}: ${SCOPES[webhook.scope]}`;
    fill(row, { host: webhook.host, what, state: stateWords(webhook), remove_which: ` ${webhook.host}` });
    find("button", row).addEventListener("click", async () => {
      try {
        showAll(await del(`${path}/${webhook.id}`));
        say(`${webhook.host} is told nothing more.`);
        find("#webhook-url").focus();
      } catch (error) {
        sayError(error);
      }
    });
    return row;
  };

  onSubmit(form, async () => {
    const body = { kind: valueOf(form, "kind"), scope: valueOf(form, "scope"), url: valueOf(form, "url").trim() };
    const added = await post(path, body);
    form.reset();
    showAll(added);
    const secret = /** @type {HTMLInputElement} */ (find("#webhook-secret"));
    secret.value = added.secret ?? "";
    show(find("#webhook-secret-field"), added.secret !== null);
    say("Added. It is told from now on.");
  });
  showAll(await get(path));
}

/** @param {Webhook} webhook @returns {string} */
function stateWords({ waiting, last_at, last_outcome, last_detail }) {
  if (last_at === null) return waiting ? "Being sent now." : "Nothing was sent yet.";
  const at = moment(last_at, serverNow());
  const more = waiting > 1 ? ` ${waiting} notices are waiting.` : "";
  if (last_outcome === "delivered") return `Delivered at ${at}.${more}`;
  if (last_outcome === "retrying") return `Not delivered at ${at}, and tried again. ${last_detail}${more}`;
  return `Given up at ${at}, after 8 tries. ${last_detail}${more}`;
}
