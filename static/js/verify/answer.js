// @ts-check
/**
 * Whether an answer as it is shown says what its logged Markdown says. The page does not format Markdown
 * itself, so letters and digits are compared, not how they are formatted.
 */

const TAG = /<[^>]*>/gu;
/** The only entities that the server's sanitiser writes. */
const ENTITY = /&(?:amp|lt|gt|quot|nbsp|#39|#x27);/gu;
const SAID = /[\p{L}\p{N}]/u;
/** Marks at the start of a line that a list's numbering is made of. */
const LIST_NUMBER = /^[\s>*+-]*[0-9]{1,9}[.)]/gmu;
/** Links, entities, escapes of addresses and fences say more in the source than on the page. */
const HIDES = /[[\]<&%]|\x60\x60\x60|~~~/u;

/** @param {string} html as the API gives it @param {string} markdown @returns {boolean} */
export function answerSays(html, markdown) {
  const shown = said(html.replace(TAG, "").replace(ENTITY, " "));
  const source = markdown.normalize("NFC");
  // Entities and escaped addresses turn into letters that are not in the source.
  if (/[&%]/u.test(source)) return true;
  if (HIDES.test(source)) return isWithin(shown, said(source));
  return shown.join("") === said(source).join("") || isNumberedAlike(shown, source);
}

/** @param {string} text @returns {string[]} its letters and digits */
function said(text) {
  return [...text.normalize("NFC")].filter((char) => SAID.test(char));
}

/** @param {string[]} shown @param {string} source @returns {boolean} the same but for the numbers of lists */
function isNumberedAlike(shown, source) {
  const without = said(source.replace(LIST_NUMBER, (mark) => mark.replace(/[0-9]/gu, "")));
  return isWithin(shown, said(source)) && isWithin(without, shown);
}

/** @param {string[]} part @param {string[]} whole @returns {boolean} whether part is whole with some left out */
function isWithin(part, whole) {
  let at = 0;
  for (const char of whole) if (char === part[at]) at += 1;
  return at === part.length;
}
