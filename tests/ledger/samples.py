"""One sample of every kind of leaf, and a commitment and a promise: the source of leaves.json."""

from qa.ledger.merkle import leaf_hash
from qa.ledger.note import Signer
from qa.ledger.promise import Promise

EV = "spring-2026"
T = "2026-11-23T16:45Z"
ORIGIN = "questions.example.org/log/spring-2026"
HASH = "0123456789abcdef" * 4
SALT = bytes(range(32))

SAMPLES = {
    "event.opened": {"origin": ORIGIN, "title": HASH, "policy": 1},
    "event.state": {"from": "open", "to": "live"},
    "event.changed": {"fields": ["starts_at", "title"], "title": HASH},
    "event.closed": {
        "submitted": 41,
        "published": 29,
        "filtered": 8,
        "merged": 0,
        "withdrawn": 2,
        "undecided": 2,
        "answered": 12,
        "decisions": 44,
        "appeals": 3,
        "reviews": 5,
        "votes": 1203,
    },
    "policy.published": {"version": 1, "sha256": HASH},
    "question.submitted": {
        "n": 7,
        "text": HASH,
        "anon": False,
        "name": HASH,
        "lang": "de-CH",
        "src": "live",
        "due": "2026-11-23T17:00Z",
        "policy": 1,
        "flags": ["shouting", "link"],
    },
    "question.revised": {"n": 7, "version": 2, "text": HASH, "flags": []},
    "decision": {
        "n": 7,
        "seq": 2,
        "verdict": "filter",
        "reason": "individual_case",
        "expl": HASH,
        "by": "Moderator B",
        "auto": False,
        "late": True,
        "policy": 1,
        "sup": 1,
    },
    "appeal": {"n": 4, "seq": 1, "by": "Author", "due": "2026-11-23T17:15Z"},
    "review": {
        "n": 7,
        "seq": 2,
        "verdict": "filter",
        "reason": "individual_case",
        "expl": HASH,
        "by": "Moderator C",
        "policy": 1,
    },
    "redaction": {
        "n": 7,
        "what": "text",
        "basis": "personal_data",
        "by": "Moderator A",
        "second": "Owner",
        "spans": 0,
        "expl": HASH,
    },
    "erasure": {"n": 7, "what": ["name", "text"], "by": "Author", "basis": "request"},
    "withdrawn": {"n": 7},
    "live": {"n": 7, "on": True, "by": "Presenter A"},
    "answered": {"n": 7, "mode": "written", "answer": HASH, "by": "Owner"},
    "vote.snapshot": {"from": 1, "to": 3, "counts": [4, 0, 11], "votes": 15, "root": HASH},
    "staff.changed": {"who": "Auditor A", "role": "auditor", "act": "added", "by": "Owner"},
    "admission": {"how": "tickets", "size": 1200},
    "admission.forgotten": {"size": 1200, "used": 843},
    "refused": {"counts": {"rate_limited": 3, "bad_input": 12}},
    "anchor": {"origin": ORIGIN, "size": 41, "root": HASH},
}

COMMITTED = {"field": "text", "ev": EV, "text": "Wer entscheidet, was gefragt wird? \U0001f5f3"}

PROMISE_SIGNER = Signer("questions.example.org/promise", bytes([7]) * 32)
PROMISE = Promise(ORIGIN, leaf_hash(b"leaf"), 7, "2026-11-23T17:00Z")
