"""How long a witness is left alone: after silence about everything, after a no about one log."""

from dataclasses import dataclass, field
from time import monotonic
from typing import Final

from qa.ledger.witness_policy import KnownWitness

REFUSED_S: Final = 300.0
FIRST_PAUSE_S: Final = 2.0
LONGEST_PAUSE_S: Final = 300.0


@dataclass
class Patience:
    """When each witness may be asked again, in seconds of a clock that never goes back."""

    until_s: dict[tuple[str, str], float] = field(default_factory=dict)
    silences: dict[str, int] = field(default_factory=dict)
    later: dict[str, float] = field(default_factory=dict)
    """When to come back to a log that some witness has not cosigned yet, by its origin."""

    def wait_s(self, witness: KnownWitness, origin: str) -> float:
        """Return how long to wait before this witness is asked about this log; 0 for not at all."""
        marks = [self.until_s.get((witness.name, about), 0.0) for about in ("", origin)]
        return max(0.0, max(marks) - monotonic())

    def answered(self, witness: KnownWitness) -> None:
        """The witness is there."""
        self.silences.pop(witness.name, None)

    def silent(self, witness: KnownWitness) -> None:
        """The witness did not answer: ask again after a while, each time a longer one."""
        count = self.silences.get(witness.name, 0)
        self.silences[witness.name] = count + 1
        pause_s = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(count, 10))
        self.until_s[witness.name, ""] = monotonic() + pause_s

    def refused(self, witness: KnownWitness, origin: str) -> None:
        """The witness said no: it may learn of the log, but not within seconds."""
        self.until_s[witness.name, origin] = monotonic() + REFUSED_S
