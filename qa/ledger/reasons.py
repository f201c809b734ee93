"""Whether a decision is the statement of reasons that it has to be, under the policy it names."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from qa.ledger.docket import role_of
from qa.ledger.entry import Entry
from qa.ledger.policy_terms import PolicyTerms


def deadline_faults(entry: Entry, in_force: int, terms: Mapping[int, PolicyTerms]) -> Iterator[str]:
    """Say what is wrong with the policy and the deadline of a question as it was submitted.

    A deadline may be earlier than the policy allows: a clock that was set back stands still in the
    log, and a deadline is counted from when the question really came.
    """
    fields: Mapping[str, Any] = entry.fields
    if fields["policy"] != in_force:
        yield f"it names version {fields['policy']} of the policy; {in_force} was in force."
    under = terms.get(fields["policy"])
    if under is None:
        yield f"version {fields['policy']} of the policy is not there to be read."
    elif minutes_of(fields["due"]) > minutes_of(entry.t) + under.deadline_minutes:
        yield f"the deadline of #{fields['n']} is later than the policy sets it."


def decision_faults(
    entry: Entry, known: int, due: str, in_force: int, terms: Mapping[int, PolicyTerms]
) -> Iterator[str]:
    """Say what is wrong with a decision, ``known`` others on the same question being there before.

    1. It has the next number and supersedes the one before.
    2. It says rightly whether it is late. In the minute of the deadline either may be right.
    3. It names the version of the policy that was in force, and that version is there.
    4. Its reason is a code of that version.
    5. If a rule made it, that version lets this rule decide, with this reason; if a person, that
       version lets the person's role decide.
    """
    fields: Mapping[str, Any] = entry.fields
    number = fields["n"]
    # 1.
    if fields["seq"] != known + 1:
        yield f"decision {fields['seq']} on #{number} comes after {known} others."
    if fields.get("sup", 0) != fields["seq"] - 1:
        yield f"decision {fields['seq']} on #{number} does not supersede the one before."
    # 2.
    if known == 0 and entry.t != due and fields["late"] != (entry.t > due):
        yield f"the decision on #{number} hides that it is late, or says so wrongly."
    if known > 0 and fields["late"] and "appeal" not in fields:
        yield f"only a first decision can be late, and that on #{number} is not the first."
    # 3.
    if fields["policy"] != in_force:
        yield f"it names version {fields['policy']} of the policy; {in_force} was in force."
    under = terms.get(fields["policy"])
    if under is None:
        yield f"version {fields['policy']} of the policy is not there to be read."
        return
    # 4.
    if "reason" in fields and fields["reason"] not in under.reasons:
        yield f"{fields['reason']} is no reason of version {fields['policy']} of the policy."
    # 5.
    yield from _decider_faults(fields, under)


def held_faults(entry: Entry, terms: Mapping[int, PolicyTerms], *, was_open: bool) -> Iterator[str]:
    """Say whether words are held back until the close without the policy saying so, or not held."""
    fields: Mapping[str, Any] = entry.fields
    under = terms.get(fields["policy"])
    if under is None:
        return
    wanted = fields["verdict"] == "filter" and under.held_back and not was_open
    if bool(fields.get("held")) != wanted:
        kept = "are not" if wanted else "are"
        yield f"the words of #{fields['n']} {kept} held back, and the policy says otherwise."


def _decider_faults(fields: Mapping[str, Any], under: PolicyTerms) -> Iterator[str]:
    if not fields["auto"]:
        if role_of(fields["by"]).lower() not in under.deciders:
            yield f"the policy does not let {fields['by']} decide."
        return
    allowed = under.deciding.get(fields["rule"])
    if fields["verdict"] != "filter" or allowed is None or allowed != fields.get("reason"):
        yield f"the policy does not let the rule {fields['rule']} decide this."


@lru_cache(maxsize=4096)
def minutes_of(t: str) -> int:
    """Return a leaf's time in minutes from a fixed day."""
    time = datetime.strptime(t, "%Y-%m-%dT%H:%M%z")
    return time.toordinal() * 1440 + time.hour * 60 + time.minute
