// @ts-check
/** The keyboard and ARIA of a tab list: one tab stop, arrow keys, Home and End. */

import { findAll } from "./dom.js";

/**
 * @param {HTMLElement} tablist role=tablist; its [role=tab]s carry data-tab and aria-controls
 * @param {(name: string) => void} onChoose called for every choice of the reader
 * @returns {(name: string) => void} select a tab without calling onChoose
 */
export function tabs(tablist, onChoose) {
  const all = findAll("[role=tab]", tablist);

  /** @param {string | undefined} name */
  const select = (name) => {
    for (const tab of all) {
      const selected = tab.dataset.tab === name;
      tab.setAttribute("aria-selected", String(selected));
      tab.tabIndex = selected ? 0 : -1;
      if (selected) tab.scrollIntoView({ block: "nearest", inline: "nearest" });
    }
  };

  /** @param {HTMLElement | undefined} tab */
  const choose = (tab) => {
    if (!tab) return;
    select(tab.dataset.tab);
    onChoose(tab.dataset.tab ?? "");
  };

  tablist.addEventListener("click", (click) => {
    if (click.target instanceof Element) {
      choose(/** @type {HTMLElement | undefined} */ (click.target.closest("[role=tab]") ?? undefined));
    }
  });
  tablist.addEventListener("keydown", (press) => {
    const at = all.findIndex((tab) => tab === document.activeElement);
    const forward = getComputedStyle(tablist).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    const backward = forward === "ArrowRight" ? "ArrowLeft" : "ArrowRight";
    const to = { [forward]: at + 1, [backward]: at - 1 + all.length, Home: 0, End: all.length - 1 }[press.key];
    if (to === undefined || at < 0) return;
    press.preventDefault();
    const tab = all[to % all.length];
    tab?.focus();
    choose(tab);
  });
  return select;
}
