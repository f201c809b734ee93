"""How many submissions were turned away, and why, since this was last logged.

Counts wait in memory: logging each refusal would let a flood write the log. A crash loses at most
the counts since the last ``refused`` leaf.
"""

from collections import Counter
from collections.abc import Mapping


class RefusalCounts:
    """Refusals by event and error code."""

    def __init__(self) -> None:
        self._counts: dict[str, Counter[str]] = {}

    def add(self, slug: str, code: str) -> None:
        """Count one refusal."""
        self._counts.setdefault(slug, Counter())[code] += 1

    def of(self, slug: str) -> dict[str, int]:
        """Return an event's counts."""
        return dict(self._counts.get(slug, {}))

    def forget(self, slug: str, counts: Mapping[str, int]) -> None:
        """Take away what has been logged; what was counted meanwhile stays."""
        left = self._counts.get(slug, Counter()) - Counter(counts)
        if left:
            self._counts[slug] = left
        else:
            self._counts.pop(slug, None)

    def slugs(self) -> list[str]:
        """Return the events that have counts."""
        return list(self._counts)
