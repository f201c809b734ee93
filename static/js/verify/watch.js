// @ts-check
/** The check of the record, put into a page: worker, memory and panel together. */

import { find } from "../lib/dom.js";
import { Checker } from "./checker.js";
import { Panel } from "./panel.js";

/**
 * @param {Omit<import("./checker.js").CheckerOptions, "onReport">} options
 * @param {(report: import("./session.js").Report) => void} [onChecked] all was well
 * @returns {Checker}
 */
export function watchRecord(options, onChecked) {
  const panel = new Panel({
    slug: options.slug,
    vkey: options.vkey,
    onCheck: () => checker.now(),
    onBegin: () => checker.beginAgain(),
    wordsAt: (size) => checker.wordsAt(size),
  });
  const checker = new Checker({ witnesses: shownWitnesses, ...options, onReport });

  /** @param {import("./session.js").Report | null} report */
  function onReport(report) {
    panel.show(report);
    if (report?.state === "checked") onChecked?.(report);
  }
  return checker;
}

/** @returns {string[]} the keys of the witnesses that the page names */
function shownWitnesses() {
  return (find("#verify").dataset.witnesses ?? "").split(" ").filter(Boolean);
}
