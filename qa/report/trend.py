"""The same numbers over several meetings, to see whether they change.

A trend compares what was counted in the same way, meeting by meeting. It holds no words of
participants: each meeting's own report does.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final, Literal

from pydantic import TypeAdapter

from qa.ledger.numbers import Numbers
from qa.report.statistics import compare_shares, wilson_interval
from qa.report.value import Meeting, Rates, Report

FORMAT: Final = "fair-hearing-trend@v1"


@dataclass(frozen=True)
class TrendPoint:
    """One meeting of a trend."""

    meeting: Meeting
    """The meeting."""
    origin: str
    """The origin of its log."""
    tree_size: int
    """Number of leaves that were counted."""
    as_of: str
    """The time of the last of them."""
    numbers: Numbers
    """Its counts, as in its report."""
    rates: Rates
    """Shares of them."""
    filtered_low: float | None
    """Lower end of the 95 % Wilson interval of the filter rate."""
    filtered_high: float | None
    """Upper end."""


@dataclass(frozen=True)
class Trend:
    """A deployment's meetings, in the order in which they opened."""

    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "defer_build": True,  # most processes never make one
        "use_attribute_docstrings": True,
        "extra": "forbid",
    }

    points: tuple[TrendPoint, ...]
    """Every meeting that has opened."""
    p_value: float | None
    """Chance of filter rates at least as uneven, if meetings made no difference; None with fewer
    than two meetings in which something was decided. To six decimals."""
    sentence: str
    """What this says, in plain words."""
    format: Literal["fair-hearing-trend@v1"] = FORMAT
    """The version of this form."""


_ADAPTER: Final = TypeAdapter(Trend)
_POINT: Final = TypeAdapter(TrendPoint)


def point_of(report: Report) -> TrendPoint:
    """Return the point of a meeting whose report is made."""
    numbers, proof = report.numbers, report.proof
    decided = numbers.published + numbers.filtered + numbers.merged
    low, high = wilson_interval(numbers.filtered, decided) if decided else (None, None)
    return TrendPoint(
        meeting=report.meeting,
        origin=proof.origin,
        tree_size=proof.tree_size,
        as_of=proof.as_of,
        numbers=numbers,
        rates=report.rates,
        filtered_low=None if low is None else round(low, 4),
        filtered_high=None if high is None else round(high, 4),
    )


def make_trend(points: Sequence[TrendPoint]) -> Trend:
    """Return the trend over meetings; those that are still drafts are left out."""
    opened = [point for point in points if point.meeting.opened_at is not None]
    opened.sort(key=lambda point: (str(point.meeting.opened_at), point.meeting.slug))
    decided = [point for point in opened if point.rates.filtered is not None]
    filtered = [point.numbers.filtered for point in decided]
    totals = [
        point.numbers.published + point.numbers.filtered + point.numbers.merged for point in decided
    ]
    p_value = None
    if len(decided) > 1 and 0 < sum(filtered) < sum(totals):
        p_value = round(compare_shares(filtered, totals, "trend").p_value, 6)
    return Trend(tuple(opened), p_value, _sentence(decided, p_value))


def point_json(point: TrendPoint) -> bytes:
    """Return one point as JSON, which ``read_point`` reads."""
    return _POINT.dump_json(point)


def read_point(data: bytes) -> TrendPoint:
    """Return the point that ``point_json`` wrote."""
    return _POINT.validate_json(data)


def trend_json(trend: Trend) -> bytes:
    """Return a trend as JSON in its one spelling, as ``report_json`` does."""
    found = _ADAPTER.dump_python(trend, mode="json")
    return json.dumps(
        found, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    ).encode()


def _sentence(decided: Sequence[TrendPoint], p_value: float | None) -> str:
    if p_value is None:
        return (
            "There is nothing to compare yet: that takes two meetings with decisions that differ."
        )
    rates = [point.rates.filtered or 0 for point in decided]
    span = f"from {100 * min(rates):.0f} to {100 * max(rates):.0f} in 100"
    chance = "more than chance would" if p_value <= 0.05 else "as much as chance alone can"
    said = "below 0.001" if p_value < 0.001 else f"= {p_value:.3f}"
    return (
        f"Over {len(decided):,} meetings, declines ran {span}, {chance} bring about (p {said})."
        " Meetings differ in what is asked, so this does not say why."
    )
