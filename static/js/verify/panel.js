// @ts-check
/** How the check shows: a quiet mark, what was checked a tap away, and an alarm that nobody overlooks. */

import { clone, create, field, fill, find, part, setText, show } from "../lib/dom.js";
import { some } from "../lib/numbers.js";
import { offerFile } from "../lib/receipts.js";
import { moment, setTime } from "../lib/time.js";
import { alarmWords, factWords } from "./sentences.js";

/**
 * @typedef {import("./session.js").Report} Report
 *
 * @typedef {object} PanelOptions
 * @property {string} slug
 * @property {() => string} vkey
 * @property {() => Promise<void>} onCheck the reader wants it checked now
 * @property {() => Promise<void>} onBegin the reader wants to forget what was seen before
 * @property {(size: number) => Promise<string[] | null>} wordsAt the words of the first entries; null: not so many
 */

const MARKS = {
  waiting: { icon: "clock", words: "Record not checked yet" },
  checking: { icon: "clock", words: "Checking the record…" },
  checked: { icon: "check", words: "Record checked" },
  unreachable: { icon: "offline", words: "Not checked just now" },
  outdated: { icon: "info", words: "Not checked by this page" },
  alarm: { icon: "overdue", words: "Something is wrong" },
};
/** @type {Record<string, string>} */
const SAID = {
  waiting: "The first check comes soon, when the page is at rest.",
  checking: "The first check is under way.",
  unreachable: "The server could not be reached, or what came was not from it. That says nothing about the record; this page tries again by itself.",
  outdated: "The record has entries that this page does not know, or more than it can check. Load the page again; if that does not help, use the offline verifier.",
};
/** The reader's memory and the record exclude each other: one of them has to go. */
const REMEMBERED = new Set(["key", "rollback", "fork"]);
const MOST_WORDS = 3;

export class Panel {
  #options;
  #mark = find("#mark");
  #dialog = /** @type {HTMLDialogElement} */ (find("dialog#verify"));
  #alarm = find("#alarm");
  #entries = /** @type {HTMLInputElement} */ (find("#verify-entries"));
  /** @type {Report | null} */
  #report = null;
  /** @type {Report | null} the last one in which all was well */
  #good = null;

  /** @param {PanelOptions} options */
  constructor(options) {
    this.#options = options;
    show(this.#mark, true);
    this.#showMark("waiting");
    this.#mark.addEventListener("click", () => this.#open());
    this.#dialog.addEventListener("click", (click) => this.#act(click));
    this.#alarm.addEventListener("click", (click) => this.#act(click));
    this.#entries.addEventListener("input", () => void this.#showWords());
  }

  /** @param {Report | null} report null: a check began */
  show(report) {
    setText(field(this.#dialog, "check"), report === null ? "Checking…" : "Check again");
    if (report === null && !this.#report) this.#showMark("checking");
    // Until it settles, what was last known stands.
    if (report === null || report.state === "unsettled") {
      if (this.#dialog.open && !this.#report) this.#fill();
      return;
    }
    this.#report = report;
    if (report.state === "checked") this.#good = report;
    this.#showMark(report.state);
    this.#showAlarm();
    if (this.#dialog.open) this.#fill();
  }

  /** @param {keyof typeof MARKS} state */
  #showMark(state) {
    const { icon, words } = MARKS[state];
    this.#mark.dataset.state = state;
    this.#mark.querySelector("use")?.setAttribute("href", `#icon-${icon}`);
    setText(field(this.#mark, "words"), words);
    const at = field(this.#mark, "at");
    show(at, state === "checked");
    if (at && state === "checked" && this.#report) setTime(at, this.#report.at, moment(this.#report.at, this.#report.at));
  }

  #showAlarm() {
    const report = this.#report;
    if (report?.state !== "alarm") {
      this.#alarm.replaceChildren();
      return;
    }
    const sheet = clone("alarm-sheet");
    const words = alarmWords(report.findings, report.at);
    const more = words.length - MOST_WORDS;
    const lines = words.slice(0, MOST_WORDS).map((sentence) => create("li", { dir: "auto" }, sentence));
    if (more > 0) lines.push(create("li", {}, `And ${more} more.`));
    part(sheet, "findings")?.replaceChildren(...lines);
    this.#alarm.replaceChildren(sheet);
  }

  /** @param {Event} click */
  #act(click) {
    const button = click.target instanceof Element ? click.target.closest("[data-action]") : null;
    const action = button instanceof HTMLElement && button.dataset.action;
    const { slug, onCheck, onBegin } = this.#options;
    if (action === "details") this.#open();
    if (action === "check") void onCheck();
    if (action === "begin") void onBegin();
    if (action === "evidence" && this.#report?.evidence) {
      offerFile(`evidence-${slug}-${new Date(this.#report.at).toISOString().slice(0, 16).replace(":", "")}.json`, this.#report.evidence);
    }
  }

  #open() {
    this.#fill();
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #fill() {
    const report = this.#report;
    const dialog = this.#dialog;
    const state = report?.state ?? this.#mark.dataset.state ?? "waiting";
    dialog.dataset.state = state;
    fill(dialog, {
      title: state === "alarm" ? "What is wrong with the record" : "What was checked",
      said: SAID[state] ?? null,
    });
    this.#fillList(report);
    this.#fillFacts(state === "alarm" ? report : this.#good);
    show(part(dialog, "evidence"), Boolean(report?.evidence));
    show(part(dialog, "begin"), state === "alarm" && Boolean(report?.findings.some(({ code }) => REMEMBERED.has(code))));
  }

  /** @param {Report | null} report */
  #fillList(report) {
    const wrong = report?.state === "alarm";
    const shown = wrong ? report : this.#good;
    const facts = shown?.facts;
    const words = wrong ? alarmWords(shown?.findings ?? [], shown?.at ?? 0) : facts ? factWords(facts, shown.at) : [];
    const lines = words.map((sentence) => {
      const line = clone(wrong ? "verify-wrong" : "verify-right");
      setText(field(line, "words"), sentence);
      return line;
    });
    part(this.#dialog, "list")?.replaceChildren(...lines);
    const at = field(this.#dialog, "at");
    show(part(this.#dialog, "when"), Boolean(shown));
    if (at && shown) setTime(at, shown.at, moment(shown.at, Date.now()));
  }

  /** @param {Report | null} report */
  #fillFacts(report) {
    const facts = report?.facts;
    show(part(this.#dialog, "six"), Boolean(facts));
    // A number that somebody is comparing stays; its words stay the same for ever.
    if (facts && (!this.#entries.value || !this.#dialog.open)) {
      this.#entries.value = String(facts.size);
      fill(this.#dialog, { six: facts.words.join(" "), entries_word: facts.size === 1 ? "entry" : "entries" });
    }
    fill(this.#dialog, {
      vkey: this.#options.vkey(),
      size: facts ? String(facts.size) : "–",
      root: facts?.root ?? "–",
    });
  }

  async #showWords() {
    const asked = this.#entries.value.trim();
    const size = /^[1-9][0-9]{0,8}$/u.test(asked) ? Number(asked) : 0;
    const words = size ? await this.#options.wordsAt(size) : null;
    if (this.#entries.value.trim() !== asked) return; // typed on
    const known = this.#good?.facts?.size ?? 0;
    this.#entries.setAttribute("aria-invalid", String(asked !== "" && !words));
    fill(this.#dialog, {
      six: words ? words.join(" ") : asked ? `This browser has checked ${some(known, "entry", "entries")}. Check again for more.` : "",
      entries_word: size === 1 ? "entry" : "entries",
    });
  }
}
