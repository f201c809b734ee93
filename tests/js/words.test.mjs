import assert from "node:assert/strict";
import { test } from "node:test";

import { statusWords } from "../../static/js/board/mine.js";
import { withKeys, withoutKeys } from "../../static/js/board/submit.js";
import { visible } from "../../static/js/lib/visible.js";
import { countGraphemes } from "../../static/js/lib/graphemes.js";
import { age } from "../../static/js/lib/time.js";
import { MINUTE_MS, NOW, question } from "./helpers.mjs";

test("ages are short words", () => {
  assert.equal(age(NOW, NOW), "under a minute");
  assert.equal(age(NOW + MINUTE_MS, NOW), "under a minute");
  assert.equal(age(NOW - 12 * MINUTE_MS, NOW), "12 min");
  assert.equal(age(NOW - 60 * MINUTE_MS, NOW), "1 h");
  assert.equal(age(NOW - 200 * MINUTE_MS, NOW), "3 h 20 min");
  assert.equal(age(NOW - 24 * 60 * MINUTE_MS, NOW), "1 day");
});

test("bidi controls are spelled out, and nothing else is touched", () => {
  assert.equal(visible("pay \u202eyap\u202c?"), "pay [RLO]yap[PDF]?");
  assert.equal(visible("لماذا؟ \u{1F469}\u200d\u{1F680}"), "لماذا؟ \u{1F469}\u200d\u{1F680}");
});

test("length is counted as readers count", () => {
  assert.equal(countGraphemes("e\u0301"), 1);
  assert.equal(countGraphemes("\u{1F469}\u200d\u{1F680}!"), 2);
});

test("a submission keeps its keys until it changes", () => {
  const first = withKeys({ text: "Why?", anonymous: true, name: "" });
  assert.match(first.client_key, /^[0-9a-f]{32}$/);
  assert.match(first.author_key, /^[0-9a-f]{64}$/);
  assert.deepEqual(withKeys(first), first);
  assert.notEqual(withKeys(withoutKeys(first)).client_key, first.client_key);
});

test("an author is told what became of a question", () => {
  const decision = { reason_label: "Off topic", verdict: "filter" };
  assert.match(statusWords(question(1, { status: "filtered", decision }), NOW), /Off topic/);
  assert.match(statusWords(question(1, { status: "pending" }), NOW), /waits for a decision/);
  assert.match(statusWords(question(1, { status: "pending", due_at: NOW - 2 * MINUTE_MS }), NOW), /overdue by 2 min/);
  assert.match(statusWords(question(1, { status: "pending", undecided: true }), NOW), /never decided/);
  assert.match(statusWords(question(1), NOW), /on the board/);
});
