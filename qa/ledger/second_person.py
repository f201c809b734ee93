"""Whether an owner was there where the policy asks for one beside, or instead of, somebody else."""

from collections.abc import Iterator, Mapping
from typing import Any

from qa.ledger.docket import role_of
from qa.ledger.entry import Entry
from qa.ledger.policy_terms import PolicyTerms


def is_owner(who: str) -> bool:
    """Say whether a member of staff is an owner, by the name that the log has for them."""
    return role_of(who) == "Owner"


def hiding_faults(entry: Entry, in_force: int, terms: Mapping[int, PolicyTerms]) -> Iterator[str]:
    """Say what is wrong with a redaction under the version of the policy that was in force.

    That two people made it is in the form of the leaf, whatever the policy says. A version that
    cannot be read is a fault of its own.
    """
    fields: Mapping[str, Any] = entry.fields
    under = terms.get(in_force)
    if under is None or not under.owner_hides:
        return
    if not is_owner(fields["by"]) and not is_owner(fields["second"]):
        yield f"words of #{fields['n']} were hidden without an owner, whom the policy asks for."
