"""The checks: what CI runs is what ``./run check`` runs, in the same order.

Node and what it checks are optional on a laptop: a missing one is named and skipped. With
``CI=true`` in the environment it is a failure, and so is every test that would skip for want of
PostgreSQL, Redis or Chromium (``tests/conftest.py``).
"""

import hashlib
import os
import shutil
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from runner.install import ROOT, TEST_LOCK, ensure_installed
from runner.terminal import CannotGoOn, say

JS = ROOT / "tests" / "js"
JS_STAMP = JS / "node_modules" / ".installed-lock"


@dataclass(frozen=True)
class Step:
    """One check: its name in the output, and the command that succeeds when all is well."""

    name: str
    command: list[str]
    cwd: Path = ROOT


@dataclass(frozen=True)
class Result:
    """What a check said, whether it succeeded, and how long it took."""

    output: str
    succeeded: bool
    seconds: float


EVERY_CORE = ["-n", "auto", "--dist", "loadfile", "--no-loadscope-reorder"]
"""One test process a core; a file's tests stay together, so that they share its servers.

Files are handed out in the order in which ``tests/conftest.py`` puts them: the long ones first.
"""


def run_checks(*, fast: bool) -> int:
    """Run every check, tests last unless ``fast``, and return the exit code.

    Raises:
        CannotGoOn: a part that CI must have is missing.
    """
    python = str(ensure_installed(TEST_LOCK))
    steps = _fast_steps(python)
    failed = []
    with ThreadPoolExecutor(os.cpu_count()) as cores:
        for step, result in zip(steps, cores.map(_run, steps), strict=True):
            _tell(step, result)
            if not result.succeeded:
                failed.append(step.name)
    if failed:
        say(f"\nFailed: {', '.join(failed)}")
        return 1
    return 0 if fast else run_tests(EVERY_CORE)


def run_tests(arguments: list[str]) -> int:
    """Run pytest with these arguments, and return its exit code."""
    python = str(ensure_installed(TEST_LOCK))
    say("\n── tests")
    # Every test process and every server that a test starts would compile the whole house anew.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    command = [python, "-m", "pytest", *arguments]
    return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def _fast_steps(python: str) -> list[Step]:
    bin_folder = Path(python).parent
    steps = [
        Step("lint", [python, "-m", "ruff", "check", "."]),
        Step("format", [python, "-m", "ruff", "format", "--check", "."]),
        Step("types", [python, "-m", "mypy"]),
        Step("import contracts", [str(bin_folder / "lint-imports")]),
    ]
    npm = shutil.which("npm")
    if npm is not None:
        _ensure_js_installed(npm)
        steps.append(Step("JavaScript types", [npm, "run", "--silent", "check"], JS))
        steps.append(Step("JavaScript tests", [npm, "run", "--silent", "test"], JS))
    elif os.environ.get("CI") == "true":
        raise CannotGoOn("npm is missing, and CI leaves nothing out. Install Node.js 18 or newer.")
    else:
        say(
            "Skipped: JavaScript types and tests (npm is not on PATH; install Node.js to have them)"
        )
    return steps


def _run(step: Step) -> Result:
    started_s = time.monotonic()
    # import-linter reads the packages from the folder that it is started in.
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        step.command,
        cwd=step.cwd,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    output = done.stdout.decode(errors="replace").strip()
    return Result(output, done.returncode == 0, time.monotonic() - started_s)


def _tell(step: Step, result: Result) -> None:
    say(f"\n── {step.name}")
    if result.output:
        say(result.output)
    say(f"{'ok' if result.succeeded else 'failed'}, {result.seconds:.1f} s")


def _ensure_js_installed(npm: str) -> None:
    wanted = hashlib.sha256((JS / "package-lock.json").read_bytes()).hexdigest()
    if JS_STAMP.is_file() and JS_STAMP.read_text(encoding="ascii") == wanted:
        return
    say("Installing the JavaScript type checker (tests/js/package-lock.json)")
    installed = subprocess.run(
        [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=JS, check=False
    )
    if installed.returncode != 0:
        raise CannotGoOn("npm could not install tests/js; its own message is above.")
    JS_STAMP.write_text(wanted, encoding="ascii")
