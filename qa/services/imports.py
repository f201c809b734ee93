"""Questions sent in before the meeting: all of a file is logged, or none of it."""

import base64
from typing import Any

from qa.domain.csv_file import RowError, refusal
from qa.domain.question import require_right
from qa.domain.question_csv import CsvRow, ParsedCsv, parse_rows
from qa.domain.rule_kind import Answers
from qa.errors import BadInput
from qa.services import own_rules
from qa.services.context import Actor, Context
from qa.services.docket import Submission, add_questions, check_name_allowed
from qa.services.unit import Unit, perform, policy_in_force
from qa.store.queries.events import find_event

KEY_BYTES = 24
NOTHING = "Nothing was imported."


class _DryRun(Exception):
    """Ends a dry run inside the transaction, so that nothing of it stays."""


def import_questions(
    ctx: Context, slug: str, actor: Actor, data: bytes, *, dry_run: bool
) -> dict[str, Any]:
    """Log every question of a CSV file in its order, as if each had been submitted now.

    A dry run does everything except keep it. The file's times are checked but not logged: a leaf
    says when the log learned of a question. Nobody holds an imported question's author key.

    Raises:
        NoRight: the actor may not import.
        BadInput: some row is bad; ``errors`` names each by line, field and reason.
        EventNotOpen, EventClosed: the event takes no questions now.
    """
    require_right(actor.role, "import")
    parsed = parse_rows(data, ctx.clock())
    if parsed.errors:
        raise refusal(parsed.errors, NOTHING)

    with ctx.db.read() as session:
        policy = policy_in_force(ctx, session, find_event(session, slug))
    answers = [own_rules.ask(policy, row.text, row.name) for row in parsed.rows]

    def body(unit: Unit) -> dict[str, Any]:
        unit.require_open()
        first = unit.event.last_docket + 1
        rows = zip(parsed.rows, answers, strict=True)
        add_questions(unit, [_submission(unit, row, own) for row, own in rows])
        if dry_run:
            raise _DryRun
        return _report(parsed, first, unit.event.last_docket)

    try:
        return perform(ctx, slug, body)
    except _DryRun:
        return {**_report(parsed, 0, -1), "dry_run": True, "first": None, "last": None}


def _submission(unit: Unit, row: CsvRow, own: Answers) -> Submission:
    key = base64.urlsafe_b64encode(unit.ctx.random_bytes(KEY_BYTES)).decode()
    submission = Submission(row.text, row.name, row.language, key, None, "import", own=own)
    try:
        check_name_allowed(unit.event, submission)
    except BadInput as error:
        problem = RowError(row.line, error.field, error.message)
        raise refusal([problem], NOTHING) from error
    return submission


def _report(parsed: ParsedCsv, first: int, last: int) -> dict[str, Any]:
    return {
        "rows": len(parsed.rows),
        "imported": last - first + 1,
        "errors": [],
        "dry_run": False,
        "first": first,
        "last": last,
    }
