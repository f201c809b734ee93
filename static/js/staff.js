// @ts-check
/** My events: the events that I work on, what I am there, and the way out. */

import { ApiError, get, post } from "./lib/api.js";
import { clone, fill, find, part, show } from "./lib/dom.js";
import { sayError } from "./lib/notice.js";

/**
 * @typedef {import("./lib/types.js").EventState} EventState
 * @typedef {import("./lib/types.js").StaffRole} StaffRole
 * @typedef {{slug: string, title: string, state: EventState, role: StaffRole}} MyEvent
 * @typedef {{signed_in: boolean, name: string, may_create_events: boolean, events: MyEvent[]}} Myself
 */

/** @type {Record<StaffRole, string>} */
const ROLES = { owner: "Owner", moderator: "Moderator", presenter: "Presenter", auditor: "Auditor" };
/** @type {Record<EventState, string>} */
const STATES = {
  draft: "Draft, not open yet",
  open: "Open for questions",
  live: "Live now",
  closed: "Closed",
};

const DOORS = { desk: "/desk", board: "", stage: "/stage", settings: "/settings" };

/** @param {MyEvent} event @returns {HTMLElement} one row of the list */
function row(event) {
  const item = clone("my-event");
  const base = `/e/${encodeURIComponent(event.slug)}`;
  fill(item, { title: event.title, role: ROLES[event.role], state: STATES[event.state] });
  for (const [name, path] of Object.entries(DOORS)) {
    const door = part(item, name);
    door?.setAttribute("href", base + path);
    door?.setAttribute("aria-label", `${door.textContent} of ${event.title}`);
  }
  show(part(item, "stage"), event.role !== "auditor");
  show(part(item, "settings"), event.role === "owner");
  return item;
}

/** @param {Myself} me */
function showMe(me) {
  show(find("#signed-out"), !me.signed_in);
  for (const selector of ["#who", "#staff-actions"]) show(find(selector), me.signed_in);
  if (!me.signed_in) return;
  fill(find("#who"), { name: me.name });
  show(find("#new-event"), me.may_create_events);
  show(find("#events"), me.events.length > 0);
  find("#events").replaceChildren(...me.events.map(row));
  const empty = find("#no-events");
  show(empty, me.events.length === 0);
  show(part(empty, "may-create"), me.may_create_events);
  show(part(empty, "may-not-create"), !me.may_create_events);
}

async function load() {
  show(find("#failed"), false);
  try {
    showMe(await get("/api/me"));
  } catch (error) {
    const signedOut = error instanceof ApiError && error.status === 401;
    show(find("#signed-out"), signedOut);
    show(find("#failed"), !signedOut);
    fill(find("#failed"), { message: error instanceof Error ? error.message : "" });
  }
  show(find("#loading"), false);
}

find("#again").addEventListener("click", load);
find("#sign-out").addEventListener("click", async () => {
  try {
    await post("/api/sign-out");
    window.location.reload();
  } catch (error) {
    sayError(error);
  }
});
await load();
