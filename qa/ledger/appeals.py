"""Whether an appeal was possible, and whether somebody else decided on it, in time."""

from collections.abc import Iterator, Mapping
from typing import Any

from qa.ledger.docket import Docket
from qa.ledger.entry import Entry
from qa.ledger.policy_terms import PolicyTerms
from qa.ledger.reasons import minutes_of
from qa.ledger.second_person import is_owner

APPEALABLE = frozenset({"filtered", "merged"})


def appeal_faults(entry: Entry, docket: Docket, terms: Mapping[int, PolicyTerms]) -> Iterator[str]:
    """Say what is wrong with an appeal.

    Everything is held to the version of the policy that the decision names, so that no later one
    can cut an author off.

    1. It is against the last decision, which keeps the question off the board and is not itself
       one on an appeal; and it is the only one against it.
    2. It came within the window, and its deadline is no later than the policy sets it.
    3. Supporters may appeal only where the policy lets them.
    """
    fields: Mapping[str, Any] = entry.fields
    number, last = docket.number, docket.last
    # 1.
    if (
        last is None
        or last.fields["seq"] != fields["seq"]
        or docket.status not in APPEALABLE
        or "appeal" in last.fields
        or any(appeal.seq == fields["seq"] for appeal in docket.appeals)
    ):
        yield f"decision {fields['seq']} on #{number} could not be appealed."
        return
    version: Any = last.fields["policy"]
    under = terms.get(version)
    if under is None:
        yield f"version {version} of the policy is not there to be read."
        return
    # 2.
    now = minutes_of(entry.t)
    if now > minutes_of(last.t) + under.appeal_window_minutes or not under.appeal_window_minutes:
        yield f"the time to appeal against decision {fields['seq']} on #{number} was over."
    if minutes_of(fields["due"]) > now + under.appeal_deadline_minutes:
        yield f"the deadline of the appeal on #{number} is later than the policy sets it."
    # 3.
    if fields["by"] == "Supporters" and not under.appeal_supporters:
        yield f"the policy does not let supporters appeal, as on #{number}."


def answer_faults(entry: Entry, docket: Docket, terms: Mapping[int, PolicyTerms]) -> Iterator[str]:
    """Say what is wrong with a decision, as an answer to the appeal that waits, or as none.

    1. While an appeal waits, the next decision is the one on it, and there is none without one.
    2. Somebody else makes it than the decision that was appealed, and an owner if the version of
       the policy that it names leaves appeals to owners.
    3. It says rightly whether it is late. In the minute of the deadline either may be right.
    """
    fields: Mapping[str, Any] = entry.fields
    number, appeal = docket.number, docket.appeal
    # 1.
    if fields.get("appeal", 0) != (appeal.seq if appeal else 0):
        yield f"decision {fields['seq']} on #{number} is wrong about an appeal."
    if appeal is None:
        return
    # 2.
    if docket.last is not None and docket.last.fields["by"] == fields["by"]:
        yield f"{fields['by']} decided on an appeal against their own decision on #{number}."
    under = terms.get(fields["policy"])
    if under is not None and under.owner_decides_appeals and not is_owner(fields["by"]):
        yield f"{fields['by']} decided on an appeal on #{number}, which takes an owner."
    # 3.
    if entry.t != appeal.due and fields["late"] != (entry.t > appeal.due):
        yield f"the decision on the appeal on #{number} hides that it is late, or says so wrongly."


def late_decision_faults(entry: Entry, status: str, *, upheld: bool) -> Iterator[str]:
    """Say what is wrong with a decision after the close, which left a question in ``status``.

    1. It is on an appeal.
    2. It leaves nothing waiting, and makes no new group.
    """
    fields: Mapping[str, Any] = entry.fields
    # 1.
    if "appeal" not in fields:
        yield "a decision that is not on an appeal cannot follow the end of the meeting."
    # 2.
    elif status == "pending" or (fields["verdict"] == "merge" and not upheld):
        yield f"{fields['verdict']} of #{fields['n']} cannot follow the end of the meeting."
