"""Two servers on one database: notices go through Redis, and a lost role is noticed anywhere."""

from collections.abc import Iterator

import pytest

from tests.live.meeting import LiveMeeting, sign_in_owner
from tests.live.server import Running, running, wait_until

pytestmark = pytest.mark.redis


@pytest.fixture
def workers(
    postgres_url: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Running, Running]]:
    data_dir = tmp_path_factory.mktemp("workers")
    settings = {"QA_REDIS_URL": redis_url, "QA_PUBLIC_URL": "http://localhost:8010"}
    with (
        running(data_dir, postgres_url, **settings) as first,
        running(data_dir, postgres_url, **settings) as second,
    ):
        yield first, second


def test_what_happens_on_one_worker_reaches_the_pages_of_the_other(
    workers: tuple[Running, Running],
) -> None:
    first, second = workers
    owner = sign_in_owner(first)
    made = owner.send("POST", "/api/events", {"title": "All hands", "slug": "two-workers"})
    here = LiveMeeting(first, owner, made["slug"], made["join_code"])
    owner.send("POST", f"{here.api}/state", {"state": "open"})
    there = LiveMeeting(second, owner, made["slug"], made["join_code"])
    page = there.page(there.person())
    moderator, staff_id = here.moderator()
    moderator.base = second.base
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
    owner.send("DELETE", f"{here.api}/staff/{staff_id}")
    wait_until(lambda: not desk.client.connected, 1.5)
    there.close()
    here.close()
    owner.close()
