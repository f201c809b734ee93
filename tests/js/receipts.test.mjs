import assert from "node:assert/strict";
import { test } from "node:test";

import { Receipts } from "../../static/js/lib/receipts.js";
import { Memory } from "./helpers.mjs";

const receipt = (n, text = "Why?") => ({ n, author_key: "aa", text, kept_at: 0 });

test("a receipt outlives the page, newest docket number first", () => {
  const storage = new Memory();
  new Receipts("q4", storage).keep(receipt(3));
  new Receipts("q4", storage).keep(receipt(8));
  assert.deepEqual(new Receipts("q4", storage).list().map(({ n }) => n), [8, 3]);
});

test("receipts of one event are not those of another", () => {
  const storage = new Memory();
  new Receipts("q4", storage).keep(receipt(3));
  assert.equal(new Receipts("q1", storage).list().length, 0);
});

test("two open pages of one browser do not lose each other's receipts", () => {
  const storage = new Memory();
  const one = new Receipts("q4", storage);
  const other = new Receipts("q4", storage);
  one.keep(receipt(1));
  other.keep(receipt(2));
  one.refresh();
  assert.deepEqual([...one.numbers()].sort(), [1, 2]);
});

test("a revised question has one receipt, the latest", () => {
  const receipts = new Receipts("q4", new Memory());
  receipts.keep(receipt(1, "Why"));
  receipts.keep(receipt(1, "Why?"));
  assert.deepEqual(receipts.list().map(({ text }) => text), ["Why?"]);
});

test("a forgotten receipt is gone from storage", () => {
  const storage = new Memory();
  const receipts = new Receipts("q4", storage);
  receipts.keep(receipt(1));
  receipts.forget(1);
  assert.equal(new Receipts("q4", storage).find(1), undefined);
});

test("who leaves takes receipts and draft of this event along, and other tabs see that they left", () => {
  const storage = new Memory();
  const receipts = new Receipts("q4", storage);
  const [otherTab, otherEvent] = [new Receipts("q4", storage), new Receipts("q1", storage)];
  receipts.keep(receipt(1));
  otherEvent.keep(receipt(2));
  receipts.keepDraft({ text: "Why not", anonymous: true, name: "" });
  const key = "fair-hearing/receipts/q4";
  assert.equal(otherTab.isLeft(key), false);
  receipts.leave();
  assert.deepEqual([receipts.list(), receipts.draft()], [[], null]);
  assert.equal(otherTab.isLeft(key), true);
  assert.equal(otherTab.isLeft("fair-hearing/receipts/q1"), false);
  assert.deepEqual([...storage.keys()].sort(), ["fair-hearing/receipts/q1"]);
});

test("a browser that refuses storage still keeps receipts while the page is open, and says so", () => {
  const refusing = {
    getItem: () => null,
    setItem: () => {
      throw new Error("QuotaExceededError");
    },
    removeItem: () => undefined,
  };
  const receipts = new Receipts("q4", refusing);
  assert.equal(receipts.keep(receipt(1)), false);
  assert.equal(receipts.find(1)?.n, 1);
});

test("what something else wrote into storage does not break the page", () => {
  const storage = new Memory();
  storage.setItem("fair-hearing/receipts/q4", "{not json");
  storage.setItem("fair-hearing/draft/q4", "[");
  const receipts = new Receipts("q4", storage);
  assert.deepEqual(receipts.list(), []);
  assert.equal(receipts.draft(), null);
});

test("a draft keeps its client key until it is cleared, so that a retry is the same submission", () => {
  const storage = new Memory();
  const draft = { text: "Why?", anonymous: true, name: "", client_key: "k", author_key: "aa" };
  new Receipts("q4", storage).keepDraft(draft);
  assert.deepEqual(new Receipts("q4", storage).draft(), draft);
  new Receipts("q4", storage).keepDraft(null);
  assert.equal(new Receipts("q4", storage).draft(), null);
});
