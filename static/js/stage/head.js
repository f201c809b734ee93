// @ts-check
/**
 * The head of an event's log, as its checkpoint (c2sp.org/tlog-checkpoint) states it: origin, tree size
 * and root hash, each on a line. It is shown so that people can compare it, not verified here.
 */

const TREE_SIZE = /^(0|[1-9][0-9]{0,15})$/u;
const SHOWN_BYTES = 8;
const HASH_BYTES = 32;

/**
 * @param {string} slug
 * @returns {Promise<{treeSize: number, rootStart: string} | null>} null when it cannot be read
 */
export async function readHead(slug) {
  try {
    const response = await fetch(`/log/${encodeURIComponent(slug)}/checkpoint`, { cache: "no-store" });
    return response.ok ? parseHead(await response.text()) : null;
  } catch {
    return null;
  }
}

/**
 * @param {string} note
 * @returns {{treeSize: number, rootStart: string} | null} rootStart: hex in groups of four
 */
export function parseHead(note) {
  const [, size = "", root = ""] = note.split("\n");
  if (!TREE_SIZE.test(size)) return null;
  const bytes = decode(root);
  if (bytes.length !== HASH_BYTES) return null;
  const hex = [...bytes.slice(0, SHOWN_BYTES)]
    .map((byte) => (byte.codePointAt(0) ?? 0).toString(16).padStart(2, "0"))
    .join("");
  return { treeSize: Number(size), rootStart: hex.match(/.{4}/gu)?.join(" ") ?? hex };
}

/** @param {string} base64 @returns {string} one character for each byte, none when malformed */
function decode(base64) {
  try {
    return atob(base64);
  } catch {
    return "";
  }
}
