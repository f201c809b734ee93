"""A meeting with a bit of everything on its record, held by the real services; about 200 leaves."""

from dataclasses import dataclass, replace

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.exports.bundle import read_bundle
from qa.ledger.bundle import Bundle
from qa.ledger.note import Verifier
from qa.ledger.record import Pins
from qa.services import (
    appeals,
    logs,
    presenting,
    questions,
    registry,
    second_reviews,
    snapshots,
    staff,
)
from qa.services.context import Context
from qa.services.receipts import Receipt
from tests.conftest import TurnableClock
from tests.services.meeting import SLUG, Meeting, hold_meeting

QUESTIONS = 92
REASONS = ("off_topic", "individual_case", "answered_elsewhere", "spam")


def policy_with_a_deciding_rule() -> dict[str, object]:
    """Return a short policy in which one rule may decide, and another may only flag."""
    rules = {rule["kind"]: rule for rule in DEFAULT_POLICY_DOCUMENT["rules"]}
    reasons = {reason["code"]: reason for reason in DEFAULT_POLICY_DOCUMENT["reason_codes"]}
    deciding = {**rules["exact_duplicate"], "decides": {"reason": "duplicate"}}
    return {
        **DEFAULT_POLICY_DOCUMENT,
        "second_review_percent": 100,
        "rules": [deciding, rules["near_duplicate"]],
        "reason_codes": [reasons[code] for code in (*REASONS, "duplicate", "other")],
    }


@dataclass
class TownHall:
    """The meeting, its receipts by docket number, and its record along the way."""

    meeting: Meeting
    clock: TurnableClock
    receipts: dict[int, Receipt]
    texts: dict[int, str]
    checkpoints: list[str]

    @property
    def pins(self) -> Pins:
        ctx = self.meeting.ctx
        return Pins(
            log=Verifier.parse(logs.log_vkey(ctx, SLUG)),
            promise=ctx.keyring.promise_signer(ctx.config.origin).verifier,
            registry=Verifier.parse(logs.log_vkey(ctx, logs.REGISTRY)),
        )

    def bundle(self) -> Bundle:
        return read_bundle(self.meeting.ctx, SLUG)

    def ask(self, n: int, text: str | None = None, **more: str) -> None:
        words = text or f"Matter {n}: wer kümmert sich um «{n * n}»? \U0001f5f3"
        receipt = self.meeting.ask(words, **more)
        assert receipt.n == n
        self.receipts[n], self.texts[n] = receipt, words

    def revise(self, n: int, text: str) -> None:
        ctx, key = self.meeting.ctx, self.meeting.key(n)
        self.receipts[n] = questions.revise_question(ctx, SLUG, n, key, text)
        self.texts[n] = text

    def pause(self, clock: TurnableClock, minutes: float) -> None:
        """Let time pass, as the server's ticker would see it."""
        clock.turn(minutes=minutes)
        snapshots.log_snapshots(self.meeting.ctx, [SLUG])
        registry.anchor_logs(self.meeting.ctx)
        self.checkpoints.append(logs.checkpoint(self.meeting.ctx, SLUG))


def hold_town_hall(ctx: Context, clock: TurnableClock, *, close: bool = True) -> TownHall:
    """Hold the meeting, and close it unless told otherwise."""
    meeting = hold_meeting(ctx, policy=policy_with_a_deciding_rule())
    hall = TownHall(meeting, clock, {}, {}, [logs.checkpoint(ctx, SLUG)])
    meeting.move("open")
    for n in range(1, QUESTIONS + 1):
        hall.ask(n, **({"name": f"Åsa {n}"} if n % 3 == 0 else {}))
        if n % 20 == 0:
            hall.pause(clock, minutes=1)
    hall.ask(QUESTIONS + 1, hall.texts[1])
    for n in (80, 81):
        hall.revise(n, f"Better words for matter {n}, please?")
    hall.revise(81, "The best words for matter 81?")
    for n in (82, 83):
        questions.withdraw_question(ctx, SLUG, n, meeting.key(n))
    _decide(hall, clock)
    meeting.move("live")
    _answer(hall)
    removed = staff.add_staff(ctx, SLUG, meeting.owner, "Otto", "auditor")
    staff.remove_staff(ctx, SLUG, meeting.owner, int(str(removed["id"])))
    ctx.refusals.add(SLUG, "rate_limited")
    hall.pause(clock, minutes=2)
    if close:
        meeting.move("closed")
        hall.pause(clock, minutes=1)
    return hall


def _decide(hall: TownHall, clock: TurnableClock) -> None:
    meeting = hall.meeting
    for n in range(1, 71):
        if n % 4 == 0:
            reason = REASONS[n // 4 % len(REASONS)]
            meeting.decide(n, "filter", reason=reason)
        else:
            meeting.decide(n, "publish")
        if n == 30:
            hall.pause(clock, minutes=30)
    meeting.decide(4, "restore", seq=1, actor=meeting.other_moderator)
    meeting.decide(4, "publish", seq=2)
    meeting.decide(8, "restore", seq=1)
    meeting.decide(3, "filter", seq=1)
    meeting.decide(81, "publish")
    _merge(hall)
    _appeal(hall)
    _review(hall)
    for n in (1, 2, 4, 5):
        meeting.vote(n, *(f"voter {number}" for number in range(n)))
    hall.pause(clock, minutes=1)
    meeting.vote(6, "voter 1")
    questions.withdraw_question(meeting.ctx, SLUG, 7, meeting.key(7))


def _merge(hall: TownHall) -> None:
    """Merge two questions into #13, a third by mistake, and one into #17, which is withdrawn."""
    meeting = hall.meeting
    meeting.merge(14, into=13, seq=1)
    meeting.merge(84, into=13)
    meeting.merge(16, into=13, seq=1)
    meeting.decide(16, "restore", seq=2)
    meeting.merge(18, into=17, seq=1)
    meeting.vote(13, "voter 1", "voter 2")
    meeting.vote(14, "voter 2", "voter 3")
    meeting.vote(84, "voter 3")
    hall.pause(hall.clock, minutes=1)
    questions.withdraw_question(meeting.ctx, SLUG, 17, meeting.key(17))


def _appeal(hall: TownHall) -> None:
    """Uphold one decision, overturn another after the deadline, and leave an appeal undecided."""
    meeting = hall.meeting
    for n in (12, 20, 28):
        appeals.appeal_as_author(meeting.ctx, SLUG, n, meeting.key(n), 1)
    meeting.decide(12, "filter", seq=1, actor=meeting.other_moderator)
    hall.pause(hall.clock, minutes=40)
    meeting.decide(20, "publish", seq=1, actor=meeting.other_moderator)


def _review(hall: TownHall) -> None:
    """Agree on a shown and a declined question, and differ on another of each."""
    for n, verdict in ((9, "publish"), (24, "filter"), (10, "filter"), (32, "publish")):
        words = ("off_topic", "It is about another office.") if verdict == "filter" else (None, "")
        second_reviews.review_decision(
            hall.meeting.ctx,
            SLUG,
            hall.meeting.other_moderator,
            n,
            seq=1,
            verdict=verdict,
            reason=words[0],
            explanation=words[1],
        )


def _answer(hall: TownHall) -> None:
    ctx, presenter = hall.meeting.ctx, hall.meeting.presenter
    for n in (1, 2, 5):
        presenting.set_live(ctx, SLUG, presenter, n, True)
    presenting.mark_answered(ctx, SLUG, presenter, 5, mode="spoken", answer=None)
    presenting.mark_answered(ctx, SLUG, presenter, 1, mode="written", answer="**Yes**, in May.")
    presenting.mark_answered(ctx, SLUG, presenter, 1, mode="written", answer="In June, we fear.")
    presenting.set_live(ctx, SLUG, presenter, 2, True)


def without(bundle: Bundle, **changes: object) -> Bundle:
    """Return a bundle with some of its parts exchanged."""
    return replace(bundle, **changes)  # type: ignore[arg-type]
