"""Proofs that people can keep: every leaf has one, and it checks under the signed checkpoint."""

import pytest

from qa.errors import Invalid, UnknownEvent, UnknownLeaf
from qa.ledger.note import Verifier
from qa.ledger.proof import check_proof, parse_proof
from qa.services import logs, proofs
from qa.services.context import Context
from qa.store import log
from tests.services.meeting import SLUG, hold_meeting


def _leaves(ctx: Context) -> list[bytes]:
    with ctx.db.read() as session:
        head = logs.find_head(session, SLUG)
        return log.read_leaves(session, head.id, 0, head.tree_size)


def test_every_leaf_has_a_proof_under_the_newest_checkpoint(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for _ in range(4):
        meeting.ask()
    key = Verifier.parse(logs.log_vkey(ctx, SLUG))
    leaves = _leaves(ctx)
    for index, leaf in enumerate(leaves):
        proof = parse_proof(proofs.leaf_proof(ctx, SLUG, index))
        assert check_proof(proof, leaf, key).tree_size == len(leaves)
        with pytest.raises(Invalid):
            check_proof(proof, leaf + b" ", key)


def test_there_is_no_proof_of_what_is_not_in_the_log(ctx: Context) -> None:
    hold_meeting(ctx, "open")
    for index in (-1, len(_leaves(ctx)), 2**70):
        with pytest.raises(UnknownLeaf):
            proofs.leaf_proof(ctx, SLUG, index)
    with pytest.raises(UnknownEvent):
        proofs.leaf_proof(ctx, "nowhere", 0)
