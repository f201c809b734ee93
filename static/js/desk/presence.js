// @ts-check
/** Who else looks at which question, and who has claimed one: it keeps moderators out of each other's way. */

import { ApiError, serverNow } from "../lib/api.js";
import { find, part, setText, show } from "../lib/dom.js";
import { clock } from "../lib/time.js";

/**
 * @typedef {{by: string, n: number}} Look
 * @typedef {Look & {until: number}} Claim
 * @typedef {{looking: Look[], claims: Claim[]}} Notice
 */

const REST_MS = 250;
const AGAIN_MS = 20_000;
/** For so long a second press means it: a claim never keeps anybody from deciding. */
const INSIST_MS = 6_000;

export class Presence {
  /** @type {Notice} */
  #notice = { looking: [], claims: [] };
  /** @type {number | null} */
  #wanted = null;
  #saidAt = -AGAIN_MS;
  /** @type {number | null} */
  #claimed = null;
  /** The last claim or release that nobody acknowledged. @type {{n: number, on: boolean} | null} */
  #unsaid = null;
  /** @type {{n: number, at: number}} */
  #warned = { n: 0, at: -INSIST_MS };
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #send;

  /** @param {(verb: "look" | "claim", body: object) => Promise<any>} send */
  constructor(send) {
    this.#send = send;
  }

  /** @param {Notice} notice as of now */
  take(notice) {
    this.#notice = notice;
  }

  /** The connection is new: the server knows nothing of this page, and nothing that was said without one. */
  forget() {
    this.#saidAt = -AGAIN_MS;
    if (this.#unsaid) void this.#say(this.#unsaid);
  }

  /** Say what this page shows; going through the queue with a key held down says nothing. @param {number | null} n */
  look(n) {
    const isOld = performance.now() - this.#saidAt >= AGAIN_MS;
    if (n === this.#wanted && !isOld) return;
    this.#wanted = n;
    this.#saidAt = performance.now();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell("look", { n }), REST_MS);
  }

  /** Others are told that this one is being decided on. @param {number} n */
  claim(n) {
    this.#claimed = n;
    void this.#say({ n, on: true });
  }

  /** @param {number | null} [n] what this page claimed last, if not given */
  release(n = this.#claimed) {
    if (n === null) return;
    this.#claimed = null;
    void this.#say({ n, on: false });
  }

  /** @param {number} n @param {string | null} me @returns {Claim | null} somebody else's that still holds */
  claimOf(n, me) {
    return this.#notice.claims.find((claim) => claim.n === n && claim.by !== me && claim.until > serverNow()) ?? null;
  }

  /**
   * @param {number} n @param {string | null} me
   * @returns {string | null} what to say first, when somebody else has claimed it and this is the first press
   */
  warning(n, me) {
    const claim = this.claimOf(n, me);
    const now = performance.now();
    if (!claim || (this.#warned.n === n && now - this.#warned.at < INSIST_MS)) return null;
    this.#warned = { n, at: now };
    return `${claim.by} has claimed #${n} until ${clock.format(claim.until)}. Press again to act anyway.`;
  }

  /** @param {number} n @param {string | null} me @returns {string[]} who else looks at it */
  #others(n, me) {
    return this.#notice.looking.filter((look) => look.n === n && look.by !== me).map(({ by }) => by);
  }

  /** @param {number} n @param {string | null} me @returns {string} who else is at it, "" for nobody */
  words(n, me) {
    const claim = this.claimOf(n, me);
    if (claim) return `${claim.by} has claimed #${n} until ${clock.format(claim.until)}`;
    const others = this.#others(n, me);
    if (!others.length) return "";
    return `${others.join(", ")} ${others.length === 1 ? "is" : "are"} looking at #${n}`;
  }

  /** @param {number} n @param {string | null} me @returns {string} the same, short */
  short(n, me) {
    const claim = this.claimOf(n, me);
    return claim ? `${claim.by}, claimed` : this.#others(n, me).join(", ");
  }

  /** @param {number | null} n in hand @param {string | null} me */
  render(n, me) {
    const words = n === null ? "" : this.words(n, me);
    show(find("#hand-presence"), words !== "");
    setText(part(find("#hand-presence"), "words"), words);
    const button = document.querySelector("#acts [data-act=claim]");
    const own = this.#ownClaim(n, me);
    button?.setAttribute("aria-pressed", String(own !== undefined));
    setText(part(find("#acts"), "claim"), own ? `Claimed until ${clock.format(own.until)}` : "Claim it");
  }

  /** @param {number} n @param {string | null} me @returns {boolean} whether this reader has claimed it */
  isOwn(n, me) {
    return this.#ownClaim(n, me) !== undefined;
  }

  /** @param {number | null} n @param {string | null} me @returns {Claim | undefined} this reader's that still holds */
  #ownClaim(n, me) {
    return this.#notice.claims.find((claim) => claim.n === n && claim.by === me && claim.until > serverNow());
  }

  /** @param {{n: number, on: boolean}} claim */
  async #say(claim) {
    this.#unsaid = claim;
    if ((await this.#tell("claim", claim)) && this.#unsaid === claim) this.#unsaid = null;
  }

  /** @param {"look" | "claim"} verb @param {object} body @returns {Promise<boolean>} whether the server has heard it */
  async #tell(verb, body) {
    try {
      await this.#send(verb, body);
      return true;
    } catch (error) {
      // Without a connection the desk works; others are told when there is one.
      return !(error instanceof ApiError && error.code === "offline");
    }
  }
}
