/** The page's check of a whole record: honest ones pass, and every lie is named for what it is. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { hex } from "../../static/js/lib/sha256.js";
import { leafHash } from "../../static/js/verify/merkle.js";
import { httpReader } from "../../static/js/verify/reader.js";
import { Session } from "../../static/js/verify/session.js";
import { alarmWords, factWords } from "../../static/js/verify/sentences.js";
import { Door, NOW, ORIGIN, Record, SLUG, cosigner, reply, signer } from "./record.mjs";

const MINUTE_MS = 60_000;

/** A record with every kind of question. */
function meeting() {
  const record = new Record();
  const receipts = [
    record.ask("Why did the office close?"),
    record.ask("Who decides? 🗳", { name: "Hildegard Knef" }),
    record.ask("Why is my neighbour paid more?"),
    record.ask("What about the e\u0301clairs?"),
    record.ask("Never mind"),
  ];
  record.decide(1, "publish");
  record.decide(2, "publish");
  record.decide(3, "filter", { reason: "off_topic", explanation: "Please ask your manager." });
  record.withdraw(5);
  record.answer(1, "Because of the **lease**.\n\n1. One\n2. Two", "<p>Because of the <strong>lease</strong>.</p><ol><li>One</li><li>Two</li></ol>");
  return { record, receipts };
}

/** A reader's browser: what it keeps, and how it looks again when it is told to. */
class Browser {
  memory = null;
  receipts = [];
  witnesses = [];
  now = NOW;

  constructor(record) {
    this.record = record;
    this.door = new Door(record);
    this.open();
  }

  /** Load the page anew. */
  open() {
    this.session = new Session(SLUG, ({ fresh }) => httpReader(SLUG, { fetch: this.door.fetch, fresh }));
  }

  async look(shown = this.record.shown()) {
    const { record, memory, receipts, now, session } = this;
    const request = { vkey: this.vkey ?? record.key.vkey, promiseKey: record.promises.vkey, memory, shown, receipts, now, witnesses: this.witnesses };
    const report = await session.check(structuredClone(request));
    if (report.memory) this.memory = report.memory;
    return report;
  }

  /** Look until it is settled, as the page does. */
  async check(shown) {
    for (let times = 0; times < 5; times += 1) {
      const report = await this.look(shown);
      if (report.state !== "unsettled") return report;
      this.now += 3000;
    }
    throw new Error("It never settles.");
  }
}

const codes = (report) => [...new Set(report.findings.map(({ code }) => code))];
async function alarm(browser, code, words, shown) {
  const report = await browser.check(shown);
  assert.equal(report.state, "alarm");
  assert.deepEqual(codes(report), [code]);
  assert.match(alarmWords(report.findings, NOW).join(" "), words);
  assert.ok(report.evidence.findings.length);
  assert.ok(!JSON.stringify(report).includes("ee".repeat(32)), "no author key leaves the browser");
  return report;
}

test("an honest record is found right, and what was checked is counted", async () => {
  const { record, receipts } = meeting();
  const browser = new Browser(record);
  browser.receipts = receipts;
  const { state, facts, receipts: outcomes } = await browser.look();
  assert.equal(state, "checked");
  assert.equal(facts.size, record.leaves.length);
  assert.deepEqual(facts.counts, { submitted: 5, pending: 1, published: 2, filtered: 1, merged: 0, withdrawn: 1, answered: 1 });
  assert.deepEqual(facts.closed, { waiting: 1, withdrawn: 1, replaced: 0, redacted: 0, erased: 0 });
  assert.equal(facts.opened, 9);
  assert.equal(facts.proven, 5);
  assert.ok(outcomes.every(({ proof }) => proof.startsWith("c2sp.org/tlog-proof@v1\n")));
});

test("two pages that stopped at different entries find the same words for the same number", async () => {
  const { record } = meeting();
  const early = new Browser(record);
  const { facts: before } = await early.look();
  record.decide(4, "publish");
  const late = new Browser(record);
  const { facts: after } = await late.look();
  assert.notDeepEqual(after.words, before.words);
  assert.deepEqual(late.session.wordsAt(before.size), before.words);
  assert.deepEqual(late.session.wordsAt(after.size), after.words);
  for (const size of [0, -1, after.size + 1]) assert.equal(late.session.wordsAt(size), null);
  assert.equal(early.session.wordsAt(after.size), null, "what it has not verified it has no words for");
});

test("a receipt on paper holds against its own record, and not against another or a shorter one", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  assert.equal(browser.session.holds({ entry: 1, leaf: "00".repeat(32) }), null);
  const { facts } = await browser.look();
  const leaf = hex(leafHash(Buffer.from(record.leaves[3])));
  const paper = { entry: 3, leaf, size: facts.size, root: facts.root };
  const holds = (changes) => browser.session.holds({ ...paper, ...changes });
  assert.equal(holds(), "holds");
  assert.equal(holds({ size: undefined, root: undefined }), "holds");
  assert.equal(holds({ entry: 4 }), "other");
  assert.equal(holds({ root: leaf }), "other");
  assert.equal(holds({ size: 4 }), "other");
  assert.equal(holds({ size: facts.size + 1 }), "shorter");
  assert.equal(holds({ entry: facts.size, size: undefined, root: undefined }), "shorter");
});

test("what witnesses cosigned is verified, and said; a checkpoint that contradicts the log is an alarm", async () => {
  const { record } = meeting();
  const witness = cosigner("witness.example.org/w1");
  const idle = cosigner("witness.example.net/w2");
  const at = NOW / 1000 - 90;
  const cosigned = record.checkpoint(7) + witness.line(record.checkpoint(7), at);
  const browser = new Browser(record);
  browser.witnesses = [witness.vkey, idle.vkey];
  browser.door.answers.set("/checkpoint", () => reply(cosigned, "text/plain"));
  const { state, facts } = await browser.look();
  assert.equal(state, "checked");
  assert.deepEqual(facts.cosigned, [{ name: "witness.example.org/w1", size: 7, at: at * 1000 }]);
  assert.match(factWords(facts, NOW).join(" "), /witness\.example\.org\/w1 cosigned the first 7 entries/u);
  const forged = record.checkpoint(7) + witness.line(record.checkpoint(8), at);
  browser.door.answers.set("/checkpoint", () => reply(forged, "text/plain"));
  assert.deepEqual((await browser.look()).facts.cosigned, []);
  const fork = record.checkpoint(7, record.root(6));
  browser.door.answers.set("/checkpoint", () => reply(fork + witness.line(fork, at), "text/plain"));
  await alarm(browser, "fork", /was rewritten/u);
});

test("a receipt is proven at once, and again under a checkpoint that a witness cosigned", async () => {
  const { record, receipts } = meeting();
  const witness = cosigner("witness.example.org/w1");
  const browser = new Browser(record);
  const [receipt] = receipts;
  browser.receipts = [receipt];
  const [{ proof: first }] = (await browser.look()).receipts;
  receipt.proof = first;
  browser.witnesses = [witness.vkey];
  const note = record.checkpoint(7);
  browser.door.answers.set("/checkpoint", () => reply(note + witness.line(note, NOW / 1000), "text/plain"));
  const [{ proof: second }] = (await browser.look()).receipts;
  assert.ok(!first.includes("witness.example.org"));
  assert.ok(second.endsWith(note + witness.line(note, NOW / 1000)));
  receipt.proof = second;
  record.decide(4, "publish");
  assert.equal((await browser.look()).receipts[0].proof, second, "one such proof is enough");
});

test("a page without witnesses asks for nothing more", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  assert.deepEqual((await browser.look()).facts.cosigned, []);
  assert.ok(!browser.door.asked.includes(`/log/${SLUG}/checkpoint`));
});

test("what was checked is said in plain sentences", async () => {
  const { record, receipts } = meeting();
  const browser = new Browser(record);
  browser.receipts = receipts.slice(0, 3);
  await browser.look();
  browser.now += MINUTE_MS;
  const { facts } = await browser.look();
  const said = factWords(facts, browser.now).join("\n");
  assert.match(said, /key that this browser first saw/u);
  assert.match(said, /Nothing that this browser saw before has gone/u);
  assert.match(said, /All 12 log entries together give the signed root/u);
  assert.match(said, /9 texts are word for word what was logged/u);
  assert.match(said, /1 waits for a decision/u);
  assert.match(said, /3 of your receipts are in the log/u);
  assert.match(said, /5 asked = 2 shown \+ 1 filtered \+ 1 withdrawn \+ 1 waiting/u);
});

test("a second look reads new entries only", async () => {
  const { record } = meeting();
  for (let n = 6; n <= 300; n += 1) record.ask(`Question ${n}?`);
  const browser = new Browser(record);
  await browser.look();
  browser.door.asked.length = 0;
  assert.equal((await browser.look()).state, "checked");
  assert.deepEqual(browser.door.asked, [`/log/${SLUG}/head`]);
  record.decide(4, "publish");
  browser.door.asked.length = 0;
  assert.equal((await browser.look()).state, "checked");
  assert.deepEqual(browser.door.asked, [
    `/log/${SLUG}/head`,
    `/log/${SLUG}/tile/entries/001.p/52`,
    `/api/events/${SLUG}/openings?since=5`,
  ]);
});

test("a record stays right through everything that can happen to it", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  const right = async () => assert.equal((await browser.look()).state, "checked", record.leaves.at(-1));
  await right();
  record.decide(3, "restore", { explanation: "A mistake" });
  await right();
  record.decide(3, "publish");
  await right();
  record.ask("One more?");
  await right();
  record.decide(4, "publish", { t: "2026-11-23T17:01Z", late: true });
  await right();
  record.log("vote.snapshot", { from: 1, to: 2, counts: [3, 1], votes: 4, root: "00".repeat(32) }, "2026-11-23T17:02Z");
  await right();
});

test("at the close the totals are those of the entries", async () => {
  const { record } = meeting();
  record.close();
  const browser = new Browser(record);
  assert.equal((await browser.look()).state, "checked");

  const { record: other } = meeting();
  other.log("event.closed", { submitted: 4, published: 2, filtered: 1, merged: 0, withdrawn: 1, answered: 1, undecided: 0, decisions: 0, appeals: 0, reviews: 0, votes: 0 });
  await alarm(new Browser(other), "order", /It counts 4 submitted/u);
});

/** Appeal against the decline of #3 and decide on it, as another moderator. */
function appeal(record, verdict, more = { appeal: 1 }) {
  if (more.appeal) record.log("appeal", { n: 3, seq: 1, by: "Author", due: "2030-01-01T00:00Z" });
  const expl = record.commit(record.leaves.length, "explanation", "Asked by many.");
  record.log("decision", { n: 3, seq: 2, sup: 1, verdict, expl, by: "Moderator B", auto: false, late: false, policy: 1, ...more });
  const row = record.rows.get(3);
  row.status = { publish: "published", restore: "pending" }[verdict];
  const decision = { seq: 2, verdict, explanation: "Asked by many.", by: "Moderator B", appeal: 1 };
  row.decision = { ...row.decision, ...decision, reason: null, reason_label: null };
}

test("an appeal may be won after the close, and no other decision follows it", async () => {
  const { record } = meeting();
  record.close();
  appeal(record, "publish");
  const { state, facts } = await new Browser(record).look();
  assert.equal(state, "checked");
  assert.equal(facts.counts.published, 3);

  for (const [verdict, more] of [["restore", { appeal: 1 }], ["publish", {}]]) {
    const { record: other } = meeting();
    other.close();
    appeal(other, verdict, more);
    await alarm(new Browser(other), "order", /A decision on #3 came after the end of the event/u);
  }
});

test("another key than the one first seen is an alarm", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  await browser.look();
  record.key = signer(ORIGIN);
  browser.open();
  const report = await alarm(browser, "key", /another key than the one that this browser first saw/u);
  assert.equal(report.evidence.verifier_key.first_seen, browser.memory.vkey);
  assert.equal(report.evidence.verifier_key.now, record.key.vkey);
});

test("a head that the key did not sign is an alarm", async () => {
  const { record } = meeting();
  const other = signer(ORIGIN);
  const browser = new Browser(record);
  const heads = {
    "signed by another": () => other.sign(`${ORIGIN}\n1\n${Buffer.alloc(32).toString("base64")}\n`),
    "changed after signing": () => record.checkpoint().replace(/\n12\n/u, "\n11\n"),
    "of another log": () => signer("questions.example.org/log/other").sign(`${ORIGIN}\n12\nAAAA\n`),
    "not a note": () => "It works!\n",
  };
  for (const [name, head] of Object.entries(heads)) {
    browser.door.answers.set("/head", () => reply(head(), "text/plain"));
    browser.open();
    const report = await alarm(browser, "signature", /not properly signed/u);
    assert.ok(report.evidence.checkpoints.now, name);
  }
});

test("a record that became shorter is an alarm with both heads as evidence", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  await browser.look();
  const before = record.checkpoint();
  record.leaves.length = 9;
  browser.open();
  const report = await alarm(browser, "rollback", /became shorter: it had 12 entries .* and has 9 now/u, null);
  assert.equal(report.evidence.checkpoints.seen_before.note, before);
});

test("a record that became shorter while its page is open is an alarm, and one old answer is not", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  const older = record.checkpoint();
  record.ask("One more?");
  await browser.look();
  browser.memory = null; // as in a browser that keeps nothing
  browser.door.answers.set("/head", () => reply(older, "text/plain"));
  assert.equal((await browser.look()).state, "unsettled");
  browser.door.answers.clear();
  browser.now += 3000;
  assert.equal((await browser.look()).state, "checked");
  browser.door.answers.set("/head", () => reply(older, "text/plain"));
  browser.memory = null;
  const report = await browser.look();
  assert.equal(report.state, "unsettled");
});

test("a record that was rewritten is an alarm, whether it grew or not", async () => {
  for (const grows of [false, true]) {
    const { record } = meeting();
    const browser = new Browser(record);
    await browser.look();
    const { record: other } = meeting();
    other.key = record.key;
    other.leaves[4] = other.leaves[4].replace('"flags":[]', '"flags":["link"]');
    if (grows) other.ask("One more?");
    browser.door.record = other;
    browser.record = other;
    browser.open();
    const report = await alarm(browser, "fork", /was rewritten: its first 12 entries are not those/u, null);
    assert.equal(report.evidence.checkpoints.seen_before.note, record.checkpoint());
    assert.equal(report.evidence.checkpoints.now, other.checkpoint());
    assert.equal(report.evidence.leaves.length, other.leaves.length);
  }
});

test("a record that is rewritten while its page is open is an alarm", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  await browser.look();
  record.leaves[4] = record.leaves[4].replace('"flags":[]', '"flags":["link"]');
  await alarm(browser, "fork", /was rewritten/u, null);
});

test("every byte of every entry is covered by the signed root", async () => {
  const { record } = meeting();
  const note = record.checkpoint();
  const honest = record.bundle(0, record.leaves.length);
  for (let at = 0; at < honest.length; at += 7) {
    const data = Buffer.from(honest);
    data[at] ^= 1 << at % 8;
    const browser = new Browser(record);
    browser.door.answers.set("/head", () => reply(note, "text/plain"));
    browser.door.answers.set("/tile/", () => reply(data, "application/octet-stream"));
    const report = await browser.check(null);
    assert.equal(report.state, "alarm");
    assert.ok(["root", "leaf"].includes(report.findings[0].code));
  }
});

test("a dropped, doubled or swapped entry is an alarm", async () => {
  const damages = {
    dropped: (leaves) => leaves.toSpliced(5, 1),
    doubled: (leaves) => leaves.toSpliced(5, 0, leaves[5]),
    swapped: (leaves) => leaves.with(5, leaves[6]).with(6, leaves[5]),
    replaced: (leaves) => leaves.with(5, leaves[6]),
  };
  for (const [name, damage] of Object.entries(damages)) {
    const { record } = meeting();
    const note = record.checkpoint();
    const browser = new Browser(record);
    browser.door.answers.set("/head", () => reply(note, "text/plain"));
    record.leaves = damage(record.leaves);
    const report = await browser.check(null);
    assert.equal(report.state, "alarm", name);
    assert.ok(["root", "leaf"].includes(report.findings[0].code), name);
  }
});

test("a copy that was damaged in the browser's own cache is read again, and is no alarm", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  let times = 0;
  browser.door.answers.set("/tile/", () => {
    times += 1;
    const data = record.bundle(0, record.leaves.length);
    if (times === 1) data[100] ^= 1;
    return reply(data, "application/octet-stream");
  });
  assert.equal((await browser.look()).state, "checked");
  assert.equal(times, 2);
});

test("entries that the server signed for and does not hand out are an alarm, if it stays so", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  browser.door.answers.set("/tile/", () => reply("", "text/plain", 404));
  assert.equal((await browser.look()).state, "unsettled");
  await alarm(browser, "missing", /does not hand out/u);
});

test("merged questions are found where the record has them, and each is counted once", async () => {
  const { record } = meeting();
  record.decide(4, "merge", { into: 2, explanation: "Asks the same as #2." });
  record.decide(3, "merge", { into: 2, explanation: "Asks the same as #2." });
  record.decide(3, "restore", { explanation: "It does not." });
  const { state, facts } = await new Browser(record).check();
  assert.equal(state, "checked");
  assert.deepEqual([facts.counts.published, facts.counts.merged, facts.counts.filtered], [2, 1, 1]);
  record.withdraw(2);
  assert.equal((await new Browser(record).check()).state, "checked");
  assert.equal(record.rows.get(4).status, "pending");
});

test("a merge that is shown otherwise than it was logged is an alarm", async () => {
  const { record } = meeting();
  record.decide(4, "merge", { into: 2 });
  const elsewhere = record.shown();
  elsewhere.rows[3].merged_into = 1;
  await alarm(new Browser(record), "shown", /#4 is shown with another status/u, elsewhere);
  const hidden = record.shown();
  hidden.rows[1].merged = [];
  await alarm(new Browser(record), "shown", /#2 is shown with another status/u, hidden);
});

test("a filtered question that was merged for a while is shown with the reason that stands", async () => {
  const { record } = meeting();
  const { decision } = record.rows.get(3);
  record.decide(3, "merge", { into: 2 });
  record.decide(3, "restore", { explanation: "It does not ask the same." });
  assert.equal((await new Browser(record).check()).state, "checked");
  record.decide(3, "merge", { into: 2 });
  const merged = structuredClone(record.rows.get(3).decision);
  record.withdraw(2);
  assert.deepEqual(record.rows.get(3).decision, decision);
  const page = record.shown();
  assert.equal((await new Browser(record).check(page)).state, "checked");
  page.rows[2].decision = merged;
  await alarm(new Browser(record), "shown", /#3 is shown with another decision/u, page);
});

test("entries that are signed for but out of order are named", async () => {
  const cases = [
    [(record) => record.log("withdrawn", { n: 9 }), /#9, which nobody has asked/u],
    [(record) => record.log("withdrawn", { n: 1 }, "2026-11-23T16:44Z"), /older than the one before/u],
    [(record) => record.log("event.opened", { origin: ORIGIN, title: "00".repeat(32), policy: 1 }), /begin with its event/u],
    [(record) => record.leaves.push(record.leaves.at(-1).replace(SLUG, "autumn-2026")), /another event/u],
    [(record) => record.leaves.push(record.leaves[2].replace('"n":1', '"n":7')), /Docket number 6 is left out/u],
    [(record) => record.leaves.push(record.leaves[2]), /Docket number 6 is left out: #1/u],
    [(record) => record.leaves.push(record.leaves[9].replace('"seq":1', '"seq":3').replace('"t"', '"sup":2,"t"')), /Decision 2 on #3 is left out/u],
    [(record) => record.leaves.push(record.leaves[9].replace('"seq":1', '"seq":2')), /does not say what it replaces/u],
    [(record) => record.leaves.push(record.leaves[9].replace('"n":3', '"n":5')), /after it was withdrawn/u],
    [(record) => record.leaves.push(record.leaves[9].replace('"n":3', '"n":4').replace('"policy":1', '"policy":2')), /policy that is not logged/u],
    [(record) => record.leaves.push(record.leaves[9].replace('"n":3', '"n":4').replace('"late":false', '"late":true')), /wrong about the deadline/u],
    [(record) => record.decide(4, "publish", { t: "2026-11-23T17:01Z" }), /wrong about the deadline/u],
    [(record) => record.decide(4, "merge", { into: 3 }), /#4 is merged into #3, which was not shown/u],
    [(record) => record.decide(4, "merge", { into: 4 }), /#4 is merged into #4, which was not shown/u],
    [
      (record) => {
        record.decide(4, "merge", { into: 2 });
        record.decide(2, "filter", { reason: "off_topic" });
      },
      /Others are merged into #2/u,
    ],
    [(record) => record.log("policy.published", { version: 3, sha256: "00".repeat(32) }), /version of the policy is left out/u],
    [(record) => record.log("anchor", { origin: ORIGIN, size: 1, root: "00".repeat(32) }), /registry/u],
  ];
  for (const [lie, words] of cases) {
    const { record } = meeting();
    lie(record);
    await alarm(new Browser(record), "order", words, null);
  }
});

test("a leaf with free text in it is an alarm", async () => {
  const { record } = meeting();
  record.leaves.push(record.leaves.at(-1).replace('"v":1', '"note":"about Hildegard","v":1'));
  await alarm(new Browser(record), "leaf", /Entry 12 is not in the form/u, null);
});

test("a swapped text is named with its number", async () => {
  const { record } = meeting();
  record.openings.find(({ field, text }) => field === "text" && text.startsWith("Who")).text = "Who does not decide?";
  const report = await alarm(new Browser(record), "text", /The words of #2 that the server hands out are not those/u, null);
  assert.deepEqual(report.evidence.findings[0].shown.text, "Who does not decide?");
  assert.ok(report.evidence.leaves.some(({ index }) => index === report.findings[0].leaf));
});

test("a text that another one's salt opens is not taken for it", async () => {
  const { record } = meeting();
  const [one, other] = record.openings.filter(({ field }) => field === "text");
  [one.text, one.salt, other.text, other.salt] = [other.text, other.salt, one.text, one.salt];
  const report = await new Browser(record).check(null);
  assert.deepEqual(codes(report), ["text"]);
  assert.equal(report.findings.length, 2);
});

test("a text that should be public and is not handed out is an alarm, if it stays so", async () => {
  for (const [field, words] of [["text", /words of #1/u], ["name", /name of #2/u], ["explanation", /reasons for #1/u], ["answer", /answer to #1/u]]) {
    const { record } = meeting();
    const place = record.openings.findIndex((opening) => opening.field === field);
    record.openings.splice(place, 1);
    const browser = new Browser(record);
    assert.equal((await browser.look(null)).state, "unsettled");
    await alarm(browser, "unopened", words, null);
  }
});

test("a redaction explains why the words of a second review are closed, and nothing else does", async () => {
  const { record } = meeting();
  const commit = (field, text) => record.commit(record.leaves.length, field, text);
  const drop = (leaf) => {
    record.openings = record.openings.filter((opening) => opening.leaf !== leaf || opening.field !== "explanation");
  };
  const reviewed = record.leaves.length;
  const expl = commit("explanation", "It is about Ada Lovelace.");
  record.log("review", { n: 2, seq: 1, verdict: "filter", reason: "off_topic", expl, by: "Moderator C", policy: 1 });
  const browser = new Browser(record);
  const page = (/** @type {any} */ of) => {
    const shown = of.shown();
    shown.rows[1].second_reviews = [{ seq: 1, verdict: "filter", by: "Moderator C", reason: "off_topic" }];
    return shown;
  };
  assert.equal((await browser.look(page(record))).state, "checked");
  drop(reviewed);
  const why = { basis: "personal_data", by: "Moderator A", second: "Owner", expl: commit("explanation", "A person is named.") };
  const shown = commit("redacted", "It is about [redacted].");
  record.log("redaction", { n: 2, what: "review", seq: 1, spans: 1, shown, ...why });
  const { state, facts } = await browser.look(page(record));
  assert.equal(state, "checked");
  assert.equal(facts.closed.redacted, 1);

  const { record: other } = meeting();
  const bare = other.commit(other.leaves.length, "explanation", "It is about Ada Lovelace.");
  other.log("review", { n: 2, seq: 1, verdict: "filter", reason: "off_topic", expl: bare, by: "Moderator C", policy: 1 });
  other.openings = other.openings.filter((opening) => opening.leaf !== other.leaves.length - 1);
  await alarm(new Browser(other), "unopened", /#2/u, page(other));
});

test("a redaction, an erasure or a new wording explains why a text is closed", async () => {
  const { record } = meeting();
  const drop = (leaf, field) => {
    record.openings = record.openings.filter((opening) => opening.leaf !== leaf || opening.field !== field);
  };
  const at = (leaf) => record.commit(leaf, "explanation", "A person is named.");
  drop(2, "text");
  let leaf = record.leaves.length;
  const shown = record.commit(leaf, "redacted", "Why did ████ close?");
  record.log("redaction", { n: 1, what: "text", basis: "personal_data", by: "Moderator A", second: "Owner", spans: 1, shown, expl: at(leaf) });
  drop(8, "explanation");
  leaf = record.leaves.length;
  record.log("redaction", { n: 2, what: "explanation", seq: 1, basis: "personal_data", by: "Moderator A", second: "Owner", spans: 0, expl: at(leaf) });
  drop(3, "name");
  record.log("erasure", { n: 2, what: ["name"], by: "Author", basis: "request" });
  const browser = new Browser(record);
  const page = record.shown();
  page.rows[0].text = "Why did ████ close?";
  page.rows[1].name = null;
  page.rows[1].decision.explanation = null;
  const { state, facts } = await browser.look(page);
  assert.equal(state, "checked");
  assert.deepEqual(facts.closed, { waiting: 1, withdrawn: 1, replaced: 0, redacted: 2, erased: 1 });
  page.rows[0].text = "Why did nobody close?";
  await alarm(browser, "shown", /#1 shows other words/u, page);
});

test("whatever the page shows and the log does not say is an alarm, if it stays so", async () => {
  const lies = [
    [1, { text: "Why did the office not close?" }, /#1 shows other words/u],
    [2, { name: "Somebody Else" }, /#2 shows another name/u],
    [2, { anonymous: true }, /#2 shows another name/u],
    [3, { status: "published" }, /#3 is shown with another status/u],
    [3, { status: "pending", decision: null }, /#3/u],
    [4, { status: "withdrawn" }, /#4 is shown with another status/u],
    [4, { text: "What about the éclairs?" }, /#4 shows other words/u],
    [4, { due_at: NOW + MINUTE_MS }, /deadline/u],
    [1, { live: true }, /stage/u],
    [1, { answered_at: null, answered_how: null }, /answer/u],
    [1, { answer_html: "<p>Because of the <strong>owner</strong>.</p>" }, /#1 shows another answer/u],
    [1, { leaf_index: 7 }, /#1/u],
    [3, { decision: { ...meeting().record.rows.get(3).decision, reason: "spam" } }, /another reason/u],
    [3, { decision: { ...meeting().record.rows.get(3).decision, reason_label: "Spam" } }, /another reason/u],
    [3, { decision: { ...meeting().record.rows.get(3).decision, by: "Owner" } }, /decision/u],
    [3, { decision: { ...meeting().record.rows.get(3).decision, explanation: "No." } }, /explanation/u],
    [3, { decision: { ...meeting().record.rows.get(3).decision, overdue: true } }, /deadline/u],
    [3, { decision: { ...meeting().record.rows.get(3).decision, seq: 2 } }, /decision/u],
  ];
  for (const [n, change, words] of lies) {
    const { record } = meeting();
    const page = record.shown();
    Object.assign(page.rows[n - 1], change);
    const browser = new Browser(record);
    assert.equal((await browser.look(page)).state, "unsettled", JSON.stringify(change));
    const report = await browser.check(page);
    assert.equal(report.state, "alarm");
    assert.ok(report.findings.every((finding) => finding.code === "shown" && finding.n === n));
    assert.match(alarmWords(report.findings, NOW).join(" "), words);
  }
});

test("words printed by the server are compared as they are shown", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  const rows = [
    { n: 2, status: "published", printed: { text: "Who decides? 🗳", asker: "Hildegard Knef", reason: "", explanation: "", decided: "Shown by Moderator A" } },
    { n: 3, status: "filtered", printed: { text: "Why is my neighbour paid more?", asker: "Anonymous", reason: "Not about this", explanation: "Please ask your manager.", decided: "Filtered by Moderator A" } },
    { n: 4, status: "pending", printed: { text: "", asker: "", reason: "", explanation: "", decided: "" } },
  ];
  const page = { rows, complete: false, counts: null };
  rows[2].printed.asker = undefined;
  assert.equal((await browser.look(page)).state, "checked");
  for (const name of ["text", "asker", "reason", "explanation", "decided"]) {
    const lie = structuredClone(page);
    lie.rows[1].printed[name] = "Something else";
    browser.open();
    assert.deepEqual(codes(await browser.check(lie)), ["shown"], name);
  }
});

test("a question that is in the log and not on the page is an alarm, and the other way round", async () => {
  const { record } = meeting();
  const page = record.shown();
  page.rows.splice(2, 1);
  await alarm(new Browser(record), "absent", /#3 is on the record, and this page does not show it/u, page);
  const more = record.shown();
  more.rows.push({ ...more.rows[0], n: 6 });
  await alarm(new Browser(record), "unknown", /#6 is shown, and is not on the record/u, more);
});

test("numbers that do not add up are an alarm, and so are other numbers than the log's", async () => {
  const { record } = meeting();
  const sums = record.shown();
  sums.counts.filtered = 0;
  const report = await new Browser(record).check(sums);
  assert.deepEqual(codes(report), ["counts"]);
  assert.match(alarmWords(report.findings, NOW).join(" "), /do not add up: 5 asked, but/u);
  const fewer = record.shown();
  fewer.counts.filtered = 0;
  fewer.counts.submitted = 4;
  await alarm(new Browser(record), "counts", /numbers on this page are not those of the record/u, fewer);
});

test("another title or policy than the logged one is an alarm", async () => {
  const { record } = meeting();
  await alarm(new Browser(record), "shown", /title/u, { ...record.shown(), title: "No hands" });
  record.policies[0] = { ...record.policies[0], introduction: "Anything goes" };
  await alarm(new Browser(record), "policy", /policy that the server shows is not the one/u);
});

test("a decision for a reason that the policy does not have is an alarm", async () => {
  const { record } = meeting();
  record.decide(4, "filter", { reason: "because_i_say_so" });
  await alarm(new Browser(record), "reason", /#4 was decided for a reason that the policy does not have/u, null);
});

test("what was redacted while the page is open is compared with what is left of it", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  await browser.look();
  const hide = (fields, left) => {
    const leaf = record.leaves.length;
    const expl = record.commit(leaf, "explanation", "A person is named.");
    const shown = left === undefined ? {} : { shown: record.commit(leaf, "redacted", left) };
    const people = { basis: "personal_data", by: "Moderator A", second: "Owner", spans: left === undefined ? 0 : 1 };
    record.log("redaction", { ...fields, ...people, ...shown, expl });
  };
  hide({ n: 3, what: "explanation", seq: 1 }, "Please ask your ███.");
  hide({ n: 1, what: "answer", seq: 1 }, "Because of the ███.");
  hide({ n: 2, what: "text" });
  const page = record.shown();
  page.rows[2].decision.explanation = "Please ask your ███.";
  page.rows[0].answer_html = "<p>Because of the ███.</p>";
  page.rows[1].text = null;
  assert.equal((await browser.look(page)).state, "checked");
  page.rows[2].decision.explanation = "Please ask your manager.";
  await alarm(browser, "shown", /#3 shows another explanation/u, page);
});

test("words that are shown although the record says that they are hidden are an alarm", async () => {
  for (const what of ["text", "name"]) {
    const { record } = meeting();
    const browser = new Browser(record);
    await browser.look();
    const page = record.shown();
    record.log("erasure", { n: 2, what: [what], by: "Author", basis: "author" });
    await alarm(browser, "shown", what === "text" ? /#2 shows other words/u : /#2 shows another name/u, page);
    page.rows[1][what] = null;
    assert.equal((await new Browser(record).look(page)).state, "checked");
  }
});

test("what a redaction left of words stays closed until a decision, as they were", async () => {
  const { record } = meeting();
  const waiting = record.shown().rows.find(({ status }) => status === "pending");
  const leaf = record.leaves.length;
  const shown = record.commit(leaf, "redacted", "Why did [redacted] leave?");
  record.openings = record.openings.filter((opening) => opening.leaf !== leaf);
  const expl = record.commit(leaf, "explanation", "A person is named.");
  const people = { basis: "personal_data", by: "Moderator A", second: "Owner", spans: 1 };
  record.log("redaction", { n: waiting.n, what: "text", ...people, shown, expl });
  const browser = new Browser(record);
  assert.equal((await browser.look(record.shown())).state, "checked");
  record.decide(waiting.n, "publish");
  assert.equal((await browser.look(null)).state, "unsettled");
});

test("a page that lags behind for a moment is no alarm", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  const before = record.shown();
  record.decide(4, "publish");
  assert.equal((await browser.look(before)).state, "unsettled");
  browser.now += 3000;
  assert.equal((await browser.look()).state, "checked");
});

test("a receipt whose question is not in the log is an alarm", async () => {
  const { record } = meeting();
  const elsewhere = meeting();
  elsewhere.record.promises = record.promises;
  const lost = { ...elsewhere.record.ask("Where is this one?"), kept_at: NOW - 20 * MINUTE_MS };
  const browser = new Browser(record);
  browser.receipts = [lost];
  const report = await alarm(browser, "receipt", /Your question #6 is not in the log/u);
  assert.equal(report.evidence.receipts[0].promise, lost.promise);
  assert.ok(!("salt" in report.evidence.receipts[0]) && !("text" in report.evidence.receipts[0]));
});

test("a receipt that is a moment old may wait for its place in the log", async () => {
  const { record } = meeting();
  const elsewhere = meeting();
  elsewhere.record.promises = record.promises;
  const browser = new Browser(record);
  browser.receipts = [elsewhere.record.ask("Where is this one?")];
  const report = await browser.look();
  assert.equal(report.state, "checked");
  assert.equal(report.facts.promised, 1);
});

test("a receipt that the log contradicts in any way is an alarm", async () => {
  const cases = [
    [{ leaf_index: 3 }, "absent"],
    [{ text: "Something else" }, "other_words"],
    [{ anonymous: false }, "other_words"],
    [{ salt: "00".repeat(32) }, "other_words"],
    [{ leaf_hash: "00".repeat(32) }, "broken_promise"],
    [{ n: 2 }, "broken_promise"],
  ];
  for (const [change, fault] of cases) {
    const { record, receipts } = meeting();
    const browser = new Browser(record);
    browser.receipts = [{ ...receipts[0], ...change }];
    const report = await alarm(browser, "receipt", /[Yy]our (question|receipt)/u);
    assert.equal(report.findings[0].detail, fault);
  }
  const { record, receipts } = meeting();
  const browser = new Browser(record);
  const promise = signer("questions.example.org/promise").sign(receipts[0].promise.split("\n\n")[0] + "\n");
  browser.receipts = [{ ...receipts[0], promise }];
  assert.equal((await browser.check()).findings[0].detail, "broken_promise");
});

test("words are those that were typed, but for white space at the ends and the kind of line end", async () => {
  const { record } = meeting();
  const receipt = record.ask("Why?\nReally");
  const browser = new Browser(record);
  browser.receipts = [{ ...receipt, text: "  Why?\r\nReally\n" }];
  assert.equal((await browser.look()).facts.proven, 1);
});

test("a proof that was kept finds a rewritten and a shortened log, even with no other memory", async () => {
  const { record, receipts } = meeting();
  const browser = new Browser(record);
  browser.receipts = receipts.slice(0, 1);
  const [{ proof }] = (await browser.look()).receipts;

  const { record: other } = meeting();
  other.key = record.key;
  other.leaves[7] = other.leaves[7].replace("Moderator A", "Moderator B");
  const forked = new Browser(other);
  forked.record.promises = record.promises;
  forked.receipts = [{ ...receipts[0], proof }];
  const fork = await alarm(forked, "receipt", /#1 proves that the record was rewritten/u, null);
  assert.equal(fork.findings[0].detail, "fork");
  assert.ok(proof.endsWith(fork.findings[0].older));

  record.leaves.length = 9;
  const shorter = new Browser(record);
  shorter.receipts = [{ ...receipts[0], proof }];
  const report = await shorter.check(null);
  assert.ok(report.findings.some(({ detail }) => detail === "rollback"));
});

test("a proof that was damaged in the browser is made again", async () => {
  const { record, receipts } = meeting();
  const browser = new Browser(record);
  const [{ proof }] = (browser.receipts = receipts.slice(0, 1), (await browser.look()).receipts);
  const lines = proof.split("\n");
  const damages = ["nonsense", proof.replace("index 2", "index 3"), lines.with(2, lines[3]).join("\n"), proof.replace("\n12\n", "\n11\n")];
  for (const damaged of damages) {
    browser.receipts = [{ ...receipts[0], proof: damaged }];
    const report = await browser.look();
    assert.equal(report.state, "checked");
    assert.equal(report.receipts[0].proof, proof);
  }
});

test("asking for a proof would tell whose question it is, so nothing is asked for", async () => {
  const { record, receipts } = meeting();
  const browser = new Browser(record);
  await browser.look();
  const others = [...browser.door.asked];
  browser.open();
  browser.door.asked.length = 0;
  browser.receipts = receipts;
  await browser.look();
  assert.deepEqual(browser.door.asked, others);
});

test("a failing network is not an alarm, and the check goes on where it was", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  await browser.look();
  const failures = {
    "no answer": async () => {
      throw new TypeError("Failed to fetch");
    },
    "a busy server": () => reply("", "text/html", 503),
    "a hotel's sign-in page": () => reply("<h1>Welcome</h1>", "text/html"),
    "an answer cut short": () =>
      new Response(new ReadableStream({ start: (controller) => controller.error(new Error("reset")) }), {
        headers: { "Content-Type": "text/plain" },
      }),
  };
  for (const [name, failure] of Object.entries(failures)) {
    for (const path of ["/head", "/tile/", "/openings"]) {
      if (name === "an answer cut short" && path !== "/head") continue;
      record.decide(record.ask("One more?").n, "publish");
      browser.door.answers.set(path, failure);
      const report = await browser.look();
      assert.equal(report.state, "unreachable", `${name} at ${path}`);
      assert.deepEqual(report.findings, []);
      browser.door.answers.clear();
    }
  }
  assert.equal((await browser.look()).state, "checked");
});

test("an entry newer than the page is neither right nor wrong", async () => {
  const { record } = meeting();
  const browser = new Browser(record);
  await browser.look();
  record.leaves.push(`{"ev":"${SLUG}","k":"future.kind","t":"2026-11-23T16:45Z","v":1}`);
  for (let times = 0; times < 3; times += 1) assert.equal((await browser.look()).state, "outdated");
});

test("what the server hands out in another shape than agreed does not pass", async () => {
  const { record } = meeting();
  for (const openings of ["[1]", '{"openings":3}', '{"openings":[{"leaf":0,"field":"title","salt":7,"text":{}}]}']) {
    const browser = new Browser(record);
    browser.door.answers.set("/openings", () => reply(openings, "application/json"));
    assert.notEqual((await browser.look()).state, "checked");
  }
});

test("two thousand questions are verified well within two seconds", async () => {
  const record = new Record();
  for (let n = 1; n <= 2000; n += 1) {
    record.ask(`Question number ${n}: why did we stop the plan for the new building in the south?`);
    record.decide(n, n % 5 ? "publish" : "filter", n % 5 ? {} : { reason: "off_topic", explanation: "Not about this meeting." });
  }
  const browser = new Browser(record);
  const shown = record.shown();
  const note = record.checkpoint();
  browser.door.answers.set("/head", () => reply(note, "text/plain"));
  const start = process.cpuUsage(); // of the processor: the machine is shared, and its clock runs for all
  const { state, facts } = await browser.look(shown);
  const { user, system } = process.cpuUsage(start);
  assert.equal(state, "checked");
  assert.equal(facts.size, 4002);
  assert.ok((user + system) / 1000 < 2000, `${(user + system) / 1000} ms`);
});
