"""Erasure: a person's words are deleted, the log is not, and nobody is told less than is true."""

from typing import Any

import pytest

from qa.errors import BadInput, IllegalTransition, NoRight
from qa.services import boards, erasures, questions
from qa.services.context import Context
from tests.services.hiding import (
    check_gone,
    draft,
    faults_of,
    propose,
    redact,
    salts_of,
)
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, Meeting, hold_meeting

TEXT = "Why does my neighbour in room Quux get a better chair?"


def erase(meeting: Meeting, n: int, *what: str, dry_run: bool = False) -> dict[str, Any]:
    return erasures.erase_as_author(
        meeting.ctx,
        SLUG,
        n,
        author_key=meeting.key(n),
        what=what or ["text"],
        dry_run=dry_run,
    )


def places(answer: dict[str, Any], outcome: str) -> set[str]:
    return {place["place"] for place in answer["places"] if place["outcome"] == outcome}


def test_an_author_erases_every_wording_and_the_name_and_the_log_still_verifies(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask(TEXT, name="Grace Hopper")
    questions.revise_question(ctx, SLUG, 1, meeting.key(1), f"{TEXT} Really?")
    meeting.decide(1, "publish")
    meeting.vote(1, "bob")
    salts = salts_of(ctx, 1)
    assert len(salts) == 2
    before = boards.public_board(ctx, SLUG)["questions"][0]
    row = erase(meeting, 1, "text", "name")["question"]
    assert {name for name in row if row[name] != before[name]} == {"text", "name", "hidden"}
    (leaf,) = leaves_of(ctx, "erasure")
    assert (leaf.fields["by"], leaf.fields["what"]) == ("Author", ["name", "text"])
    (act,) = row["hidden"]
    assert (act["kind"], act["by"], act["basis"]) == ("erasure", "Author", "author")
    assert act["at"] % 60_000 == 0
    check_gone(ctx, "Quux", "Grace Hopper", *salts)
    assert faults_of(ctx) == {}


def test_a_dry_run_changes_nothing_and_names_every_place(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open", "live")
    meeting.ask(TEXT, name="Grace Hopper")
    meeting.ask(TEXT.upper())
    meeting.decide(1, "filter", explanation=f"Asked in the memo: {TEXT}")
    meeting.decide(2, "publish")
    propose(meeting, 1, draft([(0, 3)]))
    leaves = len(leaves_of(ctx))
    answer = erase(meeting, 1, "name", "text", dry_run=True)
    assert answer["dry_run"]
    assert answer["question"]["text"] == TEXT
    assert len(leaves_of(ctx)) == leaves
    sqlite = ctx.db.url.startswith("sqlite")
    erased = {"question_text", "name", "flags", "proposals", "pages", "payloads"}
    assert places(answer, "erased") == {*erased, "caches", "files"} - (
        set() if boards.desk_view(ctx, SLUG, 0)["questions"][0]["flags"] else {"flags"}
    )
    assert places(answer, "stays") == {"quotes", "other_questions", "record"}
    unreachable = {"receipts", "exports", "backups", *([] if sqlite else ["wal"])}
    assert places(answer, "out_of_reach") == unreachable
    told = " ".join(place["sentence"] for place in answer["places"])
    assert "explanation 1" in told
    assert "#2" in told
    done = erase(meeting, 1, "name", "text")
    assert (done["dry_run"], done["places"]) == (False, answer["places"])
    assert boards.desk_board(ctx, SLUG, meeting.owner)["proposals"] == []


def test_erasing_the_name_alone_leaves_the_question(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT, name="Grace Hopper")
    meeting.decide(1, "publish")
    row = erase(meeting, 1, "name")["question"]
    assert (row["text"], row["name"], row["anonymous"]) == (TEXT, None, False)
    check_gone(ctx, "Grace Hopper")
    assert faults_of(ctx) == {}


def test_what_a_redaction_left_is_erased_too(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT)
    meeting.decide(1, "publish")
    redact(meeting, 1, draft([(25, 34)]))
    erase(meeting, 1)
    assert boards.public_board(ctx, SLUG)["questions"][0]["text"] is None
    check_gone(ctx, "better chair", "Quux")
    assert faults_of(ctx) == {}


def test_words_that_were_never_public_are_erased_and_never_are(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT)
    erase(meeting, 1)
    meeting.decide(1, "publish")
    assert boards.public_board(ctx, SLUG)["questions"][0]["text"] is None
    with pytest.raises(IllegalTransition, match="gone already"):
        erase(meeting, 1, dry_run=True)
    assert faults_of(ctx) == {}


def test_an_author_can_erase_after_the_close(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT)
    meeting.decide(1, "publish")
    meeting.move("closed")
    erase(meeting, 1)
    check_gone(ctx, "Quux")
    assert faults_of(ctx) == {}


@pytest.mark.parametrize("dry_run", [True, False])
def test_only_the_key_of_the_author_opens_this(ctx: Context, dry_run: bool) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT)
    for n in (2, 3):
        with pytest.raises(NoRight):
            erasures.erase_as_author(
                ctx, SLUG, 1, author_key=meeting.key(n), what=["text"], dry_run=dry_run
            )


def test_an_owner_erases_on_request_and_says_on_what_basis(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    meeting.ask(TEXT)
    meeting.decide(1, "publish")

    def on_request(actor: Any, basis: str, *what: str) -> Any:
        return erasures.erase_on_request(
            ctx, SLUG, actor, 1, what=what or ["text"], basis=basis, dry_run=False
        )

    with pytest.raises(NoRight):
        on_request(meeting.moderator, "person")
    for basis, what in (("author", "text"), ("", "text"), ("person", "votes")):
        with pytest.raises(BadInput):
            on_request(meeting.owner, basis, what)
    row = on_request(meeting.owner, "court_order")["question"]
    assert [(act["by"], act["basis_label"]) for act in row["hidden"]] == [
        ("Owner", "ordered by a court")
    ]
    check_gone(ctx, "Quux")
    assert faults_of(ctx) == {}
