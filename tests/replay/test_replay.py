"""``python -m qa replay``, as people start it, against real servers."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from tests.browser.server import ROOT, Server

PATIENCE_S = 300


def qa(
    *arguments: str | Path, environ: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, **(environ or {})},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def table(output: str) -> dict[str, list[int]]:
    """Return the printed totals: label to source, refused, board, record and log."""
    found = re.findall(r"^([a-z ]+?) {2,}((?: *[\d,]+){5})$", output, flags=re.MULTILINE)
    return {label: [int(cell.replace(",", "")) for cell in cells.split()] for label, cells in found}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("meeting", "published", "filtered", "votes"),
    [
        ("american-assembly.bowling-green", 24, 1, 404),
        ("vtaiwan.uberx", 20, 5, 280),
    ],
)
def test_the_beginning_of_a_real_meeting_replays_to_the_last_count(
    real_meeting: Callable[[str], Path], meeting: str, published: int, filtered: int, votes: int
) -> None:
    done = qa("replay", real_meeting(meeting), "--limit=25", "--voters=40")

    assert done.returncode == 0, done.stdout + done.stderr
    assert table(done.stdout) == {
        "questions submitted": [25, 0, 25, 25, 25],
        "published": [published, 0, published, published, published],
        "filtered": [filtered, 0, filtered, filtered, filtered],
        "never decided": [0, 0, 0, 0, 0],
        "votes": [votes, 0, votes, votes, votes],
    }
    assert "Nothing was refused." in done.stdout
    assert "Traceback" not in done.stderr


def test_an_odd_meeting_replays_with_every_refusal_explained(odd_meeting: Path) -> None:
    done = qa("replay", odd_meeting, "--speed=50")

    assert done.returncode == 0, done.stdout + done.stderr
    assert table(done.stdout) == {
        "questions submitted": [6, 1, 5, 5, 5],
        "published": [3, 1, 2, 2, 2],
        "filtered": [2, 0, 2, 2, 2],
        "never decided": [1, 0, 1, 1, 1],
        "votes": [6, 2, 4, 4, 4],
    }
    assert (
        "question 4 of the source: A question can have at most 500 characters; this has 509"
        in done.stdout
    )
    assert "By design: The text is beyond a limit for questions" in done.stdout
    assert "By design: Nobody ever decided on the question" in done.stdout
    assert "NOT BY DESIGN" not in done.stdout


def owner_link(server: Server) -> str:
    made = qa("owner-link", "Owner", environ=server.environ)
    assert made.returncode == 0, made.stderr
    return made.stdout.strip()


def write_meeting(folder: Path, authors: list[int]) -> Path:
    folder.mkdir()
    rows = [f"{at},{at},{author},1,Question {at}?" for at, author in enumerate(authors)]
    header = "timestamp,comment-id,author-id,moderated,comment-body"
    (folder / "comments.csv").write_text("\n".join([header, *rows]))
    (folder / "votes.csv").write_text("timestamp,comment-id,voter-id,vote\n9,0,7,1\n")
    return folder


def test_a_server_that_asks_for_patience_gets_it_and_keeps_the_meeting(
    strict_server: Server, tmp_path: Path
) -> None:
    folder = write_meeting(tmp_path / "hasty", authors=[1, 2, 3, 4, 5])
    link = owner_link(strict_server)

    done = qa("replay", folder, f"--url={strict_server.url}", f"--owner-link={link}")

    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"The server asked \d+ times to try again later \(rate_limited\)", done.stdout)
    assert table(done.stdout)["questions submitted"] == [5, 0, 5, 5, 5]
    event = requests.get(f"{strict_server.url}/api/events/replay-hasty", timeout=10).json()
    assert (event["state"], event["counts"]["published"]) == ("closed", 5)


def test_a_quota_that_keeps_questions_out_makes_the_replay_fail(
    strict_server: Server, tmp_path: Path
) -> None:
    folder = write_meeting(tmp_path / "eager", authors=[1, 1, 1])
    link = owner_link(strict_server)

    done = qa("replay", folder, f"--url={strict_server.url}", f"--owner-link={link}")

    assert done.returncode == 1, done.stdout + done.stderr
    assert table(done.stdout)["questions submitted"] == [3, 1, 2, 2, 2]
    assert "NOT BY DESIGN: A quota of this server: raise its QA_LIMIT_ settings" in done.stdout


def test_a_used_link_is_one_line(strict_server: Server, odd_meeting: Path) -> None:
    link = f"{strict_server.url}/s/{'0' * 64}"

    refused = qa("replay", odd_meeting, f"--url={strict_server.url}", f"--owner-link={link}")

    assert refused.returncode == 2
    assert refused.stderr.startswith("The server refused: ")
    assert len(refused.stderr.splitlines()) == 1


@pytest.mark.parametrize("url", ["http://example.org:8010", "https://localhost", "localhost:8010"])
def test_no_other_machine_is_played_on(odd_meeting: Path, url: str) -> None:
    refused = qa("replay", odd_meeting, f"--url={url}", "--owner-link=x")

    assert refused.returncode == 2
    assert "plays on this machine only" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [("--url=http://localhost:1",), ("--speed=0",), ("--speed=nan",), ("--limit=0",), ()],
)
def test_arguments_that_make_no_sense_are_refused(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    refused = qa("replay", tmp_path, *arguments)

    assert refused.returncode == 2
    assert "Traceback" not in refused.stderr


def test_a_speed_at_which_staff_would_be_signed_out_is_refused_at_once(tmp_path: Path) -> None:
    folder = write_meeting(tmp_path / "long", authors=[1])
    with (folder / "comments.csv").open("a") as more:
        more.write(f"\n{10 * 86_400_000},2,1,1,Ten days later?")

    refused = qa("replay", folder, "--speed=1")

    assert refused.returncode == 2
    assert "Choose a speed of 22 or more, or max." in refused.stderr
