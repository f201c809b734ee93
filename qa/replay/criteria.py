"""What a replayed meeting says of itself: that it is a replay, and what of it is not the source's.

Its policy is the default one, with an introduction of its own and a reason code that says that the
source gave no reason.
"""

from copy import deepcopy
from typing import Any, Final

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.replay.outcome import NO_REASON_KEPT, REASON

INTRODUCTION: Final = (
    "This is a replay of a consultation that was held elsewhere. Its questions, its votes of"
    " agreement and its verdicts are those of the source. All times, and who decided, are the"
    " replay’s: the source names no moderators and keeps no times of decisions. It keeps no reasons"
    " either, and every decline says so."
)
LONGEST_TITLE: Final = 100


def replay_title(title: str) -> str:
    """Return the title of the replay of a meeting."""
    return f"Replay: {title}"[:LONGEST_TITLE]


def replay_policy() -> dict[str, Any]:
    """Return the policy's document.

    A source that kept no reasons must not look as if somebody had weighed some, so its declines
    have a code of their own. No policy that people decide under has it.
    """
    document: dict[str, Any] = deepcopy(dict(DEFAULT_POLICY_DOCUMENT))
    document["introduction"] = INTRODUCTION
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
