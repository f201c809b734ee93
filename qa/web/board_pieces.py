"""Whole boards put together from pieces, so that a change costs the questions that it touched.

This is what an open page does too: a board since the last revision brings the questions that
changed, and its tally the votes of all. With 20,000 questions, reading and encoding each of them
again would keep everybody waiting for seconds; here that happens once, in parts.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from qa.turns import give_way

PART: Final = 250
"""Questions that are read before others get their turn."""

Board = Mapping[str, Any]
Questions = list[dict[str, Any]]


@dataclass(frozen=True)
class Whole:
    """A board, encoded. ``timeless`` differs when anything but the time of reading does."""

    revision: int
    plain: bytes
    timeless: bytes


class Pieces:
    """The encoded questions of one event's board.

    ``read`` reads the board since a revision, ``read_some`` the questions with these numbers.
    """

    def __init__(
        self, read: Callable[[int], Board], read_some: Callable[[Sequence[int]], Questions]
    ) -> None:
        self._read = read
        self._read_some = read_some
        self._revision = 0
        self._heads: dict[int, bytes] = {}
        self._votes: dict[int, int] = {}
        self._due: dict[int, int] = {}

    def whole(self) -> Whole:
        """Return the whole board as it is now. One caller at a time."""
        if not self._revision:
            self._fill()
        board = self._read(self._revision)
        self._take(board["questions"])
        self._revision = board["revision"]
        # Time alone makes a question overdue, without a new revision.
        now_ms = board["event"]["now"]
        self._read_parts([n for n, due_ms in self._due.items() if due_ms < now_ms])
        return self._put_together(board)

    def _fill(self) -> None:
        first = self._read(2**53)  # what the event is now, and no question of it
        self._read_parts(range(1, first["event"]["counts"]["submitted"] + 1))
        self._revision = first["revision"]

    def _read_parts(self, numbers: Sequence[int]) -> None:
        for part in _in_parts(numbers):
            self._take(self._read_some(part))
            give_way()

    def _take(self, questions: Questions) -> None:
        for question in questions:
            n = question["n"]
            rest = {key: question[key] for key in question if key not in ("votes", "support")}
            self._heads[n] = _encode(rest)[:-1]
            self._votes[n] = question["votes"]
            self._due.pop(n, None)
            settled = question["overdue"] or question["undecided"]
            if question["status"] == "pending" and not settled:
                self._due[n] = question["due_at"]

    def _put_together(self, board: Board) -> Whole:
        votes = {**self._votes, **dict(board["tally"])}
        support = {**votes, **dict(board["support"])}
        questions = b",".join(
            b'%b,"votes":%d,"support":%d}' % (head, votes[n], support[n])
            for n, head in self._heads.items()
        )
        rest = {"tally": board["tally"], "support": board["support"]}
        end = b'"questions":[%b],%b' % (questions, _encode(rest)[1:])
        begin = _encode({"since": 0, "revision": self._revision, "event": board["event"]})
        timeless = _encode([board["event"] | {"now": None}, rest])
        return Whole(self._revision, begin[:-1] + b"," + end, timeless)


def _in_parts(numbers: Sequence[int]) -> list[list[int]]:
    return [list(numbers[at : at + PART]) for at in range(0, len(numbers), PART)]


def _encode(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode()
