"""What opens the commitments of a log, and what stays closed."""

from qa.ledger import entry
from qa.services import presenting, questions
from qa.services.context import Context
from qa.store import log
from qa.store.openings import Opening, read_openings
from qa.store.queries.events import find_event
from tests.services.meeting import SLUG, hold_meeting

COMMITTED = {"text": "text", "name": "name", "explanation": "expl", "answer": "answer",
             "title": "title"}  # fmt: skip


def _openings(ctx: Context, since: int = 0) -> list[Opening]:
    with ctx.db.read() as session:
        return read_openings(session, find_event(session, SLUG), since)


def test_every_opening_opens_the_commitment_in_its_leaf(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask(name="Ada")
    meeting.ask()
    meeting.decide(1, "publish")
    meeting.decide(2, "filter")
    meeting.decide(2, "restore", seq=1)
    presenting.mark_answered(ctx, SLUG, meeting.owner, 1, mode="written", answer="Soon.")
    with ctx.db.read() as session:
        head = log.find_log(session, find_event(session, SLUG).id)
        assert head is not None
        leaves = [entry.decode(data) for data in log.read_leaves(session, head.id, 0, 1_000)]
    found = _openings(ctx)
    assert {opening.field for opening in found} == set(COMMITTED)
    for one in found:
        commitment = str(leaves[one.leaf_index].fields[COMMITTED[one.field]])
        assert entry.opens(commitment, one.salt, one.field, SLUG, one.text)


def test_nothing_opens_a_pending_a_withdrawn_or_a_replaced_text(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    for _ in range(3):
        meeting.ask()
    questions.withdraw_question(ctx, SLUG, 2, meeting.key(2))
    revised = questions.revise_question(ctx, SLUG, 3, meeting.key(3), "Better words, please?")
    assert [opening.field for opening in _openings(ctx)] == ["title"]
    meeting.decide(3, "publish")
    texts = [opening for opening in _openings(ctx) if opening.field == "text"]
    assert [(one.leaf_index, one.text) for one in texts] == [
        (revised.leaf_index, "Better words, please?")
    ]


def test_a_reader_can_ask_for_what_came_later(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    meeting.decide(1, "publish")
    everything = _openings(ctx)
    last = everything[-1].leaf_index
    assert _openings(ctx, last) == [one for one in everything if one.leaf_index >= last]
    assert _openings(ctx, last + 1) == []
