// @ts-check
/**
 * Single-key shortcuts: they can be turned off (remembered in this browser), never fire while somebody
 * types, and leave every combination with Ctrl, Alt or Meta alone.
 */

import { find } from "../lib/dom.js";

const STORED = "fair-hearing/shortcuts";
const REPEATABLE = new Set(["j", "k"]);
const TYPING = [
  "textarea",
  "select",
  "input:not([type=radio], [type=checkbox], [type=button], [type=submit])",
  "[contenteditable]",
].join(",");

/** @param {EventTarget | null} target @returns {boolean} whether a letter would land in a field */
export function isTyping(target) {
  return target instanceof Element && target.closest(TYPING) !== null;
}

/** @param {KeyboardEvent} press @returns {string} the key in small letters, on any keyboard layout */
export function keyOf(press) {
  const key = press.key.toLowerCase();
  const isLatin = /^[a-z0-9?]$/.test(key) || key.length > 1;
  return isLatin ? key : press.code.replace(/^(Key|Digit)/, "").toLowerCase();
}

export class Shortcuts {
  /** @type {(key: string) => boolean} */
  #act;
  #on = true;
  #switch = /** @type {HTMLInputElement} */ (find("#shortcuts-on"));

  /** @param {(key: string) => boolean} act does what a key stands for; false when it stands for nothing */
  constructor(act) {
    this.#act = act;
    try {
      this.#on = window.localStorage.getItem(STORED) !== "off";
    } catch {
      // Storage is refused: shortcuts are on, and turning them off lasts as long as the page.
    }
    document.addEventListener("keydown", (press) => this.#pressed(press));
    this.#switch.addEventListener("change", () => this.#turn(this.#switch.checked));
    find("#help").addEventListener("click", () => this.help());
    this.#show();
  }

  /** Show what the keys do, and the switch that turns them off. */
  help() {
    /** @type {HTMLDialogElement} */ (find("#help-dialog")).showModal();
  }

  /** @param {boolean} on */
  #turn(on) {
    this.#on = on;
    this.#show();
    try {
      window.localStorage.setItem(STORED, on ? "on" : "off");
    } catch {
      // as above
    }
  }

  #show() {
    this.#switch.checked = this.#on;
    document.body.dataset.shortcuts = this.#on ? "on" : "off";
  }

  /** @param {KeyboardEvent} press */
  #pressed(press) {
    if (!this.#on || press.defaultPrevented || press.isComposing) return;
    if (press.ctrlKey || press.metaKey || press.altKey) return;
    if (isTyping(press.target) || document.querySelector("dialog[open]")) return;
    const key = keyOf(press);
    if (press.repeat && !REPEATABLE.has(key)) return;
    if (this.#act(key)) press.preventDefault();
  }
}
