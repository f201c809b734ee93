"""Two servers on one database: notices go through Redis, and what it loses is fetched.

One story after the other on the same two servers, because starting them takes longer than both.
"""

import time
from collections.abc import Iterator

import pytest
from redis import Redis

from qa.live.attention import CLAIM_MS
from tests.live.meeting import LiveMeeting, sign_in_owner
from tests.live.server import Page, Person, Running, running, wait_until
from tests.own_redis import OwnRedis

pytestmark = pytest.mark.redis


@pytest.fixture(scope="module")
def own_redis() -> Iterator[OwnRedis]:
    with OwnRedis.started() as server:
        yield server


@pytest.fixture(scope="module")
def workers(
    postgres_url: str, own_redis: OwnRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, Running]]:
    data_dir = tmp_path_factory.mktemp("workers")
    settings = {"QA_REDIS_URL": own_redis.url, "QA_PUBLIC_URL": "http://localhost:8010"}
    with (
        running(data_dir, postgres_url, **settings) as first,
        running(data_dir, postgres_url, **settings) as second,
    ):
        yield first, second


@pytest.fixture(scope="module")
def owner(workers: tuple[Running, Running]) -> Iterator[Person]:
    person = sign_in_owner(workers[0])
    yield person
    person.close()


@pytest.fixture
def meetings(
    request: pytest.FixtureRequest, workers: tuple[Running, Running], owner: Person
) -> Iterator[tuple[LiveMeeting, LiveMeeting]]:
    """Give one meeting as seen from either worker."""
    first, second = workers
    slug = request.node.name.replace("_", "-")[:60].rstrip("-")
    made = owner.send("POST", "/api/events", {"title": "All hands", "slug": slug})
    here = LiveMeeting(first, owner, made["slug"], made["join_code"])
    owner.send("POST", f"{here.api}/state", {"state": "open"})
    there = LiveMeeting(second, owner, made["slug"], made["join_code"])
    yield here, there
    there.close()
    here.close()


def test_what_happens_on_one_worker_reaches_the_pages_of_the_other(
    meetings: tuple[LiveMeeting, LiveMeeting],
) -> None:
    here, there = meetings
    page = there.page(there.person())
    moderator, staff_id = here.moderator()
    moderator.base = there.server.base
    desk = there.page(moderator, view="desk")

    here.ask("Heard over there?")
    wait_until(lambda: page.notices, 2)
    here.ask("And again?")
    wait_until(lambda: "'n': 2" in str(page.named("board")), 2)
    assert "And again?" not in str(page.notices)
    wait_until(lambda: "And again?" in str(desk.notices), 2)
    here.decide(1)
    voter = here.page(here.participant())
    voter.call("vote", {"n": 1})
    wait_until(lambda: page.named("tally") and page.named("tally")[-1]["tally"] == [[1, 1]], 2)
    here.owner.send("DELETE", f"{here.api}/staff/{staff_id}")
    wait_until(lambda: not desk.client.connected, 1.5)


def test_a_claim_on_one_worker_is_seen_at_the_desk_of_the_other_until_it_times_out(
    meetings: tuple[LiveMeeting, LiveMeeting], own_redis: OwnRedis
) -> None:
    here, there = meetings
    n = here.ask("Who looks at this one?")
    ada, _ = here.moderator()
    bob, _ = there.moderator()
    first, second = here.page(ada, view="desk"), there.page(bob, view="desk")

    assert first.call("look", {"n": n}) == {}
    assert first.call("claim", {"n": n, "on": True})["claimed"] is True
    wait_until(lambda: seen(second, "looking") == [("Moderator A", n)], 3)
    wait_until(lambda: seen(second, "claims") == [("Moderator A", n)], 3)
    assert second.call("claim", {"n": n, "on": True})["claimed"] is False

    with Redis.from_url(own_redis.url) as shared:
        claim = f"fair-hearing:claim:{here.slug}:{n}"
        assert CLAIM_MS - 30_000 < shared.pttl(claim) <= CLAIM_MS
        shared.pexpire(claim, 50)  # the last moment of the two minutes, without waiting for it
        wait_until(lambda: not shared.exists(claim), 2)
    assert second.call("claim", {"n": n, "on": True})["claimed"] is True
    wait_until(lambda: seen(first, "claims") == [("Moderator B", n)], 3)


def seen(page: Page, what: str) -> list[tuple[str, int]]:
    """Return who does what with which question, as a desk was told last."""
    told = page.named("presence")
    return [(each["by"], each["n"]) for each in told[-1][what]] if told else []


def test_without_redis_everybody_goes_on_and_afterwards_every_page_is_told_to_fetch(
    meetings: tuple[LiveMeeting, LiveMeeting], own_redis: OwnRedis
) -> None:
    here, there = meetings
    page = there.page(there.person())
    voter = here.page(here.participant())
    here.ask("Before?")
    wait_until(lambda: page.named("board"), 2)
    own_redis.stop()
    here.decide(1)
    assert voter.call("vote", {"n": 1}) == {"n": 1, "votes": 1, "voted": True}
    wait_until(lambda: voter.named("tally"), 2)
    time.sleep(0.5)
    told = len(page.notices)
    assert "Before?" not in str(page.notices)
    own_redis.start()
    wait_until(lambda: len(page.notices) > told, 5)
    assert [name for name, _ in page.notices[told:]] == ["refetch"]
    board = there.person().send("GET", f"{there.api}/board?since=0")
    assert board["questions"][0]["text"] == "Before?"
    assert board["tally"] == [[1, 1]]
    # And the queue works again.
    here.ask("After?")
    wait_until(lambda: "'n': 2" in str(page.named("board")), 3)
