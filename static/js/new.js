// @ts-check
/** A new event in under a minute: suggest what can be suggested, then show how people get in. */

import { ApiError, eventPath, post } from "./lib/api.js";
import { clone, field, find, findAll, part, setText, show } from "./lib/dom.js";
import { say, sayError } from "./lib/notice.js";
import { enableCopying, linkRow } from "./forms/copy.js";
import {
  nameTimeZone,
  readAskers,
  readSchedule,
  suggestCode,
  suggestSlug,
  write,
} from "./forms/event_fields.js";
import { control, onSubmit, showError, valueOf } from "./forms/form.js";

/**
 * @typedef {import("./lib/types.js").EventView} EventView
 * @typedef {{name: string, role: string}} Person
 */

const form = /** @type {HTMLFormElement} */ (find("#new-event"));
const people = find("#people");
const LONGEST_DEADLINE = 10_080;
let slugIsOurs = true;

/** @param {string} [name] @returns {HTMLElement} the new row's name */
function addPerson(name = "") {
  const row = clone("person");
  const id = `person-${people.children.length}-${Date.now().toString(36)}`;
  const input = /** @type {HTMLInputElement} */ (find("input", row));
  input.id = id;
  input.value = name;
  find("label", row).setAttribute("for", id);
  people.append(row);
  return input;
}

/** @returns {Person[]} everybody whose row has a name in it */
function readPeople() {
  return findAll(".person", people)
    .map((row) => ({
      name: /** @type {HTMLInputElement} */ (find("input", row)).value.trim(),
      role: /** @type {HTMLSelectElement} */ (find("select", row)).value,
    }))
    .filter((person) => person.name !== "");
}

/**
 * @returns {Record<string, unknown> | undefined} the default policy with this form's deadline
 * @throws {ApiError} it is no deadline
 */
function readPolicy() {
  if (!form.dataset.policy) return undefined;
  const deadline = Number(valueOf(form, "deadline_minutes"));
  if (!Number.isInteger(deadline) || deadline < 1 || deadline > LONGEST_DEADLINE) {
    const message = "A deadline is a whole number of minutes, from 1 to 10,080 (a week).";
    throw new ApiError(0, { code: "bad_input", message, field: "deadline_minutes" });
  }
  return { ...JSON.parse(form.dataset.policy), deadline_minutes: deadline };
}

/** @returns {Record<string, unknown>} what POST /api/events takes */
function readEvent() {
  return {
    title: valueOf(form, "title"),
    slug: valueOf(form, "slug").trim() || undefined,
    join_code: valueOf(form, "join_code").trim() || undefined,
    ...readSchedule(form),
    ...readAskers(form),
    admission: new FormData(form).get("admission"),
    policy: readPolicy(),
  };
}

async function create() {
  const staff = readPeople();
  const answer = await post("/api/events", readEvent());
  showMade(answer);
  for (const person of staff) await addStaff(answer.slug, person);
}

/** @param {EventView & {join_code: string}} event */
function showMade(event) {
  const base = `/e/${encodeURIComponent(event.slug)}`;
  const page = find("#made");
  setText(field(page, "title"), event.title);
  setText(field(page, "code"), event.join_code);
  /** @type {HTMLInputElement} */ (find("#made-url")).value = event.join_url ?? "";
  find("#made-qr").setAttribute("src", eventPath(event.slug, "/qr.svg"));
  part(page, "desk")?.setAttribute("href", `${base}/desk`);
  for (const link of findAll("[data-part=settings]", page)) link.setAttribute("href", `${base}/settings`);
  show(part(page, "tickets"), event.admission.how === "tickets");
  show(part(page, "sign-in"), event.admission.how === "provider");
  setText(field(page, "at"), event.admission.at ?? "");
  find("#open-now").addEventListener("click", () => open(event.slug));
  show(find("#making"), false);
  show(page, true);
  find("#made-title").focus();
  window.scrollTo(0, 0);
}

/** @param {string} slug @param {Person} person */
async function addStaff(slug, person) {
  show(find("#links"), true);
  try {
    find("#link-list").append(await staffRow(slug, person));
  } catch (error) {
    find("#link-list").append(retryRow(slug, person, error));
  }
}

/** @param {string} slug @param {Person} person @returns {Promise<HTMLElement>} */
async function staffRow(slug, person) {
  const added = await post(eventPath(slug, "/staff"), person);
  return linkRow(person.name, added.pseudonym, added.link);
}

/**
 * The event exists already, so somebody who could not be added gets a small form of their own.
 *
 * @param {string} slug @param {Person} person @param {unknown} error @returns {HTMLElement}
 */
function retryRow(slug, person, error) {
  const row = clone("not-added");
  const again = /** @type {HTMLFormElement} */ (find("form", row));
  const id = `again-${find("#link-list").children.length}`;
  write(again, "name", person.name);
  control(again, "name")?.setAttribute("id", id);
  find("label", again).setAttribute("for", id);
  setText(find("label", again), `${person.name} was not added as ${person.role}`);
  onSubmit(again, async () => {
    row.replaceWith(await staffRow(slug, { ...person, name: valueOf(again, "name") }));
  });
  showError(again, error);
  return row;
}

/** @param {string} slug */
async function open(slug) {
  try {
    await post(eventPath(slug, "/state"), { state: "open" });
    show(find("#open-now"), false);
    setText(find("#made .lead"), "It is open for questions.");
    say("The event is open for questions.");
  } catch (error) {
    sayError(error);
  }
}

control(form, "title")?.addEventListener("input", () => {
  if (slugIsOurs) write(form, "slug", suggestSlug(valueOf(form, "title")));
});
control(form, "slug")?.addEventListener("input", () => {
  slugIsOurs = valueOf(form, "slug") === "";
});
find("#another-code").addEventListener("click", () => write(form, "join_code", suggestCode()));
find("#add-person").addEventListener("click", () => addPerson().focus());
people.addEventListener("click", (click) => {
  const remove = click.target instanceof Element && click.target.closest("[data-action=remove]");
  if (!remove) return;
  remove.closest("li")?.remove();
  find("#add-person").focus();
});
// A list of names pasted into one row becomes one row for each.
people.addEventListener("paste", (paste) => {
  const names = (paste.clipboardData?.getData("text") ?? "").split("\n").map((name) => name.trim());
  const [first, ...others] = names.filter((name) => name !== "");
  if (others.length === 0 || !(paste.target instanceof HTMLInputElement)) return;
  paste.preventDefault();
  paste.target.value = first ?? "";
  for (const name of others) addPerson(name);
});

enableCopying();
nameTimeZone(find("#time-zone"));
write(form, "join_code", suggestCode());
addPerson();
onSubmit(form, create);
find("#title").focus();
