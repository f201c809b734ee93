"""The board over HTTP: deltas, tags, compression, and one body for many readers."""

import gzip
import json
from typing import Any

import gevent
import pytest

from qa.services import boards
from qa.web import board_cache, board_pieces
from qa.web.board_cache import BoardCache, encode
from tests.conftest import TurnableClock
from tests.web.meeting import Meeting


def test_since_gives_only_what_changed(meeting: Meeting) -> None:
    meeting.ask("First?")
    before = meeting.stranger().get(f"{meeting.api}/board").json["revision"]
    meeting.ask("Second?")
    delta = meeting.stranger().get(f"{meeting.api}/board?since={before}").json
    assert (delta["since"], [q["n"] for q in delta["questions"]]) == (before, [2])


def test_a_reader_who_has_the_board_already_is_told_so(meeting: Meeting) -> None:
    meeting.decide(meeting.ask())
    reader = meeting.participant()
    first = reader.get(f"{meeting.api}/board")
    tag = {"If-None-Match": first.headers["ETag"]}
    assert first.headers["Cache-Control"] == "private, no-cache"
    again = reader.get(f"{meeting.api}/board", headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    reader.put(f"{meeting.api}/questions/1/vote")
    assert reader.get(f"{meeting.api}/board", headers=tag).status_code == 200


def test_a_large_board_is_compressed_for_who_understands_it(meeting: Meeting) -> None:
    meeting.decide(meeting.ask())
    plain = meeting.stranger().get(f"{meeting.api}/board")
    packed = meeting.stranger().client.get(
        f"{meeting.api}/board", headers={"Accept-Encoding": "gzip"}
    )
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.data)) == plain.json
    assert "Accept-Encoding" in packed.headers["Vary"]
    assert len(packed.data) < len(plain.data)


def test_staff_see_words_and_flags_on_the_desk(meeting: Meeting) -> None:
    meeting.ask("Write to me at somebody@example.org please?")
    (shown,) = meeting.staff("auditor").get(f"{meeting.api}/desk").json["questions"]
    assert shown["text"] == "Write to me at somebody@example.org please?"
    assert [flag["rule"] for flag in shown["flags"]]
    (public,) = meeting.stranger().get(f"{meeting.api}/board").json["questions"]
    assert (public["text"], public["flags"]) == (None, [])


class Reader:
    """Counts how often a board is made."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self.made = 0

    def __call__(self) -> dict[str, Any]:
        self.made += 1
        return {"revision": self.revision, "event": {"now": self.made}, "questions": []}


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now_s = [100.0]
    monkeypatch.setattr(board_cache.time, "monotonic", lambda: now_s[0])
    return now_s


def test_readers_at_the_same_time_share_one_body(at: list[float]) -> None:
    cache, make = BoardCache(keeping=True), Reader(5)
    bodies = [cache.get("all-hands", 0, 5, make) for _ in range(1_000)]
    assert make.made == 1
    assert all(body is bodies[0] for body in bodies)


def test_a_newer_revision_or_a_second_makes_a_new_body(at: list[float]) -> None:
    cache, make = BoardCache(keeping=True), Reader(5)
    cache.get("all-hands", 0, 5, make)
    cache.get("all-hands", 0, 6, make)
    at[0] += 1.01
    cache.get("all-hands", 0, 6, make)
    cache.get("all-hands", 3, 6, make)
    cache.get("second", 0, 6, make)
    assert make.made == 5


def test_votes_are_in_the_next_body_but_make_at_most_four_a_second(at: list[float]) -> None:
    cache, make = BoardCache(keeping=True), Reader(5)
    cache.get("all-hands", 0, 5, make)
    cache.votes_changed("all-hands")
    cache.get("all-hands", 0, 5, make)
    assert make.made == 1
    at[0] += 0.26
    cache.get("all-hands", 0, 5, make)
    assert make.made == 2


def test_once_votes_are_announced_no_body_without_them_is_sent(at: list[float]) -> None:
    cache, make = BoardCache(keeping=True), Reader(5)
    cache.get("all-hands", 0, 5, make)
    cache.votes_changed("all-hands")
    cache.forget("all-hands")
    cache.get("all-hands", 0, 5, make)
    assert make.made == 2


def test_many_different_deltas_do_not_fill_the_memory(at: list[float]) -> None:
    cache, make = BoardCache(keeping=True), Reader(5)
    for since in range(1_000):
        cache.get("all-hands", since, 5, make)
    assert len(cache._bodies["all-hands"]) <= board_cache.KEPT_DELTAS


def test_nothing_is_kept_when_nobody_says_what_changed(at: list[float]) -> None:
    cache, make = BoardCache(keeping=False), Reader(5)
    cache.get("all-hands", 0, 5, make)
    cache.get("all-hands", 0, 5, make)
    assert make.made == 2


def test_the_time_of_reading_is_not_in_the_tag() -> None:
    early = encode({"revision": 1, "event": {"now": 1}})
    late = encode({"revision": 1, "event": {"now": 2}})
    other = encode({"revision": 1, "event": {"now": 1}, "tally": [[1, 1]]})
    assert early.etag == late.etag != other.etag


def test_a_board_from_pieces_is_the_board(
    meeting: Meeting, clock: TurnableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_pieces, "PART", 3)
    reader, ctx = meeting.stranger(), meeting.ctx

    def same() -> list[dict[str, Any]]:
        board = dict(reader.get(f"{meeting.api}/board").json)
        assert board == json.loads(json.dumps(boards.public_board(ctx, meeting.slug)))
        questions: list[dict[str, Any]] = board["questions"]
        return questions

    assert same() == []
    for number in range(8):
        meeting.ask(f"Question {number}? مرحبا")
    for n, verdict in ((1, "publish"), (2, "filter"), (5, "publish")):
        meeting.decide(n, verdict)
        same()
    meeting.participant().put(f"{meeting.api}/questions/5/vote")
    meeting.participant().put(f"{meeting.api}/questions/5/vote")
    assert same()[4]["votes"] == 2
    assert not any(question["overdue"] for question in same())
    clock.turn(hours=100)
    assert any(question["overdue"] for question in same())
    meeting.ask("After the deadline of the others?")
    assert len(same()) == 9


def test_readers_who_waited_for_a_body_share_it_although_votes_came_meanwhile(
    at: list[float],
) -> None:
    cache = BoardCache(keeping=True)
    made = []

    def make() -> dict[str, Any]:
        made.append(len(made))
        gevent.sleep(0.01)
        at[0] += 0.001
        cache.forget("all-hands")
        return {"revision": 5, "event": {"now": made[-1]}, "questions": []}

    waiting = [gevent.spawn(cache.get, "all-hands", 0, 5, make) for _ in range(50)]
    gevent.joinall(waiting, raise_error=True)
    # One was being made when they came; the next one has everything and is everybody's.
    assert len(made) <= 2
    cache.get("all-hands", 0, 5, make)
    assert len(made) <= 3
