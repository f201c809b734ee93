// @ts-check
/** The ways in which what the server sent can be wrong; that nothing came is one of its own. */

class RecordError extends Error {
  /** @param {string} message */
  constructor(message) {
    super(message);
    this.name = new.target.name;
  }
}

/** The bytes are not of the format. */
export class Malformed extends RecordError {}

/** No key that is known signed it. */
export class Unverified extends RecordError {}

/** A signature or a proof is wrong. */
export class Invalid extends RecordError {}

/** Nothing came back, or not from the server itself. It says nothing about the record. */
export class Unreachable extends RecordError {}

/** The server answers that it does not have what its signed head says it has. */
export class Missing extends RecordError {}

/** The record holds what this page does not know how to check, such as a kind of leaf newer than it. */
export class Outdated extends RecordError {}

/** A leaf is well formed and does not fit the ones before it. */
export class Disorder extends RecordError {
  /** @param {string} message @param {Record<string, any>} [about] with the docket number n, if it is about one */
  constructor(message, about = {}) {
    super(message);
    /** @type {number | undefined} */
    this.n = about.n;
  }
}
