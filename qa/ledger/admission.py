"""Who may take part, as the log tells it: by an open link, or by what lets each person in once.

That is a ticket, or a sign-in at an OpenID provider; both are counted.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from qa.ledger.entry import Entry


class AdmissionStory:
    """The way into one event.

    ``size`` is how many tickets were sent, and ``used`` how many people were let in, None until the
    log says it, at the close. ``issuer`` is what the provider calls itself, where people sign in.
    """

    def __init__(self) -> None:
        self.how = "open"
        self.size = 0
        self.issuer: str | None = None
        self.used: int | None = None
        self._most_votes: dict[int, int] = {}

    @property
    def by_ticket(self) -> bool:
        """Whether only tickets let anybody in."""
        return self.how == "tickets"

    @property
    def by_sign_in(self) -> bool:
        """Whether only a sign-in at a provider lets anybody in."""
        return self.how == "provider"

    @property
    def is_checked(self) -> bool:
        """Whether somebody stands behind each vote, as far as can be checked."""
        return self.by_ticket or self.by_sign_in

    def read(self, entry: Entry, state: str) -> Iterator[str]:
        """Take in one leaf of an event in this state, and say what is wrong with it.

        1. The way in is settled while the event is a draft. Tickets are only ever added after that.
        2. At the close, and then only, the log says how many were let in and that what could tell
           who they are is destroyed.
        3. No question has more votes, and no group more people, than were let in.
        """
        fields: Mapping[str, Any] = entry.fields
        if entry.kind == "admission":
            yield from self._admitted(fields, draft=state == "draft")
        elif entry.kind == "vote.snapshot":
            counts = (*fields["counts"], *fields.get("people", ()))
            self._most_votes[fields["from"]] = max(counts, default=0)
        elif entry.kind == "admission.forgotten":
            yield from self._forgotten(fields)
        elif entry.kind == "event.closed" and self.is_checked and self.used is None:
            yield f"the meeting ended without saying how many {self._let_in}."

    def _admitted(self, fields: Mapping[str, Any], *, draft: bool) -> Iterator[str]:
        # 1.
        before = self.how, self.issuer
        now = fields["how"], fields.get("issuer")
        if self.used is not None or (not draft and now != before):
            yield "who may take part was changed too late."
        elif not draft and fields["size"] < self.size:
            yield f"{self.size} tickets were sent, and now it says {fields['size']}."
        (self.how, self.issuer), self.size = now, fields["size"]

    def _forgotten(self, fields: Mapping[str, Any]) -> Iterator[str]:
        # 2.
        sent = self.size if self.by_ticket else None
        if not self.is_checked or self.used is not None or fields.get("size") != sent:
            yield f"it counts {fields.get('size', 'no')} tickets; the log has {self.size}."
        self.used = fields["used"]
        # 3.
        most = max(self._most_votes.values(), default=0)
        if self.is_checked and most > fields["used"]:
            yield f"a question has {most} votes, but {fields['used']} {self._let_in}."

    @property
    def _let_in(self) -> str:
        return "tickets were used" if self.by_ticket else "people signed in"
