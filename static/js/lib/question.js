// @ts-check
/** A question's element: a copy of <template id="question">, filled from the API's Question. */

import { appealWords } from "./appeal.js";
import { reviewWords } from "./second_review.js";
import { clearAnswer, clone, create, field, fill, part, setAnswer, setText, show } from "./dom.js";
import { some } from "./numbers.js";
import { badgeOf } from "./store.js";
import { age, moment, setTime } from "./time.js";

/**
 * @typedef {import("./types.js").Question} Question
 * @typedef {import("./types.js").Decision} Decision
 *
 * @typedef {object} QuestionOptions
 * @property {string} slug
 * @property {number} now the server's time in milliseconds
 * @property {"filtered" | "all" | "none"} [decisions] whose statement of reasons is shown; "filtered", with
 *   merged, by default
 * @property {boolean} [mine] the reader asked it
 */

const VERDICTS = { publish: "Shown", filter: "Filtered", restore: "Put back", merge: "Merged", redact: "Redacted" };

/** @param {Question} question @returns {HTMLElement} an <article>, not yet filled */
export function questionElement(question) {
  const article = clone("question");
  article.dataset.n = String(question.n);
  article.id = `q${question.n}`;
  return article;
}

/**
 * Bring an element up to date with its question; only what differs is touched.
 *
 * @param {HTMLElement} article @param {Question} question @param {QuestionOptions} options
 */
export function fillQuestion(article, question, options) {
  const { n, text } = question;
  const badge = badgeOf(question, options.now);
  article.dataset.status = question.status;
  fill(article, {
    number: `#${n}`,
    asker: text === null ? null : asker(question, options.mine ?? false),
    text,
    unseen: text === null ? unseenWords(question) : null,
    votes: question.support,
    history_of: ` of question ${n}`,
  });
  setText(field(article, "votes_word"), question.support === 1 ? "vote" : "votes");
  const words = field(article, "text");
  if (question.language) words?.setAttribute("lang", question.language);
  field(article, "history")?.setAttribute("href", `/e/${options.slug}/record/${n}`);
  showBadge(article, badge);
  fillSubmitted(article, question, options.now);
  fillGroup(article, question, options.slug);
  const appeal = appealWords(question, options.now);
  show(part(article, "appeal"), appeal !== null);
  setText(field(article, "appeal"), appeal ?? "");
  fillDecision(article, question, options);
  fillReviews(article, question);
  fillAnswer(article, question, options.now);
  fillHidden(article, question, options.now);
}

/** @param {Question} question @param {boolean} mine @returns {string} */
function asker(question, mine) {
  const who = question.anonymous ? "Anonymous" : (question.name ?? "Name hidden");
  return mine ? `${who} (you)` : who;
}

/** @param {Question} question @returns {boolean} whether nothing is left of its words */
export function isTextGone({ text, hidden = [] }) {
  return text === null && hidden.some(({ what, spans }) => what.includes("text") && spans === 0);
}

/** @param {Question} question @returns {string | null} */
function unseenWords(question) {
  if (isTextGone(question)) return null; // the act that hid them says so
  if (question.status === "withdrawn" || question.undecided) return "Its words were never made public.";
  if (question.status === "filtered") return "Its words become public when the meeting closes, as the policy says.";
  return "Its words become public with the decision.";
}

/** @param {HTMLElement} article @param {import("./store.js").Badge} badge */
function showBadge(article, badge) {
  const slot = part(article, "badges");
  if (!slot || slot.dataset.badge === badge) return;
  const template = document.getElementById("badges");
  if (!(template instanceof HTMLTemplateElement)) return;
  const source = template.content.querySelector(`[data-badge="${badge}"]`);
  if (!source) return;
  slot.dataset.badge = badge;
  slot.replaceChildren(document.importNode(source, true));
}

/** @param {HTMLElement} article @param {Question} question @param {number} now */
function fillSubmitted(article, question, now) {
  const element = field(article, "submitted_at");
  if (!element) return;
  const waiting = question.status === "pending" && !question.undecided;
  const words = waiting ? `asked ${age(question.submitted_at, now)} ago` : moment(question.submitted_at, now);
  setTime(element, question.submitted_at, words);
}

/** @param {HTMLElement} article @param {Question} question @param {string} slug */
function fillGroup(article, { merged_into: into, merged }, slug) {
  const link = field(article, "into");
  show(part(article, "merged"), into !== null);
  setText(link, into === null ? "" : `#${into}`);
  if (into !== null) link?.setAttribute("href", `/e/${slug}/record/${into}`);
  const numbers = part(article, "group-numbers");
  show(part(article, "group"), merged.length > 0);
  if (!numbers || numbers.dataset.numbers === merged.join()) return;
  numbers.dataset.numbers = merged.join();
  numbers.replaceChildren(...merged.flatMap((n) => [create("a", { href: `/e/${slug}/record/${n}` }, `#${n}`), " "]));
}

/** @param {HTMLElement} article @param {Question} question @param {QuestionOptions} options */
function fillDecision(article, question, options) {
  const block = part(article, "decision");
  if (!block) return;
  const wanted = options.decisions ?? "filtered";
  const { decision } = question;
  const declined = decision?.verdict === "filter" || question.merged_into !== null;
  const shown = decision !== null && (wanted === "all" || (wanted === "filtered" && declined));
  show(block, shown);
  if (decision === null || !shown) return;
  block.dataset.verdict = decision.verdict;
  fill(block, {
    reason: decision.reason_label,
    explanation: decision.explanation || null,
    decided: decidedWords(decision),
    late: decision.overdue ? ", after the deadline" : null,
  });
  const at = field(block, "decided_at");
  if (at) setTime(at, decision.at, moment(decision.at, options.now));
}

/** @param {Decision} decision @returns {string} "Filtered by Moderator B", "Merged into #12 by Moderator B" */
export function decidedWords(decision) {
  const who = decision.automated ? "an automatic rule" : decision.by;
  const into = decision.into ? ` into #${decision.into}` : "";
  return `${VERDICTS[decision.verdict]}${into} by ${who}${decision.rule ? ` (${decision.rule})` : ""}`;
}

/** @param {HTMLElement} article @param {Question} question */
function fillReviews(article, { second_reviews: reviews }) {
  const list = part(article, "reviews");
  if (!list) return;
  show(list, reviews.length > 0);
  if (list.childElementCount !== reviews.length) {
    list.replaceChildren(...reviews.map(() => create("li", { dir: "auto" })));
  }
  // The words of one that is there already can be hidden.
  for (const [place, review] of reviews.entries()) setText(list.children[place] ?? null, reviewWords(review));
}

/** @param {HTMLElement} article @param {Question} question @param {number} now */
function fillAnswer(article, question, now) {
  const block = part(article, "answer");
  if (!block) return;
  show(block, question.answered_at !== null);
  if (question.answered_at === null) return;
  const written = question.answered_how === "written";
  fill(block, { answered_how: written ? "Answered in writing" : "Answered aloud" });
  const at = field(block, "answered_at");
  if (at) setTime(at, question.answered_at, moment(question.answered_at, now));
  const words = field(block, "answer");
  show(words, Boolean(question.answer_html));
  if (words && question.answer_html) setAnswer(words, question.answer_html);
  else if (words) clearAnswer(words);
}

/** @param {HTMLElement} article @param {Question} question @param {number} now */
function fillHidden(article, { hidden = [] }, now) {
  const list = part(article, "hidden");
  if (!list || list.childElementCount === hidden.length) return;
  show(list, hidden.length > 0);
  list.replaceChildren(
    ...hidden.map((act) => {
      const item = create("li", {}, create("strong", {}, `${act.title}.`), ` ${actedWords(act)} on `);
      const at = create("time");
      setTime(at, act.at, moment(act.at, now));
      item.append(at, ".");
      if (act.explanation) {
        const why = create("bdi");
        setText(why, act.explanation);
        item.append(" Reason: ", why);
      }
      return item;
    }),
  );
}

/** @param {import("./types.js").Hidden} act @returns {string} who hid the words */
function actedWords({ kind, by, second }) {
  if (kind === "redaction") return `Two members of staff, ${by} and ${second}, decided this`;
  return by === "Author" ? "Done by its author" : `Done by ${by}`;
}

/**
 * Show a vote button's state.
 *
 * @param {HTMLElement} article @param {Question} question
 * @param {{voted: boolean, enabled: boolean}} state
 */
export function fillVote(article, question, { voted, enabled }) {
  const button = article.querySelector("[data-action=vote]");
  if (!(button instanceof HTMLButtonElement)) return;
  show(button, ["published", "filtered", "merged"].includes(question.status));
  button.setAttribute("aria-pressed", String(voted));
  button.disabled = !enabled;
  setText(field(button, "vote_label"), `Upvote question ${question.n}, ${some(question.support, "vote")}`);
}
