"""Witnesses that are slow, broken or lie: nothing of theirs is kept, and nobody waits for them."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from qa.clock import system_clock
from qa.config import Config, load_config
from qa.ledger.cosignature import Cosigner
from qa.services import patience, witness_client
from qa.services.context import Context
from qa.services.startup import check_signed_heads
from tests.conftest import ROOMY, TurnableClock, check_every_log
from tests.live.meeting import sign_in_owner
from tests.live.server import running, wait_until
from tests.witness.deployment import NAME, Deployment, Liar, Say, answer, deploy
from tests.witness.hall import Running

SIZE = "text/x.tlog.size"


@pytest.fixture
def liar() -> Iterator[Liar]:
    made = Liar()
    yield made
    made.close()


@pytest.fixture
def held(
    tmp_path: Path,
    sqlite_template: Path,
    make_context: Callable[[Config], Context],
    clock: TurnableClock,
    numbers: Iterator[int],
    shared: Running,
    liar: Liar,
) -> Iterator[Deployment]:
    """Give a meeting with an honest witness, which is a quorum, and one that is not."""
    clock.now_ms = system_clock()
    database = tmp_path / "test.sqlite3"
    database.write_bytes(sqlite_template.read_bytes())
    settings = {
        "QA_DATA_DIR": str(tmp_path),
        "QA_DATABASE_URL": f"sqlite:///{database}",
        "QA_PUBLIC_URL": f"http://hostile-{next(numbers)}.example.org",
    }
    policy = f"witness good {shared.vkey} http://{shared.address}\n{liar.line}quorum good\n"
    deployment = deploy(
        replace(load_config(settings), limits=ROOMY), make_context, policy, shared.logs
    )
    yield deployment
    check_every_log(deployment.ctx)


def _another_key(liar: Liar) -> Liar:
    other = Liar.__new__(Liar)
    other.cosigner = Cosigner(liar.cosigner.name, b"\x33" * 32)
    return other


def _forged(line: bytes) -> bytes:
    """Return a signature line with the right name and key id, and another signature."""
    return line[:-10] + (b"A" if line[-10:-9] != b"A" else b"B") + line[-9:]


LIES: dict[str, Callable[[Liar], Say]] = {
    "a wrong signature": lambda liar: (
        lambda handler, body: answer(handler, 200, _forged(liar.cosign(body)))
    ),
    "the key of somebody else": lambda liar: (
        lambda handler, body: answer(handler, 200, _another_key(liar).cosign(body))
    ),
    "a signature on another head": lambda liar: (
        lambda handler, _: (
            answer(handler, 200, liar.cosign(liar.bodies[0] + b"x"))
            if len(liar.bodies) > 1
            else answer(handler, 200, liar.cosigner.cosign("o\n1\n" + "A" * 43 + "=\n", 9).encode())
        )
    ),
    "a signature from next year": lambda liar: (
        lambda handler, body: answer(
            handler, 200, liar.cosign(body, system_clock() // 1000 + 31_000_000)
        )
    ),
    "a right one beside a wrong one": lambda liar: (
        lambda handler, body: answer(handler, 200, _forged(liar.cosign(body)) + liar.cosign(body))
    ),
    "the log's own line": lambda _: (
        lambda handler, body: answer(handler, 200, body.split(b"\n\n")[2])
    ),
    "a line without its end": lambda liar: (
        lambda handler, body: answer(handler, 200, liar.cosign(body)[:-1])
    ),
    "nothing": lambda _: lambda handler, body: answer(handler, 200, b""),
    "bytes": lambda _: lambda handler, body: answer(handler, 200, bytes(range(256))),
    "too many lines": lambda liar: (
        lambda handler, body: answer(handler, 200, liar.cosign(body) * 40)
    ),
    "a huge answer": lambda _: lambda handler, body: answer(handler, 200, b"x" * 50_000_000),
    "a size that is none": lambda _: lambda handler, body: answer(handler, 409, b"-7\n", SIZE),
    "a size of the past for ever": lambda _: (
        lambda handler, body: answer(handler, 409, b"1\n", SIZE)
    ),
    "a size far ahead": lambda _: lambda handler, body: answer(handler, 409, b"999\n", SIZE),
    "a fork": lambda _: lambda handler, body: answer(handler, 409, b"no\n"),
    "not this log": lambda _: lambda handler, body: answer(handler, 404, b"no\n"),
    "not this key": lambda _: lambda handler, body: answer(handler, 403, b"no\n"),
    "not this proof": lambda _: lambda handler, body: answer(handler, 422, b"no\n"),
    "trouble": lambda _: lambda handler, body: answer(handler, 503, b"later\n"),
    "no HTTP": lambda _: lambda handler, body: handler.wfile.write(b"\0\1\2\n\n"),
    "the end": lambda _: lambda handler, body: handler.connection.close(),
}


def _lead_astray(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.send_response(307)
    handler.send_header("Location", "/elsewhere")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


LIES["a way elsewhere"] = lambda _: _lead_astray


def test_nothing_of_a_witness_that_lies_is_kept_and_the_honest_one_still_counts(
    held: Deployment, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    # On a slow machine the first pause would be over before the test has looked.
    monkeypatch.setattr(patience, "FIRST_PAUSE_S", 250.0)
    for lie, say in LIES.items():
        liar.say = say(liar)
        liar.bodies.clear()
        held.hurry()
        held.meeting.ask()
        held.submit()
        assert held.served() == (held.size(), {"good"}), lie
        assert held.witnessed()[NAME] == 0, lie
        asked = len(liar.bodies)
        assert 1 <= asked <= 2 * witness_client.ATTEMPTS, lie
        held.meeting.ask()
        held.submit()
        assert held.served() == (held.size(), {"good"}), lie
        # It is left alone for a while: about everything, or about a log that it said no to.
        assert len(liar.bodies) == asked, lie
    liar.say = lambda handler, body: answer(handler, 200, liar.cosign(body))
    held.hurry()
    held.submit()
    assert held.served() == (held.size(), {"good", "liar"})


def _drip(handler: BaseHTTPRequestHandler, _: bytes) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n")
    for _ in range(1_200):  # a minute, unless the other side hangs up
        handler.wfile.write(b"x")
        time.sleep(0.05)


def test_a_witness_that_hangs_or_drips_costs_only_its_time(
    held: Deployment, liar: Liar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(witness_client, "WITHIN_S", 0.3)
    stop = threading.Event()
    for hang in (_drip, lambda _handler, _body: stop.wait(60)):
        liar.say = hang
        held.meeting.ask()
        started_s = time.monotonic()
        held.hurry()
        held.submit()
        assert time.monotonic() - started_s < 30
        # On a slow machine the honest one may take longer than so short a time, too.
        wait_until(lambda: _has_cosigned(held))
        assert held.served() == (held.size(), {"good"})
        check_signed_heads(held.ctx)
    stop.set()


def _has_cosigned(held: Deployment) -> bool:
    """Say whether the honest one cosigned the newest head; ask once more if not."""
    if held.served() == (held.size(), {"good"}):
        return True
    held.hurry()
    held.submit()
    return False


def test_a_witness_that_cosigns_twice_in_one_answer_is_one_witness(
    held: Deployment, liar: Liar
) -> None:
    liar.say = lambda handler, body: answer(
        handler, 200, _another_key(liar).cosign(body) + liar.cosign(body) * 2
    )
    held.submit()
    assert held.served() == (held.size(), {"good", "liar"})


def test_a_running_server_answers_while_its_witness_hangs(
    sqlite_template: Path, tmp_path: Path, liar: Liar
) -> None:
    stop = threading.Event()
    liar.say = lambda _handler, _body: stop.wait(600)
    database, policy = tmp_path / "served.sqlite3", tmp_path / "policy"
    database.write_bytes(sqlite_template.read_bytes())
    policy.write_text(liar.line + "quorum liar\n", encoding="utf-8")
    with running(tmp_path, f"sqlite:///{database}", QA_WITNESS_POLICY=str(policy)) as server:
        owner = sign_in_owner(server)
        made = owner.send("POST", "/api/events", {"title": "All hands", "slug": "all-hands"})
        for state in ("open", "live", "closed"):
            wait_until(lambda: liar.bodies, 60)
            started_s = time.monotonic()
            owner.send("POST", f"/api/events/{made['slug']}/state", {"state": state})
            head = owner.http.get(f"{server.base}/log/{made['slug']}/head").text
            served = owner.http.get(f"{server.base}/log/{made['slug']}/checkpoint").text
            assert served == head
            # The witness is still silent, and would be for five seconds. Who waited for it took
            # longer each time; a machine with other work to do is slow at times.
            if time.monotonic() - started_s < 4:
                break
            liar.bodies.clear()
        else:
            pytest.fail("the server waited for its witness")
        stop.set()
        liar.say = lambda handler, body: answer(handler, 200, liar.cosign(body))
        owner.close()
    assert "Traceback" not in server.log.read_text("utf-8")
