// @ts-check
/** Where words are, and what an erasure does there: the answer of a dry run, as lists. */

import { create, find } from "./dom.js";

/** @param {ParentNode} root @param {{outcome: string, sentence: string}[]} places of a dry run */
export function showPlaces(root, places) {
  for (const outcome of ["erased", "stays", "out_of_reach"]) {
    const sentences = places.filter((place) => place.outcome === outcome).map(({ sentence }) => create("li", {}, sentence));
    find(`[data-part=${outcome}]`, root).replaceChildren(...sentences);
  }
}
