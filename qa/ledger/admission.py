"""Who may take part, as the log tells it: by an open link, or by tickets that are counted."""

from collections.abc import Iterator, Mapping
from typing import Any

from qa.ledger.entry import Entry


class AdmissionStory:
    """The way into one event. ``size`` is how many tickets were sent, ``used`` how many joined.

    ``used`` is None until the log says it, at the close.
    """

    def __init__(self) -> None:
        self.how = "open"
        self.size = 0
        self.used: int | None = None
        self._most_votes: dict[int, int] = {}

    @property
    def by_ticket(self) -> bool:
        """Whether only tickets let anybody in."""
        return self.how == "tickets"

    def read(self, entry: Entry, state: str) -> Iterator[str]:
        """Take in one leaf of an event in this state, and say what is wrong with it.

        1. The way in is settled while the event is a draft. Tickets are only ever added after that.
        2. At the close, and then only, the log says how many tickets were used and that the list of
           recipients is destroyed.
        3. No question has more votes, and no group more people, than tickets were used.
        """
        fields: Mapping[str, Any] = entry.fields
        if entry.kind == "admission":
            yield from self._admitted(fields, draft=state == "draft")
        elif entry.kind == "vote.snapshot":
            counts = (*fields["counts"], *fields.get("people", ()))
            self._most_votes[fields["from"]] = max(counts, default=0)
        elif entry.kind == "admission.forgotten":
            yield from self._forgotten(fields)
        elif entry.kind == "event.closed" and self.by_ticket and self.used is None:
            yield "the meeting ended without saying how many tickets were used."

    def _admitted(self, fields: Mapping[str, Any], *, draft: bool) -> Iterator[str]:
        # 1.
        if self.used is not None or (not draft and fields["how"] != self.how):
            yield "who may take part was changed too late."
        elif not draft and fields["size"] < self.size:
            yield f"{self.size} tickets were sent, and now it says {fields['size']}."
        self.how, self.size = fields["how"], fields["size"]

    def _forgotten(self, fields: Mapping[str, Any]) -> Iterator[str]:
        # 2.
        if not self.by_ticket or self.used is not None or fields["size"] != self.size:
            yield f"it counts {fields['size']} tickets; the log has {self.size}."
        self.used = fields["used"]
        # 3.
        most = max(self._most_votes.values(), default=0)
        if self.by_ticket and most > fields["used"]:
            yield f"a question has {most} votes, but {fields['used']} tickets were used."
