// @ts-check
/** Numbers as people read them: 20,000. Docket numbers and versions are names, and stay as they are. */

/** @param {number} count @returns {string} */
export const inThousands = (count) => count.toLocaleString("en");

/** @param {string | null} written as `inThousands` writes it @returns {number} */
export const readThousands = (written) => Number((written ?? "").replaceAll(",", ""));

/** @param {number} count @param {string} one @param {string} [many] @returns {string} "1 text", "2,000 texts" */
export const some = (count, one, many = `${one}s`) => `${inThousands(count)} ${count === 1 ? one : many}`;
