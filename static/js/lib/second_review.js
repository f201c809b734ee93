// @ts-check
/** What a second person said of a decision without having been shown it. */

/** @typedef {import("./types.js").SecondReview} SecondReview */

/** Keep in step with review_words in templates/_question.html. @param {SecondReview} review @returns {string} */
export function reviewWords({ by, verdict, agrees, reason_label: reason, explanation }) {
  const looked = `${by} looked at it without being shown the decision`;
  if (agrees) return `${looked}, and came to the same verdict.`;
  const why = [reason, explanation].filter(Boolean).join(". ");
  return `${looked}, and would have ${verdict === "filter" ? "declined" : "shown"} it${why ? `: ${why}` : "."}`;
}
