import assert from "node:assert/strict";
import { test } from "node:test";

import { keyOf } from "../../static/js/desk/keys.js";
import { actsOn } from "../../static/js/desk/hand.js";
import { countOverdue, lastDecisionOf, neighbour, queueOf } from "../../static/js/desk/queue.js";
import { assignKeys } from "../../static/js/desk/reasons.js";
import { mayConfirm } from "../../static/js/desk/redaction.js";
import { joined, piecesOf, spanOf } from "../../static/js/desk/selection.js";
import { alreadyWords, doneWords } from "../../static/js/desk/words.js";
import { suggestSlug, toLocal, toMilliseconds } from "../../static/js/forms/event_fields.js";
import { EMPTY, applyBoard } from "../../static/js/lib/store.js";
import { MINUTE_MS, NOW, board, question } from "./helpers.mjs";

const numbers = (questions) => questions.map(({ n }) => n);
const stateOf = (...questions) => applyBoard(EMPTY, board(0, 1, questions)).state;
const waiting = (n, changes) => question(n, { status: "pending", ...changes });
const decided = (n, by, changes = {}) =>
  question(n, { decision: { seq: 1, verdict: "publish", by, at: NOW, automated: false, reason_label: null }, ...changes });
const reason = (code) => ({ code, label: code, meaning: "", template: "", min_explanation: 1 });

test("overdue questions come first, then the oldest", () => {
  const state = stateOf(
    waiting(1, { submitted_at: NOW - 3 * MINUTE_MS }),
    waiting(2, { submitted_at: NOW - 9 * MINUTE_MS }),
    waiting(3, { submitted_at: NOW - 2 * MINUTE_MS, due_at: NOW - MINUTE_MS }),
    question(4),
  );
  assert.deepEqual(numbers(queueOf(state, "waiting", NOW)), [3, 2, 1]);
  assert.equal(countOverdue(state, NOW), 1);
});

test("a deadline that passes moves a question up without any news from the server", () => {
  const state = stateOf(waiting(1), waiting(2, { due_at: NOW + MINUTE_MS }));
  assert.deepEqual(numbers(queueOf(state, "waiting", NOW)), [1, 2]);
  assert.deepEqual(numbers(queueOf(state, "waiting", NOW + 2 * MINUTE_MS)), [2, 1]);
});

test("published questions stand as the stage needs them", () => {
  const state = stateOf(
    question(1, { votes: 9, answered_at: NOW }),
    question(2, { votes: 3 }),
    question(3, { votes: 5 }),
    question(4, { next: true, next_at: NOW }),
    question(5, { next: true, next_at: NOW - 1 }),
    question(6, { live: true }),
  );
  assert.deepEqual(numbers(queueOf(state, "published", NOW)), [6, 5, 4, 3, 2, 1]);
});

test("after a decision the question that moved into its place is next", () => {
  const queue = [question(1), question(3), question(4)];
  assert.equal(neighbour(queue, 2, 1, 1), 3);
  assert.equal(neighbour(queue, 5, 1, 3), 4);
  assert.equal(neighbour([], 5, 1, 0), null);
});

test("moving stops at both ends of the queue", () => {
  const queue = [question(1), question(2)];
  assert.equal(neighbour(queue, 2, 1, 1), 2);
  assert.equal(neighbour(queue, 1, -1, 0), 1);
});

test("undo finds one's own latest decision that can still be undone", () => {
  const state = stateOf(
    decided(1, "Moderator A"),
    decided(2, "Moderator A", { answered_at: NOW }),
    decided(3, "Moderator B"),
    decided(4, "Moderator A", { live: true }),
  );
  assert.equal(lastDecisionOf(state, "Moderator A")?.n, 1);
  assert.equal(lastDecisionOf(state, "Owner"), null);
});

test("every reason of the default policy has a key of its own, its first letter where that is free", () => {
  const codes = ["duplicate", "answered_elsewhere", "off_topic", "hate", "harassment", "other", "out_of_time"];
  const keys = assignKeys(codes.map(reason)).map(({ key }) => key);
  assert.equal(new Set(keys).size, codes.length);
  assert.deepEqual(keys.slice(0, 4), ["d", "a", "o", "h"]);
});

test("more reasons than keys leave the last ones to the mouse", () => {
  const keys = assignKeys(Array.from({ length: 50 }, (_, place) => reason(`r${place}`))).map(({ key }) => key);
  assert.equal(new Set(keys.filter(Boolean)).size, 36);
  assert.equal(keys.filter((key) => key === "").length, 14);
});

test("a key is told by its place where the layout is not Latin", () => {
  assert.equal(keyOf({ key: "ф", code: "KeyA" }), "a");
  assert.equal(keyOf({ key: "A", code: "KeyQ" }), "a");
  assert.equal(keyOf({ key: "Escape", code: "Escape" }), "escape");
});

test("an auditor and a closed event leave nothing to do", () => {
  const all = { decide: true, present: true, state: "live" };
  assert.deepEqual([...actsOn(waiting(1), all)], ["publish", "filter", "merge"]);
  assert.equal(actsOn(waiting(1), { ...all, decide: false, present: false }).size, 0);
  assert.equal(actsOn(question(1), { ...all, state: "closed" }).size, 0);
});

test("an appeal against one's own decision, or that the policy leaves to owners, is for others", () => {
  const appealed = decided(1, "Moderator A", { status: "filtered", appeal: { outcome: null } });
  const all = { decide: true, present: false, state: "open", pseudonym: "Moderator B" };
  assert.deepEqual([...actsOn(appealed, all)], ["publish", "filter", "restore"]);
  assert.equal(actsOn(appealed, { ...all, pseudonym: "Moderator A" }).size, 0);
  assert.equal(actsOn(appealed, { ...all, ownerNeeded: true }).size, 0);
});

test("whoever proposed to hide words never confirms it, and a policy can ask for an owner", () => {
  const reader = { pseudonym: "Moderator A", ownerNeeded: false };
  const who = ["Moderator A", "Moderator B", "Owner", "Owner B"];
  assert.deepEqual(who.filter((by) => mayConfirm({ by }, reader)), who.slice(1));
  assert.deepEqual(who.filter((by) => mayConfirm({ by }, { ...reader, ownerNeeded: true })), who.slice(2));
});

test("what others are merged into stands, and a merged question can only be put back", () => {
  const all = { decide: true, present: false, state: "open" };
  assert.deepEqual([...actsOn(question(1, { merged: [2] }), all)], []);
  assert.deepEqual([...actsOn(question(2, { status: "merged", merged_into: 1 }), all)], ["restore"]);
});

test("a question on stage keeps its decision", () => {
  const acts = actsOn(question(1, { live: true }), { decide: true, present: true, state: "live" });
  assert.deepEqual([...acts].sort(), ["live", "spoken", "written"]);
});

test("who was second learns who was first, and why", () => {
  const decision = { verdict: "filter", by: "Moderator B", automated: false, reason_label: "Off topic" };
  assert.equal(alreadyWords(question(41, { decision })), "Moderator B already filtered #41: Off topic.");
  assert.equal(doneWords(question(41, { decision }), "filter"), "#41 is filtered out: Off topic.");
});

test("an address is made of a title's letters without their accents", () => {
  assert.equal(suggestSlug("Ängste & Fragen: Frühjahr 2027"), "angste-fragen-fruhjahr-2027");
  assert.equal(suggestSlug("全體員工大會"), "");
});

test("a schedule survives the way into the form and back", () => {
  assert.equal(toMilliseconds(toLocal(NOW - (NOW % 60_000))), NOW - (NOW % 60_000));
  assert.equal(toMilliseconds(""), null);
  assert.equal(toLocal(null), "");
});

test("what is selected on the page becomes a span of the words, whatever they are made of", () => {
  const words = "a\u202eb🗳c";
  // Shown: a[RLO]b🗳c
  assert.deepEqual(spanOf(words, 0, 1), [0, 1]);
  assert.deepEqual(spanOf(words, 2, 4), [1, 2], "a part of a control that is spelled out is that control");
  assert.deepEqual(spanOf(words, 6, 9), [2, 4]);
  assert.deepEqual(spanOf(words, 7, 8), [3, 4], "half of a character is the character");
  assert.equal(spanOf(words, 10, 12), null);
});

test("a text is cut into what goes and what stays", () => {
  const said = (spans) => piecesOf("a🗳bc", spans).map(({ text, hidden }) => (hidden ? `(${text})` : text)).join("");
  assert.equal(said([[1, 2]]), "a(🗳)bc");
  assert.equal(said([[0, 1], [3, 4]]), "(a)🗳b(c)");
  assert.equal(said([]), "(a🗳bc)");
});

test("marked parts that touch are one, and stand in the order of the words", () => {
  assert.deepEqual(joined([[5, 9]], [[1, 3]]), [[1, 3], [5, 9]]);
  assert.deepEqual(joined([[1, 3], [5, 9]], [[3, 6]]), [[1, 9]]);
  assert.deepEqual(joined([[1, 9]], [[2, 4]]), [[1, 9]]);
});
