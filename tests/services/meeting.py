"""A small meeting for tests: an event with its staff, and people who ask and vote."""

import hashlib
import itertools
from dataclasses import dataclass, field
from typing import Any

from qa.domain.question import Role
from qa.services import decisions, events, identity, questions, staff, votes
from qa.services.context import Actor, Context
from qa.services.events import EventDraft
from qa.services.questions import QuestionDraft
from qa.services.receipts import Receipt

SLUG = "all-hands"
EXPLANATION = "This was answered in the memo of Monday."


@dataclass
class Meeting:
    """An event that tests act on through its services."""

    ctx: Context
    owner: Actor
    moderator: Actor
    other_moderator: Actor
    presenter: Actor
    auditor: Actor
    slug: str = SLUG
    numbers: "itertools.count[int]" = field(default_factory=itertools.count)

    def person(self, name: str = "somebody") -> Actor:
        """Return a participant."""
        return identity.participant(self.slug, name)

    def key(self, label: object) -> str:
        """Return the author key that ``ask`` uses for this label."""
        return hashlib.sha256(f"author {label}".encode()).hexdigest()

    def draft(self, text: str, label: object, **more: Any) -> QuestionDraft:
        """Return a draft whose keys are made from a label."""
        tag = hashlib.sha256(bytes.fromhex(self.key(label))).hexdigest()
        client_key = hashlib.sha256(f"client {label}".encode()).hexdigest()[:40]
        fields = {"anonymous": "name" not in more, **more}
        return QuestionDraft(text=text, client_key=client_key, author_tag=tag, **fields)

    def ask(self, text: str = "", person: Actor | None = None, **more: Any) -> Receipt:
        """Ask a question; its author key is ``key(docket number)``."""
        label = next(self.numbers) + 1
        words = text or f"What about matter number {label}, and who looks after it?"
        draft = self.draft(words, label, **more)
        return questions.submit_question(self.ctx, self.slug, person or self.person(), draft)

    def decide(self, n: int, verdict: str, seq: int = 0, **more: Any) -> dict[str, Any]:
        """Decide as the first moderator, with a reason where one is needed."""
        words: dict[str, Any] = {"reason": None, "explanation": None}
        if verdict == "filter":
            words = {"reason": "answered_elsewhere", "explanation": EXPLANATION}
        elif verdict == "restore":
            words = {"reason": None, "explanation": "Decided by mistake."}
        actor = more.pop("actor", self.moderator)
        decided = decisions.decide(
            self.ctx, self.slug, actor, n, verdict=verdict, seq=seq, **{**words, **more}
        )
        shown: dict[str, Any] = decided["question"]
        return shown

    def merge(self, n: int, into: int, seq: int = 0, **more: Any) -> dict[str, Any]:
        """Merge a question into a published one, as the first moderator."""
        words = f"Asks the same as #{into}."
        return self.decide(n, "merge", seq, **{"explanation": words, "into": into, **more})

    def vote(self, n: int, *names: str) -> None:
        """Let these people support a question."""
        for name in names:
            votes.cast_vote(self.ctx, self.slug, self.person(name), n)

    def move(self, *states: str) -> None:
        """Move the event on, step by step."""
        for state in states:
            events.move_event(self.ctx, self.slug, self.owner, state)


def hold_meeting(ctx: Context, *states: str, **draft: Any) -> Meeting:
    """Create an event with staff of every role and move it through ``states``."""
    account = identity.create_account(ctx, "Olga Owner", may_create_events=True)
    events.create_event(ctx, account, EventDraft(**{"title": "All hands", "slug": SLUG, **draft}))
    owner = identity.staff_actor(ctx, SLUG, account)
    assert owner is not None
    names = {
        "moderator": Role.MODERATOR,
        "other_moderator": Role.MODERATOR,
        "presenter": Role.PRESENTER,
        "auditor": Role.AUDITOR,
    }
    actors = {name: _add(ctx, owner, name, role) for name, role in names.items()}
    meeting = Meeting(ctx=ctx, owner=owner, **actors)
    meeting.move(*states)
    return meeting


def _add(ctx: Context, owner: Actor, name: str, role: Role) -> Actor:
    added = staff.add_staff(ctx, SLUG, owner, name, role)
    return Actor(role, str(added["pseudonym"]), int(str(added["id"])))
