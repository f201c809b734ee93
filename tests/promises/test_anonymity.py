"""Anonymous means not stored: nothing at rest or on its way leads from a question to a person.

Looked for in every table, every leaf, every payload, every page, every file of the data folder and
everything that was written to the log output: the secret of a participant's cookie, the pseudonym
they vote under, their address and their browser, in every spelling that we could think of. The one
table that holds pseudonyms is ``vote``, and it holds those of voters, whatever they asked.

What remains, and is said where people type:

* Order. Docket numbers say who came before whom, and a row's place in the file, or PostgreSQL's
  transaction number, says whether a vote was written before a question. Whoever watched the room
  or the network can compare that with what they saw.
* Style, subject, and small groups.
* One's own vote. Whoever votes for their own question first is not named by that, but somebody who
  has the database and the cookie of a person can tell what that person voted for.
* The author key in the author's browser, and a receipt that is kept or shown: both are proofs.
"""

import hashlib
import logging
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import chain
from typing import Any

import pytest
import redis
import structlog
from flask import Flask
from sqlalchemy import inspect, text
from werkzeug.test import TestResponse

from qa.app import create_app
from qa.config import Config
from qa.services import (
    appeals,
    erasures,
    identity,
    questions,
    refusals,
    registry,
    snapshots,
    votes,
)
from qa.services.context import Context, build_context
from tests.conftest import TurnableClock
from tests.promises import log_watch
from tests.promises.hall import SLUG, author_key, open_hall, rules
from tests.promises.traces import files_of, rows_at_rest, spellings, votes_at_rest
from tests.web.meeting import Meeting, open_meeting, question

MINUTE_MS = 60_000
ASKERS = 10
QUESTIONS = 30
VOTERS = range(5, 10)
"""These participants vote, and the others never do."""

ADDRESS = "203.0.113.77"
BROWSER = "Distinctive/77.1 (of one person)"
FROM_ONE_PERSON: dict[str, Any] = {
    "headers": {"User-Agent": BROWSER, "X-Forwarded-For": ADDRESS},
    "environ_overrides": {"REMOTE_ADDR": ADDRESS},
}

WHAT_A_QUESTION_HAS = {
    "question": {
        "which it is": "id event_id docket_number leaf_index revision source",
        "what the author keeps secret, or hashed": "client_key author_tag",
        "what the author said": "anonymous name name_salt language",
        "how it stands": "status text_open text_version flags decision_count votes policy_version",
        "which question it was merged into": "merged_into before_merge",
        "what hides the name": "name_hidden_leaf",
        "when, to the minute": "submitted_at due_at",
        "when, on the stage": "next_at live live_at answered_at withdrawn_at",
    },
    "question_text": {
        "the words": "question_id version text salt written_at leaf_index",
        "what hides them": "hidden_leaf",
    },
    "decision": {
        "which it is": "question_id seq supersedes leaf_index policy_version",
        "the statement": "verdict reason explanation explanation_salt rule automated overdue",
        "what it is about beside the question": "merged_into appeal hidden_leaf",
        "whether it is in the sample": "sampled",
        "who decided, which is not who asked": "decided_by staff_id",
        "when": "decided_at",
    },
    "second_review": {
        "which it is": "question_id seq leaf_index policy_version",
        "what somebody on the staff says": "verdict reason explanation explanation_salt",
        "what hides the words": "hidden_leaf",
        "who, which is not who asked": "reviewed_by staff_id",
        "when": "reviewed_at",
    },
    "answer": {"the answer": "question_id leaf_index mode text salt hidden_leaf"},
    "vote": {"whose it is, and no time": "question_id voter"},
    "appeal": {
        "which it is": "question_id seq leaf_index",
        "that the author asked, or supporters": "asked_by",
        "when, to the minute": "asked_at due_at",
        "how it ended": "outcome late",
    },
    "appeal_call": {"a supporter, as with a vote, and no time": "question_id seq voter"},
    "hiding_act": {
        "which it is": "question_id leaf_index kind what seq spans basis",
        "why": "explanation explanation_salt",
        "staff by pseudonym, or that it was the author": "done_by second",
        "when; an author's, to the minute": "done_at",
    },
    "author_address": {
        "of a named question only, and sealed under a key that is in no table": "question_id sealed"
    },
    "redaction_proposal": {
        "which it is": "id question_id what seq spans basis explanation",
        "who proposed it, which is not who asked": "proposed_by staff_id",
        "when": "proposed_at",
    },
}
"""Every column on the way to a question. A new one belongs here with why it leads to nobody."""

TIMES_OF_AUTHORS = {
    "question": ("submitted_at", "due_at", "withdrawn_at"),
    "question_text": ("written_at",),
    "decision": ("decided_at",),  # when a rule decides, it does so at the moment of submission
    "appeal": ("asked_at",),
    "hiding_act": ("done_at",),
}


# What the tables could hold


def test_no_column_beside_a_question_could_lead_to_who_asked_it(ctx: Context) -> None:
    with ctx.db.read() as session:
        schema = inspect(session.connection())
        for table, purposes in WHAT_A_QUESTION_HAS.items():
            known = {column for columns in purposes.values() for column in columns.split()}
            assert {column["name"] for column in schema.get_columns(table)} == known


def test_nothing_that_refers_to_a_question_refers_to_a_person_who_is_not_staff(
    ctx: Context,
) -> None:
    """From a question one gets to its event; to a question, from these tables and no others.

    ``staff_id`` is the moderator. ``voter`` refers to no table: it is a hash of a secret that is in
    the voter's cookie and nowhere else.
    """
    with ctx.db.read() as session:
        schema = inspect(session.connection())
        refers = {
            table: {key["referred_table"] for key in schema.get_foreign_keys(table)}
            for table in schema.get_table_names()
        }
    assert refers["question"] == {"event"}
    about = {table: others for table, others in refers.items() if "question" in others}
    assert set(about) == set(WHAT_A_QUESTION_HAS) - {"question"}
    by_staff = {"decision", "redaction_proposal", "second_review"}
    assert {table for table, others in about.items() if others == {"question", "staff"}} == by_staff
    assert all(about[table] == {"question"} for table in set(about) - by_staff)
    assert refers["event"] == set()


def test_what_is_still_to_be_sent_holds_no_words_and_refers_to_no_person(ctx: Context) -> None:
    """It says which leaf, to which webhook or sealed address, and when to try."""
    with ctx.db.read() as session:
        schema = inspect(session.connection())
        columns = {column["name"] for column in schema.get_columns("outgoing")}
    assert columns == {
        *("id", "event_id", "leaf_index", "webhook_id", "address_id", "attempts", "due_at")
    }


def test_a_vote_carries_no_time_and_no_account(ctx: Context) -> None:
    with ctx.db.read() as session:
        columns = inspect(session.connection()).get_columns("vote")
    assert {column["name"] for column in columns} == {"question_id", "voter"}


# What is in them, and what goes out


class Room:
    """Ten participants who ask thirty anonymous questions through the doors, and five who vote."""

    def __init__(self, app: Flask, ctx: Context) -> None:
        self.ctx = ctx
        self.meeting: Meeting = open_meeting(app, ctx)
        self.people = [self.meeting.participant() for _ in range(ASKERS)]
        for n in range(1, QUESTIONS + 1):
            ctx.clock.turn(minutes=0.37)  # type: ignore[attr-defined]
            self._ask(n)
        for who in VOTERS:
            for n in range(who, QUESTIONS, 7):
                self.people[who].put(f"{self.meeting.api}/questions/{n}/vote")

    def _ask(self, n: int) -> None:
        body = question(f"What about matter {n:02d} of the list?")
        asked = self.people[n % ASKERS].post(
            f"{self.meeting.api}/questions", body, **FROM_ONE_PERSON
        )
        assert _json(asked)["n"] == n
        self.meeting.decide(n, "filter" if n % 3 == 0 else "publish")

    def secret(self, who: int) -> str:
        """Return what a participant's cookie holds, without its signature."""
        cookie = self.people[who].client.get_cookie(f"fh-p-{self.meeting.slug}")
        assert cookie is not None
        return cookie.value.rsplit(".", maxsplit=1)[0]

    def voter(self, who: int) -> bytes:
        return identity.voter_of(self.meeting.slug, self.secret(who))

    def tick(self) -> None:
        snapshots.log_snapshots(self.ctx, [self.meeting.slug])
        refusals.log_refusals(self.ctx)
        registry.anchor_logs(self.ctx)


def _json(answer: TestResponse) -> Any:
    return answer.json


@pytest.fixture
def room(config: Config, ctx: Context, capsys: pytest.CaptureFixture[str]) -> Iterator[Room]:
    """Give the room; ``capsys`` has everything that was logged in it, at every level."""
    root = logging.getLogger()
    level, handlers = root.level, root.handlers[:]
    room = Room(create_app(replace(config, log_level="debug"), ctx), ctx)
    room.tick()
    yield room
    root.setLevel(level)
    root.handlers[:] = handlers  # ours writes to what capsys closes


def traces_of(room: Room, who: int) -> set[bytes]:
    """Return everything that would be a trace of a participant."""
    secret = room.secret(who)
    key = bytes.fromhex(secret)
    made = [key, room.voter(who), *(hashlib.sha256(of).digest() for of in (key, secret.encode()))]
    return {one for each in made for one in spellings(each)}


def everything_shown(room: Room) -> bytes:
    """Return every payload and page, as a stranger, a participant and the staff are given them."""
    api, page = room.meeting.api, f"/e/{room.meeting.slug}"
    public = [
        *(api, f"{api}/board", f"{api}/board?since=3", f"{api}/policy", f"{api}/me"),
        *(page, f"{page}/stage", f"{page}/record", f"{page}/policy", "/log/registry/checkpoint"),
        *(f"{api}/questions/{n}" for n in range(1, QUESTIONS + 1)),
        *(f"{page}/record/{n}" for n in (1, 3)),
    ]
    private = [f"{api}/desk", f"{api}/settings", f"{page}/desk", f"{page}/settings", "/api/me"]
    answers = [room.meeting.stranger().get(path) for path in public]
    answers += [room.people[0].get(path) for path in public]
    answers += [room.meeting.owner.get(path) for path in private]
    found = room.people[1].post(f"{api}/similar", {"text": "What about matter 01 of the list?"})
    assert _json(found)["similar"]
    assert {answer.status_code for answer in answers} == {200}
    return b"\n".join(answer.data for answer in [*answers, found])


def test_nothing_at_rest_or_on_its_way_names_who_asked(
    room: Room, config: Config, capsys: pytest.CaptureFixture[str]
) -> None:
    structlog.get_logger("qa.test").warning("probe")
    places = {
        "a table": rows_at_rest(room.ctx, but="vote"),
        "the log": b"\n".join(log_watch.check_growth(room.ctx, [], room.meeting.slug)),
        "the registry": b"\n".join(log_watch.check_growth(room.ctx, [], None)),
        "what is shown": everything_shown(room),
        "a file": files_of(config),
        "the log output": "".join(capsys.readouterr()).encode(),
    }
    assert b"probe" in places["the log output"]
    for place, found in places.items():
        for who in range(ASKERS):
            assert not [one for one in traces_of(room, who) if one in found], (place, who)
        for trace in (ADDRESS, BROWSER, "Distinctive"):
            assert trace.encode() not in found, (place, trace)


def test_only_who_voted_is_among_the_votes_and_only_under_the_pseudonym(room: Room) -> None:
    found = votes_at_rest(room.ctx)
    expected = [room.voter(who) for who in VOTERS for _ in range(who, QUESTIONS, 7)]
    assert sorted(found) == sorted(expected)
    for who in range(ASKERS):
        traces = traces_of(room, who) - spellings(room.voter(who))
        assert not [one for one in traces if one in b"\n".join(found)]


def test_the_secrets_that_prove_authorship_are_shown_to_nobody_else(room: Room) -> None:
    shown = everything_shown(room)
    with room.ctx.db.read() as session:
        rows = session.execute(text("SELECT client_key, author_tag FROM question")).all()
    assert len(rows) == QUESTIONS
    for client_key, author_tag in rows:
        assert client_key.encode() not in shown
        assert bytes(author_tag).hex().encode() not in shown


def test_one_person_has_another_pseudonym_in_each_meeting(ctx: Context) -> None:
    secret = identity.new_participant(ctx)
    pseudonyms = {identity.voter_of(f"meeting-{n}", secret) for n in range(100)}
    assert len(pseudonyms) == 100
    assert not any(one.hex() in secret or one in bytes.fromhex(secret) for one in pseudonyms)


def test_a_vote_that_was_taken_back_leaves_no_row(ctx: Context) -> None:
    hall = open_hall(ctx, "open", rules=rules(rule_decides=True))
    for label in ("first", "again"):
        draft = hall.draft("Why was the canteen closed?", label)
        questions.submit_question(ctx, SLUG, hall.actor("ada"), draft)
    votes.cast_vote(ctx, SLUG, hall.actor("bob"), 2)
    votes.retract_vote(ctx, SLUG, hall.actor("bob"), 2)
    assert votes_at_rest(ctx) == []


# What time would tell


def test_what_an_author_does_is_timed_to_the_minute_and_no_closer(
    ctx: Context, clock: TurnableClock
) -> None:
    """A precise time beside an anonymous question could be found again in a network's records."""
    hall = open_hall(ctx, "open", rules=rules(rule_decides=True))
    clock.turn(minutes=0.371)
    for label in ("first", "again"):  # the second is declined by the rule at once
        draft = hall.draft("Why was the canteen closed?", label)
        questions.submit_question(ctx, SLUG, hall.actor("ada"), draft)
    new = "Who closed the canteen?"
    questions.revise_question(ctx, SLUG, 1, author_key("first"), new)
    questions.withdraw_question(ctx, SLUG, 1, author_key("first"))
    appeals.appeal_as_author(ctx, SLUG, 2, author_key("again"), 1)
    mine = {"author_key": author_key("first"), "what": ["text"]}
    erasures.erase_as_author(ctx, SLUG, 1, **mine, dry_run=False)
    with ctx.db.read() as session:
        times = [
            (column, value)
            for table, columns in TIMES_OF_AUTHORS.items()
            for column in columns
            for (value,) in session.execute(text(f'SELECT {column} FROM "{table}"'))
            if value is not None
        ]
    assert {column for column, _ in times} == {*chain.from_iterable(TIMES_OF_AUTHORS.values())}
    assert {column for column, value in times if value % MINUTE_MS} == set()


def test_what_redis_counts_leads_to_no_pseudonym(
    config: Config, ctx: Context, redis_url: str
) -> None:
    shared = redis.Redis.from_url(redis_url)
    worker = build_context(replace(config, redis_url=redis_url), clock=ctx.clock)
    hall = open_hall(worker, "open", slug=f"hall-{time.monotonic_ns()}")
    ada = hall.actor("ada")
    draft = hall.draft("Why was the canteen closed?", "only")
    questions.submit_question(worker, hall.slug, ada, draft)
    kept = [key for key in shared.scan_iter("*") if hall.slug.encode() in key]
    shared.delete(*kept)
    worker.db.close()
    assert kept, "the quotas are not in Redis"
    assert not [key for key in kept if (ada.voter or b"").hex().encode() in key]
