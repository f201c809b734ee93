/** What the page's check says of who may take part; the cases of tests/ledger/test_admission.py. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { decodeLeaf, spell } from "../../static/js/verify/leaf.js";
import { Replay } from "../../static/js/verify/replay.js";

const ORIGIN = "questions.example.org/log/council";
const HASH = "0".repeat(64);
const ISSUER = "https://login.example.org/staff";
const TOTALS = ["submitted", "published", "filtered", "merged", "withdrawn", "undecided", "answered", "decisions", "appeals", "reviews", "votes"];

const opened = ["event.opened", { origin: ORIGIN, title: HASH, policy: 1 }];
const begun = ["event.state", { from: "draft", to: "open" }];
const closed = ["event.closed", Object.fromEntries(TOTALS.map((name) => [name, 0]))];
const tickets = ["admission", { how: "tickets", size: 3 }];
const signIn = ["admission", { how: "provider", size: 0, issuer: ISSUER }];
const elsewhere = ["admission", { how: "provider", size: 0, issuer: "https://else.example.org" }];
const votes = (count) => ["vote.snapshot", { from: 1, to: 1, counts: [count], votes: count, root: HASH }];
const gone = (fields) => ["admission.forgotten", fields];

/** @returns {string} what is wrong with a log of these leaves, nothing if it is in order */
function fault(...leaves) {
  const replay = new Replay("council", ORIGIN);
  try {
    for (const [k, fields] of leaves) {
      replay.append(decodeLeaf(spell({ k, ev: "council", t: "2026-11-23T16:45Z", v: 1, ...fields })));
    }
  } catch (error) {
    return error.message;
  }
  return "";
}

test("an honest log of any way in is in order", () => {
  assert.equal(fault(opened, begun, closed), "");
  assert.equal(fault(opened, tickets, begun, votes(2), gone({ size: 3, used: 2 }), closed), "");
  assert.equal(fault(opened, signIn, begun, votes(2), gone({ used: 2 }), closed), "");
  assert.equal(fault(opened, signIn, elsewhere, tickets, begun, gone({ size: 3, used: 0 }), closed), "");
});

test("a log that lies about who came in is found out", () => {
  const cases = {
    "A question has 3 votes, and 2 people were let in.": [opened, signIn, begun, votes(3), gone({ used: 2 })],
    "It says that no tickets were sent.": [opened, tickets, begun, gone({ used: 2 })],
    "It says that 3 tickets were sent.": [opened, signIn, begun, gone({ size: 3, used: 2 })],
    "It says that 4 tickets were sent.": [opened, tickets, begun, gone({ size: 4, used: 2 })],
    "It does not say how many people were let in.": [opened, signIn, begun, closed],
    "Who may take part was changed too late.": [opened, signIn, begun, elsewhere],
  };
  for (const [said, leaves] of Object.entries(cases)) assert.equal(fault(...leaves), said);
  assert.equal(fault(opened, begun, gone({ used: 0 })), "It says that no tickets were sent.");
});
