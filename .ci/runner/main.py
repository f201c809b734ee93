"""The verbs of ``./run``."""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from runner.build_verifier import build_verifier
from runner.checks import run_checks, run_tests
from runner.install import ROOT, RUNTIME_LOCK, TEST_LOCK, VENV, ensure_installed, venv_python
from runner.terminal import CannotGoOn, say

HELP = """\
Fair Hearing: questions for an all-hands, each with a docket number, a decision with a reason,
and a place on a public record.

  ./run demo [--port N] [--lan] [--keep]
        Serve a made-up all-hands, and print its address, join code and sign-in links.
        Made anew every time in var/demo; --keep goes on with the last one.
  ./run serve [--port N] [--lan]
        Serve your own events from var/. The first start prints a link for the first owner.
  ./run scale-demo [--port N] [--keep]
        The demo from two workers behind nginx, on this machine's PostgreSQL and Redis.
  ./run check [--fast]
        What CI runs: lint, formatting, types, import contracts, JavaScript, tests.
        --fast leaves pytest out.
  ./run test [ARGUMENTS FOR PYTEST]
        Everything, as `check`. With arguments, pytest alone, such as ./run test tests/ledger
  ./run soak
        The long tests: races by the thousand, hours of a meeting in minutes. Not part of `test`.
  ./run export-log DIR [SLUG]
        Write the logs of var/ as files that any web server can serve.
  ./run build-verifier
        Build dist/fair-hearing-verify.pyz, the offline verifier as one file, and print its SHA-256.
  ./run bench [ROWS] [--small]
        Measure the server beside Node's socket.io, Flask-SocketIO and a plain C loop, in about a
        quarter of an hour. --small shows in a minute that it works.
  ./run lock [--upgrade]
        Remake requirements.txt and tests/requirements.txt from pyproject.toml (needs uv).
  ./run help
        This text.

Everything is installed into .venv, and nothing outside this folder. The port is --port, else
QA_PORT, else 8010; docs/operations.md has all settings. More commands: {python} -m qa --help
"""

CALLED_FROM = Path.cwd()
"""Where a path on the command line starts; the verbs themselves run in the root of the checkout."""

NO_UV = """\
`./run lock` needs uv, and it is neither on PATH nor in .venv. To put it into .venv:

  {python} -m pip install uv

Then type the same command again."""


def main(arguments: list[str]) -> int:
    """Run a verb and return the exit code: 2 when this machine or the command line is at fault."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("help", [])
    os.chdir(ROOT)
    try:
        return _run_verb(verb, rest)
    except CannotGoOn as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 2


def _run_verb(verb: str, rest: list[str]) -> int:
    run = VERBS.get(verb)
    code = None if run is None else run(rest)
    if code is None:
        typed = " ".join(["./run", verb, *rest])
        raise CannotGoOn(f"`{typed}` is not a command. ./run help lists what there is.")
    return code


def _help(_: list[str]) -> int:
    say(HELP.format(python=venv_python().relative_to(ROOT)).rstrip())
    return 0


def _check(rest: list[str]) -> int | None:
    return run_checks(fast=bool(rest)) if rest in ([], ["--fast"]) else None


def _test(rest: list[str]) -> int:
    return run_tests(rest) if rest else run_checks(fast=False)


def _soak(rest: list[str]) -> int:
    return run_tests(["-m", "soak", *rest])


def _serve(verb: str, rest: list[str]) -> int:
    python = str(ensure_installed(RUNTIME_LOCK))
    if verb == "serve" and not {"-h", "--help"} & set(rest):
        migrated = subprocess.run([python, "-m", "qa", "migrate"], check=False)
        if migrated.returncode != 0:
            return migrated.returncode
    return _become([python, "-m", "qa", verb, *rest])


def _start(module: str, rest: list[str]) -> int:
    python = str(ensure_installed(RUNTIME_LOCK))
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / ".ci")])
    return _become([python, "-m", module, *rest])


def _become(command: list[str]) -> int:
    if os.name != "nt":
        # The program takes this process over, so that Ctrl-C and a supervisor's signals reach it.
        sys.stdout.flush()
        os.execv(command[0], command)
    return subprocess.run(command, check=False).returncode


def _export_log(rest: list[str]) -> int | None:
    if not 1 <= len(rest) <= 2 or rest[0].startswith("-"):
        return None
    folder, *slug = rest
    python = str(ensure_installed(RUNTIME_LOCK))
    return _become([python, "-m", "qa", "export-log", str(CALLED_FROM / folder), *slug])


def _build_verifier(rest: list[str]) -> int | None:
    if rest:
        return None
    built = build_verifier()
    say(f"{hashlib.sha256(built.read_bytes()).hexdigest()}  {built.relative_to(ROOT)}")
    return 0


def _lock(options: list[str]) -> int | None:
    if options not in ([], ["--upgrade"]):
        return None
    uv = shutil.which("uv", path=os.pathsep.join([str(VENV / "bin"), os.environ.get("PATH", "")]))
    if uv is None:
        raise CannotGoOn(NO_UV.format(python=venv_python().relative_to(ROOT)))
    compile_command = [uv, "pip", "compile", "pyproject.toml", "--quiet", *options]
    # The header must not carry the index or the paths of the machine that made the lock.
    compile_command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
    compile_command += ["--no-emit-index-url", "--no-emit-find-links"]
    compile_command += ["--custom-compile-command", "./run lock"]
    for lock, extra in (
        (RUNTIME_LOCK, []),
        (TEST_LOCK, ["--extra", "test", "--constraint", RUNTIME_LOCK]),
    ):
        say(f"Locking {lock}")
        done = subprocess.run([*compile_command, *extra, "--output-file", lock], check=False)
        if done.returncode != 0:
            return done.returncode
    say("Done. Look at the difference, then ./run check.")
    return 0


VERBS: dict[str, Callable[[list[str]], int | None]] = {
    "help": _help,
    "--help": _help,
    "-h": _help,
    "demo": partial(_serve, "demo"),
    "serve": partial(_serve, "serve"),
    "check": _check,
    "test": _test,
    "soak": _soak,
    "scale-demo": partial(_start, "runner.scale_demo"),
    "bench": partial(_start, "bench.table"),
    "export-log": _export_log,
    "build-verifier": _build_verifier,
    "lock": _lock,
}
"""What follows ``./run``. A verb returns its exit code, or None for arguments unknown to it."""
