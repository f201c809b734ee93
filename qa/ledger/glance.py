"""Leaves that are in their one spelling at a glance: one pattern for each kind of leaf.

Encoding a leaf again and comparing is what tells its one spelling; it takes most of the time of
reading a log. A line that a pattern from here matches spells each of its keys once and in order,
without spaces, and each value in the only way that its form has: encoding it again can give
nothing else. A line that no pattern matches may be a leaf nevertheless, and has to be encoded.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from qa.ledger.forms import FieldSpec, Form


@dataclass(frozen=True, slots=True)
class Glance:
    """``matches`` a whole line; ``left`` are the forms that a pattern cannot tell, by field."""

    matches: Callable[[str], object]
    left: tuple[tuple[str, Form], ...]


def glance_at(fixed: Mapping[str, str], specs: Mapping[str, FieldSpec]) -> Glance | None:
    """Return what recognises a line with these fields, or None when no pattern can.

    ``fixed`` are values that are always the same, as JSON.
    """
    pieces: list[str] = []
    for name in sorted({*fixed, *specs}):
        spec = specs.get(name)
        spelling = re.escape(fixed[name]) if spec is None else spec.form.spelling
        if spelling is None:
            return None
        piece = f'"{name}":{spelling},'
        pieces.append(f"(?:{piece})?" if spec is not None and spec.optional else piece)
    # The last field of every kind is one that it must have, so the comma after it can go.
    line = re.compile(r"\{" + "".join(pieces).removesuffix(",") + r"\}", re.ASCII)
    return Glance(
        line.fullmatch,
        tuple((name, spec.form) for name, spec in specs.items() if not spec.form.regular),
    )
