// @ts-check
/**
 * What changed since a server-rendered page was made. The page stays as it was read, and says so: the
 * reader decides when to see the changes.
 */

import { io } from "../../vendor/socket.io/socket.io.esm.min.js";
import { eventPath, get } from "../lib/api.js";
import { find, setText, show } from "../lib/dom.js";

/** @typedef {import("../lib/types.js").Board} Board */

/** @param {import("../lib/types.js").Question} question @returns {boolean} whether the page shows more of it than it may now */
function isHiddenSince({ n, hidden }) {
  const row = document.querySelector(`article[data-n="${n}"]`);
  return row instanceof HTMLElement && Number(row.dataset.hidings) < hidden.length;
}

/**
 * Count changed questions and offer to load the page again.
 *
 * @param {object} options
 * @param {string} options.slug
 * @param {number} options.revision of the event, when the page was made
 * @param {(changed: ReadonlySet<number>) => string | null} options.words for the chip, null for none
 */
export function offerChanges({ slug, revision, words }) {
  /** @type {Set<number>} docket numbers */
  const changed = new Set();
  const offer = find("#changes");
  offer.querySelector("button")?.addEventListener("click", () => location.reload());

  /** @param {Board} board */
  const count = (board) => {
    for (const question of board.questions) changed.add(question.n);
    // Words that were hidden are not left on a page until its reader gets round to it.
    if (board.questions.some(isHiddenSince)) location.reload();
    const said = words(changed);
    show(offer, said !== null);
    if (said !== null) setText(offer.querySelector("[data-field=words]"), said);
  };
  // Asked from the page's own revision every time, the answer is complete whatever was missed.
  const ask = async () => {
    try {
      count(await get(eventPath(slug, `/board?since=${revision}`)));
    } catch {
      // The page is whole without it, and the next connection asks again.
    }
  };

  const socket = io({ path: "/socket.io", transports: ["websocket"], auth: { slug } });
  socket.on("connect", () => void ask());
  socket.on("refetch", () => void ask());
  socket.on("board", count);
}
