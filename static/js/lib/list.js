// @ts-check
/**
 * A list that is kept in step with its items by key, and that never moves under a finger or the focus:
 * meanwhile, entries are updated where they are and the new order waits behind a chip ("12 updates").
 */

import { some } from "./numbers.js";
import { countMoves, stayers } from "./store.js";

const STILL_MS = 2500;
const MOVE_MS = 320;
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

/**
 * @template Item
 * @typedef {object} ListOptions
 * @property {HTMLElement} container its children are the entries, and nothing else
 * @property {(item: Item) => number} key
 * @property {(item: Item) => HTMLElement} create an entry, not yet filled
 * @property {(element: HTMLElement, item: Item) => void} update
 * @property {HTMLButtonElement} [chip] shown while an order waits; pressing it applies the order
 * @property {(count: number) => string} [chipWords] "12 updates" by default
 */

/** @template Item */
export class KeyedList {
  /** @type {ListOptions<Item>} */
  #options;
  /** @type {Map<number, HTMLElement>} */
  #elements = new Map();
  /** @type {readonly Item[] | null} an order that waits for the reader */
  #waiting = null;
  #fingers = 0;
  #touchedAt = -STILL_MS;
  #paused = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {ListOptions<Item>} options */
  constructor(options) {
    this.#options = options;
    this.#watch(options.container);
    options.chip?.addEventListener("click", () => this.release());
  }

  /** @param {boolean} paused true: every new order waits behind the chip */
  set paused(paused) {
    this.#paused = paused;
    if (!paused) this.#applyWhenStill();
  }

  /** @returns {boolean} */
  get paused() {
    return this.#paused;
  }

  /** @param {number} key @returns {HTMLElement | undefined} */
  element(key) {
    return this.#elements.get(key);
  }

  /**
   * Show these items in this order: at once, or as soon as nothing is touched.
   *
   * @param {readonly Item[]} items
   * @param {{now?: boolean}} [options] now: the reader asked for it (another tab, "show more")
   */
  render(items, { now = false } = {}) {
    const { key, container } = this.#options;
    for (const item of items) {
      const element = this.#elements.get(key(item));
      if (element) this.#options.update(element, item);
    }
    const [before, after] = [[...this.#elements.keys()], items.map(key)];
    if (!this.#waiting && before.length === after.length && before.every((n, place) => n === after[place])) return;
    const moves = countMoves(before, after);
    if (now || moves === 0 || container.childElementCount === 0 || !this.#isHeld()) {
      this.#apply(items, now);
      return;
    }
    this.#waiting = items;
    this.#showChip(moves);
    this.#applyWhenStill();
  }

  /** Apply the order that waits, because the reader said so. The focus goes to the list's top. */
  release() {
    if (!this.#waiting) return;
    const chipFocused = document.activeElement === this.#options.chip;
    this.#apply(this.#waiting, false);
    if (!chipFocused) return;
    const top = this.#options.container.parentElement;
    const target = top?.closest("[tabindex]") ?? this.#options.container.querySelector("button, a");
    if (target instanceof HTMLElement) target.focus({ preventScroll: true });
  }

  /** @param {HTMLElement} container */
  #watch(container) {
    const touch = () => {
      this.#touchedAt = performance.now();
    };
    container.addEventListener("pointerdown", () => {
      this.#fingers += 1;
      touch();
    });
    for (const type of ["pointerup", "pointercancel"]) {
      window.addEventListener(type, () => {
        if (this.#fingers) touch();
        this.#fingers = 0;
        this.#applyWhenStill();
      });
    }
    container.addEventListener("pointermove", touch, { passive: true });
    container.addEventListener("keydown", touch);
    container.addEventListener("focusout", () => this.#applyWhenStill());
  }

  /** @returns {boolean} whether moving entries now would pull something away from under the reader */
  #isHeld() {
    if (this.#paused || this.#fingers > 0) return true;
    const { container } = this.#options;
    const focused = document.activeElement;
    // A focus left behind by a tap holds the list only as long as the hand is near.
    if (focused && container.contains(focused) && focused.matches(":focus-visible")) return true;
    return performance.now() - this.#touchedAt < STILL_MS;
  }

  #applyWhenStill() {
    clearTimeout(this.#timer);
    if (!this.#waiting) return;
    this.#timer = setTimeout(() => {
      if (!this.#waiting) return;
      if (!this.#isHeld()) this.#apply(this.#waiting, false);
      else if (!this.#paused) this.#applyWhenStill();
    }, STILL_MS);
  }

  /** @param {number} count */
  #showChip(count) {
    const { chip, chipWords } = this.#options;
    if (!chip) return;
    const words = chipWords?.(count) ?? some(count, "update");
    const place = chip.querySelector("[data-field=count]") ?? chip;
    place.textContent = words;
    chip.hidden = false;
  }

  /** @param {readonly Item[]} items @param {boolean} atOnce without movement */
  #apply(items, atOnce) {
    this.#waiting = null;
    if (this.#options.chip) this.#options.chip.hidden = true;
    const before = atOnce || calm.matches ? new Map() : this.#visiblePlaces();
    const wasEmpty = this.#elements.size === 0;
    this.#reconcile(items);
    if (!atOnce && !wasEmpty && !calm.matches) this.#animate(before);
  }

  /** @returns {Map<Element, number>} tops of the entries on the screen */
  #visiblePlaces() {
    const places = new Map();
    for (const element of this.#options.container.children) {
      const { top, bottom } = element.getBoundingClientRect();
      if (top >= window.innerHeight) break; // entries stand below one another
      if (bottom > 0) places.set(element, top);
    }
    return places;
  }

  /** @param {readonly Item[]} items */
  #reconcile(items) {
    const { key, create, update, container } = this.#options;
    const wanted = new Map(items.map((item, place) => [key(item), place]));
    for (const [n, element] of this.#elements) if (!wanted.has(n)) element.remove();
    const kept = [...this.#elements.keys()].filter((n) => wanted.has(n));
    const staying = stayers(kept.map((n) => wanted.get(n) ?? 0));
    const focused = document.activeElement;
    const elements = new Map();
    /** @type {Element | null} */
    let following = null;
    for (let place = items.length - 1; place >= 0; place -= 1) {
      const item = /** @type {Item} */ (items[place]);
      const old = this.#elements.get(key(item));
      const element = old ?? create(item);
      if (!old) update(element, item);
      if (!old || !staying.has(place)) container.insertBefore(element, following);
      following = element;
      elements.set(key(item), element);
    }
    this.#elements = new Map([...elements].reverse());
    // Moving an element drops its focus: the reader stays on the same question.
    if (focused instanceof HTMLElement && focused !== document.activeElement && focused.isConnected) {
      focused.focus({ preventScroll: true });
    }
  }

  /** @param {Map<Element, number>} before */
  #animate(before) {
    for (const element of this.#options.container.children) {
      const { top, bottom } = element.getBoundingClientRect();
      if (top > window.innerHeight) break;
      if (bottom < 0) continue;
      const from = before.get(element);
      const timing = { duration: MOVE_MS, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" };
      if (from === undefined) element.animate({ opacity: [0, 1] }, timing);
      else if (from !== top) element.animate({ translate: [`0 ${from - top}px`, "0 0"] }, timing);
    }
  }
}
