import assert from "node:assert/strict";
import { test } from "node:test";

import { inThousands, readThousands, some } from "../../static/js/lib/numbers.js";
import { votersWords } from "../../static/js/stage/voters.js";

test("numbers are written as people read them, and read back", () => {
  for (const [count, written] of [[0, "0"], [999, "999"], [20_000, "20,000"], [1_234_567, "1,234,567"]]) {
    assert.equal(inThousands(count), written);
    assert.equal(readThousands(written), count);
  }
  assert.equal(some(1, "vote"), "1 vote");
  assert.equal(some(1_000, "entry", "entries"), "1,000 entries");
});

test("the stage says who stands behind the votes, and calls no checked one unverified", () => {
  const none = { used: null, electorate: null };
  assert.equal(votersWords({ ...none, how: "open" }), "votes unverified");
  assert.equal(votersWords({ how: "tickets", used: 1_200, electorate: 20_000 }), "1,200 of 20,000 tickets used");
  assert.equal(votersWords({ ...none, how: "provider", used: 3 }), "3 signed in");
});
