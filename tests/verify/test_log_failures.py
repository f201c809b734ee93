"""What happened to real certificate logs, done to ours: each is refused, or found by who looks.

TrustAsia Log2021 signed inconsistent tree heads after a backup was restored. In Yeti 2022 one bit
of one entry flipped, and the log had signed the other value. Raio 2025h2a lost tiles when they were
loaded anew. Mammoth 2025h2 did not log in time what it had promised to log.
"""

import json
import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.config import Config
from qa.errors import LogDamaged
from qa.exports.bundle import read_bundle
from qa.ledger.checks import Step, verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Evidence, Pins
from qa.services import logs, proofs
from qa.services.context import Context
from qa.services.startup import check_signed_heads
from qa.store.models.logs import Log, LogLeaf, LogNode
from qa.verify import main
from tests.services.meeting import SLUG, Meeting, hold_meeting
from tests.verify.forger import cut, forge, lines_of
from tests.verify.test_receipts import NAME, check, receipt_of
from tests.verify.test_served import put, site

__all__ = ["site"]

Maker = Callable[[Config], Context]


def verified(ctx: Context, **evidence: object) -> dict[int, Step]:
    """Verify the record as it is now in the database; return its steps by number."""
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, SLUG)))
    steps = verify_bundle(read_bundle(ctx, SLUG), pins, Evidence(**evidence))
    return {step.number: step for step in steps}


def failed(ctx: Context, **evidence: object) -> set[int]:
    return {number for number, step in verified(ctx, **evidence).items() if step.passed is False}


def receipt_file(ctx: Context, meeting: Meeting, text: str) -> tuple[str, bytes]:
    """Ask, and return the receipt as the author's browser saves it, with its proof."""
    receipt = meeting.ask(text)
    fields = {
        "origin": logs.new_origin(ctx, SLUG),
        "n": receipt.n,
        "text": text,
        "leaf": receipt.leaf,
        "leaf_hash": receipt.leaf_hash,
        "leaf_index": receipt.leaf_index,
        "promise": receipt.promise,
        "salt": receipt.salt,
        "proof": proofs.leaf_proof(ctx, SLUG, receipt.leaf_index),
    }
    return NAME, json.dumps(fields).encode()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_trustasia_2021_a_restored_backup_is_refused_at_start_and_seen_from_a_newer_receipt(
    config: Config, make_context: Maker
) -> None:
    ctx = make_context(config)
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    path = ctx.db.url.removeprefix("sqlite:///")
    with sqlite3.connect(path) as now, sqlite3.connect(f"{path}.backup") as backup:
        now.backup(backup)
    receipt = receipt_file(ctx, meeting, "What became of the pension fund?")
    newer = logs.checkpoint(ctx, SLUG).encode()
    assert failed(ctx, old=newer, receipts=[receipt]) == set()

    ctx.db.close()
    with sqlite3.connect(f"{path}.backup") as backup, sqlite3.connect(path) as now:
        backup.backup(now)
    restored = make_context(config)
    with pytest.raises(LogDamaged, match=r"was signed with (\d+) entries, and the database has "):
        check_signed_heads(restored)

    # An operator who goes on nevertheless has a log that holds together, and is found out.
    for saved in (config.data_dir / "checkpoints").iterdir():
        saved.unlink()
    check_signed_heads(restored)
    meeting.ctx = restored
    assert failed(restored) == set()
    shorter = verified(restored, old=newer, receipts=[receipt])
    assert "The log was longer once" in shorter[6].sentence
    assert shorter[15].passed is False
    meeting.ask("And who takes care of the parking lot?")
    assert failed(restored) == set()
    forked = verified(restored, old=newer, receipts=[receipt])
    assert "The log was forked" in forked[6].sentence
    assert "The log was forked" in forked[15].sentence


def _flip_a_leaf(session: Session) -> None:
    """Flip a bit that leaves the leaf well-formed: one commitment, another digit."""
    leaf = session.scalars(select(LogLeaf).where(LogLeaf.docket_number == 2)).first()
    assert leaf is not None
    at = leaf.data.index(b'"text":"') + 9
    leaf.data = leaf.data[:at] + bytes([leaf.data[at] ^ 1]) + leaf.data[at + 1 :]


def _flip_a_node(session: Session) -> None:
    log = session.scalars(select(Log).where(Log.event_id.is_not(None))).one()
    largest = log.tree_size.bit_length() - 1
    node = session.get_one(LogNode, (log.id, largest, 0))
    node.hash = bytes([node.hash[0] ^ 1]) + node.hash[1:]


def test_yeti_2022_one_flipped_bit_of_an_entry_is_found_by_whoever_verifies(
    config: Config, make_context: Maker
) -> None:
    ctx = make_context(config)
    meeting = hold_meeting(ctx, "open")
    for n in (1, 2):
        meeting.ask()
        meeting.decide(n, "publish")
    assert failed(ctx) == set()
    ctx.db.write(_flip_a_leaf)
    assert 5 in failed(ctx)
    meeting.ask()
    assert 5 in failed(ctx)


def test_yeti_2022_one_flipped_bit_of_a_stored_hash_is_found_by_whoever_verifies(
    config: Config, make_context: Maker
) -> None:
    ctx = make_context(config)
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    before = logs.checkpoint(ctx, SLUG).encode()
    ctx.db.write(_flip_a_node)
    with pytest.raises(LogDamaged, match="are not those that were signed"):
        check_signed_heads(ctx)
    meeting.ask()
    assert 5 in failed(ctx, old=before)


@pytest.mark.parametrize("lost", ["tile/entries/000.p", "tile/0/000.p"])
def test_raio_2025h2a_tiles_that_were_lost_are_named(hall, site, capsys, lost):
    pages, base = site
    bundle = hall.bundle()
    put(pages, bundle)
    path = f"{lost}/{len(bundle.leaves)}"
    del pages[f"/log/{SLUG}/{path}"]
    assert main([f"{base}/log/{SLUG}", "--vkey", hall.pins.log.vkey]) == 1
    said = capsys.readouterr().out
    assert f"16  FAIL  As served: The server answers 404 for log/{SLUG}/{path}." in said


def test_mammoth_2025h2_what_was_promised_and_is_not_there_is_named(hall):
    """The server acknowledged #92, and its log never got that far."""
    index = hall.receipts[92].leaf_index
    kept = forge(hall, cut(lines_of(hall.bundle()), index))
    step = check(hall, kept, receipt_of(hall, 92))
    assert step.passed is False
    assert f"{NAME} is of leaf {index}, and the log ends after {index} leaves" in step.sentence
