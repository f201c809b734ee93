"""Hiding words as anybody might try it: alone, as two, for an author, for a stranger, too late."""

from typing import Any

from qa.services import erasures, redactions
from qa.services.context import Actor
from qa.services.redactions import Draft
from tests.promises.hall import PEOPLE, SLUG, Proposed, author_key, secret_in
from tests.promises.trial import Trial

WHY = "It says something about a private person."
MARK = "[redacted]"


class HidingActs(Trial):
    """Redactions and erasures, one method each, with arguments that are data."""

    def propose(self, who: str, n: int, what: str, part: bool) -> None:
        asked, number = self.asked(n), self.number(n)
        words = asked.text if asked is not None and what == "text" else None
        spans: tuple[tuple[int, int], ...] = ()
        if part and words is not None and asked is not None:
            secret = secret_in(asked.wordings[-1])
            if secret in words:
                spans = ((words.index(secret), words.index(secret) + len(secret)),)
        draft = Draft(
            what=what,
            basis="personal_data",
            explanation=WHY,
            text_version=len(asked.wordings) if asked is not None else 1,
            seen=asked.hidings if asked is not None else 0,
            spans=spans,
            seq=1 if what in ("explanation", "answer") else None,
        )
        done = self.attempt(
            who,
            "redact",
            lambda actor: redactions.propose_redaction(self.ctx, SLUG, actor, number, draft),
        )
        if done is not None:
            left = None
            if spans and words is not None:
                left = words[: spans[0][0]] + MARK + words[spans[0][1] :]
            made = max(row["id"] for row in done["proposals"])
            self.hall.proposals[made] = Proposed(number, what, who, left)

    def confirm(self, who: str, n: int) -> None:
        made, proposed = self._proposal(n)

        def act(actor: Actor) -> dict[str, Any]:
            return redactions.confirm_redaction(self.ctx, SLUG, actor, proposed.n, made)

        if self.attempt(who, "redact", act) is not None:
            assert proposed.who != who, "somebody hid words alone"
            roles = {self.hall.role(proposed.who), self.hall.role(who)}
            assert roles <= {"owner", "moderator"}
            wanted = self.hall.policy["second_person_redaction"]
            assert "owner" in roles or wanted == "somebody_else", "words hidden without an owner"
            self._hide(proposed.n, proposed.what, proposed.left)

    def reject(self, who: str, n: int) -> None:
        made, proposed = self._proposal(n)

        def act(actor: Actor) -> dict[str, Any]:
            return redactions.reject_redaction(self.ctx, SLUG, actor, proposed.n, made)

        if self.attempt(who, "redact", act) is not None:
            del self.hall.proposals[made]

    def erase_own(self, n: int, what: list[str], stranger: bool, dry_run: bool) -> None:
        asked, number = self.asked(n), self.number(n)
        key = author_key("a stranger") if stranger or asked is None else asked.key
        done = self.attempt(
            PEOPLE[0],
            "erase own",
            lambda _: erasures.erase_as_author(
                self.ctx, SLUG, number, author_key=key, what=what, dry_run=dry_run
            ),
        )
        if done is not None:
            assert not stranger
            self._erased(number, what, dry_run)

    def erase_for(self, who: str, n: int, what: list[str], dry_run: bool) -> None:
        number = self.number(n)
        done = self.attempt(
            who,
            "erase",
            lambda actor: erasures.erase_on_request(
                self.ctx, SLUG, actor, number, what=what, basis="person", dry_run=dry_run
            ),
        )
        if done is not None:
            self._erased(number, what, dry_run)

    def drop_proposals(self, number: int, what: str) -> None:
        """Forget what was proposed about words that are no longer as they were."""
        self.hall.proposals = {
            made: each
            for made, each in self.hall.proposals.items()
            if (each.n, each.what) != (number, what)
        }

    def _proposal(self, n: int) -> tuple[int, Proposed]:
        known = sorted(self.hall.proposals)
        if not known:
            return 1 + n % 3, Proposed(self.number(n), "text", "", None)
        made = known[n % len(known)]
        return made, self.hall.proposals[made]

    def _erased(self, number: int, what: list[str], dry_run: bool) -> None:
        if dry_run:
            self.nothing_changed()
            return
        for each in what:
            self._hide(number, each, None)
        # One act, however many of the words it took.
        self.hall.asked[number - 1].hidings -= len(what) - 1

    def _hide(self, number: int, what: str, left: str | None) -> None:
        asked = self.hall.asked[number - 1]
        asked.hidings += 1
        if what == "text":
            assert asked.text is not None
            asked.rewritten, asked.left = True, left
        elif what == "name":
            assert asked.name is not None
            asked.name = None
        elif what == "explanation":
            self.hall.silenced.add((number, 1))
        self.drop_proposals(number, what)
        self.watch.expect_hidden(number)
