// @ts-check
/** What this browser keeps of a record from one visit to the next: the key, and the newest head it saw. */

/**
 * @typedef {import("./log.js").Memory} Memory
 * @typedef {import("../lib/receipts.js").Store} Store
 */

/** @param {string} slug */
const keyOf = (slug) => `fair-hearing/seen/${slug}`;

export class Remembered {
  #slug;
  #storage;
  /** @type {Memory | null} as good as it gets where the browser stores nothing */
  #kept = null;

  /** @param {string} slug @param {Store | null} storage */
  constructor(slug, storage) {
    this.#slug = slug;
    this.#storage = storage;
  }

  /** @returns {Memory | null} another tab may have seen more since */
  read() {
    try {
      const stored = JSON.parse(this.#storage?.getItem(keyOf(this.#slug)) ?? "null");
      return isMemory(stored) && stored.size >= (this.#kept?.size ?? 0) ? stored : this.#kept;
    } catch {
      return this.#kept; // written by something else, or storage is refused
    }
  }

  /** @param {Memory} memory kept unless another tab has seen a newer head */
  keep(memory) {
    const before = this.read();
    if (before && before.size > memory.size) return;
    this.#kept = memory;
    try {
      this.#storage?.setItem(keyOf(this.#slug), JSON.stringify(memory));
    } catch {
      // Full, or refused: it is kept as long as the page is open.
    }
  }

  forget() {
    this.#kept = null;
    try {
      this.#storage?.removeItem(keyOf(this.#slug));
    } catch {
      // Nothing was stored then.
    }
  }
}

/** @param {any} value @returns {value is Memory} */
function isMemory(value) {
  const strings = [value?.vkey, value?.note, value?.root];
  const numbers = [value?.first_seen_at, value?.size, value?.seen_at];
  return strings.every((part) => typeof part === "string") && numbers.every(Number.isSafeInteger);
}
