// @ts-check
/**
 * An event's board, kept up to date: the socket's notices, a refetch after every gap or reconnect, and
 * slow polling where websockets are blocked. Pages see one state and no network.
 */

import { io } from "../../vendor/socket.io/socket.io.esm.min.js";
import { ApiError, eventPath, get } from "./api.js";
import { EMPTY, applyBoard, applyTally } from "./store.js";

const ACK_MS = 8000;
const POLL_MS = 5000;
const SOCKET_TRIES = 3;
const RETRY_SOCKET_MS = 2000;
const NOTICE_MS = 1200;
const SPREAD_MS = 1000;
const RETRY_MS = [500, 1000, 2000, 4000, 8000];

/**
 * @typedef {import("./store.js").State} State
 * @typedef {import("./types.js").Board} Board
 * @typedef {"connecting" | "live" | "polling" | "offline"} Connection
 *   polling: no socket, but answers to requests; offline: neither
 *
 * @typedef {object} LiveOptions
 * @property {string} slug
 * @property {"board" | "desk"} [view] "board" by default
 * @property {(state: State, changed: Set<number>) => void} onChange
 * @property {(connection: Connection) => void} [onConnection]
 * @property {(error: ApiError) => void} [onRefused] the view cannot be read: signed out, no right, unknown event
 * @property {() => void} [onRole] the reader's role changed: ask again who they are
 * @property {(notice: import("../desk/presence.js").Notice) => void} [onPresence] desk only: who looks at what
 * @property {(notice: {n: number, leaf_index: number, proof: string}) => void} [onProof] what was asked here is in the log
 */

export class Live {
  /** @type {LiveOptions} */
  #options;
  #socket;
  /** @type {State} */
  #state = EMPTY;
  /** @type {Connection} */
  #connection = "connecting";
  /** @type {Promise<void> | null} */
  #fetching = null;
  #again = false;
  /** @type {import("./store.js").Tally[]} counts that came while a board is being fetched */
  #meanwhile = [];
  #failures = 0;
  #refusedSockets = 0;
  #isChecking = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {LiveOptions} options */
  constructor(options) {
    this.#options = options;
    this.#socket = io({
      path: "/socket.io",
      transports: ["websocket"],
      auth: { slug: options.slug, view: options.view ?? "board" },
      autoConnect: false,
      timeout: 10_000,
      reconnectionDelay: 500,
      reconnectionDelayMax: 8000,
      randomizationFactor: 0.5,
    });
    this.#listen();
  }

  /** @returns {State} */
  get state() {
    return this.#state;
  }

  /** @returns {Connection} */
  get connection() {
    return this.#connection;
  }

  /** Fetch the board and follow it from then on. @returns {Promise<void>} */
  start() {
    this.#socket.connect();
    setInterval(() => {
      if (!this.#socket.connected && document.visibilityState === "visible") void this.refresh();
    }, POLL_MS);
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "visible") void this.refresh();
    });
    window.addEventListener("online", () => void this.refresh());
    return this.refresh();
  }

  /** Connect again, so that the server sees a new cookie: after joining or signing in. */
  reconnect() {
    this.#socket.disconnect().connect();
  }

  /**
   * Send a message and wait for its acknowledgement.
   *
   * @param {"ask" | "vote" | "unvote" | "look" | "claim"} verb @param {object} body
   * @returns {Promise<any>} the same answer as over HTTP
   * @throws {ApiError} with code "offline" when nothing came back: the act may have been done or not
   */
  async send(verb, body) {
    const offline = { code: "offline", message: "No answer from the server. Please try again." };
    if (!this.#socket.connected) throw new ApiError(0, offline);
    let answer;
    try {
      answer = await this.#socket.timeout(ACK_MS).emitWithAck(verb, body);
    } catch {
      throw new ApiError(0, offline);
    }
    if (answer?.error) throw new ApiError(400, answer.error);
    return answer;
  }

  /** Fetch what changed since the revision held. Calls made meanwhile lead to one more fetch. */
  async refresh() {
    if (this.#fetching) {
      this.#again = true;
      return this.#fetching;
    }
    this.#fetching = this.#fetch();
    await this.#fetching;
    this.#fetching = null;
    if (this.#again) {
      this.#again = false;
      await this.refresh();
    }
  }

  /** Take in a question that an act of this page brought back, ahead of the notice. @param {import("./types.js").Question} question */
  accept(question) {
    const questions = new Map(this.#state.questions).set(question.n, question);
    this.#publish({ ...this.#state, questions }, new Set([question.n]));
  }

  /**
   * @param {[number, number][]} tally absolute counts, as an act of this page learned them
   * @param {[number, number][]} [support] people behind groups of merged questions
   * @param {import("./types.js").EventView["admission"]} [admission] how many people came in, if that is told
   */
  acceptTally(tally, support = [], admission = undefined) {
    if (this.#fetching) this.#meanwhile.push({ tally, support, admission });
    const { state, changed } = applyTally(this.#state, { tally, support, admission });
    if (state !== this.#state) this.#publish(state, changed);
  }

  #listen() {
    const socket = this.#socket;
    socket.on("connect", () => {
      this.#refusedSockets = 0;
      this.#setConnection("live");
      void this.refresh();
    });
    socket.on("disconnect", (reason) => {
      this.#setConnection("connecting");
      if (reason === "io server disconnect") this.#connectLater();
    });
    socket.on("connect_error", () => {
      if (!socket.active) this.#connectLater();
    });
    socket.io.on("reconnect_attempt", (attempt) => {
      this.#refusedSockets = attempt;
    });
    socket.on("board", (/** @type {Board} */ board) => this.#applyBoard(board));
    // Everybody is told at the same moment: spread what they ask for.
    socket.on("refetch", () => setTimeout(() => void this.refresh(), SPREAD_MS * Math.random()));
    socket.on("proof", (notice) => this.#options.onProof?.(notice));
    socket.on("presence", (notice) => this.#options.onPresence?.(notice));
    socket.on("role", () => {
      this.#options.onRole?.();
      this.reconnect();
    });
    socket.on("tally", (/** @type {import("./store.js").Tally & {revision: number}} */ notice) => {
      this.acceptTally(notice.tally, notice.support, notice.admission);
      if (notice.revision > this.#state.revision) this.#checkSoon();
    });
  }

  /** The client library does not come back by itself when it was the server that hung up. */
  #connectLater() {
    setTimeout(() => this.#socket.connect(), RETRY_SOCKET_MS * (0.5 + Math.random()));
  }

  /**
   * A notice names a revision not seen yet: its board may be on the way; if not, fetch it. More notices put that
   * off no further, since votes may go on for as long as the meeting.
   */
  #checkSoon() {
    if (this.#isChecking) return;
    this.#isChecking = true;
    const { revision } = this.#state;
    setTimeout(() => {
      this.#isChecking = false;
      if (this.#state.revision === revision) void this.refresh();
    }, NOTICE_MS);
  }

  async #fetch() {
    const { slug, view = "board" } = this.#options;
    const since = this.#state.revision;
    this.#meanwhile = [];
    try {
      const board = await get(eventPath(slug, `/${view}?since=${since}`));
      this.#failures = 0;
      this.#applyBoard(board, this.#meanwhile);
      if (!this.#socket.connected && this.#refusedSockets >= SOCKET_TRIES) this.#setConnection("polling");
    } catch (error) {
      this.#failed(/** @type {ApiError} */ (error));
    }
  }

  /** @param {ApiError} error */
  #failed(error) {
    if ([401, 403, 404].includes(error.status)) {
      this.#options.onRefused?.(error);
      return;
    }
    if (!this.#socket.connected) this.#setConnection("offline");
    const wait = RETRY_MS[Math.min(this.#failures, RETRY_MS.length - 1)] ?? POLL_MS;
    this.#failures += 1;
    // Everyone loses a restarting server at the same moment: spread their return.
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.refresh(), wait * (0.5 + Math.random()));
  }

  /** @param {Board} board @param {readonly import("./store.js").Tally[]} [meanwhile] */
  #applyBoard(board, meanwhile) {
    const { state, changed, gap } = applyBoard(this.#state, board, meanwhile);
    if (gap) void this.refresh();
    else if (state !== this.#state) this.#publish(state, changed);
  }

  /** @param {State} state @param {Set<number>} changed */
  #publish(state, changed) {
    this.#state = state;
    this.#options.onChange(state, changed);
  }

  /** @param {Connection} connection */
  #setConnection(connection) {
    if (connection === this.#connection) return;
    this.#connection = connection;
    this.#options.onConnection?.(connection);
  }
}
