"""The addendum: what was logged after the close, and what it changed, beside the report then."""

import json
from typing import Any

import pytest

from qa.errors import BadInput, EventNotClosed
from qa.exports.bundle import read_bundle
from qa.ledger.checks import Step, verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Evidence, Pins
from qa.report.json_form import addendum_json, report_json
from qa.services import appeals, erasures, logs, publication
from qa.services.context import Context
from qa.services.reports import build_addendum, build_report
from tests.conftest import TurnableClock
from tests.services.hiding import draft, redact
from tests.services.meeting import SLUG, Meeting, hold_meeting

HIDDEN = "What about matter number 1, and who looks after it?"


def hold_closed_meeting(ctx: Context, clock: TurnableClock) -> Meeting:
    """Hold a meeting of four questions; the first three were decided on."""
    meeting = hold_meeting(ctx, "open")
    for n in range(1, 5):
        meeting.ask(**({"name": "Ada"} if n == 2 else {}))
    meeting.decide(1, "publish")
    meeting.decide(2, "publish")
    meeting.decide(3, "filter")
    meeting.move("live", "closed")
    clock.turn(hours=3)
    return meeting


def check(ctx: Context, data: bytes) -> Step:
    pins = Pins(log=Verifier.parse(logs.log_vkey(ctx, SLUG)))
    return verify_bundle(read_bundle(ctx, SLUG), pins, Evidence(report=data))[-1]


def test_what_was_hidden_after_the_close_is_told_side_by_side(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_closed_meeting(ctx, clock)
    closed_at = build_report(ctx, SLUG).proof.tree_size
    redact(meeting, 1, draft([(0, 4)]))
    erasures.erase_as_author(
        ctx, SLUG, 2, author_key=meeting.key(2), what=["name", "text"], dry_run=False
    )
    publication.renew_link(ctx, SLUG, meeting.owner)

    found = build_addendum(ctx, SLUG)
    assert (found.at_close.tree_size, found.now.tree_size) == (closed_at, closed_at + 3)
    assert [(leaf.leaf_index, leaf.kind, leaf.n) for leaf in found.leaves] == [
        (closed_at, "redaction", 1),
        (closed_at + 1, "erasure", 2),
        (closed_at + 2, "event.changed", None),
    ]
    assert found.leaves[0].what == (
        "A part of the text of #1 was hidden by Moderator A and Moderator B, because of personal"
        " data."
    )
    assert found.leaves[1].what == "The text and name of #2 were erased by its author."
    figures = {each.name: (each.at_close, each.now) for each in found.figures}
    assert figures == {"redacted": (0, 1), "erased": (0, 1)}
    rows = {
        row.n: {each.name: (each.at_close, each.now) for each in row.differences}
        for row in found.rows
    }
    assert rows == {
        1: {"text": (None, "redacted in part")},
        2: {"text": (None, "erased"), "name": (None, "erased")},
    }
    assert found.hidden == (1, 2)
    assert HIDDEN not in addendum_json(found).decode()
    assert check(ctx, addendum_json(found)).passed


def test_an_appeal_that_is_won_after_the_close_is_told_and_the_report_at_the_close_stands(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_closed_meeting(ctx, clock)
    then = build_report(ctx, SLUG)
    appeals.appeal_as_author(ctx, SLUG, 3, meeting.key(3), 1)
    waiting = build_addendum(ctx, SLUG)
    assert waiting.leaves[0].what == "Its author appealed against decision 1 on #3."
    assert {each.name: (each.at_close, each.now) for each in waiting.figures} == {
        "appeals.filed": (0, 1),
        "appeals.open": (0, 1),
    }
    meeting.decide(3, "publish", seq=1, actor=meeting.other_moderator)
    found = build_addendum(ctx, SLUG)
    assert [leaf.kind for leaf in found.leaves] == ["appeal", "decision"]
    assert found.leaves[1].what == "Moderator B decided on the appeal: #3 is published."
    figures = {each.name: (each.at_close, each.now) for each in found.figures}
    assert figures["published"] == (2, 3)
    assert figures["filtered"] == (1, 0)
    assert figures["appeals.overturned"] == (0, 1)
    assert [each.label for each in found.figures][:2] == ["Shown", "Filtered out"]
    (changed,) = found.rows
    assert changed.n == 3
    assert {each.name: (each.at_close, each.now) for each in changed.differences}["outcome"] == (
        "filtered",
        "published",
    )
    assert check(ctx, addendum_json(found)).passed
    assert report_json(build_report(ctx, SLUG, tree_size=then.proof.tree_size)) == report_json(then)
    now = build_report(ctx, SLUG)
    assert (now.numbers.filtered, now.final) == (0, True)
    assert check(ctx, report_json(now)).passed


def test_the_report_at_the_close_stays_the_same_to_the_last_byte_until_words_are_hidden(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_closed_meeting(ctx, clock)
    saved = report_json(build_report(ctx, SLUG, topics="none"))
    size = json.loads(saved)["proof"]["tree_size"]
    publication.renew_link(ctx, SLUG, meeting.owner)
    assert report_json(build_report(ctx, SLUG, tree_size=size, topics="none")) == saved

    redact(meeting, 1, draft())
    served = report_json(build_report(ctx, SLUG, tree_size=size, topics="none"))
    assert HIDDEN.encode() not in served
    before, after = json.loads(saved), json.loads(served)
    assert after["questions"][0].pop("text_state") == "hidden_since"
    assert after["questions"][0].pop("text") is None
    del before["questions"][0]["text"], before["questions"][0]["text_state"]
    del before["topics"], after["topics"]
    assert before == after
    for copy in (saved, served):
        assert check(ctx, copy).passed


def test_an_addendum_of_a_size_is_the_same_ever_after_and_there_is_none_before_the_close(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    with pytest.raises(EventNotClosed):
        build_addendum(ctx, SLUG)
    meeting.move("live", "closed")
    empty = build_addendum(ctx, SLUG)
    assert (empty.leaves, empty.figures, empty.rows) == ((), (), ())
    assert check(ctx, addendum_json(empty)).passed
    clock.turn(hours=1)
    publication.renew_link(ctx, SLUG, meeting.owner)
    again = build_addendum(ctx, SLUG, tree_size=empty.now.tree_size)
    assert addendum_json(again) == addendum_json(empty)
    with pytest.raises(EventNotClosed):
        build_addendum(ctx, SLUG, tree_size=empty.at_close.tree_size - 1)
    with pytest.raises(BadInput):
        build_addendum(ctx, SLUG, tree_size=10_000)


LIES: list[tuple[tuple[Any, ...], Any]] = [
    (("origin",), "another/log/all-hands"),
    (("at_close", "tree_size"), 3),
    (("at_close", "root_hash"), "AAAA"),
    (("now", "tree_size"), 10**9),
    (("now",), None),
    (("now", "numbers", "redacted"), 0),
    (("at_close", "numbers", "filtered"), 0),
    (("at_close", "numbers"), None),
    (("leaves",), []),
    (("leaves", 0, "kind"), "erasure"),
    (("leaves", 0, "n"), 2),
    (("figures",), []),
    (("figures",), None),
    (("figures", 0, "now"), 7),
    (("figures", 0, "at_close"), False),
    (("rows",), []),
    (("rows", 0, "n"), 3),
    (("rows", 0, "differences"), []),
    (("rows", 0, "differences", 0, "now"), None),
    (("rows", 0), 1),
]


def test_an_addendum_that_leaves_out_or_makes_up_a_change_fails(
    ctx: Context, clock: TurnableClock
) -> None:
    meeting = hold_closed_meeting(ctx, clock)
    redact(meeting, 1, draft())
    honest = addendum_json(build_addendum(ctx, SLUG))
    step = check(ctx, honest)
    assert step.passed, step.sentence
    for path, lie in LIES:
        copy = json.loads(honest)
        place = copy
        for name in path[:-1]:
            place = place[name]
        assert place[path[-1]] != lie or type(place[path[-1]]) is not type(lie)
        place[path[-1]] = lie
        step = check(ctx, json.dumps(copy).encode())
        assert step.passed is False, path
        assert step.sentence.endswith("."), path
