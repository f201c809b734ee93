// @ts-check
/** The check of the record, put into a page: worker, memory and panel together. */

import { Checker } from "./checker.js";
import { Panel } from "./panel.js";

/**
 * @param {Omit<import("./checker.js").CheckerOptions, "onReport">} options
 * @returns {Checker}
 */
export function watchRecord(options) {
  const panel = new Panel({
    slug: options.slug,
    vkey: options.vkey,
    onCheck: () => checker.now(),
    onBegin: () => checker.beginAgain(),
  });
  const checker = new Checker({ ...options, onReport: (report) => panel.show(report) });
  return checker;
}
