// @ts-check
/** Reading the record over HTTP. Whatever is not an answer of the server itself is "unreachable". */

import { Missing, Unreachable } from "./errors.js";
import { bundlePath } from "./entries.js";

/**
 * @typedef {import("./openings.js").Opening} Opening
 *
 * @typedef {object} Reader
 * @property {() => Promise<string>} checkpoint the newest of all
 * @property {() => Promise<string>} witnessed the newest that a quorum of witnesses cosigned
 * @property {(index: number, width: number) => Promise<Uint8Array<ArrayBuffer>>} bundle
 * @property {(since: number) => Promise<Opening[]>} openings
 * @property {() => Promise<{version: number, document: any}>} policy
 */

const PATIENCE_MS = 30_000;
const NONE = new Set([404, 410]);

/**
 * @param {string} slug
 * @param {{fetch?: (path: string, options: RequestInit) => Promise<Response>, fresh?: boolean}} [options]
 *   fresh: nothing is taken from what the browser kept
 * @returns {Reader}
 */
export function httpReader(slug, { fetch: ask = fetch.bind(globalThis), fresh = false } = {}) {
  const log = `/log/${encodeURIComponent(slug)}`;
  const api = `/api/events/${encodeURIComponent(slug)}`;

  /** @param {string} path @param {string} type @param {RequestCache} [cache] @returns {Promise<Response>} */
  const get = async (path, type, cache = fresh ? "reload" : "default") => {
    let response;
    try {
      response = await ask(path, { cache, credentials: "same-origin", signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch {
      throw new Unreachable("The server cannot be reached.");
    }
    if (NONE.has(response.status)) throw new Missing(path);
    // A sign-in page of a hotel answers anything, kindly, with HTML.
    const ours = response.ok && !response.redirected && response.headers.get("Content-Type")?.startsWith(type);
    if (!ours) throw new Unreachable(`${path} cannot be read just now.`);
    return response;
  };
  /** @template T @param {Promise<T>} body @returns {Promise<T>} */
  const read = async (body) => {
    try {
      return await body;
    } catch {
      throw new Unreachable("The answer was cut short.");
    }
  };
  return {
    checkpoint: async () => read((await get(`${log}/head`, "text/plain", "no-store")).text()),
    witnessed: async () => read((await get(`${log}/checkpoint`, "text/plain", "no-store")).text()),
    bundle: async (index, width) => {
      const response = await get(`${log}/${bundlePath(index, width)}`, "application/octet-stream");
      return new Uint8Array(await read(response.arrayBuffer()));
    },
    openings: async (since) => {
      const response = await get(`${api}/openings?since=${since}`, "application/json", "no-cache");
      const { openings } = await read(response.json());
      if (!Array.isArray(openings)) throw new Unreachable("The openings are not a list.");
      return openings;
    },
    policy: async () => read((await get(`${api}/policy`, "application/json", "no-cache")).json()),
  };
}
