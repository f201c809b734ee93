"""What could not be told at once is told later."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import gevent
import pytest

from qa.live import announcer
from qa.live.announcer import LiveAnnouncer
from qa.live.bus import NoBus
from qa.live.rooms import public_room
from qa.services import boards, tickets
from qa.services.context import Context
from tests.services.meeting import SLUG, hold_meeting


class Hall:
    """One public page, whose first notices fail on the way: two unless told otherwise."""

    def __init__(self, failing: int = 2) -> None:
        self.failing = failing
        self.tries = 0
        self.heard: list[tuple[str, Mapping[str, Any]]] = []

    def listens(self, room: str) -> bool:
        return room == public_room(SLUG)

    def send(self, room: str, name: str, notice: Mapping[str, Any]) -> None:
        assert self.listens(room)
        self.tries += 1
        if self.tries <= self.failing:
            raise ConnectionError
        self.heard.append((name, notice))

    def refetch(self) -> None:
        self.heard.append(("refetch", {}))

    def show_attention(self, slug: str) -> None:
        raise AssertionError

    def cut(self, slug: str, account_id: int) -> None:
        raise AssertionError


def test_the_last_tally_and_the_last_board_arrive_although_telling_them_failed(
    ctx: Context, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announcer, "RETRY_S", 0.01)
    meeting = hold_meeting(ctx, "open")
    hall, live = Hall(), LiveAnnouncer(tallies_per_second=50)
    live.connect(ctx, hall, NoBus(), voted=lambda _slug: None, forget=lambda _slug: None)
    live.expect(SLUG, lambda: boards.revision(ctx, SLUG))
    live.start()
    meeting.ask()
    meeting.decide(1, "publish")
    meeting.vote(1, "ada", "bob")
    live.changed(SLUG)
    live.tallied(SLUG, 1)
    with gevent.Timeout(10):
        while len(hall.heard) < 2:
            gevent.sleep(0.01)
    told = dict(hall.heard)
    assert told["tally"]["tally"] == [(1, 2)]
    assert [shown["n"] for shown in told["board"]["questions"]] == [1]
    assert hall.tries == 4


def test_a_change_that_is_heard_of_twice_is_told_once(ctx: Context) -> None:
    meeting = hold_meeting(ctx, "open")
    hall, live = Hall(failing=0), LiveAnnouncer()
    live.connect(ctx, hall, NoBus(), voted=lambda _slug: None, forget=lambda _slug: None)
    live.expect(SLUG, lambda: boards.revision(ctx, SLUG))
    live.start()
    meeting.ask()
    for _ in range(2):
        live.changed(SLUG)
        gevent.sleep(3 * announcer.GATHER_S)
    assert [name for name, _ in hall.heard] == ["board"]
    meeting.decide(1, "publish")
    live.changed(SLUG)
    gevent.sleep(3 * announcer.GATHER_S)
    assert [shown["n"] for shown in hall.heard[-1][1]["questions"]] == [1]
    assert len(hall.heard) == 2


def test_people_who_come_in_are_told_with_the_next_votes_and_in_no_notice_of_their_own(
    ctx: Context,
) -> None:
    meeting = hold_meeting(ctx, admission="tickets")
    sent = tickets.issue_tickets(
        ctx, SLUG, meeting.owner, b"recipient\nAda\nBob\nCem\n", dry_run=False
    )
    ada, bob, cem = (line.rpartition("#")[2] for line in sent["links"].split()[1:])
    meeting.move("open")
    meeting.ask()
    meeting.decide(1, "publish")
    hall, live = Hall(failing=0), LiveAnnouncer(tallies_per_second=50)
    told = replace(ctx, announce=live)
    live.connect(told, hall, NoBus(), voted=lambda _slug: None, forget=lambda _slug: None)
    live.expect(SLUG, lambda: boards.revision(ctx, SLUG))
    live.start()
    counted: list[int | None] = []
    for came in ((ada,), (bob, cem), ()):
        for ticket in came:
            tickets.use_ticket(told, SLUG, ticket)
        gevent.sleep(2 * announcer.GATHER_S)
        assert len(hall.heard) == len(counted)
        live.tallied(SLUG, 1)
        with gevent.Timeout(10):
            while len(hall.heard) == len(counted):
                gevent.sleep(0.01)
        admission = hall.heard[-1][1].get("admission")
        counted.append(admission and admission["used"])
    assert counted == [1, 3, None]
    assert {name for name, _ in hall.heard} == {"tally"}
