"""``python -m qa verify``: checks an event's record without trusting the server it came from.

It stands on ``qa.ledger`` and ``qa.errors`` alone, so that it needs no server, no database
and none of the other packages. Exit codes: 0 every check passed, 1 some check
failed, 2 it could not be asked that way.
"""

import argparse
import gc
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from qa.errors import Malformed, QaError
from qa.ledger.bundle import Bundle
from qa.ledger.bundle_zip import MAX_ZIP_BYTES
from qa.ledger.checks import Step, open_bundle, take_step, verify_bundle
from qa.ledger.note import MAX_NOTE_BYTES, Verifier
from qa.ledger.record import Evidence, Pins
from qa.ledger.witness_policy import MAX_POLICY_BYTES, parse_policy
from qa.served import Server, check_served

SERVED = 16
MAX_RECEIPT_BYTES = 1_000_000
MAX_REPORT_BYTES = 64 * 1024 * 1024
MARKS = {True: "pass", False: "FAIL", None: "  - "}


class Usage(QaError):
    """The command cannot be carried out as it was given."""

    code = "usage"


def main(arguments: Sequence[str], prog: str = "python -m qa verify") -> int:
    """Verify one bundle; return 0 when every check passed, 1 when one failed, 2 for bad usage."""
    chosen = parser(prog).parse_args(arguments)
    collecting = gc.isenabled()
    gc.disable()  # what is read is kept to the end, and looking it through took half the time
    try:
        return _verify(chosen)
    except KeyboardInterrupt:
        _say("Stopped before everything was checked.")
    except MemoryError:
        _say("This machine has too little memory to check this bundle.")
    finally:
        if collecting:
            gc.enable()
    return 1


def _verify(chosen: argparse.Namespace) -> int:
    try:
        pins, evidence = _pins(chosen.vkey), _evidence(chosen)
        server = _server(chosen.source) if _is_url(chosen.source) else None
        data = server.bundle() if server else _read(chosen.source, MAX_ZIP_BYTES)
    except Usage as error:
        _say(error.message)
        return 2
    except QaError as error:
        _say(f"Nothing could be checked: {error.message}")
        return 1
    return _report(data, pins, evidence, server)


def parser(prog: str) -> argparse.ArgumentParser:
    """Return what the command line understands."""
    command = argparse.ArgumentParser(
        prog=prog,
        description="Check the record of a meeting: that nothing was removed, changed or hidden"
        " without a trace. The server that it came from is not trusted.",
        epilog="Exit code: 0 every check passed, 1 a check failed, 2 wrong usage.",
    )
    command.add_argument(
        "source",
        metavar="BUNDLE|URL",
        help="a bundle.zip, or the address of the meeting or of its log, to fetch it from and to"
        " compare it with what is served",
    )
    command.add_argument(
        "--vkey",
        action="append",
        required=True,
        metavar="KEY",
        help="the verifier key of the meeting's log, from somewhere else than the bundle; may be"
        " repeated to pin the keys of promises and of the registry too",
    )
    command.add_argument(
        "--policy", metavar="FILE", help="which witnesses have to have cosigned (tlog-policy)"
    )
    command.add_argument(
        "--old", metavar="CHECKPOINT", help="a checkpoint of the log that was saved before"
    )
    command.add_argument(
        "--receipt",
        action="append",
        default=[],
        metavar="FILE",
        help="a receipt as the browser saved it; may be repeated",
    )
    command.add_argument(
        "--report", metavar="FILE", help="an audit report as JSON, to be counted again"
    )
    return command


def _report(data: bytes, pins: Pins, evidence: Evidence, server: Server | None) -> int:
    first, bundle = open_bundle(data)
    steps = [first]
    if bundle is not None:
        _say(f"{bundle.about.title}: {bundle.about.origin}, made {bundle.about.made_at}")
        steps += verify_bundle(bundle, pins, evidence)
        if server is not None:
            steps.append(_compare(bundle, pins, server))
    for step in steps:
        _say(f"{step.number:>2}  {MARKS[step.passed]}  {step.title}: {step.sentence}")
    failed = [step for step in steps if step.passed is False]
    if failed:
        numbers = ", ".join(str(step.number) for step in failed)
        _say(f"FAILED: this record does not hold. See {numbers}.")
        return 1
    passed = sum(step.passed is True for step in steps)
    _say(f"Verified: {passed} checks passed, {len(steps) - passed} had nothing to check.")
    return 0


def _compare(bundle: Bundle, pins: Pins, server: Server) -> Step:
    def check() -> str:
        return check_served(server, bundle, pins.log)

    return take_step(SERVED, "As served", check)


def _pins(vkeys: Sequence[str]) -> Pins:
    """Sort the pinned keys by what they sign: promises, the registry, or the event's log."""
    keys: dict[str, Verifier] = {}
    for vkey in vkeys:
        try:
            key = Verifier.parse(vkey)
        except Malformed as error:
            raise Usage(f"--vkey: {error.message}") from error
        kind = _kind(key.name)
        if kind in keys:
            raise Usage("--vkey: only one key of each kind can be pinned.")
        keys[kind] = key
    if "log" not in keys:
        raise Usage("--vkey: the key of the meeting's own log is missing.")
    return Pins(**keys)


def _kind(name: str) -> str:
    """Return what a key of this name signs: a log's is ``…/log/<slug>``, that of promises not."""
    parent, _, last = name.rpartition("/")
    if parent.rpartition("/")[2] == "log":
        return "registry" if last == "registry" else "log"
    return "promise" if last == "promise" else "log"


def _evidence(chosen: argparse.Namespace) -> Evidence:
    policy = None
    if chosen.policy is not None:
        try:
            policy = parse_policy(_read(chosen.policy, MAX_POLICY_BYTES))
        except Malformed as error:
            raise Usage(f"--policy: {error.message}") from error
    return Evidence(
        policy=policy,
        old=None if chosen.old is None else _read(chosen.old, MAX_NOTE_BYTES),
        receipts=[(Path(name).name, _read(name, MAX_RECEIPT_BYTES)) for name in chosen.receipt],
        report=None if chosen.report is None else _read(chosen.report, MAX_REPORT_BYTES),
        now_s=int(datetime.now(tz=UTC).timestamp()),
    )


def _is_url(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _server(address: str) -> Server:
    try:
        return Server.find(address)
    except Malformed as error:
        raise Usage(error.message) from error


def _read(name: str, limit: int) -> bytes:
    """Return what is in a file, or one byte more than the limit of one that is too long."""
    try:
        with Path(name).open("rb") as file:
            return file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "this is no name of a file"
        raise Usage(f"{name} cannot be read: {reason}.") from error


def _say(line: str) -> None:
    """Print a line; whatever could move a cursor or hide a word is shown as its escape."""
    shown = "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in line
    )
    encoding = sys.stdout.encoding or "ascii"
    sys.stdout.write(shown.encode(encoding, "backslashreplace").decode(encoding) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
