// @ts-check
/** The projector: follows the board at once and keeps the question as large as the screen allows. */

import { clone, field, fill, find, findAll, part, setText, show } from "./lib/dom.js";
import { Live } from "./lib/live.js";
import { inThousands, some } from "./lib/numbers.js";
import { countWords, questionsOf } from "./lib/store.js";
import { readHead } from "./stage/head.js";
import { votersWords } from "./stage/voters.js";

/**
 * @typedef {import("./lib/types.js").Question} Question
 * @typedef {import("./lib/types.js").EventView} EventView
 * @typedef {import("./lib/store.js").State} State
 */

/** Sizes of the question and levels of tightness at its side, as css/stage-screen.css knows them. */
const SIZES = 8;
const TIGHT_LEVELS = 3;
const UPCOMING = 3;
const SUPPORTED = 5;
/** Time enough for a room to find the number on its phones and to read six words aloud. */
const HEAD_EVERY_MS = 45_000;
const APPEAR_MS = 450;

/** @type {Record<import("./lib/types.js").EventState, [title: string, words: string]>} */
const CALM = {
  draft: ["Questions open soon", "Join now: you can ask as soon as the owner opens the event."],
  open: [
    "What should be answered?",
    "Ask your own question, or support one. Every question gets a number and a decision with a reason.",
  ],
  live: ["Next question in a moment", "You can still ask, and support what others asked."],
  closed: [
    "This event is closed",
    "Every question stays on the public record, also those that were not shown, each with the reason.",
  ],
};

const slug = document.body.dataset.slug ?? "";
const stage = find("#stage");
const foot = find(".stage__foot");
const screenLayout = window.matchMedia("(min-width: 60rem) and (min-height: 30rem)");
const calmMotion = window.matchMedia("(prefers-reduced-motion: reduce)");
/** @type {number | null} docket number on stage */
let current = null;
let headAt = 0;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let headTimer;

const live = new Live({
  slug,
  onChange: render,
  onConnection(connection) {
    const lost = connection === "offline" || connection === "polling";
    setText(part(stage, "connection"), lost ? "Reconnecting" : "");
  },
});

/** @param {State} state */
function render({ event, questions }) {
  if (!event) return;
  const asked = [...questions.values()];
  const now = asked.filter((q) => q.live).sort((a, b) => (b.live_at ?? 0) - (a.live_at ?? 0))[0];
  const closed = event.state === "closed";
  stage.dataset.mode = now ? "live" : "waiting";
  setText(field(stage, "title"), event.title);
  show(part(stage, "now"), Boolean(now));
  show(part(stage, "calm"), !now);
  show(part(stage, "joining"), !closed);
  show(part(stage, "closed"), closed);
  if (now) showNow(now);
  else showCalm(event);
  showLists(asked, now);
  showCounters(event);
  current = now?.n ?? null;
  fit();
  showHeadSoon();
}

/** @param {Question} question */
function showNow(question) {
  const section = find("[data-part=now]");
  fill(section, {
    number: `#${question.n}`,
    votes: question.support,
    votes_word: votesWord(question),
    text: question.text ?? "The words of this question are hidden.",
    asker: question.anonymous ? "Anonymous" : (question.name ?? "Name hidden"),
  });
  const text = field(section, "text");
  if (question.language) text?.setAttribute("lang", question.language);
  else text?.removeAttribute("lang");
  if (question.n === current) return;
  setText(part(stage, "announcement"), `Now answering question ${question.n}: ${question.text ?? ""}`);
  if (calmMotion.matches) return;
  text?.animate(
    [
      { opacity: 0, translate: "0 0.15em" },
      { opacity: 1, translate: "0 0" },
    ],
    { duration: APPEAR_MS, easing: "cubic-bezier(0.2, 0.7, 0.2, 1)" },
  );
}

/** @param {EventView} event */
function showCalm(event) {
  const [title, words] = CALM[event.state];
  fill(stage, { calm_title: title, calm_words: words });
}

/** @param {Question[]} asked @param {Question | undefined} now */
function showLists(asked, now) {
  const popular = questionsOf(live.state, "popular").filter((q) => !q.live && !q.next);
  const next = asked
    .filter((q) => q.next && !q.live && q.status === "published")
    .sort((a, b) => (a.next_at ?? 0) - (b.next_at ?? 0));
  const chosen = next.length > 0;
  const upcoming = chosen ? next : now ? popular : [];
  setText(field(stage, "upcoming_title"), chosen ? "Next up" : "Most supported");
  fillRows("upcoming", upcoming.slice(0, UPCOMING));
  fillRows("supported", popular.slice(0, SUPPORTED));
  show(part(stage, "upcoming"), upcoming.length > 0);
  show(part(stage, "supported"), !now && popular.length > 0);
}

/** @param {string} id of a list @param {Question[]} questions */
function fillRows(id, questions) {
  const list = find(`#${id}`);
  const rows = questions.map((question) => {
    const row = clone("supported-row");
    fill(row, {
      number: `#${question.n}`,
      text: question.text ?? "The words of this question are hidden.",
      votes: question.support,
      votes_word: votesWord(question),
    });
    if (question.language) field(row, "text")?.setAttribute("lang", question.language);
    return row;
  });
  list.replaceChildren(...rows);
}

/** @param {EventView} event */
function showCounters(event) {
  const words = countWords(event.counts, event.state === "closed");
  const items = words
    .filter(({ key }) => key !== "answered")
    .map(({ count, word }) => {
      const item = document.createElement("li");
      const number = document.createElement("strong");
      number.textContent = inThousands(count);
      item.append(number, ` ${word}`);
      return item;
    });
  find("#counters").replaceChildren(...items, votersItem(event));
}

/** @param {EventView} event @returns {HTMLElement} */
function votersItem({ admission }) {
  const item = document.createElement("li");
  item.textContent = votersWords(admission);
  return item;
}

/** @param {Question} question */
function votesWord(question) {
  return question.support === 1 ? "vote" : "votes";
}

/**
 * Choose the largest size at which everything fits the screen; what waits gives way first. A phone's
 * page scrolls, so there the style sheet's own size stays.
 */
function fit() {
  delete stage.dataset.fit;
  delete stage.dataset.tight;
  for (const row of findAll(".stage__row")) show(row, true);
  if (!screenLayout.matches) return;
  const side = find(".side");
  for (let level = 1; level <= TIGHT_LEVELS && overflows(side); level += 1) {
    stage.dataset.tight = String(level);
  }
  trim("upcoming", side);
  const calm = find(".calm");
  trim("supported", calm);
  const fits = stage.dataset.mode === "live" ? fitQuestion() : !overflows(calm);
  // Nothing may be cut off or overlap: with very large text the page scrolls after all.
  if (!fits || overflows(side)) stage.dataset.fit = "scroll";
}

/** Prefer a size that breaks no word to one that only fits. @returns {boolean} whether any size fits */
function fitQuestion() {
  const body = find(".now__body");
  const text = find(".now__text");
  const sizes = Array.from({ length: SIZES }, (_, index) => String(index + 1));
  const anyFits = () =>
    sizes.some((size) => {
      stage.dataset.fit = size;
      return text.scrollWidth <= text.clientWidth && !overflows(body);
    });
  text.dataset.measuring = "";
  const whole = anyFits();
  delete text.dataset.measuring;
  return whole || anyFits();
}

/** @param {string} id of a list, whose last rows give way @param {HTMLElement} frame that it must not burst */
function trim(id, frame) {
  for (const row of [...find(`#${id}`).children].slice(1).reverse()) {
    if (!overflows(frame)) return;
    show(row, false);
  }
}

/** @param {HTMLElement} element */
function overflows(element) {
  return element.scrollHeight > element.clientHeight + 1;
}

/** The head of the log moves with every change; what the projector shows of it stays for a while. */
function showHeadSoon() {
  clearTimeout(headTimer);
  const wait = Math.max(0, headAt + HEAD_EVERY_MS - Date.now());
  headTimer = setTimeout(async () => {
    headAt = Date.now();
    const head = await readHead(slug);
    show(part(foot, "log"), head !== null);
    if (!head) return;
    const entries = some(head.size, "entry", "entries");
    fill(foot, { log_size: entries, log_words: head.words.join(" ") });
    fit();
  }, wait);
}

/** Keep the projector's screen on, where the browser knows how. */
async function stayAwake() {
  try {
    await navigator.wakeLock.request("screen");
  } catch {
    // Not supported, or the battery is low: the screen follows its own settings.
  }
}

function followScreen() {
  const button = find("#full-screen");
  show(button, document.fullscreenEnabled);
  button.addEventListener("click", () => {
    if (document.fullscreenElement) void document.exitFullscreen();
    else void document.documentElement.requestFullscreen();
  });
  document.addEventListener("fullscreenchange", () => {
    setText(button, document.fullscreenElement ? "Leave full screen" : "Full screen");
  });
  window.addEventListener("resize", fit);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") void stayAwake();
  });
  void document.fonts.ready.then(fit);
}

followScreen();
void stayAwake();
void live.start();
