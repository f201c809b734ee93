"""Windows in memory and in Redis: what they count, when they begin anew, and Redis going away."""

import time
from collections.abc import Iterator

import pytest
import redis
import structlog
from limits import RateLimitItemPerMinute, RateLimitItemPerSecond

from qa.services import windows as the_windows
from qa.services.windows import AHEAD, MemoryWindows, RedisWindows, Windows
from tests.own_redis import OwnRedis

ADA, BOB = ("hall", b"a" * 16), ("hall", b"b" * 16)
TWO_A_SECOND = RateLimitItemPerSecond(2)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a Redis that is there take its time; one that is not refuses at once."""
    monkeypatch.setattr(the_windows, "PATIENCE_S", 15.0)


@pytest.fixture
def own_redis() -> Iterator[OwnRedis]:
    with OwnRedis.started() as server:
        yield server


@pytest.fixture(params=["memory", "redis"])
def windows(request: pytest.FixtureRequest) -> Windows:
    if request.param == "memory":
        return MemoryWindows()
    return RedisWindows(request.getfixturevalue("own_redis").url, b"secret")


def test_a_window_is_full_for_one_person_and_one_act_and_begins_anew(windows: Windows) -> None:
    # A window may end between two lines here, so each attempt is looked at as a whole.
    for _ in range(40):
        started_s = time.monotonic()
        hits = [windows.hit(TWO_A_SECOND, "vote", ADA) for _ in range(3)]
        left = [windows.test(TWO_A_SECOND, "vote", ADA), windows.test(TWO_A_SECOND, "vote", BOB)]
        others = [windows.hit(TWO_A_SECOND, "ask", ADA), windows.hit(TWO_A_SECOND, "vote", BOB)]
        quick = time.monotonic() - started_s < 0.5
        time.sleep(1.1)
        if quick:
            break
    assert (hits, left, others) == ([True, True, False], [False, True], [True, True])
    assert windows.test(TWO_A_SECOND, "vote", ADA)
    assert windows.hit(TWO_A_SECOND, "vote", ADA)


def test_windows_that_are_over_take_no_memory() -> None:
    windows = MemoryWindows()
    for number in range(1_000):
        windows.hit(TWO_A_SECOND, "vote", ("hall", number.to_bytes(16, "big")))
    time.sleep(1.1)
    windows._sweep_at_s = 0.0
    windows.hit(TWO_A_SECOND, "vote", ADA)
    assert len(windows._open) == 1


def test_without_redis_each_worker_counts_for_itself_and_nobody_waits(
    own_redis: OwnRedis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(the_windows, "AWAY_S", 600.0)
    windows, item = RedisWindows(own_redis.url, b"secret"), RateLimitItemPerMinute(3)
    assert windows.hit(item, "vote", ADA)
    assert "a" * 16 not in str(redis.Redis.from_url(own_redis.url).keys())
    own_redis.stop()
    with structlog.testing.capture_logs() as told:
        assert [windows.hit(item, "vote", ADA) for _ in range(5)] == [True] * 3 + [False] * 2
    # Only the first of them asked in vain.
    assert [entry["event"] for entry in told] == ["quotas_without_redis"]
    own_redis.start()
    windows._away_until_s = 0.0
    assert windows.hit(item, "vote", ADA), "Redis counts again, from what it knows"


@pytest.mark.parametrize("limit", [1, AHEAD, 2 * AHEAD + 3])
def test_a_frequent_act_is_allowed_as_often_as_the_limit_says(windows: Windows, limit: int) -> None:
    item = RateLimitItemPerMinute(limit)
    assert [windows.hit_often(item, "vote", ADA) for _ in range(limit)] == [True] * limit
    assert not any(windows.hit_often(item, "vote", ADA) for _ in range(limit + AHEAD))
    assert windows.hit_often(item, "vote", BOB)


def test_who_goes_from_worker_to_worker_gets_no_more_and_hardly_less(own_redis: OwnRedis) -> None:
    workers = [RedisWindows(own_redis.url, b"secret") for _ in range(3)]
    item = RateLimitItemPerMinute(30)
    allowed = [workers[turn % 3].hit_often(item, "vote", ADA) for turn in range(60)]
    assert sum(allowed) == 30, "each took all that it gave out"
    # Two workers took some that they were not asked for any more.
    allowed = [worker.hit_often(item, "vote", BOB) for worker in workers[:2]]
    allowed += [workers[2].hit_often(item, "vote", BOB) for _ in range(40)]
    assert sum(allowed) == 30 - 2 * (AHEAD - 1)


def test_what_a_worker_took_ends_with_the_window_in_which_it_took_it(own_redis: OwnRedis) -> None:
    item = RateLimitItemPerSecond(3 * AHEAD, 2)
    first, second = (RedisWindows(own_redis.url, b"secret") for _ in range(2))
    assert first.hit_often(item, "vote", ADA)
    assert second.hit_often(item, "vote", ADA)
    time.sleep(2.1)
    allowed = [
        each.hit_often(item, "vote", ADA) for _ in range(3 * AHEAD) for each in (first, second)
    ]
    assert sum(allowed) == 3 * AHEAD


def test_a_frequent_act_asks_redis_once_for_several(own_redis: OwnRedis) -> None:
    windows, item = RedisWindows(own_redis.url, b"secret"), RateLimitItemPerMinute(100)
    client = redis.Redis.from_url(own_redis.url)
    windows.hit_often(item, "vote", BOB)  # scripts are loaded with the first
    before = client.info("commandstats")["cmdstat_evalsha"]["calls"]
    for _ in range(4 * AHEAD):
        windows.hit_often(item, "vote", ADA)
    assert client.info("commandstats")["cmdstat_evalsha"]["calls"] == before + 4
