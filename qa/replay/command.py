"""The command ``python -m qa replay``: what it is told, what it does, and what it returns."""

import argparse
import math
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import gevent

from qa.errors import QaError
from qa.replay.comparison import compare
from qa.replay.criteria import replay_title
from qa.replay.doors import Doors
from qa.replay.findings import read_findings
from qa.replay.player import Player, check_speed
from qa.replay.progress import Progress
from qa.replay.recording import Recording, cut, read_recording
from qa.replay.report import describe
from qa.replay.schedule import Schedule, make_schedule
from qa.replay.server import temporary_server
from qa.replay.wire import Refused, Wire

MODERATORS: Final = ("First moderator", "Second moderator")


def run(arguments: Sequence[str]) -> int:
    """Run the command; return 0 when everything agrees, 1 when not, 2 when it could not be done."""
    parser = _parser()
    chosen = parser.parse_args(arguments)
    if (chosen.url is None) != (chosen.owner_link is None):
        parser.error("--url and --owner-link go together")
    # These are told in one line here; gevent need not print where they came from as well.
    gevent.get_hub().NOT_ERROR += (QaError, Refused, KeyboardInterrupt)
    # A supervisor's SIGTERM stops the temporary server too, as Ctrl-C does.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        recording = cut(read_recording(chosen.folder), chosen.limit, chosen.voters)
        schedule = make_schedule(recording)
        check_speed(schedule, chosen.speed)
        with _server(chosen.url, chosen.owner_link) as (url, link):
            agrees = _replay(recording, schedule, Wire(url), link, chosen.speed)
    except QaError as error:
        print(error.message, file=sys.stderr)
        return 2
    except Refused as refused:
        print(f"The server refused: {refused.message} ({refused.code})", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 2
    return 0 if agrees else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m qa replay",
        description="Play a recorded meeting through the doors of a running server, as many "
        "separate participants and moderators, and compare what came of it with the source. "
        "Exits with 0 when everything agrees, 1 when it does not, 2 when it could not be done.",
    )
    parser.add_argument("folder", type=Path, help="the folder with comments.csv and the votes")
    parser.add_argument("--url", help="a server on this machine (else one is started for this)")
    parser.add_argument(
        "--owner-link", metavar="LINK", help="what that server's owner-link command printed"
    )
    parser.add_argument(
        "--speed",
        type=_speed,
        metavar="N",
        help="how many times faster than it was recorded; max, the default, takes no pauses",
    )
    parser.add_argument("--limit", type=_count, metavar="N", help="only the first N questions")
    parser.add_argument("--voters", type=_count, metavar="N", help="only the first N voters")
    return parser


def _speed(text: str) -> float | None:
    if text == "max":
        return None
    try:
        speed = float(text)
    except ValueError:
        speed = 0.0
    if not math.isfinite(speed) or speed <= 0:
        raise argparse.ArgumentTypeError('a speed is a number above 0, or "max"')
    return speed


def _count(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and int(text) > 0):
        raise argparse.ArgumentTypeError("this is a whole number of at least 1")
    return int(text)


@contextmanager
def _server(url: str | None, owner_link: str | None) -> Iterator[tuple[str, str]]:
    if url is not None and owner_link is not None:
        yield url, owner_link
        return
    print("Starting a server for this replay", file=sys.stderr)
    with temporary_server() as started:
        yield started


def _replay(
    recording: Recording, schedule: Schedule, wire: Wire, link: str, speed: float | None
) -> bool:
    doors = Doors(wire)
    owner = doors.sign_in(link)
    doors.create(owner, replay_title(recording.title), recording.name)
    moderators = [doors.add_moderator(owner, name) for name in MODERATORS]
    doors.move(owner, "open")
    print(f"{recording.title}\n{wire.origin}/e/{doors.slug}", flush=True)
    started_s = time.monotonic()
    progress = Progress(len(schedule.acts))
    played = Player(doors, owner, moderators).play(schedule, speed, progress)
    progress.finish()
    elapsed_s = time.monotonic() - started_s
    doors.move(owner, "live")
    doors.move(owner, "closed")
    print("Reading board, record and log", file=sys.stderr)
    verdict = compare(recording, schedule, played, read_findings(doors))
    print()
    for line in describe(verdict, schedule.rows, played, wire.waits, elapsed_s):
        print(line)
    wire.close()
    return not verdict.differences
