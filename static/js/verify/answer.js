// @ts-check
/**
 * Whether an answer as it is shown says what its logged Markdown says. The page does not format Markdown
 * itself, so letters and digits are compared, not how they are formatted.
 */

const TAG = /<[^>]*>/gu;
/** The only entities that the server's sanitiser writes. */
const ENTITY = /&(?:amp|lt|gt|quot|nbsp|#39|#x27);/gu;
const SAID = /[\p{L}\p{N}]/u;
/** Marks at the start of a line that the numbering of lists, even of lists in lists, is made of. */
const LIST_NUMBERS = /^(?:[\s>*+-]*[0-9]{1,9}[.)](?=\s|$))+/gmu;
/** Links and fences say more in the source than on the page. */
const HIDES = /[[\]<]|\x60\x60\x60|~~~/u;
/** Entities and escaped addresses turn into letters that are not in the source. */
const TURNS = /&[#\p{L}\p{N}]+;|%[0-9a-f]{2}/iu;

/** @param {string} html as the API gives it @param {string} markdown @returns {boolean} */
export function answerSays(html, markdown) {
  const shown = said(html.replace(TAG, "").replace(ENTITY, " "));
  const source = markdown.normalize("NFC");
  if (TURNS.test(source)) return true;
  if (HIDES.test(source)) return isWithin(shown, said(source));
  return shown.join("") === said(source).join("") || isNumberedAlike(shown, source);
}

/** @param {string} text @returns {string[]} its letters and digits */
function said(text) {
  return [...text.normalize("NFC")].filter((char) => SAID.test(char));
}

/** @param {string[]} shown @param {string} source @returns {boolean} the same but for the numbers of lists */
function isNumberedAlike(shown, source) {
  const without = said(source.replace(LIST_NUMBERS, (mark) => mark.replace(/[0-9]/gu, "")));
  return isWithin(shown, said(source)) && isWithin(without, shown);
}

/** @param {string[]} part @param {string[]} whole @returns {boolean} whether part is whole with some left out */
function isWithin(part, whole) {
  let at = 0;
  for (const char of whole) if (char === part[at]) at += 1;
  return at === part.length;
}
