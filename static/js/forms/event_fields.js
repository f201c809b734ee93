// @ts-check
/** The fields that a new event and its settings share: address, schedule and who may ask. */

import { setText } from "../lib/dom.js";
import { control, valueOf } from "./form.js";

/** Without 0, 1, I, L and O, which are misread from a projector. */
const CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ";
const CODE_LENGTH = 6;
const SLUG_LENGTH = 60;

/** @param {string} title @returns {string} an address made of the title's letters and digits */
export function suggestSlug(title) {
  const plain = title.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const words = plain.match(/[a-z0-9]+/g) ?? [];
  return words.join("-").slice(0, SLUG_LENGTH).replace(/-+$/, "");
}

/** @returns {string} a join code that is easy to read and type */
export function suggestCode() {
  const numbers = crypto.getRandomValues(new Uint32Array(CODE_LENGTH));
  return [...numbers].map((number) => CODE_ALPHABET[number % CODE_ALPHABET.length]).join("");
}

/** @param {string} local the value of a datetime-local @returns {number | null} milliseconds */
export function toMilliseconds(local) {
  const ms = new Date(local).getTime();
  return local === "" || Number.isNaN(ms) ? null : ms;
}

/** @param {number | null} ms @returns {string} for a datetime-local, in the reader's time zone */
export function toLocal(ms) {
  if (ms === null) return "";
  const shifted = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

/** @param {HTMLFormElement} form @returns {{starts_at: number | null, ends_at: number | null}} */
export function readSchedule(form) {
  return {
    starts_at: toMilliseconds(valueOf(form, "starts_at")),
    ends_at: toMilliseconds(valueOf(form, "ends_at")),
  };
}

/** @param {HTMLFormElement} form @returns {{anonymous_allowed: boolean, named_allowed: boolean}} */
export function readAskers(form) {
  const askers = valueOf(form, "askers");
  return { anonymous_allowed: askers !== "named", named_allowed: askers !== "anonymous" };
}

/** @param {HTMLFormElement} form @param {import("../lib/types.js").EventView} event */
export function writeEvent(form, event) {
  write(form, "title", event.title);
  write(form, "starts_at", toLocal(event.starts_at));
  write(form, "ends_at", toLocal(event.ends_at));
  const askers = !event.named_allowed ? "anonymous" : event.anonymous_allowed ? "both" : "named";
  const choice = form.querySelector(`[name=askers][value=${askers}]`);
  if (choice instanceof HTMLInputElement) choice.checked = true;
}

/** @param {HTMLFormElement} form @param {string} name @param {string} value */
export function write(form, name, value) {
  const found = control(form, name);
  if (found) found.value = value;
}

/** Say in which time zone the schedule is, since the field itself does not. @param {Element} place */
export function nameTimeZone(place) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  setText(place, `Times are in your time zone, ${zone.replaceAll("_", " ")}.`);
}
