// @ts-check
/** An event's settings: its state, its fields, its staff, and questions sent in advance. */

import { eventPath, get, patch } from "./lib/api.js";
import { field, find, setText } from "./lib/dom.js";
import { say, sayError } from "./lib/notice.js";
import { enableCopying } from "./forms/copy.js";
import { nameTimeZone, readAskers, readSchedule, writeEvent } from "./forms/event_fields.js";
import { onSubmit, valueOf } from "./forms/form.js";
import { manageAdmission } from "./settings/admission.js";
import { manageErasure } from "./settings/erasure.js";
import { manageImport } from "./settings/import.js";
import { manageReport } from "./settings/report.js";
import { manageStaff } from "./settings/staff.js";
import { manageState } from "./settings/state.js";
import { manageWebhooks } from "./settings/webhooks.js";

/** @typedef {import("./lib/types.js").EventView} EventView */

const slug = document.body.dataset.slug ?? "";
const form = /** @type {HTMLFormElement} */ (find("#event-form"));
const showState = manageState(slug, showEvent);
const showStaff = manageStaff(slug);
const showImport = manageImport(slug);
const showAdmission = manageAdmission(slug);

/** @param {EventView} event */
function showEvent(event) {
  setText(field(document.body, "event_title"), event.title);
  document.title = `Settings · ${event.title}`;
  showState(event);
  showImport(event);
  showAdmission(event);
  const closed = event.state === "closed";
  for (const control of form.elements) control.toggleAttribute("disabled", closed);
}

async function load() {
  try {
    const settings = await get(eventPath(slug, "/settings"));
    writeEvent(form, settings.event);
    showEvent(settings.event);
    showStaff(settings.staff);
    await manageWebhooks(slug);
  } catch (error) {
    sayError(error);
  }
}

onSubmit(form, async () => {
  const changes = { title: valueOf(form, "title"), ...readSchedule(form), ...readAskers(form) };
  const event = await patch(eventPath(slug), changes);
  writeEvent(form, event);
  showEvent(event);
  say("Saved.");
});
enableCopying();
manageErasure(slug);
manageReport(slug);
nameTimeZone(find("#time-zone"));
await load();
