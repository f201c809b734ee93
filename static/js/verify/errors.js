// @ts-check
/** Three ways in which what the server sent can be wrong; a failure to reach it is a fourth thing. */

/** The bytes are not of the format. */
export class Malformed extends Error {
  name = "Malformed";
}

/** No key that is known signed it. */
export class Unverified extends Error {
  name = "Unverified";
}

/** A signature or a proof is wrong. */
export class Invalid extends Error {
  name = "Invalid";
}

/** Nothing came back, or not from the server itself. It says nothing about the record. */
export class Unreachable extends Error {
  name = "Unreachable";
}

/** The server answered that it does not have what its signed head says it has. */
export class Missing extends Error {
  name = "Missing";
}

/** A leaf is of a kind that this page does not know: the page is older than the record. */
export class Outdated extends Error {
  name = "Outdated";
}
