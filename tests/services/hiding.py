"""Hiding words in tests, and looking for them afterwards where a thief of the disk would look."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from qa.exports.bundle import read_bundle
from qa.ledger.checks import verify_bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Pins
from qa.services import boards, logs, redactions
from qa.services.context import Actor, Context
from qa.services.redactions import Draft
from qa.store.models.questions import Question, QuestionText
from qa.store.queries.events import find_event
from qa.store.queries.questions import find_question
from tests.conftest import everything_at_rest
from tests.services.meeting import SLUG, Meeting

WHY = "It names a private person, who has nothing to do with it."


def draft(spans: Sequence[Sequence[int]] = (), what: str = "text", **more: Any) -> Draft:
    """Return a draft of a redaction, whose author saw a question that nothing was done to."""
    fields = {"basis": "personal_data", "explanation": WHY, "text_version": 1, "seen": 0, **more}
    return Draft(what=what, spans=spans, **fields)


def propose(meeting: Meeting, n: int, wanted: Draft, actor: Actor | None = None) -> int:
    """Propose as the first moderator, and return the number of the proposal."""
    who = actor or meeting.moderator
    answer = redactions.propose_redaction(meeting.ctx, SLUG, who, n, wanted)
    return int(answer["proposals"][-1]["id"])


def redact(meeting: Meeting, n: int, wanted: Draft) -> dict[str, Any]:
    """Hide words as the two moderators, and return the question as staff see it."""
    number = propose(meeting, n, wanted)
    done = redactions.confirm_redaction(meeting.ctx, SLUG, meeting.other_moderator, n, number)
    shown: dict[str, Any] = done["question"]
    return shown


def salts_of(ctx: Context, n: int) -> list[bytes]:
    """Return the salts of a question's text, while it has some."""
    with ctx.db.read() as session:
        return [bytes(salt) for salt in session.scalars(_salts(session, n)) if salt is not None]


def _salts(session: Session, n: int) -> Any:
    question = find_question(session, find_event(session, SLUG), n)
    return select(QuestionText.salt).where(QuestionText.question_id == question.id)


def files_at_rest(ctx: Context) -> bytes:
    """Return every byte of the database's own files: of SQLite's, that is."""
    if not ctx.db.url.startswith("sqlite"):
        return b""
    path = Path(ctx.db.url.removeprefix("sqlite:///"))
    return b"".join(file.read_bytes() for file in path.parent.glob(path.name + "*"))


def check_gone(ctx: Context, *secrets: str | bytes) -> None:
    """Fail when any of these is in a table, in a file of the database, or in what anybody reads."""
    with ctx.db.read() as session:
        numbers = list(session.scalars(select(Question.docket_number)))
    payloads = repr(
        [
            boards.public_board(ctx, SLUG),
            boards.desk_view(ctx, SLUG, 0),
            boards.record(ctx, SLUG, {}),
            [boards.question_history(ctx, SLUG, n) for n in numbers],
            read_bundle(ctx, SLUG),
        ]
    )
    tables, files = everything_at_rest(ctx), files_at_rest(ctx)
    for secret in secrets:
        words = secret if isinstance(secret, str) else secret.hex()
        raw = secret.encode() if isinstance(secret, str) else secret
        assert words not in payloads, f"still handed out: {words}"
        assert (secret if isinstance(secret, str) else repr(secret)) not in tables
        assert raw not in files, f"still in a file: {words}"


def faults_of(ctx: Context) -> dict[int, str]:
    """Return what the offline verifier finds wrong with the event's bundle."""
    pins = Pins(
        log=Verifier.parse(logs.log_vkey(ctx, SLUG)),
        promise=ctx.keyring.promise_signer(ctx.config.origin).verifier,
        registry=Verifier.parse(logs.log_vkey(ctx, logs.REGISTRY)),
    )
    steps = verify_bundle(read_bundle(ctx, SLUG), pins)
    return {step.number: step.sentence for step in steps if step.passed is False}
