/** Questions and events as the API answers with them. */

export const MINUTE_MS = 60_000;
export const NOW = 1_700_000_000_000;

export function question(n, changes = {}) {
  return {
    n,
    status: "published",
    text: `Question ${n}?`,
    text_version: 1,
    name: null,
    anonymous: true,
    language: null,
    submitted_at: NOW - 10 * MINUTE_MS,
    due_at: NOW + 5 * MINUTE_MS,
    overdue: false,
    undecided: false,
    votes: 0,
    flags: [],
    decision_count: 0,
    decision: null,
    live: false,
    live_at: null,
    next: false,
    next_at: null,
    answered_at: null,
    answer_html: null,
    answered_how: null,
    withdrawn_at: null,
    merged_into: null,
    merged: [],
    appeal: null,
    appealable: null,
    second_reviews: [],
    support: changes.votes ?? 0,
    hidden: [],
    leaf_index: n,
    ...changes,
  };
}

export function counts(changes = {}) {
  return {
    submitted: 0,
    pending: 0,
    published: 0,
    filtered: 0,
    merged: 0,
    withdrawn: 0,
    overdue: 0,
    answered: 0,
    undecided: 0,
    ...changes,
  };
}

export function board(since, revision, questions, tally = [], support = []) {
  return { since, revision, event: { slug: "q4", state: "live", counts: counts() }, questions, tally, support };
}

/** The part of localStorage that receipts use. */
export class Memory {
  #kept = new Map();

  getItem(key) {
    return this.#kept.get(key) ?? null;
  }

  setItem(key, value) {
    this.#kept.set(key, value);
  }

  keys() {
    return this.#kept.keys();
  }

  removeItem(key) {
    this.#kept.delete(key);
  }
}
