"""Reading a report or an addendum that somebody saved: JSON with nothing repeated, and its root."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from qa.errors import Invalid, Malformed
from qa.ledger.entry import Entry
from qa.ledger.facts import QuestionFacts, read_facts
from qa.ledger.numbers import count_facts
from qa.ledger.record import Record
from qa.ledger.spelling import encode_base64
from qa.ledger.story import Story, tell


def check_size(record: Record, state: object) -> int:
    """Return the size of the log that a report was made at.

    1. It says a size that the log has had.
    2. It names the root that the log had then.

    Raises:
        Malformed: it does not say a size.
        Invalid: the log says otherwise.
    """
    # 1.
    size = state.get("tree_size") if isinstance(state, dict) else None
    if not isinstance(state, dict) or type(size) is not int:
        raise Malformed("The report does not say at which size of the log it was made.")
    if not 1 <= size <= len(record.entries):
        raise Invalid(f"The report is of {size:,} leaves; the log has {len(record.entries):,}.")
    # 2.
    if state.get("root_hash") != encode_base64(record.roots.root(size)):
        raise Invalid(f"The report names another root than that of the first {size:,} leaves.")
    return size


@dataclass(frozen=True)
class Told:
    """What the first leaves of a log say, in the parts that reports have.

    ``meeting`` is how far it was and who came in how, ``numbers`` what the facts make.
    """

    facts: list[QuestionFacts]
    numbers: dict[str, Any]
    meeting: dict[str, str | None]


def told_at(record: Record, size: int) -> Told:
    """Return what the first ``size`` leaves say, of which the record may know the story already."""
    entries = record.entries[:size]
    story = record.story if size == len(record.entries) else tell(entries, record.terms)
    facts = read_facts(entries, story)
    return Told(
        facts, count_facts(facts, entries, story.admission).as_dict(), _meeting(entries, story)
    )


def _meeting(entries: Sequence[Entry], story: Story) -> dict[str, str | None]:
    reached = {str(each.fields["to"]): each.t for each in entries if each.kind == "event.state"}
    return {
        "slug": entries[0].ev,
        "state": story.state,
        "opened_at": reached.get("open"),
        "closed_at": reached.get("closed"),
        "way_in": story.admission.how,
    }


def check_origin(record: Record, state: Mapping[str, Any]) -> None:
    """Refuse what is about another log. Raises: Invalid."""
    if state.get("origin") != record.checkpoint.origin:
        raise Invalid(f"The report is about another log than {record.checkpoint.origin}.")


def short(value: object) -> str:
    """Return a value as short JSON, for a sentence."""
    text = json.dumps(value, sort_keys=True)
    return text if len(text) <= 80 else f"{text[:77]}..."


def parse_report(data: bytes) -> dict[str, Any]:
    """Return the object that a file holds. Raises: Malformed."""
    try:
        value = json.loads(data.decode(), object_pairs_hook=_object, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise Malformed("The report is not JSON.") from error
    if not isinstance(value, dict):
        raise Malformed("The report is not a JSON object.")
    return value


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("A key is repeated in the report.")
    return found


def _refuse(_constant: str) -> NoReturn:
    raise Malformed("The report holds a number that is none.")
