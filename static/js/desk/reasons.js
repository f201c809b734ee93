// @ts-check
/** One key for each reason code: its first letter that is still free, so that it can be remembered. */

/**
 * @typedef {object} Reason a reason code of the policy in force
 * @property {string} code
 * @property {string} label
 * @property {string} meaning
 * @property {string} template
 * @property {number} min_explanation
 *
 * @typedef {Reason & {key: string}} KeyedReason
 */

const SPARE_KEYS = "abcdefghijklmnopqrstuvwxyz1234567890";

/** @param {readonly Reason[]} reasons @returns {KeyedReason[]} key "" when there are more than 36 */
export function assignKeys(reasons) {
  const taken = new Set();
  // First letters of whole codes come first, so that "harassment" gets H before "hate" needs another.
  const first = new Map();
  for (const { code } of reasons) {
    const letter = code.charAt(0).toLowerCase();
    if (!SPARE_KEYS.includes(letter) || taken.has(letter)) continue;
    taken.add(letter);
    first.set(code, letter);
  }
  return reasons.map((reason) => {
    const candidates = reason.code.toLowerCase() + SPARE_KEYS;
    const key =
      first.get(reason.code) ??
      [...candidates].find((letter) => SPARE_KEYS.includes(letter) && !taken.has(letter)) ??
      "";
    taken.add(key);
    return { ...reason, key };
  });
}
