// @ts-check
/** What proves to somebody else that a record is wrong: a file that the reader can keep and pass on. */

/**
 * @typedef {import("./findings.js").Finding} Finding
 * @typedef {import("./log.js").VerifiedLog} VerifiedLog
 */

const FORMAT = "fair-hearing-evidence@v1";
/** Beyond it, only the leaves concerned are added. */
const MOST_BYTES = 8_000_000;

/**
 * @param {readonly Finding[]} findings @param {import("./session.js").Request} request
 * @param {{slug: string, log: VerifiedLog | null}} read
 * @returns {object} never an author key, and nothing of receipts but those concerned
 */
export function gatherEvidence(findings, { vkey, memory, receipts, now }, { slug, log }) {
  const concerned = new Set(findings.flatMap(({ leaf }) => (leaf === undefined ? [] : [leaf])));
  const numbers = new Set(findings.filter(({ code }) => code === "receipt").map(({ n }) => n));
  const leaves = log?.leaves ?? [];
  const all = leaves.reduce((bytes, leaf) => bytes + leaf.length, 0) <= MOST_BYTES;
  const kept = leaves.map((leaf, index) => ({ index, leaf })).filter(({ index }) => all || concerned.has(index));
  return {
    format: FORMAT,
    about: "Checkpoints are signed notes (c2sp.org/tlog-checkpoint); docs/log-format.md says how to check the rest.",
    event: slug,
    made_at: new Date(now).toISOString(),
    findings,
    verifier_key: { first_seen: memory?.vkey ?? vkey, first_seen_at: memory && when(memory.first_seen_at), now: vkey },
    checkpoints: {
      seen_before: memory && { seen_at: when(memory.seen_at), note: memory.note },
      now: findings.find(({ newer }) => newer)?.newer ?? (log?.note || null),
    },
    leaves: kept,
    openings: findings.flatMap(({ code, leaf, shown }) => {
      const handedOut = code === "text" ? [shown] : [];
      const right = leaf === undefined ? [] : (log?.openings.ofLeaf(leaf) ?? []);
      return [...handedOut, ...right];
    }),
    receipts: receipts
      .filter(({ n }) => numbers.has(n))
      .map(({ n, leaf, leaf_hash, leaf_index, promise, proof }) => ({ n, leaf, leaf_hash, leaf_index, promise, proof })),
  };
}

/** @param {number} ms @returns {string} */
function when(ms) {
  return new Date(ms).toISOString();
}
