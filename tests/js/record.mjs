/** A server of one event's record, honest until a test makes it lie. Signing is done by Node, not by the code under test. */

import { createHash, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

import { commitText } from "../../static/js/verify/commitments.js";
import { spell } from "../../static/js/verify/leaf.js";
import { Tree, leafHash } from "../../static/js/verify/merkle.js";
import { question as view } from "./helpers.mjs";

export const SLUG = "spring-2026";
export const ORIGIN = `questions.example.org/log/${SLUG}`;
export const NOW = Date.UTC(2026, 10, 23, 17, 30);
const bytes = (text) => new TextEncoder().encode(text);
const sha256 = (data) => createHash("sha256").update(data).digest();
const base64 = (data) => Buffer.from(data).toString("base64");

/** A signer of notes by a fresh key. */
export function signer(name) {
  const { privateKey } = generateKeyPairSync("ed25519");
  const typed = Buffer.concat([Buffer.of(1), createPublicKey(privateKey).export({ type: "spki", format: "der" }).subarray(-32)]);
  const id = sha256(Buffer.concat([bytes(`${name}\n`), typed])).subarray(0, 4);
  return {
    vkey: `${name}+${id.toString("hex")}+${base64(typed)}`,
    sign: (text) => `${text}\n— ${name} ${base64(Buffer.concat([id, sign(null, bytes(text), privateKey)]))}\n`,
  };
}

/** A witness with a fresh key. */
export function cosigner(name) {
  const { privateKey } = generateKeyPairSync("ed25519");
  const typed = Buffer.concat([Buffer.of(4), createPublicKey(privateKey).export({ type: "spki", format: "der" }).subarray(-32)]);
  const id = sha256(Buffer.concat([bytes(`${name}\n`), typed])).subarray(0, 4);
  const time = Buffer.alloc(8);
  return {
    vkey: `${name}+${id.toString("hex")}+${base64(typed)}`,
    line(note, at) {
      time.writeBigUInt64BE(BigInt(at));
      const message = `cosignature/v1\ntime ${at}\n${note.split("\n\n")[0]}\n`;
      return `— ${name} ${base64(Buffer.concat([id, time, sign(null, bytes(message), privateKey)]))}\n`;
    },
  };
}

/** The record of an event, as the server holds it. */
export class Record {
  key = signer(ORIGIN);
  promises = signer("questions.example.org/promise");
  /** Leaves as text. */
  leaves = [];
  openings = [];
  policies = [];
  rows = new Map();
  title = "All hands";
  state = "live";
  #salts = 0;

  constructor() {
    const leaf = this.leaves.length;
    this.log("event.opened", { origin: ORIGIN, title: this.commit(leaf, "title", this.title), policy: 1 });
    this.publishPolicy({ introduction: "Voilà ✓", reason_codes: [{ code: "off_topic", label: "Not about this" }] });
  }

  log(k, fields, t = "2026-11-23T16:45Z") {
    this.leaves.push(spell({ ...fields, k, ev: SLUG, t, v: 1 }));
    return this.leaves.length - 1;
  }

  salt() {
    this.#salts += 1;
    return sha256(`salt ${this.#salts}`).toString("hex");
  }

  commit(leaf, field, text) {
    const salt = this.salt();
    this.openings.push({ leaf, field, salt, text });
    return commitText(salt, field, SLUG, text);
  }

  publishPolicy(document) {
    this.policies.push(document);
    const hash = sha256(spell(document)).toString("hex");
    this.log("policy.published", { version: this.policies.length, sha256: hash });
  }

  /** @returns the receipt that the author gets */
  ask(text, { name, due = "2026-11-23T17:00Z" } = {}) {
    const n = this.rows.size + 1;
    const leaf_index = this.leaves.length;
    const salt = this.salt();
    const fields = { n, text: commitText(salt, "text", SLUG, text), anon: name === undefined, src: "live", due, policy: 1, flags: [] };
    const hidden = [{ leaf: leaf_index, field: "text", salt, text }];
    if (name !== undefined) {
      const name_salt = this.salt();
      hidden.push({ leaf: leaf_index, field: "name", salt: name_salt, text: name });
      fields.name = commitText(name_salt, "name", SLUG, name);
    }
    this.log("question.submitted", fields);
    const row = view(n, { status: "pending", text: null, due_at: Date.parse(due), anonymous: name === undefined, leaf_index });
    this.rows.set(n, Object.assign(row, { hidden, made: [], wanted: { text, name: name ?? null } }));
    const hash = leafHash(bytes(this.leaves[leaf_index]));
    const promise = this.promises.sign(`${ORIGIN}/promise\n${base64(hash)}\n${n}\n${due}\n`);
    return {
      n,
      author_key: "ee".repeat(32),
      text,
      anonymous: name === undefined,
      leaf: this.leaves[leaf_index],
      leaf_hash: Buffer.from(hash).toString("hex"),
      leaf_index,
      promise,
      salt,
      kept_at: NOW - 60_000,
    };
  }

  decide(n, verdict, { reason, into, explanation = "", t, late = false } = {}) {
    const row = this.rows.get(n);
    const was = row.status;
    row.decision_count += 1;
    const seq = row.decision_count;
    const leaf = this.leaves.length;
    const decision = {
      n,
      seq,
      verdict,
      expl: this.commit(leaf, "explanation", explanation),
      by: "Moderator A",
      auto: false,
      late,
      policy: 1,
      ...(reason ? { reason } : {}),
      ...(into ? { into } : {}),
      ...(seq > 1 ? { sup: seq - 1 } : {}),
    };
    this.log("decision", decision, t);
    this.openings.push(...row.hidden.splice(0));
    row.status = { publish: "published", filter: "filtered", restore: row.before ?? "pending", merge: "merged" }[verdict];
    this.#group(row, into ?? null, was);
    Object.assign(row, row.wanted);
    row.made.push({
      seq,
      verdict,
      reason: reason ?? null,
      reason_label: reason ? "Not about this" : null,
      explanation,
      by: "Moderator A",
      automated: false,
      rule: null,
      overdue: late,
      at: NOW,
      policy_version: 1,
      into: into ?? null,
    });
    stand(row);
  }

  withdraw(n) {
    this.log("withdrawn", { n });
    const row = this.rows.get(n);
    row.status = "withdrawn";
    for (const other of row.merged.map((each) => this.rows.get(each))) {
      other.status = other.before;
      this.#group(other, null);
      stand(other);
    }
  }

  #group(row, into, was) {
    const { merged } = this.rows.get(row.merged_into) ?? { merged: [] };
    if (merged.includes(row.n)) merged.splice(merged.indexOf(row.n), 1);
    Object.assign(row, { merged_into: into, before: into ? was : undefined });
    this.rows.get(into)?.merged.push(row.n);
  }

  answer(n, markdown, html) {
    const leaf = this.leaves.length;
    this.log("answered", { n, mode: "written", answer: this.commit(leaf, "answer", markdown), by: "Presenter A" });
    Object.assign(this.rows.get(n), { answered_at: NOW, answered_how: "written", answer_html: html });
  }

  close() {
    const { pending, ...counts } = this.counts();
    const decisions = this.leaves.filter((leaf) => JSON.parse(leaf).k === "decision").length;
    this.log("event.state", { from: "live", to: "closed" });
    this.log("event.closed", { ...counts, undecided: pending, decisions, appeals: 0, reviews: 0, votes: 0 });
    this.state = "closed";
  }

  counts() {
    const statuses = [...this.rows.values()].map(({ status }) => status);
    const count = (wanted) => statuses.filter((status) => status === wanted).length;
    return {
      submitted: statuses.length,
      pending: count("pending"),
      published: count("published"),
      filtered: count("filtered"),
      merged: count("merged"),
      withdrawn: count("withdrawn"),
      answered: [...this.rows.values()].filter(({ answered_at }) => answered_at).length,
    };
  }

  /** What a page shows. */
  shown() {
    const { pending, ...counts } = this.counts();
    const closed = this.state === "closed";
    const rows = [...this.rows.values()].map(({ hidden: _, wanted: __, before: ___, made: ____, ...row }) => structuredClone(row));
    const waiting = closed ? { pending: 0, undecided: pending } : { pending, undecided: 0 };
    return { rows, complete: true, counts: { ...counts, ...waiting }, title: this.title };
  }

  root(size = this.leaves.length) {
    const tree = new Tree();
    for (const leaf of this.leaves.slice(0, size)) tree.append(leafHash(bytes(leaf)));
    return tree.root();
  }

  checkpoint(size = this.leaves.length, root = this.root(size)) {
    return this.key.sign(`${ORIGIN}\n${size}\n${base64(root)}\n`);
  }

  bundle(start, end) {
    return Buffer.concat(
      this.leaves.slice(start, end).map((leaf) => {
        const data = Buffer.from(leaf, "latin1");
        return Buffer.concat([Buffer.of(data.length >> 8, data.length & 255), data]);
      }),
    );
  }
}

/** The last decision that says what a question is, or else the last one. */
function stand(row) {
  const verdict = { published: "publish", filtered: "filter", merged: "merge" }[row.status];
  row.decision = row.made.findLast((each) => each.verdict === verdict) ?? row.made.at(-1);
}

/** The record's HTTP door. `answers` overrides a path; `asked` lists what was asked for. */
export class Door {
  asked = [];
  answers = new Map();

  constructor(record) {
    this.record = record;
    this.fetch = this.fetch.bind(this);
  }

  async fetch(path) {
    this.asked.push(path);
    for (const [part, answer] of this.answers) if (path.includes(part)) return answer(path);
    const { record } = this;
    if (path === `/log/${SLUG}/head`) return reply(record.checkpoint(), "text/plain; charset=utf-8");
    const entries = /\/tile\/entries\/([0-9]{3})(?:\.p\/([0-9]+))?$/u.exec(path);
    if (entries) {
      const start = Number(entries[1]) * 256;
      return reply(record.bundle(start, start + Number(entries[2] ?? 256)), "application/octet-stream");
    }
    const since = /\/openings\?since=([0-9]+)$/u.exec(path);
    if (since) {
      const openings = record.openings.filter(({ leaf }) => leaf >= Number(since[1]));
      return reply(JSON.stringify({ tree_size: record.leaves.length, openings }), "application/json");
    }
    if (path.endsWith("/policy")) {
      return reply(JSON.stringify({ version: record.policies.length, document: record.policies.at(-1) }), "application/json");
    }
    return reply("", "text/html", 404);
  }
}

export function reply(body, type, status = 200) {
  return new Response(body, { status, headers: { "Content-Type": type } });
}
