// @ts-check
/**
 * The forms that a field of a leaf can have (docs/log-format.md, section 2). Small values, so that no
 * free text and no name can be in a log.
 */

/** @typedef {(value: unknown) => boolean} Form */

/** @param {RegExp} pattern anchored at both ends @returns {Form} */
const word = (pattern) => (value) => typeof value === "string" && pattern.test(value);

/** @param {...string} values @returns {Form} */
export const choice = (...values) => (value) => typeof value === "string" && values.includes(value);

/** @param {number} lowest @returns {Form} a whole number below 2**53 */
export const whole = (lowest) => (value) => Number.isSafeInteger(value) && Number(value) >= lowest;

/**
 * @param {Form} form of each item @param {number} longest
 * @param {{sorted?: boolean, distinct?: boolean}} [options] @returns {Form}
 */
export function listOf(form, longest, { sorted = false, distinct = false } = {}) {
  return (value) => {
    if (!Array.isArray(value) || value.length > longest || !value.every(form)) return false;
    if (distinct && new Set(value).size !== value.length) return false;
    return !sorted || value.every((item, place) => place === 0 || value[place - 1] <= item);
  };
}

/** @param {Form} key @param {number} most @returns {Form} an object that counts something for each key */
export function countsBy(key, most) {
  return (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
    const entries = Object.entries(value);
    return entries.length >= 1 && entries.length <= most && entries.every(([name, count]) => key(name) && NUMBER(count));
  };
}

const MINUTE_SPELLING = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$/u;
const NO_YEAR = "0000";
/** Those that were right: thousands of leaves share a few minutes. @type {Set<unknown>} */
const minutes = new Set();
const MOST_MINUTES = 1000;

/** @type {Form} */
export function MINUTE(value) {
  if (minutes.has(value)) return true;
  if (!isMinute(value)) return false;
  if (minutes.size >= MOST_MINUTES) minutes.clear();
  minutes.add(value);
  return true;
}

/** @type {Form} */
function isMinute(value) {
  if (typeof value !== "string" || !MINUTE_SPELLING.test(value) || value.startsWith(NO_YEAR)) return false;
  const moment = new Date(value);
  // A 30 February would come out as a day in March.
  return !Number.isNaN(moment.getTime()) && `${moment.toISOString().slice(0, 16)}Z` === value;
}

/** @type {Form} */
export const YES_NO = (value) => typeof value === "boolean";
export const COUNT = whole(0);
export const NUMBER = whole(1);
export const HASH = word(/^[0-9a-f]{64}$/u);
export const SLUG = word(/^[a-z0-9][a-z0-9-]{0,59}$/u);
export const CODE = word(/^[a-z_]{1,40}$/u);
export const ORIGIN = word(
  /^(?=.{1,255}$)(?:[A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:\/[A-Za-z0-9._~-]+)*\/log\/[a-z0-9][a-z0-9-]{0,59}$/u,
);
export const ISSUER = word(/^https?:\/\/[A-Za-z0-9._~:/%@!$&'()*+,;=[\]-]{1,240}$/u);
export const LANGUAGE = word(
  /^[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|[0-9]{3}))?(?:-(?:[A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))?$/u,
);
export const STAFF = word(/^(?:Owner|Moderator|Presenter|Auditor)(?: [A-Z]{1,3})?$/u);
export const DECIDER = word(/^(?:Rule|(?:Owner|Moderator|Presenter|Auditor)(?: [A-Z]{1,3})?)$/u);
export const ERASER = word(/^(?:Author|(?:Owner|Moderator|Presenter|Auditor)(?: [A-Z]{1,3})?)$/u);
