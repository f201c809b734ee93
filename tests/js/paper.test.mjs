/** A receipt on paper: what its code says is read back, and whatever else follows a # is no receipt. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { paperWords, parsePaper, spellPaper } from "../../static/js/record/paper.js";

const LEAF = "ab".repeat(32);
const ROOT = "cd".repeat(32);

test("a promised and a proven receipt are read back as they were printed", () => {
  for (const paper of [{ entry: 0, leaf: LEAF }, { entry: 12, leaf: LEAF, size: 40, root: ROOT }]) {
    assert.deepEqual(parsePaper(`#${spellPaper(paper)}`), paper);
  }
});

test("what is no receipt is taken for none", () => {
  for (const hash of ["", "#", "#q7", "#entry=1", `#entry=01&leaf=${LEAF}`, `#entry=-1&leaf=${LEAF}`, `#entry=1&leaf=${LEAF.toUpperCase()}`, "#entry=1&leaf=ab"]) {
    assert.equal(parsePaper(hash), null, hash);
  }
  assert.deepEqual(parsePaper(`#entry=1&leaf=${LEAF}&size=2&root=x`), { entry: 1, leaf: LEAF });
});

test("the words name the entry, and only one of them reassures", () => {
  const paper = { entry: 12, leaf: LEAF, size: 40, root: ROOT };
  assert.match(paperWords(paper, "holds"), /holds: .*entry 12/u);
  assert.match(paperWords(paper, "other"), /does not hold: entry 12/u);
  assert.match(paperWords(paper, "shorter"), /does not hold: .*40 entries/u);
});
