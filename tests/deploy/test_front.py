"""Two workers behind the nginx of ``deploy/``: who goes where, what is kept, what gets through."""

import gzip
import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
import requests
import websocket

from qa.config import load_config
from qa.services import identity
from qa.services.context import build_context
from tests.conftest import check_every_log, need, own_database
from tests.deploy.front import Front, fronted
from tests.live.meeting import question
from tests.live.server import ROOT, Person, Running, free_port, running

pytestmark = [pytest.mark.redis, pytest.mark.postgres]

DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"
JOINS_A_MINUTE = 20


@dataclass
class Hall:
    """An open event on two workers behind nginx."""

    front: Front
    workers: tuple[Running, Running]
    slug: str

    @property
    def api(self) -> str:
        return f"/api/events/{self.slug}"

    def person(self, address: str = "127.0.0.1") -> Person:
        return Person(self.front.base, self.front.session(address))

    def get(self, path: str, **options) -> requests.Response:
        with self.front.session() as session:
            return session.get(self.front.base + path, **options)


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    """Give the address of a migrated database that two workers have to themselves."""
    with own_database("front") as url:
        yield url


@pytest.fixture(scope="module")
def hall(database: str, redis_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    need(shutil.which("nginx") is not None, "nginx")
    port = free_port()
    settings = {
        "QA_REDIS_URL": redis_url,
        "QA_PUBLIC_URL": f"https://localhost:{port}",
        "QA_TRUSTED_PROXIES": "1",
        "QA_LIMIT_JOINS_PER_MINUTE_AND_ADDRESS": str(JOINS_A_MINUTE),
    }
    data_dir = tmp_path_factory.mktemp("workers")
    with (
        running(data_dir, database, **settings) as first,
        running(data_dir, database, **settings) as second,
    ):
        ports = [int(worker.environ["QA_PORT"]) for worker in (first, second)]
        with fronted(tmp_path_factory.mktemp("front"), port, ports) as front:
            hall = Hall(front, (first, second), f"front-{os.getpid()}")
            open_meeting(hall)
            yield hall
    context = build_context(load_config(first.environ))
    check_every_log(context)
    context.db.close()


def open_meeting(hall: Hall) -> None:
    """Open an event with one published question, all of it through the front."""
    context = build_context(load_config(hall.workers[0].environ))
    account = identity.create_account(context, "Olga Owner", may_create_events=True)
    link = identity.create_link(context, account)
    context.db.close()
    owner = hall.person()
    owner.sign_in(link)
    owner.send("POST", "/api/events", {"title": "All hands", "slug": hall.slug})
    owner.send("POST", f"{hall.api}/state", {"state": "open"})
    owner.send("POST", f"{hall.api}/join", {})
    owner.send("POST", f"{hall.api}/questions", question("Is anybody in front?"))
    owner.send("POST", f"{hall.api}/questions/1/decision", {"verdict": "publish", "seq": 0})
    owner.close()


def test_people_are_spread_over_the_workers_and_each_stays_with_one(hall: Hall) -> None:
    homes = []
    for _ in range(8):
        person = hall.person()
        person.send("POST", f"{hall.api}/join", {})
        visits = {person.http.get(hall.front.base + "/").headers["X-Worker"] for _ in range(3)}
        assert len(visits) == 1
        homes += visits
        person.close()
    assert len(set(homes)) == 2


def test_a_vote_through_the_front_reaches_pages_on_both_workers(hall: Hall) -> None:
    voter = hall.person()
    voter.send("POST", f"{hall.api}/join", {})
    pages = [open_page(hall, voter), *(open_page(hall) for _ in range(6))]
    pages[0].send('420["vote",{"n":1}]')
    received = [read_until(page, "tally") for page in pages]
    assert all("[[1,1]]" in found for found in received)
    voter.close()
    for page in pages:
        page.close()


def open_page(hall: Hall, person: Person | None = None) -> websocket.WebSocket:
    page = websocket.create_connection(
        hall.front.base.replace("https", "wss") + "/socket.io/?EIO=4&transport=websocket",
        cookie=person.cookies if person else "",
        origin=hall.front.base,
        sslopt={"ca_certs": str(hall.front.certificate)},
        timeout=10,
    )
    page.send("40" + json.dumps({"slug": hall.slug}))
    read_until(page, "40")
    return page


def read_until(page: websocket.WebSocket, start: str) -> str:
    while True:
        frame = str(page.recv())
        assert frame, "the connection ended"
        if frame.startswith((start, f'42["{start}"')):
            return frame


def try_codes(hall: Hall, address: str) -> list[int]:
    """Try join codes from one address, each time as if for somebody else; return the answers."""
    with hall.front.session(address) as liar:
        token = liar.get(hall.front.base + "/api/me").json()["csrf"]
        return [
            liar.post(
                f"{hall.front.base}/api/join",
                json={"code": "XXXXXX"},
                headers={"X-CSRF-Token": token, "X-Forwarded-For": f"198.51.100.{number}"},
            ).status_code
            for number in range(JOINS_A_MINUTE + 1)
        ]


def test_a_made_up_forwarded_address_buys_no_second_chance(hall: Hall) -> None:
    other = "127.0.0.42"
    for one in ("127.0.0.41", "127.0.0.43"):
        started = datetime.now(UTC).minute
        codes = try_codes(hall, one)
        if datetime.now(UTC).minute == started:  # the count begins anew with each minute
            break
    assert 429 not in codes[:-1]
    assert codes[-1] == 429
    neighbour = hall.person(other)
    neighbour.send("POST", f"{hall.api}/join", {})
    neighbour.close()


def test_a_tile_is_kept_whatever_is_asked_behind_it_and_a_checkpoint_never(hall: Hall) -> None:
    tile = f"/log/{hall.slug}/tile/entries/000.p/1"
    first = hall.get(tile)
    again = hall.get(tile + "?anything")
    assert (first.status_code, again.content) == (200, first.content)
    assert again.headers["X-Cache"] == "HIT"
    assert "Content-Encoding" not in again.headers
    for _ in range(2):
        missing = hall.get(f"/log/{hall.slug}/tile/entries/000.p/200")
        assert (missing.status_code, missing.headers["X-Cache"]) == (404, "MISS")
    assert "X-Cache" not in hall.get(f"/log/{hall.slug}/checkpoint").headers


def test_scripts_are_packed_and_kept_and_pages_with_secrets_are_not(hall: Hall) -> None:
    script = "/static/js/board.js"
    first, again = hall.get(script), hall.get(script)
    assert (first.headers["Content-Encoding"], again.headers["X-Cache"]) == ("gzip", "HIT")
    known = {"If-None-Match": again.headers["ETag"]}
    assert hall.get(script, headers=known).status_code == 304
    page = hall.get("/")
    assert "Content-Encoding" not in page.headers
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_a_board_is_packed_once(hall: Hall) -> None:
    with hall.front.session() as session:
        answer = session.get(hall.front.base + f"{hall.api}/board", stream=True)
        body = answer.raw.read(decode_content=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(body))["questions"][0]["n"] == 1


def test_what_is_too_large_is_refused_as_the_api_refuses(hall: Hall) -> None:
    with hall.front.session() as session:
        answer = session.post(hall.front.base + "/api/join", data=b" " * 70_000)
        file = session.post(f"{hall.front.base}{hall.api}/import", data=b" " * 70_000)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert file.status_code != 413


def test_metrics_are_not_for_the_public(hall: Hall) -> None:
    assert hall.get("/metrics").status_code == 404
    assert hall.get("/readyz").json()["ready"] is True


def test_the_dashboard_shows_only_what_a_worker_counts(hall: Hall) -> None:
    hall.get("/")
    port = hall.workers[0].environ["QA_PORT"]
    told = requests.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text
    counted = set(re.findall(r"^(\w+)[ {]", told, re.MULTILINE))
    shown = re.findall(r"(?:fair_hearing|process)_\w+", DASHBOARD.read_text("utf-8"))
    assert len(shown) > 15
    assert set(shown) <= counted


def test_a_worker_that_is_gone_is_passed_over_and_without_any_people_are_told(
    hall: Hall, tmp_path: Path
) -> None:
    alive, gone = int(hall.workers[0].environ["QA_PORT"]), free_port()
    with fronted(tmp_path / "one", free_port(), [gone, alive]) as front, front.session() as session:
        answers = [session.get(front.base + "/api/me") for _ in range(6)]
        assert {answer.status_code for answer in answers} == {200}
    with fronted(tmp_path / "none", free_port(), [gone]) as front, front.session() as session:
        answer = session.get(front.base + "/api/me")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert answer.json()["error"]["code"] == "busy"
        assert "127.0.0.1" not in front.log.read_text()
