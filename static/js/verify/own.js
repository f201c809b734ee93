// @ts-check
/**
 * The reader's own receipts against the log. The proof of each is made here, from leaves that were read
 * for everybody: to ask the server for it would tell the server whose question it is.
 */

import { hex } from "../lib/sha256.js";
import { opens } from "./commitments.js";
import { Invalid, Malformed, Unverified } from "./errors.js";
import { decodeLeaf } from "./leaf.js";
import { leafHash } from "./merkle.js";
import { divide, openNote, parseVerifier } from "./note.js";
import { checkProof, parseProof, spellProof } from "./proof.js";
import { encodeBase64, sameBytes } from "./spelling.js";

/**
 * @typedef {object} OwnReceipt what the check needs of a receipt; never the author key
 * @property {number} n
 * @property {string} text
 * @property {boolean} anonymous
 * @property {string} leaf
 * @property {string} leaf_hash
 * @property {number} leaf_index
 * @property {string} promise
 * @property {string} salt
 * @property {number} kept_at
 * @property {string} [proof]
 *
 * @typedef {object} Head the log as far as it was read
 * @property {import("./merkle.js").Tree} tree
 * @property {readonly string[]} leaves
 * @property {string} note the signed checkpoint
 * @property {{note: string, size: number} | null} [cosigned] an earlier or the same one, with cosignatures
 *
 * @typedef {"absent" | "other_words" | "broken_promise" | "rollback" | "fork"} Fault
 *
 * @typedef {object} Outcome
 * @property {number} n
 * @property {number} leaf_index
 * @property {"proven" | "promised" | "wrong"} state
 * @property {string} [proof] of this leaf, made or checked
 * @property {Fault} [fault]
 * @property {string} [older] the checkpoint in the receipt's proof, when the log contradicts it
 */

/** A checkpoint covers a leaf at once; a promise that is not kept by then is broken. */
export const PATIENCE_MS = 10 * 60_000;
const encoder = new TextEncoder();

/**
 * 1. The leaf is the one that was promised, by the key that makes promises if it is known.
 * 2. The words that were asked open it.
 * 3. It stands in the log where the receipt says. The log may need a moment, no more.
 * 4. A proof that the receipt holds already leads to a head that this log has passed through.
 * 5. A proof is made if there is none, or if there is one now that witnesses stand for.
 *
 * @param {OwnReceipt} receipt @param {Head} head @param {import("./note.js").Verifier} verifier of the log
 * @param {{now: number, promiseKey?: string}} options @returns {Promise<Outcome>}
 */
export async function checkReceipt(receipt, head, verifier, { now, promiseKey }) {
  const { n, leaf_index, leaf, kept_at } = receipt;
  /** @param {Fault} fault @param {string} [older] @returns {Outcome} */
  const wrong = (fault, older) => ({ n, leaf_index, state: "wrong", fault, older });
  // 1. and 2.
  const fault = (await brokenPromise(receipt, verifier, promiseKey)) ?? otherWords(receipt);
  if (fault) return wrong(fault);
  // 3.
  if (leaf_index >= head.tree.size) {
    if (now - kept_at > PATIENCE_MS) return wrong("absent");
    return { n, leaf_index, state: "promised" };
  }
  if (head.leaves[leaf_index] !== leaf) return wrong("absent");
  // 4.
  if (receipt.proof) {
    const held = await checkHeldProof(receipt.proof, receipt, head, verifier);
    if (held === "kept" && (!covers(head.cosigned, leaf_index) || isCosigned(receipt.proof))) return { n, leaf_index, state: "proven", proof: receipt.proof };
    if (typeof held === "object") return wrong(held.fault, held.older);
  }
  // 5.
  const newest = { note: head.note, size: head.tree.size };
  const { note, size } = covers(head.cosigned, leaf_index) ? (head.cosigned ?? newest) : newest;
  const proof = spellProof({
    index: leaf_index,
    hashes: head.tree.inclusionProof(leaf_index, size),
    checkpoint: note,
  });
  await checkProof(proof, leaf, verifier);
  return { n, leaf_index, state: "proven", proof };
}

/** @param {Head["cosigned"]} cosigned @param {number} leaf @returns {boolean} */
function covers(cosigned, leaf) {
  return leaf < (cosigned?.size ?? 0);
}

/** @param {string} proof @returns {boolean} whether more than the log signed the checkpoint in it */
function isCosigned(proof) {
  return divide(parseProof(proof).checkpoint).signatures.length > 1;
}

/**
 * @param {string} text @param {OwnReceipt} receipt @param {Head} head @param {import("./note.js").Verifier} verifier
 * @returns {Promise<"kept" | "useless" | {fault: Fault, older: string}>} useless: damaged here, it proves nothing
 */
async function checkHeldProof(text, receipt, head, verifier) {
  let proven;
  try {
    proven = await checkProof(text, receipt.leaf, verifier);
  } catch (error) {
    if (error instanceof Malformed || error instanceof Invalid || error instanceof Unverified) return "useless";
    throw error;
  }
  if (proven.index !== receipt.leaf_index) return "useless";
  const older = proven.note;
  if (proven.size > head.tree.size) return { fault: "rollback", older };
  return sameBytes(head.tree.root(proven.size), proven.root) ? "kept" : { fault: "fork", older };
}

/**
 * @param {OwnReceipt} receipt @param {import("./note.js").Verifier} verifier @param {string} [promiseKey]
 * @returns {Promise<Fault | null>}
 */
async function brokenPromise({ n, leaf, leaf_hash, promise }, verifier, promiseKey) {
  const hash = leafHash(encoder.encode(leaf));
  const lines = promise.split("\n");
  const kept = hex(hash) === leaf_hash && lines[1] === encodeBase64(hash) && lines[2] === String(n);
  if (!kept || lines[0] !== `${verifier.name}/promise`) return "broken_promise";
  try {
    if (promiseKey) await openNote(promise, parseVerifier(promiseKey));
    return null;
  } catch {
    return "broken_promise";
  }
}

/** @param {OwnReceipt} receipt @returns {Fault | null} */
function otherWords({ n, leaf, salt, text, anonymous }) {
  try {
    const entry = decodeLeaf(leaf);
    const right = entry.n === n && (entry.anon ?? anonymous) === anonymous;
    const opened = [text, tidied(text)].some((words) => opens(entry.text, salt, "text", entry.ev, words));
    return right && opened ? null : "other_words";
  } catch {
    return "other_words";
  }
}

/** @param {string} text as typed @returns {string} as the server keeps it: one kind of line end, none at the ends */
function tidied(text) {
  return text.normalize("NFC").replace(/\r\n?/gu, "\n").trim();
}
