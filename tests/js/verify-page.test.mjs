/** What the page adds to the check: what it remembers, what it compares of answers, and what it says. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { Receipts } from "../../static/js/lib/receipts.js";
import { answerSays } from "../../static/js/verify/answer.js";
import { Remembered } from "../../static/js/verify/memory.js";
import { alarmWords, factWords } from "../../static/js/verify/sentences.js";
import { Memory } from "./helpers.mjs";

const NOW = Date.UTC(2026, 10, 23, 12);
const seen = (size, changes = {}) => ({
  vkey: "q+00000000+AQ",
  first_seen_at: NOW,
  note: `note ${size}`,
  size,
  root: "00",
  seen_at: NOW,
  ...changes,
});

test("what was seen of a record outlives the page, and is that event's alone", () => {
  const storage = new Memory();
  new Remembered("q4", storage).keep(seen(12));
  assert.deepEqual(new Remembered("q4", storage).read(), seen(12));
  assert.equal(new Remembered("q1", storage).read(), null);
});

test("two tabs keep the newest head that either of them saw", () => {
  const storage = new Memory();
  const one = new Remembered("q4", storage);
  const other = new Remembered("q4", storage);
  one.keep(seen(12));
  other.keep(seen(15));
  one.keep(seen(13));
  assert.equal(one.read().size, 15);
  assert.equal(new Remembered("q4", storage).read().size, 15);
});

test("a browser that stores nothing remembers as long as the page is open", () => {
  const refuse = () => {
    throw new Error("SecurityError");
  };
  const remembered = new Remembered("q4", { getItem: refuse, setItem: refuse, removeItem: refuse });
  remembered.keep(seen(12));
  assert.equal(remembered.read().size, 12);
  assert.equal(new Remembered("q4", null).read(), null);
});

test("storage that is taken back under an open page does not make it forget", () => {
  const storage = new Memory();
  const remembered = new Remembered("q4", storage);
  remembered.keep(seen(12));
  new Remembered("q4", storage).keep(seen(12));
  storage.setItem("fair-hearing/seen/q4", JSON.stringify(seen(3)));
  assert.equal(remembered.read().size, 12);
  storage.setItem("fair-hearing/seen/q4", '{"vkey":7}');
  assert.equal(remembered.read().size, 12);
  storage.setItem("fair-hearing/seen/q4", "{not json");
  assert.equal(remembered.read().size, 12);
});

test("what is to be forgotten is gone from storage", () => {
  const storage = new Memory();
  const remembered = new Remembered("q4", storage);
  remembered.keep(seen(12));
  remembered.forget();
  assert.equal(remembered.read(), null);
  assert.equal(new Remembered("q4", storage).read(), null);
});

test("a receipt gets its proof once, and a newer leaf's proof is not put on an older one", () => {
  const storage = new Memory();
  const receipts = new Receipts("q4", storage);
  receipts.keep({ n: 3, leaf_index: 7, text: "Why?" });
  assert.equal(receipts.prove(3, 8, "of another leaf"), false);
  assert.equal(receipts.prove(4, 7, "of another question"), false);
  assert.equal(receipts.prove(3, 7, "proof"), true);
  assert.equal(receipts.prove(3, 7, "proof"), false);
  assert.equal(new Receipts("q4", storage).find(3).proof, "proof");
});

test("an answer says what its Markdown says, however it is formatted", () => {
  const same = [
    ["<p>At most <strong>three days</strong>.</p>", "At most **three days**."],
    ["<ol>\n<li>One</li>\n<li>Two</li>\n</ol>", "1. One\n2. Two"],
    ["<ol>\n<li>\n<ol>\n<li>One</li>\n</ol>\n</li>\n</ol>", "1. 7) One"],
    ["<p>In\n1986. That year</p>", "In\n1986. That year"],
    ['<p>See <a href="https://x.org" rel="nofollow noopener">the agreement</a>.</p>', "See [the agreement](https://x.org)."],
    ["<p>R&amp;D &lt; 3 % &quot;more&quot;</p>", 'R&D < 3 % "more"'],
    ["<p>&lt;b&gt;bold&lt;/b&gt;</p>", "<b>bold</b>"],
    ["<p>caf\u00e9</p>", "caf&eacute;"],
    ["<p>e\u0301te\u0301</p>", "\u00e9t\u00e9"],
    ['<pre><code>let x = 1\n</code></pre>', "```js\nlet x = 1\n```"],
  ];
  for (const [html, markdown] of same) assert.equal(answerSays(html, markdown), true, markdown);
});

test("an answer that says something else, less or more is noticed", () => {
  const other = [
    ["<p>At most <strong>four days</strong>.</p>", "At most **three days**."],
    ["<p>We will.</p>", "We will not."],
    ["<p>We will not.</p>", "We will."],
    ["<ol>\n<li>Two</li>\n<li>One</li>\n</ol>", "1. One\n2. Two"],
    ["<p>See <a>another agreement</a>.</p>", "See [the agreement](https://x.org)."],
    ["<p>In 1987</p>", "In 1986"],
    ["<p></p>", "No."],
  ];
  for (const [html, markdown] of other) assert.equal(answerSays(html, markdown), false, markdown);
});

const facts = (changes = {}) => ({
  firstSeenAt: Date.UTC(2026, 10, 3, 12),
  before: { size: 400, at: Date.UTC(2026, 10, 22, 12) },
  size: 412,
  cosigned: [],
  decisions: 112,
  opened: 119,
  closed: { waiting: 0, withdrawn: 0, replaced: 0, redacted: 0, erased: 0 },
  policy: 1,
  rows: 127,
  counts: { submitted: 127, pending: 20, published: 79, filtered: 25, merged: 0, withdrawn: 3, answered: 11 },
  proven: 0,
  promised: 0,
  ...changes,
});

test("the sentences name days, and count one as one", () => {
  const said = factWords(facts({ size: 1, opened: 1, proven: 1, promised: 2, rows: 1 }), NOW).join("\n");
  assert.match(said, /first saw on 3 Nov at /u);
  assert.match(said, /400 entries, last seen on 22 Nov/u);
  assert.match(said, /The only log entry gives the signed root\./u);
  assert.match(said, /1 text is word for word/u);
  assert.match(said, /1 question stands on this page/u);
  assert.match(said, /1 of your receipts is in the log\./u);
  assert.match(said, /2 of your receipts are promised/u);
  assert.match(said, /127 asked = 79 shown \+ 25 filtered \+ 3 withdrawn \+ 20 waiting\./u);
});

test("a page that could not be compared says so, and a first visit too", () => {
  assert.match(factWords(facts({ rows: null }), NOW).join("\n"), /was not compared/u);
  assert.match(factWords(facts({ before: null }), NOW).join("\n"), /first time that this browser checks it/u);
  assert.match(factWords(facts({ counts: { submitted: 0 } }), NOW).join("\n"), /Nothing was asked yet/u);
});

test("every kind of finding has its sentence, said once", () => {
  const findings = [
    { code: "key", seenAt: NOW },
    { code: "signature" },
    { code: "rollback", size: 412, newSize: 400, seenAt: NOW },
    { code: "fork", size: 412 },
    { code: "root" },
    { code: "missing" },
    { code: "leaf", leaf: 3 },
    { code: "order", leaf: 3, detail: "Docket number 6 is left out." },
    { code: "text", n: 3, detail: "text" },
    { code: "text", detail: "title" },
    { code: "unopened", n: 3, detail: "redacted" },
    { code: "policy" },
    { code: "reason", n: 3 },
    { code: "shown", n: 3, detail: "words" },
    { code: "shown", n: 3, detail: "words" },
    { code: "shown", leaf: 3, detail: "leaf" },
    { code: "shown", detail: "title" },
    { code: "absent", n: 3 },
    { code: "unknown", n: 3 },
    { code: "counts", detail: "sum", shown: { submitted: 4, published: 3 } },
    { code: "counts", detail: "filtered" },
    ...["absent", "other_words", "broken_promise", "rollback", "fork"].map((detail) => ({ code: "receipt", n: 3, detail })),
  ];
  const words = alarmWords(findings, NOW);
  assert.equal(words.length, findings.length - 1);
  for (const sentence of words) assert.match(sentence, /^[A-Z#].*\.$/u);
  assert.doesNotMatch(words.join(" "), /undefined|null|NaN|object/u);
});
