// @ts-check
/** JSON over HTTP: one place for the CSRF token, errors and the server's clock. */

const PATIENCE_MS = 15_000;
let clockOffsetMs = 0;
/** @type {string | null} */
let csrfToken = null;

/** A refusal by the server, or a failure to reach it (code "offline"). Its message is for people. */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status, 0 when there was no answer
   * @param {{code: string, message: string, field?: string, [detail: string]: unknown}} error
   */
  constructor(status, error) {
    super(error.message);
    this.name = "ApiError";
    this.status = status;
    this.code = error.code;
    /** @type {string | null} */
    this.field = error.field ?? null;
    /** @type {Record<string, unknown>} such as `current` or `retry_after_s` */
    this.details = error;
  }
}

/** @returns {number} the server's time in milliseconds, good to about a second */
export function serverNow() {
  return Date.now() + clockOffsetMs;
}

/** @param {string} slug @param {string} [rest] @returns {string} the API's path for an event */
export function eventPath(slug, rest = "") {
  return `/api/events/${encodeURIComponent(slug)}${rest}`;
}

/** @param {string} path @returns {Promise<any>} */
export function get(path) {
  return request("GET", path);
}

/** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export function post(path, body = {}) {
  return request("POST", path, JSON.stringify(body));
}

/** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export function put(path, body = {}) {
  return request("PUT", path, JSON.stringify(body));
}

/** @param {string} path @param {unknown} [body] @returns {Promise<any>} */
export function patch(path, body = {}) {
  return request("PATCH", path, JSON.stringify(body));
}

/** @param {string} path @returns {Promise<any>} */
export function del(path) {
  return request("DELETE", path);
}

/**
 * Send something that is not JSON, such as a CSV file.
 *
 * @param {string} path @param {string | Blob} body @param {string} type media type
 * @returns {Promise<any>}
 */
export function postAs(path, body, type) {
  return request("POST", path, body, type);
}

/** @returns {string} the token that unsafe methods must carry */
function csrf() {
  if (csrfToken === null) {
    csrfToken = document.querySelector("meta[name=csrf-token]")?.getAttribute("content") ?? "";
  }
  return csrfToken;
}

/** @param {string} token a newer token, as `GET …/me` returns it */
export function setCsrf(token) {
  if (token) csrfToken = token;
}

/**
 * @param {string} method @param {string} path
 * @param {string | Blob} [body] @param {string} [type] @param {boolean} [again]
 * @returns {Promise<any>}
 */
async function request(method, path, body, type = "application/json", again = true) {
  /** @type {Record<string, string>} */
  const headers = { Accept: "application/json" };
  if (method !== "GET") headers["X-CSRF-Token"] = csrf();
  if (body !== undefined) headers["Content-Type"] = type;
  const response = await reach(path, { method, headers, body, credentials: "same-origin" });
  learnClock(response);
  const answer = await bodyOf(response);
  if (response.ok) return answer;
  const error = new ApiError(response.status, answer?.error ?? unreadable(response.status));
  // A page that was open for hours may hold an old token: fetch a fresh one and try once more.
  if (error.code === "cross_site" && again && method !== "GET") {
    setCsrf((await get("/api/me")).csrf);
    return request(method, path, body, type, false);
  }
  throw error;
}

/** @param {string} path @param {RequestInit} options @returns {Promise<Response>} */
async function reach(path, options) {
  try {
    return await fetch(path, { ...options, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new ApiError(0, {
      code: "offline",
      message: "The server cannot be reached. Check the connection and try again.",
    });
  }
}

/** @param {Response} response @returns {Promise<any>} */
async function bodyOf(response) {
  if (response.status === 204) return {};
  try {
    return await response.json();
  } catch {
    return null;
  }
}

/** @param {number} status */
function unreadable(status) {
  return { code: "unreadable", message: `The server gave an answer that makes no sense (${status}).` };
}

/** @param {Response} response */
function learnClock(response) {
  const date = Date.parse(response.headers.get("Date") ?? "");
  if (Number.isNaN(date)) return;
  const offset = date + 500 - Date.now();
  clockOffsetMs = Math.abs(offset) > 1500 ? offset : 0;
}
