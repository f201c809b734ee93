"""A meeting in which every kind of question can be seen, laid down before the server starts."""

import hashlib
import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from qa.domain.question import Role
from qa.services import decisions, events, identity, presenting, questions, staff, votes
from qa.services.context import Actor, Context
from qa.services.events import EventDraft
from qa.services.questions import QuestionDraft

SLUG = "full-house"
CODE = "FULLHOUSE"
CLOSED_SLUG = "over-and-done"
HOUR_MS = 3_600_000
ARABIC = "متى ستعلنون عن نتائج استطلاع الموظفين، ومن سيشارك في مناقشتها؟"
LIVE, ANSWERED, WRITTEN, NEXT, SHOWN, RTL, FILTERED, OVERDUE, WAITING, WITHDRAWN = range(1, 11)
TEXTS = {
    LIVE: "Why was the plan for the new building stopped two weeks after it was announced?",
    ANSWERED: "Who decided that the night bus no longer stops at the plant?",
    WRITTEN: "What does the agreement with the works council say about working from home?",
    NEXT: "When do we learn which teams move first?",
    SHOWN: "Could the canteen offer something warm after eight in the evening?",
    RTL: ARABIC,
    FILTERED: "Why does my own contract end in March, although my manager promised more?",
    OVERDUE: "Nobody has read this question about the accident in hall 3 yet",
    WAITING: "Is +49 30 23125 000 still the number to call about the accident in hall 3?",
    WITHDRAWN: "A question about hall 3 that its author took back again",
}
NAMES = {NEXT: "Grace O’Malley", OVERDUE: "Grace O’Malley"}
AUTHOR_KEY = "5e" * 32
ANSWER = "At most **three days a week**. See [the agreement](https://example.org/agreement)."


@dataclass
class _Hall:
    ctx: Context
    slug: str
    owner: Actor
    moderator: Actor
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    receipts: list[dict[str, object]] = field(default_factory=list)

    def ask(self, text: str, name: str | None = None, language: str | None = None) -> None:
        """Ask, and keep the receipt as the author's browser does."""
        n = next(self.numbers)
        tag = hashlib.sha256(bytes.fromhex(AUTHOR_KEY)).hexdigest()
        draft = QuestionDraft(
            text=text,
            anonymous=name is None,
            name=name,
            language=language,
            client_key=hashlib.sha256(f"{self.slug} {n}".encode()).hexdigest()[:40],
            author_tag=tag,
        )
        asker = identity.participant(self.slug, "asker")
        receipt = questions.submit_question(self.ctx, self.slug, asker, draft).as_dict()
        own = {"author_key": AUTHOR_KEY, "text": text, "anonymous": draft.anonymous}
        self.receipts.append({**receipt, **own, "kept_at": self.ctx.clock()})

    def decide(self, n: int, verdict: str, reason: str | None = None, words: str = "") -> None:
        decisions.decide(
            self.ctx,
            self.slug,
            self.moderator,
            n,
            verdict=verdict,
            reason=reason,
            explanation=words or None,
            seq=0,
        )

    def vote(self, n: int, count: int) -> None:
        for place in range(count):
            voter = identity.participant(self.slug, f"voter {place}")
            votes.cast_vote(self.ctx, self.slug, voter, n)

    def move(self, state: str) -> None:
        events.move_event(self.ctx, self.slug, self.owner, state)


def fill(ctx: Context, account: int) -> list[dict[str, object]]:
    """Lay down a meeting that is live and one that is closed; return the receipts of the first."""
    past = replace(ctx, clock=lambda: ctx.clock() - HOUR_MS)
    hall = _hall(past, account, SLUG, "Half-yearly all-hands of the plant", CODE)
    _fill_live(ctx, hall)
    _fill_closed(_hall(ctx, account, CLOSED_SLUG, "All-hands of last year", "LASTYEAR"))
    return hall.receipts


def _hall(ctx: Context, account: int, slug: str, title: str, code: str) -> _Hall:
    events.create_event(ctx, account, EventDraft(title=title, slug=slug, join_code=code))
    owner = identity.staff_actor(ctx, slug, account)
    assert owner is not None
    added = staff.add_staff(ctx, slug, owner, "Mona Moderator", Role.MODERATOR)
    moderator = Actor(Role.MODERATOR, str(added["pseudonym"]), int(str(added["id"])))
    hall = _Hall(ctx, slug, owner, moderator)
    hall.move("open")
    return hall


def _fill_live(ctx: Context, hall: _Hall) -> None:
    """Ask and decide an hour ago, and go on now: what nobody has decided since is overdue."""
    for n in range(LIVE, OVERDUE + 1):
        hall.ask(TEXTS[n], NAMES.get(n), "ar" if n == RTL else None)
    for n in (LIVE, ANSWERED, WRITTEN, NEXT, SHOWN, RTL):
        hall.decide(n, "publish")
        hall.vote(n, 12 - n)
    hall.decide(FILTERED, "filter", "individual_case", "This is better settled with your manager.")
    hall.vote(FILTERED, 9)
    hall = replace(hall, ctx=ctx)
    for n in (WAITING, WITHDRAWN):
        hall.ask(TEXTS[n])
    questions.withdraw_question(ctx, SLUG, WITHDRAWN, AUTHOR_KEY)
    hall.move("live")
    for n, how, answer in ((ANSWERED, "spoken", None), (WRITTEN, "written", ANSWER)):
        presenting.mark_answered(ctx, SLUG, hall.moderator, n, mode=how, answer=answer)
    presenting.set_next(ctx, SLUG, hall.moderator, NEXT, on=True)
    presenting.set_live(ctx, SLUG, hall.moderator, LIVE, on=True)


def _fill_closed(hall: _Hall) -> None:
    for text in ("Where is the archive now?", "Who may read it?", "Why was it moved at night?"):
        hall.ask(text)
    hall.decide(1, "publish")
    hall.decide(2, "filter", "leadership_declined", "The board does not want to speak about it.")
    hall.move("live")
    hall.move("closed")
