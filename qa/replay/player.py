"""Plays a schedule: every person and every moderator is a browser, all at once where that is fair.

Chosen and why, for two cores on which server and players run side by side:

- Questions are asked one after the other, so that docket numbers follow the recorded order.
- Each moderator decides in a greenlet of their own, taking the next question in turn.
- Each voter's acts wait in a lane. ``LANES_AT_ONCE`` workers take a lane each, open the person's
  socket, do all that waits there in order, and hang up. Votes of different people on decided
  questions commute, so this ends as the recorded order would. While it waits for an
  acknowledgement a lane costs nothing, and the server commits what all lanes sent together.
- At most ``ACTS_AHEAD`` acts wait, which bounds memory and keeps the order of time roughly.

At a speed of ``n`` the recorded pauses are kept, n times shorter; at ``max`` there are none.
"""

import math
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import gevent
from gevent.event import AsyncResult, Event
from gevent.lock import BoundedSemaphore
from gevent.queue import Queue

from qa.errors import QaError
from qa.replay.doors import Doors
from qa.replay.line import Line, LineLost
from qa.replay.outcome import NOT_SENT, Played, Refusal
from qa.replay.progress import Progress
from qa.replay.schedule import Act, Ask, Decide, Schedule, Support
from qa.replay.wire import Browser, Refused

LANES_AT_ONCE: Final = 48
ACTS_AHEAD: Final = 4_000
DECISIONS_AHEAD: Final = 20
MOST_REDIALS: Final = 3
STAY_SIGNED_IN_S: Final = 240.0
LONGEST_S: Final = 11 * 60 * 60
"""A staff session ends after twelve hours."""


class TooSlow(QaError):
    """At the speed asked for, staff sessions would end before the meeting does."""

    code = "too_slow"


@dataclass
class _Question:
    """A question that is on its way: decided is set once votes on it can be sent."""

    n: int | None = None
    decided: Event = field(default_factory=Event)


class Player:
    """One replay of a schedule in an event that is open. Play it once."""

    def __init__(self, doors: Doors, owner: Browser, moderators: Sequence[Browser]) -> None:
        self._doors = doors
        self._staff = [owner, *moderators]
        self._moderators = moderators
        self._played = Played()
        self._browsers: dict[str, Any] = {}
        self._questions: dict[int, _Question] = {}
        self._lanes: dict[str, deque[Support]] = {}
        self._ready: Any = Queue()
        self._ahead = BoundedSemaphore(ACTS_AHEAD)

    def play(self, schedule: Schedule, speed: float | None, progress: Progress) -> Played:
        """Play every act and return what happened. ``speed`` None takes no pauses.

        Raises:
            ServerGone: the server went away.
        """
        self._progress = progress
        undecided = {act.comment_id for act in schedule.acts if isinstance(act, Ask)}
        undecided -= {act.comment_id for act in schedule.acts if isinstance(act, Decide)}
        desks = [Queue(DECISIONS_AHEAD) for _ in self._moderators]
        crew = [gevent.spawn(self._work_lanes) for _ in range(LANES_AT_ONCE)]
        crew += [
            gevent.spawn(self._moderate, moderator, desk)
            for moderator, desk in zip(self._moderators, desks, strict=True)
        ]
        director = gevent.spawn(self._direct, schedule, speed, desks, undecided)
        try:
            gevent.joinall([director, *crew], raise_error=True)
        finally:
            gevent.killall([director, *crew])
        return self._played

    def _direct(
        self, schedule: Schedule, speed: float | None, desks: Sequence[Any], undecided: set[int]
    ) -> None:
        """Hand out the acts in their order, each when its time has come."""
        started_s = time.monotonic()
        for act in schedule.acts:
            if speed is not None:
                since_start_s = (act.at_ms - schedule.acts[0].at_ms) / 1_000 / speed
                self._wait_until(started_s + since_start_s)
            if isinstance(act, Ask):
                self._ask(act, decided=act.comment_id in undecided)
            elif isinstance(act, Decide):
                desks[act.comment_id % len(desks)].put(act)
            else:
                self._enqueue(act)
        for desk in desks:
            desk.put(None)
        for _ in range(LANES_AT_ONCE):
            # Behind all lanes: a worker that gets None leaves none waiting.
            self._ready.put(None)

    def _wait_until(self, due_s: float) -> None:
        while (left_s := due_s - time.monotonic()) > 0:
            gevent.sleep(min(left_s, STAY_SIGNED_IN_S))
            if left_s > STAY_SIGNED_IN_S:
                for browser in self._staff:
                    self._doors.stay_signed_in(browser)

    def _ask(self, act: Ask, *, decided: bool) -> None:
        question = self._questions[act.comment_id] = _Question()
        try:
            receipt = self._doors.ask(self._browser(act.person), act.text)
        except Refused as refused:
            self._refuse(act, refused)
        else:
            question.n = int(receipt["n"])
            self._played.docket[act.comment_id] = question.n
            self._played.receipts[act.comment_id] = receipt
        if decided or question.n is None:
            question.decided.set()
        self._progress.step()

    def _moderate(self, moderator: Browser, desk: Any) -> None:
        for act in iter(desk.get, None):
            question = self._questions[act.comment_id]
            if question.n is None:
                self._not_sent(act)
            else:
                try:
                    self._doors.decide(moderator, question.n, publish=act.publish)
                    self._played.decisions += 1
                except Refused as refused:
                    self._refuse(act, refused)
            question.decided.set()
            self._progress.step()

    def _enqueue(self, act: Support) -> None:
        self._ahead.acquire()
        lane = self._lanes.get(act.person)
        if lane is None:
            self._lanes[act.person] = deque([act])
            self._ready.put(act.person)
        else:
            lane.append(act)

    def _work_lanes(self) -> None:
        for person in iter(self._ready.get, None):
            browser = self._browser(person)
            line = self._doors.open_line(browser)
            try:
                lane = self._lanes[person]
                while lane:
                    line = self._support(browser, line, lane[0])
                    lane.popleft()
                    self._ahead.release()
                    self._progress.step()
                # Nothing yields between the last look into the lane and this.
                del self._lanes[person]
            finally:
                line.close()

    def _support(self, browser: Browser, line: Line, act: Support) -> Line:
        """Vote, over another line if this one breaks; return the line to go on with."""
        question = self._questions[act.comment_id]
        question.decided.wait()
        if question.n is None:
            self._not_sent(act)
            return line
        for redials_left in reversed(range(MOST_REDIALS + 1)):
            try:
                answer = self._doors.vote(line, question.n, wanted=act.wanted)
            except Refused as refused:
                self._refuse(act, refused)
                return line
            except LineLost:
                if not redials_left:
                    raise
                self._played.redials += 1
                line.close()
                line = self._doors.open_line(browser)
            else:
                break
        self._note_vote(act, voted=bool(answer["voted"]))
        return line

    def _note_vote(self, act: Support, *, voted: bool) -> None:
        self._played.votes += 1
        supporters = self._played.supporters.setdefault(act.comment_id, set())
        (supporters.add if voted else supporters.discard)(act.person)

    def _browser(self, person: str) -> Browser:
        """Return a person's browser. Who asks and votes at one time still joins only once."""
        joining = self._browsers.get(person)
        if joining is None:
            joining = self._browsers[person] = AsyncResult()
            joining.set(self._doors.join())
            self._played.people.add(person)
        browser: Browser = joining.get()
        return browser

    def _refuse(self, act: Act, refused: Refused) -> None:
        status = refused.details.get("status")
        self._played.refusals.append(Refusal(act, refused.code, refused.message, status))

    def _not_sent(self, act: Act) -> None:
        message = "Not sent: the question that it is about was refused."
        self._played.refusals.append(Refusal(act, NOT_SENT, message))


def check_speed(schedule: Schedule, speed: float | None) -> None:
    """Return when a schedule can be played at a speed.

    Raises:
        TooSlow: it would take longer than staff stay signed in.
    """
    if speed is not None and schedule.span_ms / 1_000 / speed > LONGEST_S:
        least = schedule.span_ms / 1_000 / LONGEST_S
        raise TooSlow(
            f"At this speed the meeting would outlast the sessions of its staff. Choose a speed of "
            f"{math.ceil(least)} or more, or max."
        )
