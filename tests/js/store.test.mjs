import assert from "node:assert/strict";
import { test } from "node:test";

import {
  EMPTY,
  applyBoard,
  applyTally,
  badgeOf,
  countMoves,
  countWords,
  questionsOf,
  stayers,
  tabCounts,
} from "../../static/js/lib/store.js";
import { MINUTE_MS, NOW, board, counts, question } from "./helpers.mjs";

const numbers = (questions) => questions.map(({ n }) => n);

function stateOf(...questions) {
  return applyBoard(EMPTY, board(0, 1, questions)).state;
}

test("a first board fills an empty state", () => {
  const { state, changed, gap } = applyBoard(EMPTY, board(0, 7, [question(1), question(2)]));
  assert.equal(gap, false);
  assert.equal(state.revision, 7);
  assert.deepEqual([...changed], [1, 2]);
});

test("a delta replaces what it names and keeps the rest", () => {
  const before = stateOf(question(1), question(2));
  const { state, changed } = applyBoard(before, board(1, 2, [question(2, { status: "filtered" })]));
  assert.equal(state.questions.get(1).status, "published");
  assert.equal(state.questions.get(2).status, "filtered");
  assert.deepEqual([...changed], [2]);
  assert.equal(before.questions.get(2).status, "published", "states are values");
});

test("a delta that begins after what is known is a gap and changes nothing", () => {
  const before = stateOf(question(1));
  const { state, gap } = applyBoard(before, board(5, 6, [question(2)]));
  assert.equal(gap, true);
  assert.equal(state, before);
});

test("a delta that overlaps what is known is applied", () => {
  const before = applyBoard(EMPTY, board(0, 4, [question(1)])).state;
  const { state, gap } = applyBoard(before, board(2, 5, [question(1, { votes: 3 })]));
  assert.equal(gap, false);
  assert.equal(state.questions.get(1).votes, 3);
});

test("a board older than the state is ignored", () => {
  const before = applyBoard(EMPTY, board(0, 9, [question(1, { votes: 5 })])).state;
  assert.equal(applyBoard(before, board(0, 8, [question(1, { votes: 4 })])).state, before);
});

test("a board that was made before a tally and comes after it does not take the votes back", () => {
  const before = stateOf(question(1, { votes: 0 }), question(2, { votes: 4 }));
  const counted = applyTally(before, { tally: [[1, 1]], support: [] }).state;
  const late = board(0, 1, [question(1, { votes: 0 }), question(2, { votes: 5 })]);
  assert.equal(applyBoard(counted, late).state.questions.get(1).votes, 0);
  const { state } = applyBoard(counted, late, [{ tally: [[1, 1]], support: [] }]);
  assert.deepEqual([1, 2].map((n) => state.questions.get(n).votes), [1, 5]);
});

test("a tally sets absolute counts and skips numbers that are not known yet", () => {
  const { state, changed } = applyTally(stateOf(question(1, { votes: 2 }), question(2)), {
    tally: [
      [1, 9],
      [2, 0],
      [40, 3],
    ],
    support: [],
  });
  assert.equal(state.questions.get(1).votes, 9);
  assert.deepEqual([...changed], [1]);
  assert.equal(state.questions.has(40), false);
});

test("people behind a group of merged questions are not the votes on the one that stands for it", () => {
  const group = [question(1, { votes: 2, support: 3, merged: [2] }), question(2, { status: "merged", votes: 2 })];
  const { state } = applyTally(stateOf(...group, question(3)), { tally: [[2, 4], [1, 3], [3, 1]], support: [[1, 5]] });
  const shown = [1, 2, 3].map((n) => [state.questions.get(n).votes, state.questions.get(n).support]);
  assert.deepEqual(shown, [[3, 5], [4, 4], [1, 1]]);
});

test("a tally may tell how many people came in, and a board that was on its way does not take it back", () => {
  const people = (used) => ({ how: "tickets", used, electorate: 9, words: `${used} of 9 used` });
  const came = { ...board(0, 1, [question(1)]), event: { slug: "q4", admission: people(2) } };
  const before = applyBoard(EMPTY, came).state;
  const told = { tally: [], support: [], admission: people(3) };
  const { state, changed } = applyTally(before, told);
  assert.deepEqual([state.event.admission.used, before.event.admission.used, changed.size], [3, 2, 0]);
  assert.equal(applyTally(state, told).state, state);
  assert.equal(applyTally(state, { tally: [], support: [] }).state, state);
  assert.equal(applyBoard(EMPTY, came, [told, { tally: [], support: [] }]).state.event.admission.used, 3);
});

test("a tally that changes nothing returns the same state", () => {
  const before = stateOf(question(1, { votes: 2 }));
  assert.equal(applyTally(before, { tally: [[1, 2]], support: [] }).state, before);
});

test("Popular sorts by votes, keeps docket order on ties, and has the stage on top", () => {
  const state = stateOf(
    question(1, { votes: 1 }),
    question(2, { votes: 8 }),
    question(3, { votes: 8 }),
    question(4, { next: true }),
    question(5, { live: true }),
    question(6, { votes: 99, answered_at: NOW }),
    question(7, { votes: 99, status: "filtered" }),
  );
  assert.deepEqual(numbers(questionsOf(state, "popular")), [5, 4, 2, 3, 1]);
});

test("New shows what waits, and leaves out what was filtered or withdrawn", () => {
  const state = stateOf(
    question(1),
    question(2, { status: "pending", text: null }),
    question(3, { status: "filtered" }),
    question(4, { status: "withdrawn", text: null }),
  );
  assert.deepEqual(numbers(questionsOf(state, "new")), [2, 1]);
});

test("Filtered out is sorted by votes, because support still counts", () => {
  const state = stateOf(
    question(1, { status: "filtered", votes: 1 }),
    question(2, { status: "filtered", votes: 30 }),
    question(3),
  );
  assert.deepEqual(numbers(questionsOf(state, "filtered")), [2, 1]);
});

test("Answered has the latest answer first", () => {
  const state = stateOf(question(1, { answered_at: NOW }), question(2, { answered_at: NOW - 1 }), question(3));
  assert.deepEqual(numbers(questionsOf(state, "answered")), [1, 2]);
});

test("Mine holds exactly the questions with a receipt, whatever became of them", () => {
  const state = stateOf(question(1), question(2, { status: "withdrawn" }), question(3, { status: "filtered" }));
  assert.deepEqual(numbers(questionsOf(state, "mine", new Set([2, 3, 77]))), [3, 2]);
});

test("the count on a tab is the number of its questions", () => {
  const state = stateOf(
    question(1, { answered_at: NOW }),
    question(2, { live: true }),
    question(3, { status: "filtered" }),
    question(4, { status: "pending", text: null }),
    question(5, { status: "withdrawn" }),
  );
  const mine = new Set([3, 5]);
  for (const [tab, count] of Object.entries(tabCounts(state, mine))) {
    assert.equal(questionsOf(state, tab, mine).length, count, tab);
  }
});

for (const [badge, changes] of Object.entries({
  shown: {},
  next: { next: true },
  live: { live: true, next: true },
  answered: { answered_at: NOW },
  filtered: { status: "filtered" },
  withdrawn: { status: "withdrawn" },
  merged: { status: "merged" },
  waiting: { status: "pending" },
  overdue: { status: "pending", due_at: NOW - MINUTE_MS },
  undecided: { status: "pending", undecided: true, overdue: true },
})) {
  test(`a question is ${badge} when it is ${JSON.stringify(changes)}`, () => {
    assert.equal(badgeOf(question(1, changes), NOW), badge);
  });
}

test("the docket is told in words, without what is zero", () => {
  const words = countWords(counts({ submitted: 41, published: 29, filtered: 8, pending: 4, overdue: 1 }), false);
  assert.deepEqual(
    words.map(({ count, word }) => `${count} ${word}`),
    ["41 asked", "29 shown", "8 filtered", "4 waiting (1 overdue)"],
  );
});

test("after the close, what waited is told as never decided", () => {
  const words = countWords(counts({ submitted: 2, published: 1, undecided: 1, pending: 1, overdue: 1 }), true);
  assert.deepEqual(
    words.map(({ count, word }) => `${count} ${word}`),
    ["2 asked", "1 shown", "0 filtered", "1 never decided"],
  );
});

test("the fewest entries move", () => {
  assert.deepEqual([...stayers([3, 0, 1, 2])].sort(), [0, 1, 2]);
  assert.equal(stayers([]).size, 0);
});

test("an update is an entry that came, went or moved", () => {
  assert.equal(countMoves([1, 2, 3], [1, 2, 3]), 0);
  assert.equal(countMoves([1, 2, 3], [3, 1, 2]), 1);
  assert.equal(countMoves([1, 2, 3], [1, 3]), 1);
  assert.equal(countMoves([1, 2, 3], [4, 1, 2]), 1, "the last entry of a page made room");
});
