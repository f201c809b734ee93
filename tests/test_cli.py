"""``python -m qa``, started as people start it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from qa import machine
from qa.machine import FolderInUse

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 30


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """Return an environment of a new deployment on a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    return {**inherited, "QA_DATA_DIR": str(tmp_path / "data"), "QA_PORT": str(port)}


def qa(*arguments: str, environ: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        cwd=ROOT,
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize("verb", ["serve", "demo", "migrate", "owner-link", "vkey", "report"])
def test_every_command_explains_itself(verb: str, environ: dict[str, str]) -> None:
    helped = qa(verb, "--help", environ=environ)

    assert helped.returncode == 0
    assert verb in helped.stdout


def test_a_taken_port_is_one_line_that_says_what_to_do(environ: dict[str, str]) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(environ["QA_PORT"])))
        other.listen()
        refused = qa("serve", environ=environ)

    assert refused.returncode == 2
    assert refused.stderr == (
        f"Port {environ['QA_PORT']} is taken by another program. "
        "Choose another with --port or QA_PORT.\n"
    )


@pytest.mark.parametrize("port", ["0", "http", "70000", "-1", "٣"])
def test_a_port_that_is_none_is_refused_by_name(port: str, environ: dict[str, str]) -> None:
    refused = qa("serve", f"--port={port}", environ=environ)

    assert refused.returncode == 2
    assert refused.stderr == "QA_PORT must be a whole number from 1 to 65535\n"


def test_a_database_without_tables_says_to_migrate(environ: dict[str, str]) -> None:
    refused = qa("vkey", "all-hands", environ=environ)

    assert refused.returncode == 2
    assert "python -m qa migrate" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_the_password_of_an_unreachable_database_is_not_shown(environ: dict[str, str]) -> None:
    environ["QA_DATABASE_URL"] = "postgresql://qa:s3cret@127.0.0.1:1/qa"

    refused = qa("migrate", environ=environ)

    assert refused.returncode == 2
    assert "127.0.0.1" in refused.stderr
    assert "s3cret" not in refused.stderr
    assert "Traceback" not in refused.stderr


def test_an_event_that_does_not_exist_has_no_key(environ: dict[str, str]) -> None:
    qa("migrate", environ=environ)

    refused = qa("vkey", "all-hands", environ=environ)

    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1


def test_an_owner_link_is_an_address_and_nothing_else(environ: dict[str, str]) -> None:
    assert qa("migrate", environ=environ).returncode == 0

    made = qa("owner-link", "Ada", environ=environ)

    port = environ["QA_PORT"]
    assert re.fullmatch(rf"http://localhost:{port}/s/[0-9a-f]{{64}}\n", made.stdout), made.stderr


def test_a_staff_link_is_of_somebody_who_is_there(environ: dict[str, str]) -> None:
    qa("migrate", environ=environ)

    refused = qa("staff-link", "all-hands", "Moderator A", environ=environ)

    assert refused.returncode == 2
    assert len(refused.stderr.splitlines()) == 1


@pytest.fixture
def server(environ: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Give a server of a new deployment that answers, and end it with the test."""
    assert qa("migrate", environ=environ).returncode == 0
    started = subprocess.Popen(
        [sys.executable, "-m", "qa", "serve"],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        _wait_until_it_answers(started, int(environ["QA_PORT"]))
        yield started
    finally:
        started.kill()
        started.communicate()


def _wait_until_it_answers(server: "subprocess.Popen[str]", port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"the server did not start: {server.communicate(timeout=5)}")


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_the_first_start_welcomes_the_owner_and_a_signal_ends_it_cleanly(
    server: "subprocess.Popen[str]", environ: dict[str, str], ending: signal.Signals
) -> None:
    page = requests.get(f"http://localhost:{environ['QA_PORT']}/", timeout=10)

    server.send_signal(ending)
    out, err = server.communicate(timeout=20)

    assert page.status_code == 200
    assert f"http://localhost:{environ['QA_PORT']}/s/" in out
    assert out.endswith("\nStopped.\n")
    assert "Traceback" not in err
    assert server.returncode == 0


def test_a_folder_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "demo.lock"
    descriptor = machine.hold(lock)
    code = (
        "import sys; from pathlib import Path; from qa.machine import hold; hold(Path(sys.argv[1]))"
    )

    other = subprocess.run(
        [sys.executable, "-c", code, str(lock)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    os.close(descriptor)
    os.close(machine.hold(lock))

    assert FolderInUse.__name__ in other.stderr
    assert f"Another process works in {tmp_path / 'demo'}" in other.stderr


def test_the_demo_says_how_to_get_in_once_somebody_can(
    tmp_path: Path, environ: dict[str, str]
) -> None:
    code = (
        "from gevent import monkey; monkey.patch_all()\n"
        "import sys; from pathlib import Path; from qa import cli\n"
        "cli.DEMO_DIR = Path(sys.argv[1])\n"
        "sys.exit(cli.main(['demo']))"
    )
    demo = subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path / "demo")],
        cwd=ROOT,
        env=environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        assert demo.stdout is not None
        said = next(line for line in demo.stdout if "Open " in line)
        answer = requests.get(said.split()[1], timeout=10)
        link = next(line for line in demo.stdout if line.startswith("  owner ")).split()[1]
        signed_in = requests.get(link, timeout=10)
        ticket = next(line for line in demo.stdout if line.startswith("  Guest 1")).split()[2]
        by_ticket = requests.get(ticket, timeout=10)
    finally:
        demo.kill()
        demo.communicate()

    assert [each.status_code for each in (answer, signed_in, by_ticket)] == [200, 200, 200]
