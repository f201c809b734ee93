// @ts-check
/** Moving an event on: what each state means, what each move does, and a question before the last one. */

import { eventPath, get, post } from "../lib/api.js";
import { askDialog, clone, field, find, findAll, setText, show } from "../lib/dom.js";
import { say, sayError } from "../lib/notice.js";
import { inThousands } from "../lib/numbers.js";

/**
 * @typedef {import("../lib/types.js").EventState} EventState
 * @typedef {import("../lib/types.js").EventView} EventView
 * @typedef {{to: EventState, button: string, kind: string, words: string}} Move
 */

/** @type {Record<EventState, string>} */
const STATE_WORDS = {
  draft: "Only staff work on it. Nobody can join or ask yet.",
  open: "People can join, ask and upvote. Moderators decide. The stage is not on yet.",
  live: "The meeting runs: questions can go on stage. Asking, upvoting and deciding go on.",
  closed: "It is over. The record is final and stays public.",
};
/** @type {Move} */
const CLOSE = {
  to: "closed",
  button: "Close",
  kind: "button--danger",
  words: "Ends asking, upvoting and deciding for good. What has no decision is published as never decided.",
};
/** @type {Record<EventState, Move[]>} */
const MOVES = {
  draft: [
    {
      to: "open",
      button: "Open for questions",
      kind: "button--primary",
      words: "People can join with the code, ask and upvote; moderators can decide.",
    },
  ],
  open: [
    {
      to: "live",
      button: "Start the meeting",
      kind: "button--primary",
      words: "Questions can go on stage. Asking and upvoting go on.",
    },
    CLOSE,
  ],
  live: [CLOSE],
  closed: [],
};

/**
 * @param {string} slug @param {(event: EventView) => void} onMoved
 * @returns {(event: EventView) => void} shows an event's state and moves
 */
export function manageState(slug, onMoved) {
  /** @param {Move} move */
  const go = async (move) => {
    try {
      if (move.to === "closed" && !(await isSure(slug))) return;
      const event = await post(eventPath(slug, "/state"), { state: move.to });
      onMoved(event);
      say(STATE_WORDS[move.to]);
      find("#state-title").focus();
    } catch (error) {
      sayError(error);
    }
  };
  find("#state-title").tabIndex = -1;
  return (event) => {
    for (const step of findAll("[data-step]")) {
      if (step.dataset.step === event.state) step.setAttribute("aria-current", "step");
      else step.removeAttribute("aria-current");
    }
    find("#state").dataset.state = event.state;
    setText(field(find("#state"), "state_words"), STATE_WORDS[event.state]);
    find("#moves").replaceChildren(...MOVES[event.state].map((move) => moveRow(move, go)));
  };
}

/** @param {Move} move @param {(move: Move) => void} go @returns {HTMLElement} */
function moveRow(move, go) {
  const row = clone("move");
  const button = find("button", row);
  button.classList.add(move.kind);
  setText(button, move.button);
  setText(field(row, "words"), move.words);
  button.addEventListener("click", () => go(move));
  return row;
}

/** @param {string} slug @returns {Promise<boolean>} asked with the numbers of this moment */
async function isSure(slug) {
  const { counts } = await get(eventPath(slug));
  show(field(find("#close-dialog"), "decide_first"), counts.pending > 0);
  const answer = await askDialog("close-dialog", { undecided: undecidedWords(counts.pending) });
  return answer === "close";
}

/** @param {number} count @returns {string} */
function undecidedWords(count) {
  if (count === 0) return "Every question has a decision.";
  const one = count === 1;
  const waiting = one ? "1 question is" : `${inThousands(count)} questions are`;
  const fate = one ? "Its number stays" : "Their numbers stay";
  return `${waiting} still waiting and will be published as never decided. ${fate}; text that was never shown stays unseen.`;
}
