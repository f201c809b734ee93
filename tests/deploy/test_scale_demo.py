"""``./run scale-demo`` says what is missing, serves when nothing is, and leaves nothing behind."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import requests
from runner.scale_demo import DATABASE, FOLDER

from tests.conftest import POSTGRES, need
from tests.live.server import ROOT, free_port, wait_until

NOWHERE = "127.0.0.1:1"


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "runner.scale_demo", "--port", str(free_port()), *arguments]


def environment(**changes: str) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    return {**inherited, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / ".ci")]), **changes}


def refusal(**changes: str) -> str:
    done = subprocess.run(
        command(),
        cwd=ROOT,
        env=environment(**changes),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, "Traceback" in done.stderr) == (2, False)
    return done.stderr


def test_without_nginx_it_says_how_to_get_it(tmp_path: Path) -> None:
    assert "sudo apt install nginx-light" in refusal(PATH=str(tmp_path))


def test_without_redis_it_says_where_it_looked() -> None:
    need(shutil.which("nginx") is not None, "nginx")
    said = refusal(QA_REDIS_URL=f"redis://{NOWHERE}/0")
    assert f"Redis cannot be reached at redis://{NOWHERE}/0" in said


def test_without_postgresql_it_says_where_it_looked_and_shows_no_password(redis_url: str) -> None:
    need(shutil.which("nginx") is not None, "nginx")
    url = f"postgresql://somebody:secret@{NOWHERE}/postgres"
    said = refusal(QA_REDIS_URL=redis_url, QA_DATABASE_URL=url)
    assert f"PostgreSQL cannot be reached at {NOWHERE}/postgres" in said
    assert "secret" not in said


@pytest.mark.soak
@pytest.mark.skipif(FOLDER.exists(), reason="somebody's kept scale demo is not touched")
def test_it_serves_the_meeting_and_leaves_nothing_behind(redis_url: str, tmp_path: Path) -> None:
    asked = command()
    with (tmp_path / "said").open("w+") as said:
        demo = subprocess.Popen(
            asked, cwd=ROOT, env=environment(QA_REDIS_URL=redis_url), stdout=said
        )
        try:
            address = f"http://127.0.0.1:{asked[-1]}"
            wait_until(lambda: demo.poll() is not None or _answers(address), 300)
            assert (
                "halden" in requests.get(address + "/e/halden-all-hands", timeout=10).text.lower()
            )
        finally:
            demo.send_signal(signal.SIGINT)
            assert demo.wait(60) == 0
    with psycopg.connect(POSTGRES + "postgres") as connection:
        named = "SELECT 1 FROM pg_database WHERE datname = %s"
        assert connection.execute(named, [DATABASE]).fetchone() is None
    assert not FOLDER.exists()


def _answers(address: str) -> bool:
    try:
        return requests.get(address, timeout=10).status_code == 200
    except requests.ConnectionError:
        return False
