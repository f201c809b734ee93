"""Who looks at what, and who has claimed what: it ends by itself, in one process and over Redis."""

from collections.abc import Iterator

import pytest

from qa.live import attention
from qa.live.attention import CLAIM_MS, LOOK_MS, Attention, MemoryAttention, RedisAttention
from tests.conftest import TurnableClock
from tests.live.meeting import LiveMeeting
from tests.live.server import PATIENCE_S, wait_until
from tests.own_redis import OwnRedis

A, B = "Moderator A", "Moderator B"


@pytest.fixture(scope="module")
def redis_url() -> Iterator[str]:
    with OwnRedis.started() as server:
        yield server.url


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let Redis take its time, as it may on a machine with other work to do."""
    monkeypatch.setattr(attention, "PATIENCE_S", PATIENCE_S)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.redis)])
def desks(request: pytest.FixtureRequest) -> tuple[Attention, Attention]:
    """Return the desk as two workers know it; in one process there is one."""
    if request.param == "memory":
        desk = MemoryAttention()
        return desk, desk
    url = request.getfixturevalue("redis_url")
    return RedisAttention(url), RedisAttention(url)


def test_who_looks_at_a_question_is_known_on_both_workers(
    desks: tuple[Attention, Attention],
) -> None:
    here, there = desks
    here.look("looked-at", "page 1", A, 41)
    there.look("looked-at", "page 2", B, 41)
    both = [{"n": 41, "by": A}, {"n": 41, "by": B}]
    assert here.state("looked-at")["looking"] == there.state("looked-at")["looking"] == both
    there.look("looked-at", "page 2", B, 42)
    here.look("looked-at", "page 1", A, None)
    assert here.state("looked-at")["looking"] == [{"n": 42, "by": B}]
    assert here.state("another")["looking"] == []


def test_a_claim_is_one_persons_until_it_is_let_go(desks: tuple[Attention, Attention]) -> None:
    here, there = desks
    assert here.claim("claimed", A, 7, on=True)
    assert not there.claim("claimed", B, 7, on=True)
    assert not there.claim("claimed", B, 7, on=False)
    (claim,) = there.state("claimed")["claims"]
    assert (claim["n"], claim["by"]) == (7, A)
    here.claim("claimed", A, 7, on=False)
    assert there.state("claimed")["claims"] == []
    assert there.claim("claimed", B, 7, on=True)


def test_a_claim_and_a_look_end_by_themselves() -> None:
    clock = TurnableClock()
    desk = MemoryAttention(clock)
    desk.claim("s", A, 7, on=True)
    desk.look("s", "page", A, 7)
    clock.turn(minutes=LOOK_MS / 60_000)
    assert desk.state("s")["looking"] == []
    assert not desk.claim("s", B, 7, on=True)
    clock.turn(minutes=(CLAIM_MS - LOOK_MS) / 60_000)
    assert desk.state("s")["claims"] == []
    assert desk.claim("s", B, 7, on=True)


@pytest.mark.redis
def test_redis_lets_a_claim_expire(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attention, "CLAIM_MS", 80)
    desk = RedisAttention(redis_url)
    assert desk.claim("short", A, 7, on=True)
    wait_until(lambda: not desk.state("short")["claims"])
    assert desk.claim("short", B, 7, on=True)


def test_only_the_desk_is_told_and_only_who_decides_may_claim(
    meeting: LiveMeeting,
) -> None:
    n = meeting.ask("Who looks at this?")
    public = meeting.page(meeting.participant())
    first, second = (meeting.page(meeting.moderator()[0], view="desk") for _ in range(2))
    assert first.call("look", {"n": n}) == {}
    assert first.call("claim", {"n": n, "on": True}) == {"claimed": True}
    assert second.call("claim", {"n": n, "on": True}) == {"claimed": False}
    wait_until(lambda: second.named("presence") and second.named("presence")[-1]["claims"])
    told = second.named("presence")[-1]
    assert told["looking"] == [{"n": n, "by": A}]
    assert (told["claims"][0]["by"], told["claims"][0]["n"]) == (A, n)
    assert public.call("look", {"n": n})["error"]["code"] == "signed_out"
    meeting.decide(n)  # a claim keeps nobody from deciding
    first.close()
    wait_until(lambda: second.named("presence")[-1]["looking"] == [])
    assert public.named("presence") == []
