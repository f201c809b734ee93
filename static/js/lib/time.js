// @ts-check
/** Times in words. All of them take milliseconds since the epoch. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export const clock = new Intl.DateTimeFormat(undefined, { hour: "numeric", minute: "2-digit" });
export const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "long", timeStyle: "short" });

/**
 * How long something has lasted: "under a minute", "12 min", "3 h 20 min", "4 days".
 *
 * @param {number} fromMs @param {number} nowMs @returns {string}
 */
export function age(fromMs, nowMs) {
  const ms = Math.max(0, nowMs - fromMs);
  if (ms < MINUTE_MS) return "under a minute";
  if (ms < HOUR_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < DAY_MS) {
    const minutes = Math.floor((ms % HOUR_MS) / MINUTE_MS);
    return `${Math.floor(ms / HOUR_MS)} h${minutes ? ` ${minutes} min` : ""}`;
  }
  const days = Math.floor(ms / DAY_MS);
  return days === 1 ? "1 day" : `${days} days`;
}

/**
 * When something happened, as short as it can be: "14:05" today, "3 Nov, 14:05" otherwise.
 *
 * @param {number} ms @param {number} nowMs @returns {string}
 */
export function moment(ms, nowMs) {
  const then = new Date(ms);
  const sameDay = then.toDateString() === new Date(nowMs).toDateString();
  return sameDay ? clock.format(then) : `${day.format(then)}, ${clock.format(then)}`;
}

/** @param {number} ms @returns {string} "3 November 2026 at 14:05", in the reader's time zone */
export function fullMoment(ms) {
  return full.format(new Date(ms));
}

/** @param {number} ms @returns {string} for the datetime attribute */
export function iso(ms) {
  return new Date(ms).toISOString();
}

/**
 * Set a <time> element: words, the datetime attribute and the full moment as its title.
 *
 * @param {HTMLElement} element @param {number} ms @param {string} words
 */
export function setTime(element, ms, words) {
  const machine = iso(ms);
  if (element.getAttribute("datetime") !== machine) {
    element.setAttribute("datetime", machine);
    element.title = fullMoment(ms);
  }
  if (element.textContent !== words) element.textContent = words;
}
