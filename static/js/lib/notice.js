// @ts-check
/** Short messages to the person: shown at the foot of the page and read out by screen readers. */

const STAY_MS = 6000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let timer;

/**
 * Say one sentence through the page's only role=status. A later one replaces it.
 *
 * @param {string} sentence @param {"good" | "bad"} [tone]
 */
export function say(sentence, tone = "good") {
  const region = document.getElementById("notice");
  if (!region) return;
  const words = document.createElement("p");
  words.dir = "auto";
  words.textContent = sentence;
  region.dataset.tone = tone;
  region.replaceChildren(words);
  clearTimeout(timer);
  timer = setTimeout(() => region.replaceChildren(), STAY_MS + sentence.length * 40);
}

/** @param {unknown} error whatever was thrown; people see its sentence */
export function sayError(error) {
  say(error instanceof Error ? error.message : "Something went wrong. Please try again.", "bad");
}
