"""The bench measures what it says: its crowd counts right, and its table hides no miss."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bench.contestants import FLOOR, contest
from bench.machine import Process
from bench.result import Runs, as_markdown, bound, compare
from bench.table import ROWS
from tests.conftest import need
from tests.live.server import ROOT


def test_a_row_that_there_is_not_is_named_beside_those_that_there_are() -> None:
    done = subprocess.run(
        [sys.executable, "run", "bench", "fanuot"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "there is no row fanuot" in done.stderr
    assert all(row in done.stderr for row in ROWS)


def test_the_crowd_counts_every_delivery_and_every_acknowledgement() -> None:
    need(shutil.which("cc") is not None, "cc")
    with contest(FLOOR, None, tallies=10, voters=3) as here:
        joined = here.crowd.connect(25)
        alone = here.crowd.ask("pulse 4 1")
        together = here.crowd.ask("load 100 0.2")
        gone = here.crowd.ask("leave")
    assert (joined["ready"], joined["failed"], gone["cut"]) == (25, 0, 25)
    assert (alone["deliveries"], alone["least"], alone["most"]) == (100, 4, 4)
    assert together["acks"] == together["sent"] >= 15
    assert together["deliveries"] == 25 * together["sent"]
    assert 0 < alone["p50_ms"] <= alone["p95_ms"] <= alone["max_ms"] < 5_000


def test_the_crowd_notices_who_is_turned_away() -> None:
    need(shutil.which("cc") is not None, "cc")
    with contest(FLOOR, None, tallies=10, voters=1) as here:
        here.process.child.kill()
        here.process.child.wait()
        with pytest.raises(RuntimeError, match="only 0 of 2"):
            here.crowd.connect(2)


def test_cpu_seconds_are_those_of_the_process_and_not_of_the_clock() -> None:
    code = "import time; time.sleep(0.2)\nwhile time.process_time() < 0.3: pass\ntime.sleep(60)"
    child = subprocess.Popen([sys.executable, "-c", code])
    try:
        process = Process(child)
        end_s = time.monotonic() + 30
        while process.cpu_s < 0.3 and time.monotonic() < end_s:
            time.sleep(0.05)
        settled_s = process.cpu_s
        time.sleep(0.2)
        assert 0.3 <= process.cpu_s < settled_s + 0.05
    finally:
        child.kill()
        child.wait()


def test_a_figure_is_compared_round_by_round_and_a_miss_is_said() -> None:
    ours, peer = Runs(), Runs()
    for one, other in ((2.0, 1.0), (6.0, 2.0), (90.0, 100.0)):
        ours.add(cost=one)
        peer.add(cost=other)
    hit = compare("cost", "µs", ours, peer, "cost", against="peer", most=2.0)
    miss = compare("cost", "µs", ours, peer, "cost", against="peer", most=1.9)
    assert (hit.ours, hit.ratio, hit.met, miss.met) == ("6.0 µs", "2.00", True, False)
    assert "**no**" in as_markdown([bound("votes", "/s", 2_999.0, least=3_000)])


@pytest.mark.soak
def test_every_row_works_at_a_tiny_size(postgres_url: str, redis_url: str) -> None:
    need(shutil.which("node") is not None, "node")
    path = os.pathsep.join([str(ROOT), str(ROOT / ".ci")])
    done = subprocess.run(
        [sys.executable, "-m", "bench.table", "--small"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=1_500,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "not measured" not in done.stdout
    rows = [line for line in done.stdout.splitlines() if line.startswith("| ")]
    assert len(rows) > 2 * len(ROWS)
    lost = [row for row in rows if "lost" in row or "missing" in row]
    assert lost
    assert all(row.split("|")[2].strip() == "0" for row in lost)
    assert not [*Path(ROOT, "var", "bench").glob("server-*.log")]
