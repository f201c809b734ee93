"""The addendum to a report: what was logged after the close, and what it changed.

The report at the close is not touched by it. Times, shares and texts are as in the report.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from qa.ledger.after_close import ADDENDUM_FORMAT
from qa.ledger.numbers import Numbers
from qa.report.value import LateLeaf, Meeting


@dataclass(frozen=True)
class State:
    """The log at one size, and what a report made from it counts."""

    tree_size: int
    """Number of leaves."""
    root_hash: str
    """Root hash over these leaves, in base64."""
    words: tuple[str, ...]
    """Six words that stand for origin, size and root."""
    checkpoint: str
    """The signed note of this size and root, without witnesses' cosignatures."""
    as_of: str
    """The time of the last of these leaves."""
    numbers: Numbers
    """The counts of a report of this size."""


@dataclass(frozen=True)
class Difference:
    """One figure, side by side."""

    name: str
    """What it is: a path in ``numbers``, such as ``appeals.overturned``, or a field of a row."""
    label: str
    """The same for people."""
    at_close: str | int | bool | None
    """As it was when the meeting closed."""
    now: str | int | bool | None
    """As it is at the size of the addendum."""


@dataclass(frozen=True)
class ChangedRow:
    """A docket number of which something is otherwise than at the close."""

    n: int
    """Docket number."""
    leaves: tuple[int, ...]
    """The leaves after the close that are about it."""
    differences: tuple[Difference, ...]
    """What differs; at least one."""


@dataclass(frozen=True)
class Addendum:
    """Everything that a form of the addendum shows."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "defer_build": True,  # most processes never make one
        "use_attribute_docstrings": True,
        "extra": "forbid",
    }

    meeting: Meeting
    """The meeting."""
    origin: str
    """The log's origin, which is also the name of its key."""
    vkey: str
    """The log's verifier key."""
    at_close: State
    """The log as it was when the meeting closed: the report of that size is the final one."""
    now: State
    """The log as it was when this addendum was made."""
    leaves: tuple[LateLeaf, ...]
    """Every leaf after the close, oldest first."""
    figures: tuple[Difference, ...]
    """The counts that differ."""
    rows: tuple[ChangedRow, ...]
    """The questions that differ, by docket number."""
    hidden: tuple[int, ...]
    """Docket numbers of which words were hidden after the close."""
    old_report: tuple[str, ...]
    """What has become of the report at the close, in sentences."""
    how_to_check: tuple[str, ...]
    """Steps, as sentences; a command is in its own line between backticks."""
    format: Literal["fair-hearing-addendum@v1"] = field(default=ADDENDUM_FORMAT, kw_only=True)
    """The version of this form. Fields may be added under the same version, never renamed."""
