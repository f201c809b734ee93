"""Two servers on one database: each tells its own pages, and Redis tells them only when.

One story after the other on the same two servers, because starting them takes longer than both.
"""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from redis import Redis

from qa.live.attention import CLAIM_MS
from tests.conftest import own_database
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
    own_redis: OwnRedis, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, Running]]:
    data_dir = tmp_path_factory.mktemp("workers")
    settings = {"QA_REDIS_URL": own_redis.url, "QA_PUBLIC_URL": "http://localhost:8010"}
    with (
        own_database("workers") as url,
        running(data_dir, url, **settings) as first,
        running(data_dir, url, **settings) as second,
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
    wait_until(lambda: page.notices)
    here.ask("And again?")
    wait_until(lambda: "'n': 2" in str(page.named("board")))
    assert "And again?" not in str(page.notices)
    wait_until(lambda: "And again?" in str(desk.notices))
    here.decide(1)
    voter = here.page(here.participant())
    voter.call("vote", {"n": 1})
    wait_until(lambda: counted(page) == [[1, 1]])
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
    wait_until(lambda: seen(second, "looking") == [("Moderator A", n)])
    wait_until(lambda: seen(second, "claims") == [("Moderator A", n)])
    assert second.call("claim", {"n": n, "on": True})["claimed"] is False

    with Redis.from_url(own_redis.url) as shared:
        claim = f"fair-hearing:claim:{here.slug}:{n}"
        assert CLAIM_MS - 30_000 < shared.pttl(claim) <= CLAIM_MS
        shared.pexpire(claim, 50)  # the last moment of the two minutes, without waiting for it
        wait_until(lambda: not shared.exists(claim), 2)
    assert second.call("claim", {"n": n, "on": True})["claimed"] is True
    wait_until(lambda: seen(first, "claims") == [("Moderator B", n)])


def test_whoever_hangs_up_at_a_desk_is_gone_from_the_desk_of_the_other_worker(
    meetings: tuple[LiveMeeting, LiveMeeting],
) -> None:
    here, there = meetings
    n = here.ask("Who looked at this one, and left?")
    (ada, _), (bob, _) = here.moderator(), there.moderator()
    other = there.page(bob, view="desk")
    desk = here.unconnected(ada)
    desk.send("40" + json.dumps({"slug": here.slug, "view": "desk"}))
    desk.expect("40")
    desk.send(f'421["look",{{"n":{n}}}]')
    wait_until(lambda: seen(other, "looking") == [("Moderator A", n)])
    desk.close()
    wait_until(lambda: seen(other, "looking") == [], 3)
    assert "handler error" not in here.server.log.read_text()


def seen(page: Page, what: str) -> list[tuple[str, int]]:
    """Return who does what with which question, as a desk was told last."""
    told = page.named("presence")
    return [(each["by"], each["n"]) for each in told[-1][what]] if told else []


def counted(page: Page) -> Any:
    """Return the votes that a page was told of last."""
    told = page.named("tally")
    return told[-1]["tally"] if told else None


def test_without_redis_everybody_goes_on_and_afterwards_every_page_is_told_to_fetch(
    meetings: tuple[LiveMeeting, LiveMeeting], own_redis: OwnRedis
) -> None:
    here, there = meetings
    page = there.page(there.person())
    voter = here.page(here.participant())
    here.ask("Before?")
    wait_until(lambda: page.named("board"))
    own_redis.stop()
    here.decide(1)
    assert voter.call("vote", {"n": 1}) == {"n": 1, "votes": 1, "voted": True}
    wait_until(lambda: voter.named("tally"))
    time.sleep(0.5)
    told = len(page.notices)
    assert "Before?" not in str(page.notices)
    own_redis.start()
    wait_until(lambda: len(page.notices) > told, 5)
    assert page.notices[told][0] == "refetch"
    board = there.person().send("GET", f"{there.api}/board?since=0")
    assert board["questions"][0]["text"] == "Before?"
    assert board["tally"] == [[1, 1]]
    # And the workers hear each other again.
    here.ask("After?")
    wait_until(lambda: "'n': 2" in str(page.named("board")), 3)


def test_a_page_hears_as_many_tallies_with_two_workers_as_with_one(
    meetings: tuple[LiveMeeting, LiveMeeting],
) -> None:
    here, _ = meetings
    here.ask("Popular?")
    here.decide(1)
    watcher = here.page(here.person())
    voters = [each.page(each.participant()) for each in meetings]
    started = time.monotonic()
    while time.monotonic() - started < 3:
        for voter in voters:
            voter.call("vote", {"n": 1})
            voter.call("unvote", {"n": 1})
    for voter in voters:
        voter.call("vote", {"n": 1})
    took_s = time.monotonic() - started
    wait_until(lambda: counted(watcher) == [[1, 2]])
    assert len(watcher.named("tally")) <= took_s / 0.25 + 2


def test_no_words_pass_through_redis(
    meetings: tuple[LiveMeeting, LiveMeeting], own_redis: OwnRedis
) -> None:
    here, there = meetings
    moderator, _ = there.moderator()
    desk, page = there.page(moderator, view="desk"), there.page(there.person())
    with Redis.from_url(own_redis.url, decode_responses=True) as shared, shared.pubsub() as ears:
        ears.psubscribe("*")
        here.ask("Is this SECRET?")
        wait_until(lambda: "SECRET" in str(desk.notices))
        assert "SECRET" not in str(page.notices)
        here.decide(1)
        wait_until(lambda: "SECRET" in str(page.notices))
        told = []
        while message := ears.get_message(timeout=0.2):
            told.append(str(message["data"]))
    assert any(here.slug in each for each in told)
    assert "SECRET" not in str(told)


def test_a_worker_where_little_happens_does_not_send_everybody_to_fetch(
    meetings: tuple[LiveMeeting, LiveMeeting],
) -> None:
    here, there = meetings
    page, (moderator, _) = there.page(there.person()), there.moderator()
    rows = "text\n" + "".join(f"Matter {n}?\n" for n in range(60))
    url = f"{here.server.base}{here.api}/import?dry_run=false"
    here.owner.http.post(url, rows, headers={"Content-Type": "text/csv"}).raise_for_status()
    wait_until(lambda: page.named("refetch"), 3)
    told = len(page.notices)
    moderator.send("POST", f"{there.api}/questions/1/decision", {"verdict": "publish", "seq": 0})
    wait_until(lambda: len(page.notices) > told, 2)
    name, notice = page.notices[told]
    assert (name, [shown["n"] for shown in notice["questions"]]) == ("board", [1])


def test_a_board_that_is_fetched_after_a_tally_has_it_on_either_worker(
    meetings: tuple[LiveMeeting, LiveMeeting],
) -> None:
    here, there = meetings
    here.ask("Counted?")
    here.decide(1)
    reader = there.person()
    page = there.page(there.person())
    for count in range(1, 5):
        assert reader.send("GET", f"{there.api}/board")["tally"] == [[1, count - 1]]
        here.page(here.participant()).call("vote", {"n": 1})
        wait_until(lambda expected=count: counted(page) == [[1, expected]])
        assert reader.send("GET", f"{there.api}/board")["tally"] == [[1, count]]


def test_what_redis_did_not_take_while_it_hung_is_told_when_it_goes_on(
    meetings: tuple[LiveMeeting, LiveMeeting], own_redis: OwnRedis
) -> None:
    here, there = meetings
    here.ask("Heard late?")
    page, voter = there.page(there.person()), here.page(here.participant())
    own_redis.hang()
    try:
        here.decide(1)
        assert voter.call("vote", {"n": 1}) == {"n": 1, "votes": 1, "voted": True}
        wait_until(lambda: voter.named("tally"))
        time.sleep(1.5)  # longer than a worker waits for Redis
        assert page.named("tally") == []
    finally:
        own_redis.go_on()
    wait_until(lambda: counted(page) == [[1, 1]], 5)
    wait_until(lambda: "Heard late?" in str(page.named("board")), 3)
