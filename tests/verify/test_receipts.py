"""Receipts: what an author was promised is in the record, or the broken promise is named."""

import json
from dataclasses import replace

import pytest

from qa.errors import Invalid
from qa.ledger import checks_receipt
from qa.ledger.checkpoint import Checkpoint, sign_checkpoint
from qa.ledger.checks import verify_bundle
from qa.ledger.checks_receipt import Receipt
from qa.ledger.docket import Docket
from qa.ledger.entry import commit_text, encode
from qa.ledger.merkle import inclusion_proof, leaf_hash
from qa.ledger.note import Signer
from qa.ledger.promise import parse_promise, sign_promise
from qa.ledger.proof import LogProof
from qa.ledger.record import Evidence, PrefixRoots
from tests.verify.forger import failures, find, forge, lines_of, signed, signers

NAME = "receipt-all-hands-5.json"


def receipt_of(hall, number, **changes):
    """Return a receipt as the browser keeps it."""
    n, receipt = number, hall.receipts[number]
    return {
        "about": "Receipt of a question.",
        "event": hall.meeting.slug,
        "origin": hall.pins.log.name,
        "vkey": hall.pins.log.vkey,
        "n": n,
        "author_key": hall.meeting.key(n),
        "text": hall.texts[n],
        "leaf": receipt.leaf,
        "leaf_hash": receipt.leaf_hash,
        "leaf_index": receipt.leaf_index,
        "promise": receipt.promise,
        "salt": receipt.salt,
        "due_at": receipt.due_at,
        **changes,
    }


def check(hall, bundle, receipt, pins=None):
    data = receipt if isinstance(receipt, bytes) else json.dumps(receipt, indent=2).encode()
    evidence = Evidence(receipts=[(NAME, data)])
    (step,) = [
        step for step in verify_bundle(bundle, pins or hall.pins, evidence) if step.number == 15
    ]
    assert step.title == "Receipt"
    return step


def proof(bundle, index, size, signer, root=None):
    roots = PrefixRoots([leaf_hash(leaf) for leaf in bundle.leaves[:size]])
    hashes = inclusion_proof(index, size, lambda level, at: roots.level(level)[at])
    head = Checkpoint(signer.name, size, root or roots.root(size))
    return LogProof(index, tuple(hashes), sign_checkpoint(head, signer)).text()


@pytest.mark.parametrize(
    ("n", "outcome"),
    [
        (5, "A first decision came in time (2026-11-18T11:11Z); it is published now."),
        (8, "it is pending now."),
        (70, "A first decision came late, and marked so"),
        (82, "It is withdrawn."),
        (90, "It has no decision yet, and everybody can see that: overdue since 2026-11-18T"),
        (81, "it is published now."),
    ],
)
def test_a_kept_promise_is_told_with_what_became_of_the_question(hall, n, outcome):
    step = check(hall, hall.bundle(), receipt_of(hall, n))
    assert step.passed, step
    assert outcome in step.sentence
    index = hall.receipts[n].leaf_index
    assert f"{NAME}: #{n} is leaf {index} of the log, as promised. " in step.sentence


def test_a_question_that_waits_within_its_time_is_due(open_hall):
    bundle = open_hall.bundle()
    lines = lines_of(bundle)
    n = 90
    short = lines[: open_hall.receipts[n].leaf_index + 1]
    step = check(open_hall, forge(open_hall, short), receipt_of(open_hall, n))
    assert "everybody can see that: due 2026-11-18T" in step.sentence


def test_several_receipts_are_told_one_by_one(hall):
    files = [(f"{n}.json", json.dumps(receipt_of(hall, n)).encode()) for n in (1, 2)]
    files.append(("3.json", b"[]"))
    steps = verify_bundle(hall.bundle(), hall.pins, Evidence(receipts=files))
    assert [(step.number, step.passed) for step in steps[-3:]] == [
        (15, True),
        (15, True),
        (15, False),
    ]


def test_without_a_pinned_key_of_promises_the_sentence_says_so(hall):
    pins = replace(hall.pins, promise=None)
    said = check(hall, hall.bundle(), receipt_of(hall, 5), pins).sentence
    assert "as promised by the key that the bundle names" in said


def test_words_are_compared_as_the_server_keeps_them(hall):
    text = f"  {hall.texts[5]}\r\n"
    assert check(hall, hall.bundle(), receipt_of(hall, 5, text=text)).passed


def test_a_proof_in_a_receipt_is_checked_too(hall):
    bundle, (log, _) = hall.bundle(), signers(hall)
    index = hall.receipts[5].leaf_index
    for size in (index + 1, 100, len(bundle.leaves)):
        assert check(
            hall, bundle, receipt_of(hall, 5, proof=proof(bundle, index, size, log))
        ).passed


def test_a_proof_of_a_fork_names_both_logs(hall):
    lines = lines_of(hall.bundle())
    log, _ = signers(hall)
    theirs = forge(hall, [*lines[:120], *lines[121:140]])
    index = hall.receipts[5].leaf_index
    receipt = receipt_of(hall, 5, proof=proof(theirs, index, 130, log))
    assert "The log was forked" in check(hall, hall.bundle(), receipt).sentence


def test_a_rollback_is_seen_from_a_newer_receipt(hall):
    lines = lines_of(hall.bundle())
    n = 92
    index = hall.receipts[n].leaf_index
    rolled_back = forge(hall, lines[:index])
    step = check(hall, rolled_back, receipt_of(hall, n))
    assert step.passed is False
    assert f"{NAME} is of leaf {index}, and the log ends after {index} leaves" in step.sentence
    log, _ = signers(hall)
    proven = receipt_of(hall, n, proof=proof(hall.bundle(), index, index + 1, log))
    assert "The log was longer once" in check(hall, rolled_back, proven).sentence


def test_a_promise_of_what_is_not_in_the_log_was_broken(hall):
    """The operator replaces the question by another one and signs everything afresh."""
    lines = lines_of(hall.bundle())
    line = find(lines, "question.submitted", n=90)
    line.fields["flags"] = []
    forged = forge(hall, lines)
    assert failures(hall, forged) == {}
    step = check(hall, forged, receipt_of(hall, 90))
    assert f"A promise was broken: leaf {hall.receipts[90].leaf_index} of the log" in step.sentence


def promise_of(hall, n, key=None, **changes):
    ctx = hall.meeting.ctx
    text = hall.receipts[n].promise.partition("\n\n")[0] + "\n"
    promise = replace(parse_promise(text), **changes)
    return sign_promise(promise, key or ctx.keyring.promise_signer(ctx.config.origin))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        (
            {"origin": "localhost:8010/log/another"},
            f"{NAME} is a receipt of another log, localhost",
        ),
        ({"leaf_hash": "0" * 64}, f"The leaf in {NAME} does not have the hash that it names."),
        ({"salt": "0" * 64}, f"The words in {NAME} are not those that were logged."),
        ({"text": "Another question?"}, "are not those that were logged"),
        ({"n": 6}, f"The leaf in {NAME} is about another question."),
        ({"leaf_index": 3}, f"leaf 3 of the log is not the one in {NAME}."),
        ({"leaf_index": 100_000}, f"{NAME} is of leaf 100000, and the log ends after 218 leaves."),
        ({"proof": "no proof"}, "A proof begins with the line"),
        ({"proof": 7}, "proof must be a text"),
        ({"promise": "no note"}, "A note is text"),
        ({"n": 0}, "n must be"),
        ({"n": True}, "n must be"),
        ({"salt": "00"}, "salt must be"),
        ({"leaf": None}, "leaf must be"),
        ({"leaf": "\ud800"}, "cannot be spelt as JSON"),
        ({"leaf": "{}"}, "does not have the hash"),
    ],
)
def test_a_receipt_that_does_not_hold_says_what_is_wrong(hall, changes, says):
    step = check(hall, hall.bundle(), receipt_of(hall, 5, **changes))
    assert step.passed is False
    assert says in step.sentence


@pytest.mark.parametrize("data", [b"", b"\xff", b"[]", b"{}", b'{"n":1,"n":2}', b"x" * 1_000_001])
def test_a_file_that_is_no_receipt_is_refused(hall, data):
    assert check(hall, hall.bundle(), data).passed is False


def test_a_receipt_may_have_a_million_bytes(hall):
    data = json.dumps(receipt_of(hall, 5)).encode().ljust(1_000_000)
    assert check(hall, hall.bundle(), data).passed
    said = check(hall, hall.bundle(), data + b" ").sentence
    assert said == "The file is too long for a receipt."


def test_a_receipt_of_a_leaf_that_is_no_question_is_refused(hall):
    bundle = hall.bundle()
    leaf = next(leaf for leaf in bundle.leaves if b'"k":"decision"' in leaf)
    changes = {"leaf": leaf.decode(), "leaf_hash": leaf_hash(leaf).hex()}
    step = check(hall, bundle, receipt_of(hall, 5, **changes))
    assert step.sentence == f"The leaf in {NAME} is not that of a question."


@pytest.mark.parametrize(
    "changes",
    [
        {"leaf_hash": bytes(32)},
        {"docket_number": 6},
        {"origin": "localhost:8010/log/another"},
    ],
)
def test_a_promise_of_something_else_is_refused(hall, changes):
    receipt = receipt_of(hall, 5, promise=promise_of(hall, 5, **changes))
    said = check(hall, hall.bundle(), receipt).sentence
    assert said == f"The promise in {NAME} is of something else."


def test_a_promise_by_another_key_is_refused(hall):
    stranger = Signer(hall.pins.promise.name, b"s" * 32)
    receipt = receipt_of(hall, 5, promise=promise_of(hall, 5, key=stranger))
    bundle = hall.bundle()
    assert check(hall, bundle, receipt).sentence == "No known key signed this note."
    claimed = replace(bundle, about=replace(bundle.about, promise_vkey=stranger.vkey))
    assert "another key of promises" in check(hall, claimed, receipt).sentence


def test_the_deadline_of_a_revised_question_is_that_of_the_question(hall):
    """The leaf of a revision has none, so it is the promise that is compared with the question."""
    later = promise_of(hall, 81, deadline="2026-11-30T11:59Z")
    step = check(hall, hall.bundle(), receipt_of(hall, 81, promise=later))
    assert step.passed is False
    assert step.sentence == f"#81 has another deadline in the log than in {NAME}."


def test_a_proof_of_another_leaf_is_refused(hall):
    bundle, (log, _) = hall.bundle(), signers(hall)
    index = hall.receipts[6].leaf_index
    receipt = receipt_of(hall, 5, proof=proof(bundle, index, 100, log))
    said = check(hall, bundle, receipt).sentence
    assert said == f"The proof in {NAME} is of another leaf."


def test_a_proof_that_nobody_signed_is_refused(hall):
    bundle = hall.bundle()
    index = hall.receipts[5].leaf_index
    stranger = Signer(hall.pins.log.name, b"s" * 32)
    receipt = receipt_of(hall, 5, proof=proof(bundle, index, 100, stranger))
    assert check(hall, bundle, receipt).sentence == "No known key signed this note."
    assert signed(stranger, []) != signed(signers(hall)[0], [])


@pytest.mark.parametrize("sent", ["one\r\ntwo\r\n", "one\rtwo", " one\ntwo", "one\ntwo"])
def test_the_line_ends_of_a_receipt_are_those_of_its_browser(sent):
    salt, ev = bytes(32), "all-hands"
    fields = {"anon": True, "src": "live", "due": "2026-11-18T12:00Z", "policy": 1, "flags": []}
    commitment = commit_text(salt, "text", ev, "one\ntwo")
    leaf = encode("question.submitted", ev, "2026-11-18T11:07Z", n=1, text=commitment, **fields)
    whole = Receipt(f"here/log/{ev}", 1, leaf, leaf_hash(leaf), 8, salt, sent, "", None)
    checks_receipt._check_leaf(whole, NAME)
    with pytest.raises(Invalid, match="are not those that were logged"):
        checks_receipt._check_leaf(replace(whole, text=f"{sent} three"), NAME)


def test_in_the_minute_of_its_deadline_a_question_is_due():
    docket = Docket(1, 8, "2026-11-18T12:00Z", named=False)
    for now, said in (("2026-11-18T12:00Z", "that: due"), ("2026-11-18T12:01Z", "overdue since")):
        assert f"{said} 2026-11-18T12:00Z." in checks_receipt._outcome(docket, now)
