"""How long it takes to verify a bundle, in CPU seconds, next to reading and hashing it alone.

    .venv/bin/python bench/verify_bundle.py [LEAVES]

The record is made up: 45 % questions, a third of them declined, each with its openings. The ratio
is what to compare between machines; a shared one can be several times slower from run to run. The
floor is what nobody can leave out: SHA-256 over each leaf, and ``json.loads`` of the same leaves
and openings, which checks nothing. It is measured before and after, and the median of three rounds'
ratios is printed.
"""

import json
import sys
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from qa.ledger import entry
from qa.ledger.bundle import OPENINGS, About, Bundle, Opening, PolicyDocument, encode_members
from qa.ledger.bundle_zip import write_zip
from qa.ledger.checkpoint import Checkpoint, sign_checkpoint
from qa.ledger.merkle import leaf_hash, root_from_leaves
from qa.ledger.note import Signer
from qa.verify import main as verify

ROUNDS = 3
SLUG = "bench"
BASE = "questions.example.org"
ORIGIN = f"{BASE}/log/{SLUG}"
LOG, REGISTRY, PROMISE = (
    Signer(name, bytes([number]) * 32)
    for number, name in enumerate((ORIGIN, f"{BASE}/log/registry", f"{BASE}/promise"), start=1)
)
POLICY = PolicyDocument(
    1,
    {
        "deadline_minutes": 15,
        "introduction": "What is asked is shown.",
        "reason_codes": [{"code": "off_topic", "label": "Not about this meeting"}],
        "rules": [],
    },
)


class Author:
    """Writes leaves, and keeps what opens them."""

    def __init__(self):
        self.leaves, self.openings = [], []

    def add(self, t, kind, **fields):
        self.leaves.append(entry.encode(kind, SLUG, t, **fields))

    def commit(self, field, text, *, public=True):
        salt = sha256(f"{field} {len(self.leaves)}".encode()).digest()
        if public:
            self.openings.append(Opening(len(self.leaves), field, salt, text))
        return entry.commit_text(salt, field, SLUG, text)


def make_bundle(count):
    author = Author()
    t = "2026-11-23T09:00Z"
    author.add(
        t, "event.opened", origin=ORIGIN, title=author.commit("title", "All hands"), policy=1
    )
    registry = [author.leaves[0]]
    author.add(t, "policy.published", version=1, sha256=POLICY.sha256)
    author.add(t, "staff.changed", who="Owner", role="owner", act="added", by="Owner")
    author.add(t, "event.state", **{"from": "draft"}, to="open")
    n = 0
    while len(author.leaves) < count:
        n += 1
        t = f"2026-11-23T{10 + n // 6_000:02}:{n // 100 % 60:02}Z"
        decided = n % 10 != 0
        text = author.commit("text", f"What about matter number {n}, please?", public=decided)
        author.add(
            t,
            "question.submitted",
            n=n,
            text=text,
            anon=True,
            src="live",
            due=f"{t[:11]}23:59Z" if n < 0 else t,
            policy=1,
            flags=[],
        )
        if decided:
            declined = n % 3 == 0
            words = "This is not about this meeting." if declined else ""
            author.add(
                t,
                "decision",
                n=n,
                seq=1,
                verdict="filter" if declined else "publish",
                reason="off_topic" if declined else None,
                expl=author.commit("explanation", words),
                by="Owner",
                auto=False,
                late=False,
                policy=1,
            )
    heads = [
        sign_checkpoint(
            Checkpoint(signer.name, len(leaves), root_from_leaves([*map(leaf_hash, leaves)])),
            signer,
        ).encode()
        for signer, leaves in ((LOG, author.leaves), (REGISTRY, registry))
    ]
    about = About(
        slug=SLUG,
        origin=ORIGIN,
        vkey=LOG.vkey,
        promise_vkey=PROMISE.vkey,
        registry_vkey=REGISTRY.vkey,
        size=len(author.leaves),
        title="All hands",
        made_at=t,
    )
    return Bundle(about, heads[0], author.leaves, author.openings, [POLICY], heads[1], registry)


def timed(work):
    started_s = process_time()
    made = work()
    return process_time() - started_s, made


def time_floor(leaves, openings):
    def work():
        for leaf in leaves:
            sha256(b"\0" + leaf).digest()
            json.loads(leaf)
        json.loads(openings)

    return timed(work)[0]


def main(count):
    bundle = make_bundle(count)
    leaves, members = bundle.leaves, encode_members(bundle)
    data, openings = write_zip(members), members[OPENINGS]
    sizes = f"{len(leaves):,} leaves, {len(bundle.openings):,} openings, {len(data):,} bytes"
    del bundle, members
    floors_s, totals_s = [time_floor(leaves, openings)], []
    with TemporaryDirectory() as folder:
        path = Path(folder) / "bundle.zip"
        path.write_bytes(data)
        for _ in range(ROUNDS):
            total_s, code = timed(lambda: verify([str(path), "--vkey", LOG.vkey]))
            totals_s.append(total_s)
            floors_s.append(time_floor(leaves, openings))
    around_s = [(before + after) / 2 for before, after in pairwise(floors_s)]
    ratio = median(total / floor for total, floor in zip(totals_s, around_s, strict=True))
    print(sizes)
    print(f"the floor             {min(floors_s):.2f} to {max(floors_s):.2f} s of CPU")
    print(f"verifying the bundle  {min(totals_s):.2f} to {max(totals_s):.2f} s of CPU")
    print(f"ratio                 {ratio:.1f}")
    sys.exit(code)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
