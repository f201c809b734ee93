// @ts-check
/**
 * What this browser keeps of the reader's own questions: the docket number, the author key that proves
 * who asked, and what the server promised. It is kept nowhere else.
 */

/**
 * @typedef {object} StoredReceipt
 * @property {number} n docket number
 * @property {string} author_key 32 random bytes in hexadecimal; whoever has it can act as the author
 * @property {string} text as sent, the latest version
 * @property {boolean} anonymous
 * @property {string} leaf as logged
 * @property {string} leaf_hash
 * @property {number} leaf_index
 * @property {string} promise signed note
 * @property {string} salt opens the leaf's commitment to the text
 * @property {string} [name_salt]
 * @property {number} due_at
 * @property {number} kept_at
 * @property {string} [proof] that the leaf is in the log (c2sp.org/tlog-proof); before, there is the promise
 *
 * @typedef {object} Draft
 * @property {string} text
 * @property {boolean} anonymous
 * @property {string} name
 * @property {string} [client_key] set when first sent, so that a retry is the same submission
 * @property {string} [author_key]
 */

/** The small part of Storage that is used, so that tests can pass a plain one. */
/** @typedef {Pick<Storage, "getItem" | "setItem" | "removeItem">} Store */

export class Receipts {
  #key;
  #draftKey;
  /** @type {Store | null} */
  #storage;
  /** @type {StoredReceipt[]} */
  #receipts;

  /** @param {string} slug @param {Store | null} [storage] null: kept only as long as the page is open */
  constructor(slug, storage = localStore()) {
    this.#key = `fair-hearing/receipts/${slug}`;
    this.#draftKey = `fair-hearing/draft/${slug}`;
    this.#storage = storage;
    this.#receipts = this.#read(this.#key) ?? [];
  }

  /** @returns {readonly StoredReceipt[]} newest first */
  list() {
    return [...this.#receipts].sort((a, b) => b.n - a.n);
  }

  /** @returns {Set<number>} */
  numbers() {
    return new Set(this.#receipts.map(({ n }) => n));
  }

  /** @param {number} n @returns {StoredReceipt | undefined} */
  find(n) {
    return this.#receipts.find((receipt) => receipt.n === n);
  }

  /**
   * Keep a receipt, replacing an older one of the same docket number.
   *
   * @param {StoredReceipt} receipt @returns {boolean} false when the browser refused to store it
   */
  keep(receipt) {
    const others = this.#reread().filter(({ n }) => n !== receipt.n);
    this.#receipts = [...others, receipt];
    return this.#write(this.#key, this.#receipts);
  }

  /**
   * Keep the proof of a receipt, once it was verified.
   *
   * @param {number} n @param {number} leafIndex @param {string} proof
   * @returns {boolean} whether it is news
   */
  prove(n, leafIndex, proof) {
    const receipt = this.#reread().find((kept) => kept.n === n);
    if (receipt?.leaf_index !== leafIndex || receipt.proof === proof) return false;
    this.keep({ ...receipt, proof });
    return true;
  }

  /** @param {number} n */
  forget(n) {
    this.#receipts = this.#reread().filter((receipt) => receipt.n !== n);
    this.#write(this.#key, this.#receipts);
  }

  /** Forget every receipt and the draft. Other tabs of this browser see that somebody left. */
  leave() {
    this.#receipts = [];
    this.#write(this.#key, []);
    this.#write(this.#key, null);
    this.#write(this.#draftKey, null);
  }

  /** @param {string | null} key of storage that another tab took away @returns {boolean} whether somebody left there */
  isLeft(key) {
    return key === this.#key && this.#read(this.#key) === null;
  }

  /** Take in what another tab of this browser has kept. */
  refresh() {
    this.#receipts = this.#reread();
  }

  /** @returns {Draft | null} */
  draft() {
    return this.#read(this.#draftKey);
  }

  /** @param {Draft | null} draft null: nothing is left to keep */
  keepDraft(draft) {
    this.#write(this.#draftKey, draft);
  }

  /** @returns {StoredReceipt[]} another tab may have written since */
  #reread() {
    return this.#storage ? (this.#read(this.#key) ?? this.#receipts) : this.#receipts;
  }

  /** @param {string} key @returns {any} */
  #read(key) {
    try {
      return JSON.parse(this.#storage?.getItem(key) ?? "null");
    } catch {
      return null; // written by something else, or storage is refused
    }
  }

  /** @param {string} key @param {unknown} value @returns {boolean} */
  #write(key, value) {
    try {
      if (value === null) this.#storage?.removeItem(key);
      else this.#storage?.setItem(key, JSON.stringify(value));
      return this.#storage !== null;
    } catch {
      return false; // full, or refused: the page still works until it is closed
    }
  }
}

/** @returns {Store | null} null where the browser refuses */
export function localStore() {
  try {
    return globalThis.localStorage ?? null;
  } catch {
    return null;
  }
}

/**
 * Offer a value as a file to keep.
 *
 * @param {string} name @param {object} value
 */
export function offerFile(name, value) {
  const file = new Blob([JSON.stringify(value, null, 2), "\n"], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/**
 * Offer a receipt as a file.
 *
 * @param {StoredReceipt} receipt @param {{slug: string, origin: string, vkey: string}} event
 */
export function downloadReceipt(receipt, { slug, origin, vkey }) {
  const { kept_at, ...kept } = receipt;
  const body = {
    format: "fair-hearing-receipt@v1",
    about: "Receipt of a question. Whoever holds author_key can act as its author: keep it to yourself.",
    event: slug,
    origin,
    vkey,
    ...kept,
    kept_at: new Date(kept_at).toISOString(),
  };
  offerFile(`receipt-${slug}-${receipt.n}.json`, body);
}
