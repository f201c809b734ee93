"""Makes ``.venv`` and installs exactly what the lock files name, hashes checked.

Nothing is installed twice: a stamp in ``.venv`` holds the hash of each lock file that is in place.
"""

import hashlib
import importlib.util
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import IO

from runner.terminal import CannotGoOn, Counter, say

ROOT = Path(__file__).resolve().parent.parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "installed-locks.json"
RUNTIME_LOCK = "requirements.txt"
TEST_LOCK = "tests/requirements.txt"
"""Holds everything of the runtime lock too, in the same versions."""

NO_VENV = f"""\
This Python ({sys.executable}) cannot make virtual environments: {{missing}} is missing.

  Debian, Ubuntu:        sudo apt install python{sys.version_info[0]}.{sys.version_info[1]}-venv
  without admin rights:  {sys.executable} -m pip install --user virtualenv
                         {sys.executable} -m virtualenv {VENV}
Then type the same command again."""

PIP_INSTALL = (
    *("pip", "--disable-pip-version-check", "--no-input"),
    *("install", "--require-hashes", "--no-deps", "--progress-bar", "off"),
)

PIP_FAILED = """\
The packages could not be installed. pip said:

{tail}

Often the network is at fault: packages come from https://pypi.org, or from the index that
`pip config list` names. If pip speaks of a hash that does not match, do not go around it: the
file is not the one that was locked. Otherwise type the same command again; what was already
downloaded is kept."""


def venv_python() -> Path:
    """Return where the environment's own Python is."""
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def ensure_installed(lock: str) -> Path:
    """Return a Python that has every package of the lock file, installing only what changed.

    Raises:
        CannotGoOn: venv is missing, or pip could not install.
    """
    _ensure_venv()
    wanted = lock_hash(lock)
    stamps = read_stamps()
    if stamps.get(lock) != wanted:
        STAMP.unlink(missing_ok=True)
        _pip_install(lock)
        stamps = {lock: wanted}
        if lock == TEST_LOCK:
            stamps[RUNTIME_LOCK] = lock_hash(RUNTIME_LOCK)
        STAMP.write_text(json.dumps(stamps), encoding="utf-8")
    return venv_python()


def lock_hash(lock: str) -> str:
    """Return the SHA-256 of a lock file, in hex."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def read_stamps() -> dict[str, str]:
    """Return the hash of each lock file that is installed; empty after an interrupted install."""
    try:
        stamps = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamps if isinstance(stamps, dict) else {}


def _ensure_venv() -> None:
    if _runs("import sys; sys.exit(sys.version_info < (3, 11))"):
        if not read_stamps() and not _runs("import pip"):
            _ensure_pip()
        return
    for module in ("venv", "ensurepip"):
        if importlib.util.find_spec(module) is None:
            raise CannotGoOn(NO_VENV.format(missing=module))
    say(f"Making the environment in {VENV.name} with Python {sys.version.split()[0]}")
    made = _captured([sys.executable, "-m", "venv", "--clear", str(VENV)])
    if made.returncode != 0:
        raise CannotGoOn(NO_VENV.format(missing="a part of venv") + "\n\n" + made.stdout.strip())


def _ensure_pip() -> None:
    made = _captured([str(venv_python()), "-m", "ensurepip", "--default-pip"])
    if made.returncode != 0:
        raise CannotGoOn(f"{VENV} has no pip. Remove that folder and type the same command again.")


def _runs(code: str) -> bool:
    try:
        return _captured([str(venv_python()), "-c", code]).returncode == 0
    except OSError:
        return False


def _captured(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )


def _pip_install(lock: str) -> None:
    pins = sum("==" in line for line in (ROOT / lock).read_text(encoding="utf-8").splitlines())
    say(f"Installing {pins} locked packages ({lock}); only the first time takes long")
    pip = subprocess.Popen(
        [str(venv_python()), "-m", *PIP_INSTALL, "--requirement", lock],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    try:
        lines = PipProgress(pins).follow(pip)
    finally:
        pip.terminate()
        pip.wait()
    if pip.returncode != 0:
        said = [f"  {line}" for line in lines if not line.startswith("WARNING")]
        raise CannotGoOn(PIP_FAILED.format(tail="\n".join(said[-12:])))


class PipProgress:
    """Turns what pip prints into two counters: packages fetched, then packages put in place.

    pip says nothing while it puts packages in place, so those are counted in the folder itself.
    """

    def __init__(self, pins: int) -> None:
        self._fetched = Counter("fetched", pins)
        self._placed: Counter | None = None
        self._before = _placed_packages()

    def follow(self, pip: "subprocess.Popen[str]") -> list[str]:
        """Show progress until pip has ended, and return every line it printed."""
        arriving: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        if pip.stdout is None:
            raise ValueError("pip was started without a pipe")
        threading.Thread(target=_pump, args=(pip.stdout, arriving), daemon=True).start()
        lines: list[str] = []
        while True:
            try:
                line = arriving.get(timeout=0.2)
            except queue.Empty:
                self._count_placed()
                continue
            if line is None:
                break
            lines.append(line)
            self.read(line)
        pip.wait()
        self._count_placed()
        (self._placed or self._fetched).finish()
        return lines

    def read(self, line: str) -> None:
        """Take one line of pip's output into account."""
        word, _, rest = line.partition(" ")
        if word == "Ignoring":
            self._fetched.total -= 1
        elif word in ("Collecting", "Processing", "Requirement"):
            self._fetched.show(self._fetched.seen + 1, _package_name(rest))
        elif word == "Installing":
            self._fetched.finish()
            self._placed = Counter("installed", rest.count(",") + 1)

    def _count_placed(self) -> None:
        if self._placed is not None:
            placed = len(_placed_packages() - self._before)
            self._placed.show(min(placed, self._placed.total))


def _package_name(rest: str) -> str:
    """Return the name in ``flask==3.1.3 (from …)`` or in ``/wheels/flask-3.1.3-….whl (from …)``."""
    requirement = rest.removeprefix("already satisfied: ").partition(" ")[0].partition("==")[0]
    return requirement.rpartition("/")[2].partition("-")[0] if "/" in requirement else requirement


def _placed_packages() -> set[tuple[Path, int]]:
    folders = VENV.glob("[Ll]ib/**/site-packages/*.dist-info")
    return {(folder, folder.stat().st_mtime_ns) for folder in folders}


def _pump(stream: IO[str], lines: "queue.SimpleQueue[str | None]") -> None:
    for line in stream:
        lines.put(line.rstrip())
    lines.put(None)
