/** The formats that the page verifies, against values that other implementations agree on. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { hex, hmacSha256 } from "../../static/js/lib/sha256.js";
import { parseCheckpoint, openCheckpoint, wordsOf } from "../../static/js/verify/checkpoint.js";
import { commitText, opens } from "../../static/js/verify/commitments.js";
import { loadVendored, verifyEd25519 } from "../../static/js/verify/ed25519.js";
import { bundlePath, bundlesBetween, decodeBundle } from "../../static/js/verify/entries.js";
import { Invalid, Malformed, Outdated, Unverified } from "../../static/js/verify/errors.js";
import { decodeLeaf, spell } from "../../static/js/verify/leaf.js";
import { Tree, checkInclusion, leafHash, nodeHash } from "../../static/js/verify/merkle.js";
import { openNote, parseVerifier } from "../../static/js/verify/note.js";
import { parseProof, spellProof } from "../../static/js/verify/proof.js";
import { cosignedAt } from "../../static/js/verify/witnessed.js";
import { decodeBase64, decodeHex, encodeBase64, parseDecimal } from "../../static/js/verify/spelling.js";
import { WORDS } from "../../static/js/verify/words.js";

const vectors = (name) => JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
const bytes = (text) => new TextEncoder().encode(text);
const treeOf = (leaves) => {
  const tree = new Tree();
  for (const leaf of leaves) tree.append(leafHash(leaf));
  return tree;
};
/** The textbook's root, apart from the code under test. */
const slowRoot = (hashes) => {
  if (hashes.length === 1) return hashes[0];
  const middle = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return nodeHash(slowRoot(hashes.slice(0, middle)), slowRoot(hashes.slice(middle)));
};

const merkle = vectors("merkle");
const leaves = merkle.leaves.map(decodeHex);
const roots = merkle.roots.map(decodeHex);

test("leaves, nodes and the empty tree hash as in RFC 6962", () => {
  const { hashes } = merkle;
  assert.equal(hex(new Tree().root()), hashes.empty_root);
  assert.equal(hex(leafHash(bytes(""))), hashes.leaf_of_nothing);
  assert.equal(hex(leafHash(bytes("L123456"))), hashes.leaf_of_L123456);
  assert.equal(hex(nodeHash(bytes("N123"), bytes("N456"))), hashes.node_of_N123_N456);
});

test("a growing tree has the published root at every size, then and later", () => {
  const tree = new Tree();
  for (const [place, leaf] of leaves.entries()) {
    tree.append(leafHash(leaf));
    assert.deepEqual(tree.root(), roots[place]);
  }
  for (const [place, root] of roots.entries()) assert.deepEqual(tree.root(place + 1), root);
});

test("the published inclusion proofs are made and verified", () => {
  const tree = treeOf(leaves);
  for (const { index, tree_size, proof } of merkle.inclusion) {
    const hashes = proof.map(decodeHex);
    assert.deepEqual(tree.inclusionProof(index, tree_size), hashes);
    checkInclusion(leafHash(leaves[index]), index, tree_size, hashes, roots[tree_size - 1]);
  }
});

test("for every size up to 130 and every leaf, the proof verifies and every damage to it shows", () => {
  const tree = new Tree();
  const hashes = [];
  for (let size = 1; size <= 130; size += 1) {
    hashes.push(leafHash(bytes(`leaf ${size}`)));
    tree.append(hashes[size - 1]);
    const root = tree.root();
    assert.deepEqual(root, slowRoot(hashes));
    for (let index = 0; index < size; index += 1) {
      const proof = tree.inclusionProof(index);
      checkInclusion(hashes[index], index, size, proof, root);
      const at = (index * 7 + size) % Math.max(1, proof.length);
      const flipped = proof.map((hash, place) => (place === at ? hash.map((byte, n) => (n === 5 ? byte ^ 1 : byte)) : hash));
      if (proof.length) assert.throws(() => checkInclusion(hashes[index], index, size, flipped, root), Invalid);
      if (proof.length) assert.throws(() => checkInclusion(hashes[index], index, size, proof.slice(1), root), Invalid);
      assert.throws(() => checkInclusion(hashes[index], index, size, [...proof, root], root), Invalid);
      assert.throws(() => checkInclusion(hashes[index], size, size, proof, root), Invalid);
      if (size > 1) assert.throws(() => checkInclusion(hashes[index], (index + 1) % size, size, proof, root), Invalid);
    }
  }
});

test("every hash of every proof at a few sizes is looked at", () => {
  const tree = treeOf(Array.from({ length: 21 }, (_, place) => bytes(String(place))));
  for (let index = 0; index < 21; index += 1) {
    const proof = tree.inclusionProof(index);
    for (let at = 0; at < proof.length; at += 1) {
      const damaged = proof.with(at, leafHash(proof[at]));
      assert.throws(() => checkInclusion(tree.leaf(index), index, 21, damaged, tree.root()), Invalid);
    }
  }
});

test("a proof of a real log with 961,984,013 leaves verifies", () => {
  const { leaf_hash, leaf_index, tree_size, inclusion, root_hash } = vectors("argon2020");
  const proof = inclusion.map(decodeBase64);
  const root = decodeBase64(root_hash);
  checkInclusion(decodeBase64(leaf_hash), leaf_index, tree_size, proof, root);
  assert.throws(() => checkInclusion(decodeBase64(leaf_hash), leaf_index + 1, tree_size, proof, root), Invalid);
});

test("published signed notes verify, and no byte of them may change", async () => {
  const { text, signers, bad_vkeys } = vectors("note");
  for (const { vkey, signature } of signers) {
    const verifier = parseVerifier(vkey);
    assert.equal(await openNote(`${text}\n${signature}`, verifier), text);
    await assert.rejects(openNote(`${text}X\n\n${signature}`, verifier), Invalid);
    await assert.rejects(openNote(`${text}\n${signature.replace("0", "1").replace("N", "M")}`, verifier));
  }
  const [{ signature: one }, { signature: other, vkey }] = signers;
  assert.equal(await openNote(`${text}\n${one}${other}`, parseVerifier(vkey)), text, "an unknown key is ignored");
  await assert.rejects(openNote(`${text}\n${one}`, parseVerifier(vkey)), Unverified);
  for (const bad of Object.values(bad_vkeys)) assert.throws(() => parseVerifier(bad), Malformed);
});

test("what is not a note is refused as malformed", async () => {
  const { text, signers } = vectors("note");
  const [{ vkey, signature }] = signers;
  const verifier = parseVerifier(vkey);
  const bad = [
    "",
    text,
    `${text}\n`,
    `${text}${signature}`,
    `${text}\n${signature.trimEnd()}`,
    `${text}\n${signature.replace("— ", "- ")}`,
    `${text}\n${signature.replace("=", "")}`,
    `${text}\n${signature.replace(" PeterNeumann", " Peter+Neumann")}`,
    `${text}\u0007\n${signature}`,
    `${text}\ud800\n${signature}`,
    `${text}\n${signature.repeat(101)}`,
  ];
  for (const note of bad) await assert.rejects(openNote(note, verifier), Malformed, JSON.stringify(note.slice(-40)));
});

test("checkpoints are read strictly", () => {
  const { c2sp_checkpoint, sumdb_tree } = vectors("note");
  const [text] = c2sp_checkpoint.split("\n\n");
  assert.equal(parseCheckpoint(`${text}\n`).size, 20852163);
  assert.equal(parseCheckpoint(sumdb_tree.text).size, sumdb_tree.tree_size);
  for (const bad of sumdb_tree.bad) assert.throws(() => parseCheckpoint(bad), Malformed);
  for (const bad of [text, `${text}\n\n`, text.replace("2085", "02085"), text.replace("20852163", "9007199254740992")]) {
    assert.throws(() => parseCheckpoint(bad.endsWith("\n") || bad === text ? bad : `${bad}\n`), Malformed);
  }
});

test("one log's head cannot be passed off as another's", async () => {
  const { promise } = vectors("leaves");
  // A note by a right key whose text is not a checkpoint of the log that the key is named after.
  await assert.rejects(openCheckpoint(promise.note, parseVerifier(promise.vkey)), Malformed);
  assert.ok(await openNote(promise.note, parseVerifier(promise.vkey)));
});

test("both implementations of Ed25519 accept the examples of RFC 8032 and refuse them when changed", async () => {
  for (const verify of [verifyEd25519, await loadVendored()]) {
    for (const { key, msg, sig } of vectors("ed25519").rfc8032) {
      const [publicKey, message, signature] = [key, msg, sig].map(decodeHex);
      assert.equal(await verify(publicKey, message, signature), true);
      assert.equal(await verify(publicKey, new Uint8Array([...message, 0]), signature), false);
      assert.equal(await verify(publicKey, message, signature.with(3, signature[3] ^ 1)), false);
      assert.equal(await verify(publicKey, message, signature.with(40, signature[40] ^ 1)), false);
      assert.equal(await verify(publicKey.with(0, publicKey[0] ^ 1), message, signature), false);
      assert.equal(await verify(publicKey, message, signature.subarray(1)), false);
    }
  }
});

test("the words of a checkpoint are those of the server's list", () => {
  const { words, checkpoints } = vectors("words");
  assert.deepEqual([...WORDS], words);
  for (const { origin, tree_size, root_hash, words: said } of checkpoints) {
    assert.deepEqual(wordsOf({ origin, size: tree_size, root: decodeBase64(root_hash) }), said);
  }
});

test("proofs are read and written as published, and bad ones are refused", () => {
  const { good, bad } = vectors("proof");
  for (const { text, index, hashes, checkpoint, extra } of good) {
    const proof = parseProof(text);
    assert.deepEqual({ ...proof, hashes: proof.hashes.map(encodeBase64) }, { index, hashes, checkpoint });
    if (!extra) assert.equal(spellProof(proof), text);
  }
  for (const [name, text] of Object.entries(bad)) assert.throws(() => parseProof(text), Malformed, name);
});

test("a leaf of every kind is read, and hashes as documented", () => {
  for (const { kind, leaf, leaf_hash } of vectors("leaves").leaves) {
    assert.equal(decodeLeaf(leaf).k, kind);
    assert.equal(hex(leafHash(bytes(leaf))), leaf_hash);
  }
});

test("a leaf that is spelt otherwise, or lacks a field, or has one more, is refused", () => {
  for (const { leaf } of vectors("leaves").leaves) {
    const value = JSON.parse(leaf);
    const names = Object.keys(value);
    const others = [
      ` ${leaf}`,
      `${leaf}\n`,
      `\ufeff${leaf}`,
      leaf.replace(":", ": "),
      leaf.replace("{", `{"aa":1,`),
      leaf.replace("{", `{"__proto__":1,`),
      leaf.replace("{", `{"name?":1,`),
      leaf.replace('"k"', '"\\u006b"'),
      leaf.replace('"v":1', '"v":1.0'),
      leaf.replace('"v":1', '"v":2'),
      leaf.replace('"v":1', '"v":1,"v":1'),
      leaf.replace("2026-11-23T16:45Z", "2026-02-30T16:45Z"),
      leaf.replace("2026-11-23T16:45Z", "2026-11-23T24:00Z"),
      leaf.replace("spring-2026", "Spring-2026"),
      JSON.stringify(Object.fromEntries(names.toReversed().map((name) => [name, value[name]]))),
      ...names.map((name) => spell({ ...value, [name]: null })),
      ...names.map((name) => spell({ ...value, [name]: "no such value" })),
    ];
    for (const other of others) {
      if (other === leaf) continue;
      assert.throws(() => decodeLeaf(other), (error) => error instanceof Malformed || error instanceof Outdated, other);
    }
    const optional = new Set(["name", "lang", "title", "reason", "rule", "sup", "into", "seq", "shown", "answer"]);
    if (value.k === "admission.forgotten") optional.add("size");
    for (const name of names.filter((each) => !optional.has(each))) {
      const { [name]: _, ...rest } = value;
      assert.throws(() => decodeLeaf(spell(rest)), Malformed, name);
    }
  }
});

test("a leaf that contradicts itself is refused", () => {
  const find = (kind) => JSON.parse(vectors("leaves").leaves.find((leaf) => leaf.kind === kind).leaf);
  const cases = [
    [find("decision"), { reason: undefined }],
    [find("decision"), { auto: true }],
    [find("decision"), { rule: "length" }],
    [find("decision"), { by: "Rule" }],
    [find("decision"), { into: 3 }],
    [find("decision"), { verdict: "merge" }],
    [find("decision"), { sup: 2 }],
    [find("question.submitted"), { anon: true }],
    [find("vote.snapshot"), { votes: 16 }],
    [find("vote.snapshot"), { to: 4 }],
    [find("redaction"), { seq: 1 }],
    [find("redaction"), { spans: 1 }],
    [find("redaction"), { second: "Moderator A" }],
    [find("admission"), { how: "open" }],
    [find("admission"), { how: "provider", size: 0 }],
    [find("admission"), { issuer: "https://login.example.org" }],
    [find("admission"), { how: "provider", issuer: "https://login.example.org" }],
    [find("admission"), { how: "provider", size: 0, issuer: "https://login.example.org?who=me" }],
    [find("admission.forgotten"), { used: 1201 }],
    [find("erasure"), { what: [] }],
    [find("erasure"), { what: ["text", "name"] }],
    [find("event.changed"), { fields: ["title", "starts_at"] }],
    [find("refused"), { counts: {} }],
  ];
  for (const [leaf, change] of cases) {
    assert.throws(() => decodeLeaf(spell(JSON.parse(JSON.stringify({ ...leaf, ...change })))), Malformed);
  }
});

test("a kind that this page does not know is not called wrong", () => {
  assert.throws(() => decodeLeaf('{"ev":"a","k":"future.kind","t":"2026-11-23T16:45Z","v":1}'), Outdated);
});

test("commitments are those of the format, whatever the Unicode form", () => {
  const { commitment: { field, ev, text, salt, commitment } } = vectors("leaves");
  assert.equal(commitText(salt, field, ev, text), commitment);
  assert.equal(opens(commitText(salt, field, ev, "e\u0301te\u0301"), salt, field, ev, "\u00e9t\u00e9"), true);
  assert.equal(opens(commitment, salt, field, ev, `${text} `), false);
  assert.equal(opens(commitment, salt, "name", ev, text), false);
  assert.equal(opens(commitment, salt, field, "autumn-2026", text), false);
  assert.equal(opens(commitment, salt.replace("00", "01"), field, ev, text), false);
  assert.equal(opens(commitment, salt.slice(2), field, ev, text), false);
  assert.equal(opens(commitment, salt, field, ev, "\ud800"), false);
});

test("HMAC-SHA256 is that of RFC 4231", () => {
  const key = new Uint8Array(20).fill(0x0b);
  assert.equal(hex(hmacSha256(key, "Hi There")), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
});

test("entry bundles are where the specification says", () => {
  const { in_tree } = vectors("tiles");
  for (const { level, index, tree_size, path } of in_tree) {
    if (level === null) assert.equal(bundlePath(index, Math.min(256, tree_size - index * 256)), path);
  }
});

test("only bundles with new entries are asked for", () => {
  assert.deepEqual(bundlesBetween(0, 0), []);
  assert.deepEqual(bundlesBetween(412, 412), []);
  assert.deepEqual(bundlesBetween(256, 257), [{ index: 1, width: 1, held: 0 }]);
  assert.deepEqual(bundlesBetween(250, 513), [
    { index: 0, width: 256, held: 250 },
    { index: 1, width: 256, held: 0 },
    { index: 2, width: 1, held: 0 },
  ]);
});

test("a bundle cut short anywhere is refused, or has fewer entries", () => {
  const encode = (entries) => new Uint8Array(entries.flatMap((entry) => [entry.length >> 8, entry.length & 255, ...entry]));
  const entries = [bytes("one"), new Uint8Array(300), bytes("three")];
  const data = encode(entries);
  assert.deepEqual(decodeBundle(data).map((entry) => entry.length), [3, 300, 5]);
  const whole = new Set([5, 307]);
  for (let length = 0; length < data.length; length += 1) {
    if (whole.has(length)) assert.ok(decodeBundle(data.slice(0, length)).length < 3);
    else assert.throws(() => decodeBundle(data.slice(0, length)), Malformed);
  }
  assert.throws(() => decodeBundle(encode(Array.from({ length: 257 }, () => bytes("x")))), Malformed);
});

test("values have one spelling", () => {
  for (const bad of ["AA", "AB==", "AA==\n", " AA==", "A-8=", "A\u00e9=="]) assert.throws(() => decodeBase64(bad), Malformed);
  for (const bad of ["", "01", "-1", "1e3", "9007199254740992", "٣"]) assert.throws(() => parseDecimal(bad), Malformed);
  for (const bad of ["0", "0G", "AB"]) assert.throws(() => decodeHex(bad), Malformed);
});

test("the cosignatures of four independent witnesses on a real checkpoint verify, and on no other", async () => {
  const { note, witnesses, timestamp_s } = vectors("cosignature").real;
  for (const vkey of witnesses) {
    assert.deepEqual(await cosignedAt(note, vkey), { name: vkey.split("+")[0], at: timestamp_s * 1000 });
    assert.equal(await cosignedAt(note.replace("\n1432088532\n", "\n1432088533\n"), vkey), null);
  }
  for (const vkey of vectors("cosignature").formats.other_witnesses) assert.equal(await cosignedAt(note, vkey), null);
});
