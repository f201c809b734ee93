"""Questions sent in advance: all of a file, or none of it."""

import pytest

from qa.errors import BadInput, EventNotOpen, NoRight
from qa.services import boards, imports
from qa.services.context import Context
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, hold_meeting

GOOD = (
    "text,name,language,submitted_at\r\n"
    '"Why, exactly, was it renamed?",Ada,en,2026-11-17T09:00:00Z\r\n'
    "Warum heißt es jetzt anders?,,de,\r\n"
).encode()


def test_an_imported_question_is_logged_like_any_other(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask()
    report = imports.import_questions(ctx, SLUG, meeting.moderator, GOOD, dry_run=False)
    assert (report["imported"], report["first"], report["last"]) == (2, 2, 3)
    leaves = leaves_of(ctx, "question.submitted")
    assert [leaf.fields["src"] for leaf in leaves] == ["live", "import", "import"]
    assert [leaf.fields["anon"] for leaf in leaves] == [True, False, True]
    desk = boards.desk_board(ctx, SLUG, meeting.moderator)["questions"]
    assert [row["text"] for row in desk[1:]] == [
        "Why, exactly, was it renamed?",
        "Warum heißt es jetzt anders?",
    ]


def test_a_dry_run_keeps_nothing(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    before = len(leaves_of(ctx))
    report = imports.import_questions(ctx, SLUG, meeting.owner, GOOD, dry_run=True)
    assert (report["rows"], report["imported"], report["dry_run"]) == (2, 0, True)
    assert len(leaves_of(ctx)) == before
    assert boards.get_event(ctx, SLUG)["counts"]["submitted"] == 0
    assert meeting.ask().n == 1


def test_one_bad_row_stops_the_whole_file_and_every_bad_row_is_named(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    data = b"text,name\nGood?,\n,Ada\nGood too?,\n" + b"a" * 501 + b",\n"
    with pytest.raises(BadInput) as refused:
        imports.import_questions(ctx, SLUG, meeting.owner, data, dry_run=False)
    errors = refused.value.details["errors"]
    assert isinstance(errors, list)
    assert [(error["line"], error["field"]) for error in errors] == [(3, "text"), (5, "text")]
    assert boards.get_event(ctx, SLUG)["counts"]["submitted"] == 0


def test_a_name_is_refused_by_line_where_the_event_takes_none(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open", named_allowed=False)
    with pytest.raises(BadInput) as refused:
        imports.import_questions(ctx, SLUG, meeting.owner, GOOD, dry_run=False)
    (error,) = refused.value.details["errors"]
    assert error["line"] == 2
    assert boards.get_event(ctx, SLUG)["counts"]["submitted"] == 0


def test_repeats_inside_a_file_are_flagged(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    data = b"text\nWhy was the project renamed?\nWhy was the project renamed?\n"
    imports.import_questions(ctx, SLUG, meeting.owner, data, dry_run=False)
    desk = boards.desk_board(ctx, SLUG, meeting.moderator)["questions"]
    assert [[flag["rule"] for flag in row["flags"]] for row in desk] == [[], ["exact_duplicate"]]


def test_presenters_do_not_import_and_drafts_take_nothing(ctx: Context) -> None:
    meeting = hold_meeting(ctx)
    with pytest.raises(NoRight):
        imports.import_questions(ctx, SLUG, meeting.presenter, GOOD, dry_run=False)
    with pytest.raises(EventNotOpen):
        imports.import_questions(ctx, SLUG, meeting.owner, GOOD, dry_run=False)
