// @ts-check
/**
 * The page's only policy of Trusted Types, so its only doors for markup and for code; the CSP allows no
 * other. See `setAnswer` for the markup. The only code that is started by its address is the worker.
 */

const WORKER = new URL("../verify/worker.js", import.meta.url).href;

/**
 * @typedef {object} Rules
 * @property {(html: string) => string} createHTML
 * @property {(url: string) => string} createScriptURL
 */

/** @type {Rules} */
const rules = {
  createHTML: (html) => html,
  createScriptURL: (url) => {
    if (url !== WORKER) throw new TypeError(`${url} is not a script of this page.`);
    return url;
  },
};
const factory = /** @type {{trustedTypes?: {createPolicy(name: string, rules: Rules): Rules}}} */ (
  /** @type {unknown} */ (globalThis)
).trustedTypes;

export const trusted = factory ? factory.createPolicy("fair-hearing", rules) : rules;

/** @returns {Worker} the one that checks the record */
export function startWorker() {
  return new Worker(trusted.createScriptURL(WORKER), { type: "module", name: "record" });
}
