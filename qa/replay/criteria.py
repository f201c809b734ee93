"""The policy of a replayed meeting: the default one, and a reason code that says there was none."""

from copy import deepcopy
from typing import Any

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.replay.outcome import NO_REASON_KEPT, REASON


def replay_policy() -> dict[str, Any]:
    """Return the policy's document.

    A source that kept no reasons must not look as if somebody had weighed some, so its declines
    have a code of their own. No policy that people decide under has it.
    """
    document: dict[str, Any] = deepcopy(dict(DEFAULT_POLICY_DOCUMENT))
    other = next(each for each in document["reason_codes"] if each["code"] == "other")
    document["reason_codes"].append(
        {
            **other,
            "code": REASON,
            "label": "No reason recorded",
            "meaning": "The source of this record says that it was declined, and not why.",
            "template": NO_REASON_KEPT,
        }
    )
    return document
