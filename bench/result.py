"""What a row of the table says, and how runs become one figure."""

from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True)
class Sizes:
    """How much of everything."""

    clients: int = 10_000
    voters: int = 1_000
    joins: int = 5_000
    pulses: int = 25
    rate: int = 1_000
    seconds: int = 10
    questions: int = 10_000
    cycles: int = 10
    repeats: int = 3


SMALL = Sizes(
    clients=60,
    voters=20,
    joins=50,
    pulses=3,
    rate=50,
    seconds=1,
    questions=200,
    cycles=3,
    repeats=1,
)
"""To see that everything works; the figures mean nothing."""


@dataclass
class Runs:
    """The figures of several runs of one contestant, by name."""

    all: dict[str, list[float]] = field(default_factory=dict)

    def add(self, **figures):
        for name, figure in figures.items():
            self.all.setdefault(name, []).append(figure)

    def __getitem__(self, name):
        return median(self.all[name])


@dataclass(frozen=True)
class Line:
    """A line of the table; ``met`` is None where the issue names no target."""

    what: str
    ours: str
    peer: str = ""
    ratio: str = ""
    target: str = ""
    met: bool | None = None


def compare(what, unit, ours, peer, name, *, against, most=None, least=None, digits=1):
    """Return the line of a figure against a peer's in the same rounds: the median of the ratios."""
    ratio = median(one / other for one, other in zip(ours.all[name], peer.all[name], strict=True))
    target, met = _judge(ratio, most, least, " ×")
    return Line(
        what,
        _with_unit(ours[name], unit, digits),
        f"{against}: {_with_unit(peer[name], unit, digits)}",
        f"{ratio:.2f}",
        target,
        met,
    )


def bound(what, unit, figure, *, most=None, least=None, peer="", digits=1):
    """Return the line of a figure that has a bound of its own."""
    target, met = _judge(figure, most, least, f" {unit}".rstrip())
    return Line(what, _with_unit(figure, unit, digits), peer, "", target, met)


def _judge(figure, most, least, unit):
    if most is not None:
        return f"≤ {most:,}{unit}", figure <= most
    if least is not None:
        return f"≥ {least:,}{unit}", figure >= least
    return "", None


def _with_unit(figure, unit, digits):
    return f"{figure:,.{digits}f} {unit}".rstrip()


def as_markdown(lines):
    """Return the table."""
    rows = [
        "| what | Fair Hearing | in the same rounds | ratio | target | met |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    words = {True: "yes", False: "**no**", None: ""}
    for line in lines:
        cells = (line.what, line.ours, line.peer, line.ratio, line.target, words[line.met])
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)
