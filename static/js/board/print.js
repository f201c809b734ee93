// @ts-check
/**
 * A receipt on one page of paper. Whoever scans its QR code has the entry on it checked against the
 * record, by a browser that knows nothing else of the receipt. It is drawn here: asking the server for it would tell the
 * server whose question it is.
 */

import { field, fill, find, part } from "../lib/dom.js";
import { hex } from "../lib/sha256.js";
import { fullMoment } from "../lib/time.js";
import { spellPaper } from "../record/paper.js";
import { parseCheckpoint } from "../verify/checkpoint.js";
import { parseProof } from "../verify/proof.js";

/** @typedef {import("../lib/receipts.js").StoredReceipt} StoredReceipt */

const QUIET = 4;

/**
 * @param {StoredReceipt} receipt @param {{slug: string, title: string, origin: string, vkey: string}} event
 */
export async function printReceipt(receipt, { slug, title, origin, vkey }) {
  const place = new URL(`/e/${encodeURIComponent(slug)}/record/${receipt.n}`, location.href).href;
  const page = find("#receipt");
  fill(page, {
    number: `#${receipt.n}`,
    title,
    address: place,
    words: receipt.text,
    state: receipt.proof
      ? `Proven: the browser that printed this has verified that the question is entry ${receipt.leaf_index} of the log.`
      : "Promised: the server has signed that the question is in the log. That was not verified yet.",
    asked: fullMoment(receipt.kept_at),
    due: fullMoment(receipt.due_at),
    entry: receipt.leaf_index,
    leaf_hash: receipt.leaf_hash,
    salt: receipt.salt,
    origin,
    vkey,
  });
  const proof = field(page, "proof");
  if (proof) proof.textContent = receipt.proof ?? receipt.promise;
  await drawCode(`${place}#${spellPaper(paperOf(receipt))}`);
  document.body.dataset.printing = "receipt";
  window.addEventListener("afterprint", () => delete document.body.dataset.printing, { once: true });
  window.print();
}

/** @param {StoredReceipt} receipt @returns {import("../record/paper.js").Paper} */
function paperOf({ leaf_index, leaf_hash, proof }) {
  const paper = { entry: leaf_index, leaf: leaf_hash };
  if (!proof) return paper;
  const { size, root } = parseCheckpoint(`${parseProof(proof).checkpoint.split("\n\n")[0]}\n`);
  return { ...paper, size, root: hex(root) };
}

/** @param {string} words */
async function drawCode(words) {
  const { encode } = await import("../../vendor/uqr/uqr.js");
  const { size, data } = encode(words, { ecc: "M", border: QUIET });
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", data.flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : ""))).join(""));
  const code = part(find("#receipt"), "code");
  code?.setAttribute("viewBox", `0 0 ${size} ${size}`);
  code?.replaceChildren(path);
}
