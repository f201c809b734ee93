"""Plays a script through the services: who does what, one moment after the other."""

import csv
import hashlib
import io
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from random import Random
from typing import Any

from gevent import Greenlet, joinall
from gevent.pool import Pool

from qa.demo.script import AUTHOR, MINUTE_MS, Ask, ReviewRound, Script, Step, Wave
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.domain.question import EventState, Role, Status, Verdict
from qa.services import (
    appeals,
    decisions,
    erasures,
    events,
    identity,
    imports,
    presenting,
    questions,
    redactions,
    refusals,
    second_reviews,
    snapshots,
    staff,
    votes,
)
from qa.services.context import Actor, Context

VOTERS = 300
VOTES_AT_ONCE = 500
"""Votes on their way at one time; the writer commits them together."""

SCHEDULE_STEP_MS = 5 * MINUTE_MS


@dataclass(frozen=True)
class Moment:
    """Something that happens, so many milliseconds before now."""

    ago_ms: int
    act: Callable[[], object]


class Player:
    """One run of a script. ``ctx`` must give the time of the moment that is being played.

    ``chance`` decides what is logged, so it is seeded; ``secret_bytes`` makes what nobody may
    guess.
    """

    def __init__(
        self, ctx: Context, script: Script, chance: Random, secret_bytes: Callable[[int], bytes]
    ) -> None:
        self._ctx = ctx
        self._script = script
        self._now_ms = ctx.clock()
        self._chance = chance
        self._secret_bytes = secret_bytes
        self._voters = [
            identity.participant(script.slug, chance.randbytes(32).hex()) for _ in range(VOTERS)
        ]
        self._supporters = [
            chance.sample(self._voters, min(ask.votes, VOTERS)) for ask in script.asks
        ]
        self._author_keys = [secret_bytes(32) for _ in script.asks]
        self._decided: Counter[int] = Counter()
        self._verdicts: dict[tuple[int, int], tuple[str, str | None]] = {}
        self._cast: Counter[int] = Counter()
        self._open: set[int] = set()
        self._proposed: dict[int, int] = {}
        self.staff: dict[str, Actor] = {}

    def moments(self) -> list[Moment]:
        """Return everything that happens, in the order of its time."""
        script = self._script
        moments = [
            Moment(script.created_ago_ms, self._create),
            Moment(script.opened_ago_ms, partial(self._move, EventState.OPEN)),
            Moment(script.live_ago_ms, partial(self._move, EventState.LIVE)),
            Moment(script.refused_ago_ms, self._log_refusals),
        ]
        sent = [ask for ask in script.asks if ask.sent_ago_ms is not None]
        moments.append(Moment(sent[0].ago_ms, partial(self._import, sent)))
        for number, ask in enumerate(script.asks, start=1):
            if ask.sent_ago_ms is None:
                moments.append(Moment(ask.ago_ms, partial(self._ask, number, ask)))
            moments += [Moment(step.ago_ms, partial(self._do, number, step)) for step in ask.steps]
        moments += [Moment(each.ago_ms, partial(self._review, each)) for each in script.reviews]
        moments += [Moment(wave.ago_ms, partial(self._vote, wave)) for wave in script.waves]
        return sorted(moments, key=lambda moment: -moment.ago_ms)

    def _create(self) -> None:
        owner, *others = self._script.staff
        slug = self._script.slug
        account = identity.create_account(self._ctx, owner.name, may_create_events=True)
        events.create_event(self._ctx, account, self._draft())
        actor = identity.staff_actor(self._ctx, slug, account)
        if actor is None:
            raise AssertionError("who creates an event owns it")
        self.staff[owner.key] = actor
        for person in others:
            added = staff.add_staff(self._ctx, slug, actor, person.name, person.role)
            self.staff[person.key] = Actor(
                Role(person.role), str(added["pseudonym"]), int(str(added["id"]))
            )

    def _draft(self) -> events.EventDraft:
        script = self._script
        starts_at = self._now_ms - script.live_ago_ms
        starts_at -= starts_at % SCHEDULE_STEP_MS
        return events.EventDraft(
            title=script.title,
            slug=script.slug,
            starts_at=starts_at,
            ends_at=starts_at + script.planned_ms,
            join_code=script.join_code,
            policy=policy_document(script),
        )

    def _move(self, state: EventState) -> None:
        owner = self.staff[self._script.staff[0].key]
        events.move_event(self._ctx, self._script.slug, owner, state)

    def _log_refusals(self) -> None:
        for code, count in self._script.refused.items():
            for _ in range(count):
                self._ctx.refusals.add(self._script.slug, code)
        refusals.log_refusals(self._ctx)

    def _import(self, sent: list[Ask]) -> None:
        owner = self.staff[self._script.staff[0].key]
        table = io.StringIO(newline="")
        writer = csv.writer(table)
        writer.writerow(("text", "name", "language", "submitted_at"))
        for ask in sent:
            sent_at = datetime.fromtimestamp((self._now_ms - (ask.sent_ago_ms or 0)) / 1000, UTC)
            writer.writerow((ask.text, ask.name, ask.language, sent_at.isoformat()))
        data = table.getvalue().encode()
        imports.import_questions(self._ctx, self._script.slug, owner, data, dry_run=False)

    def _ask(self, number: int, ask: Ask) -> None:
        draft = questions.QuestionDraft(
            text=ask.text,
            anonymous=ask.name is None,
            name=ask.name,
            language=ask.language,
            client_key=self._secret_bytes(16).hex(),
            author_tag=hashlib.sha256(self._author_keys[number - 1]).hexdigest(),
        )
        asker = self._chance.choice(self._voters)
        receipt = questions.submit_question(self._ctx, self._script.slug, asker, draft)
        if receipt.n != number:
            raise AssertionError(f"question {number} of the script became docket #{receipt.n}")
        if receipt.status == Status.FILTERED:
            self._note_decision(number, Verdict.FILTER, self._script.deciding.reason)
            self._open.add(number)

    def _do(self, number: int, step: Step) -> None:
        if step.who == AUTHOR:
            self._do_as_author(number, step)
        elif step.act in decisions.VERDICTS:
            self._decide(number, step)
        elif step.act in {"redact", "confirm"}:
            self._redact(number, step)
        else:
            self._present(number, step)

    def _do_as_author(self, number: int, step: Step) -> None:
        ctx, slug, key = self._ctx, self._script.slug, self._author_keys[number - 1].hex()
        if step.act == "revise":
            questions.revise_question(ctx, slug, number, key, step.words)
        elif step.act == "appeal":
            appeals.appeal_as_author(ctx, slug, number, key, self._decided[number])
        elif step.act == "erase":
            erasures.erase_as_author(
                ctx, slug, number, author_key=key, what=["text"], dry_run=False
            )
        else:
            questions.withdraw_question(ctx, slug, number, key)
            self._open.discard(number)

    def _decide(self, number: int, step: Step) -> None:
        decisions.decide(
            self._ctx,
            self._script.slug,
            self.staff[step.who],
            number,
            verdict=step.act,
            reason=step.reason,
            explanation=step.words,
            seq=self._decided[number],
            into=step.into,
        )
        self._note_decision(number, step.act, step.reason)
        if step.act == Verdict.RESTORE:
            self._open.discard(number)
        else:
            self._open.add(number)

    def _note_decision(self, number: int, verdict: str, reason: str | None) -> None:
        self._decided[number] += 1
        self._verdicts[number, self._decided[number]] = (verdict, reason)

    def _review(self, planned: ReviewRound) -> None:
        """Give second reviews of what the lot drew; it draws differently each time."""
        ctx, slug, actor = self._ctx, self._script.slug, self.staff[planned.who]
        differing = planned.differs
        for waiting in second_reviews.list_waiting(ctx, slug, actor)["reviews"][: planned.count]:
            number, seq = waiting["n"], waiting["seq"]
            verdict, reason = self._verdicts[number, seq]
            if reason is not None and differing:
                differing -= 1
                verdict, reason = Verdict.PUBLISH, None
            second_reviews.review_decision(
                ctx,
                slug,
                actor,
                number,
                seq=seq,
                verdict=verdict,
                reason=reason,
                explanation=_template(reason) if reason else None,
            )

    def _redact(self, number: int, step: Step) -> None:
        ctx, slug, actor = self._ctx, self._script.slug, self.staff[step.who]
        if step.act == "confirm":
            redactions.confirm_redaction(ctx, slug, actor, number, self._proposed.pop(number))
            return
        at = self._script.asks[number - 1].text.index(step.hidden) if step.hidden else 0
        draft = redactions.Draft(
            what="text",
            basis=str(step.reason),
            explanation=step.words,
            text_version=1,
            seen=0,
            spans=[(at, at + len(step.hidden))] if step.hidden else (),
        )
        answer = redactions.propose_redaction(ctx, slug, actor, number, draft)
        self._proposed[number] = next(
            each["id"] for each in answer["proposals"] if each["n"] == number
        )

    def _present(self, number: int, step: Step) -> None:
        ctx, slug, actor = self._ctx, self._script.slug, self.staff[step.who]
        if step.act == "live":
            presenting.set_live(ctx, slug, actor, number, on=True)
        elif step.act == "next":
            presenting.set_next(ctx, slug, actor, number, on=True)
        else:
            answer = step.words or None
            presenting.mark_answered(ctx, slug, actor, number, mode=step.act, answer=answer)

    def _vote(self, wave: Wave) -> None:
        """Bring every question that takes votes up to its share, and log where that leads."""
        pool, slug = Pool(VOTES_AT_ONCE), self._script.slug
        cast: list[Greenlet[..., object]] = []
        for number in sorted(self._open):
            supporters, before = self._supporters[number - 1], self._cast[number]
            after = max(before, round(wave.share * len(supporters)))
            cast += [
                pool.spawn(votes.cast_vote, self._ctx, slug, voter, number)
                for voter in supporters[before:after]
            ]
            self._cast[number] = after
        joinall(cast, raise_error=True)
        snapshots.log_snapshots(self._ctx, [slug])


def _template(code: str) -> str:
    """Return the words that the policy suggests with a reason."""
    return next(
        str(reason["template"])
        for reason in DEFAULT_POLICY_DOCUMENT["reason_codes"]
        if reason["code"] == code
    )


def policy_document(script: Script) -> dict[str, Any]:
    """Return the default policy with the script's introduction and its one rule that decides."""
    deciding = script.deciding
    decides = {"explanation": deciding.explanation, "decides": {"reason": deciding.reason}}
    return {
        **DEFAULT_POLICY_DOCUMENT,
        "introduction": script.introduction,
        "second_review_percent": script.second_review_percent,
        "rules": [
            {**rule, **decides} if rule["id"] == deciding.rule else rule
            for rule in DEFAULT_POLICY_DOCUMENT["rules"]
        ],
    }
