"""Verifying a bundle: numbered steps, each with a sentence for people.

1. The archive is safe and complete (``open_bundle``); the others are in ``verify_bundle``.
2. The checkpoint is signed by the pinned key, and of the pinned log.
3. Enough witnesses cosigned it, if a policy says how many are enough.
4. Every leaf is in its one spelling.
5. The root hash over all leaves is the signed one.
6. An older checkpoint, if there is one, covers the beginning of this log.
7. Time never goes back.
8. Docket numbers are 1, 2, 3, … without a gap.
9. Every question has one effective decision, by its policy, in time or marked late.
10. Everything that happened was legal when it happened, and the sums are right.
11. Every text opens its commitment; every one that is not there is accounted for.
12. Every version of the policy is the published one.
13. Snapshots of votes add up.
14. The registry knows the event, and its anchors fit.
15. Every receipt, if there is one, is kept.
17. An audit report, if there is one, counts as the leaves do. (16 is in ``qa.verify``.)
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.errors import QaError
from qa.ledger.bundle import Bundle, decode_members
from qa.ledger.bundle_zip import read_zip
from qa.ledger.checks_log import (
    check_checkpoint,
    check_dockets,
    check_leaves,
    check_old,
    check_root,
    check_time,
    check_witnesses,
)
from qa.ledger.checks_receipt import check_receipt
from qa.ledger.checks_registry import check_registry
from qa.ledger.checks_report import check_report
from qa.ledger.checks_story import check_decisions, check_policies, check_states, check_votes
from qa.ledger.checks_texts import check_texts
from qa.ledger.record import Evidence, NotChecked, Pins, Record

Check = Callable[[], str]

RECEIPT, REPORT = 15, 17
_STEPS: Sequence[tuple[int, str, Callable[[Record], str]]] = (
    (2, "Signature", check_checkpoint),
    (3, "Witnesses", check_witnesses),
    (4, "Leaves", check_leaves),
    (5, "Root hash", check_root),
    (6, "Older checkpoint", check_old),
    (7, "Time", check_time),
    (8, "Docket numbers", check_dockets),
    (9, "Decisions", check_decisions),
    (10, "Statuses and sums", check_states),
    (11, "Texts", check_texts),
    (12, "Policy", check_policies),
    (13, "Votes", check_votes),
    (14, "Registry", check_registry),
)


@dataclass(frozen=True)
class Step:
    """One numbered check. ``passed`` is None when there was nothing to check it with."""

    number: int
    title: str
    passed: bool | None
    sentence: str


def open_bundle(data: bytes) -> tuple[Step, Bundle | None]:
    """Return step 1, and the bundle in an archive when the step passed."""
    found: list[Bundle] = []

    def check() -> str:
        members = read_zip(data)
        found.append(decode_members(members))
        return f"The archive is whole: {len(members)} files, {len(data):,} bytes."

    step = take_step(1, "Archive", check)
    return step, found[0] if found else None


def verify_bundle(bundle: Bundle, pins: Pins, evidence: Evidence | None = None) -> list[Step]:
    """Return steps 2 to 15, with one step 15 for each receipt, and 17 if there is a report."""
    record = Record(bundle, pins, evidence)
    steps = [take_step(number, title, _with(record, check)) for number, title, check in _STEPS]
    receipts, report = record.evidence.receipts, record.evidence.report
    if not receipts:
        steps.append(Step(RECEIPT, "Receipts", None, "No receipt was given."))
    steps += [
        take_step(RECEIPT, "Receipt", _with_receipt(record, name, data)) for name, data in receipts
    ]
    if report is not None:
        steps.append(take_step(REPORT, "Report", lambda: check_report(record, report)))
    return steps


def take_step(number: int, title: str, check: Check) -> Step:
    """Return the step that a check makes: it passed unless it raises one of our errors."""
    try:
        return Step(number, title, passed=True, sentence=check())
    except NotChecked as reason:
        return Step(number, title, passed=None, sentence=str(reason))
    except QaError as error:
        return Step(number, title, passed=False, sentence=error.message)


def _with(record: Record, check: Callable[[Record], str]) -> Check:
    return lambda: check(record)


def _with_receipt(record: Record, name: str, data: bytes) -> Check:
    return lambda: check_receipt(record, name, data)
