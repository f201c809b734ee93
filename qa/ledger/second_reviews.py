"""Second reviews: which decisions are in the sample, and whether a review was a legal one.

Shown questions are sampled like declined ones. If only declines were looked at again, being asked
would tell what the first verdict was, and agreement beyond chance could not be told from chance.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from qa.ledger import merkle
from qa.ledger.docket import Docket
from qa.ledger.entry import Entry, spell
from qa.ledger.policy_terms import PolicyTerms

SAMPLED_VERDICTS: Final = frozenset({"publish", "filter"})
_SHARE_BYTES: Final = 4


def is_sampled(verdict: str, appeal: int | None, leaf_hash: bytes, percent: int) -> bool:
    """Say whether a decision is in the sample of ``percent`` in 100 (0 to 100).

    The first four bytes of its leaf hash, as a fraction of 2**32, are below the share. The leaf
    commits to the explanation under 32 random bytes, so nobody who decides can foresee it, and once
    it is logged nothing can change it. A decision on an appeal is a second look already.
    """
    if verdict not in SAMPLED_VERDICTS or appeal is not None:
        return False
    place = int.from_bytes(leaf_hash[:_SHARE_BYTES])
    return place * 100 < percent << 8 * _SHARE_BYTES


def is_in_sample(entry: Entry, terms: Mapping[int, PolicyTerms]) -> bool:
    """Say whether a decision is in the sample of the policy that it names."""
    fields: Mapping[str, Any] = entry.fields
    under = terms.get(fields["policy"])
    if under is None or not under.second_review_percent:
        return False
    leaf_hash = merkle.leaf_hash(spell(entry))
    return is_sampled(
        fields["verdict"], fields.get("appeal"), leaf_hash, under.second_review_percent
    )


def review_faults(
    entry: Entry, docket: Docket, in_force: int, terms: Mapping[int, PolicyTerms]
) -> Iterator[str]:
    """Say what is wrong with a second review.

    1. It is of a decision that is there, in the sample, and was not reviewed before.
    2. Nobody reviews who has decided on the question.
    3. It names the version of the policy that was in force, and its reason is a code of that.
    """
    fields: Mapping[str, Any] = entry.fields
    number, seq = docket.number, fields["seq"]
    # 1.
    if seq not in docket.sampled:
        yield f"decision {seq} on #{number} is not in the sample for second reviews."
    if seq in docket.reviews:
        yield f"decision {seq} on #{number} was reviewed a second time already."
    # 2.
    if fields["by"] in docket.deciders:
        yield f"{fields['by']} reviewed #{number}, on which they have decided."
    # 3.
    if fields["policy"] != in_force:
        yield f"it names version {fields['policy']} of the policy; {in_force} was in force."
    under = terms.get(fields["policy"])
    if under is not None and "reason" in fields and fields["reason"] not in under.reasons:
        yield f"{fields['reason']} is no reason of version {fields['policy']} of the policy."
