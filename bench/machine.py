"""What the bench takes from the machine: cores, compilers, npm, and the kernel's own counts."""

import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
VAR = ROOT / "var" / "bench"
SERVER_CORE, CLIENT_CORE = "0", "1"
PATIENCE_S = 90


class Missing(Exception):
    """Something that a row needs is not on this machine; the message names it."""


def need(program):
    """Return where a program is. Raises: Missing."""
    found = shutil.which(program)
    if found is None:
        raise Missing(f"{program} is not on PATH")
    return found


def compiled(name):
    """Return a C program of this folder, compiled anew when its source is newer."""
    source, program = HERE / f"{name}.c", VAR / name
    if not program.exists() or program.stat().st_mtime < source.stat().st_mtime:
        VAR.mkdir(parents=True, exist_ok=True)
        subprocess.run([need("cc"), "-O2", "-Wall", "-o", program, source], check=True)
    return str(program)


def peer_command():
    """Return the command of the Node peer, its packages installed as locked."""
    node, lock = need("node"), HERE / "package-lock.json"
    stamp = HERE / "node_modules" / ".installed-lock"
    if not stamp.exists() or stamp.read_bytes() != lock.read_bytes():
        install = [need("npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(install, cwd=HERE, check=True)
        stamp.write_bytes(lock.read_bytes())
    return [node, str(HERE / "peer.mjs")]


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def pinned(core, command):
    """Return a command that keeps to one core, where the system can do that."""
    return [taskset, "-c", core, *command] if (taskset := shutil.which("taskset")) else command


class Process:
    """A server that runs, as the kernel sees it."""

    def __init__(self, child):
        self.child = child

    @property
    def cpu_s(self):
        """CPU seconds of all its threads so far, in user and in kernel mode, by the scheduler.

        /proc/PID/stat counts in hundredths; this is the same process's clock in nanoseconds, see
        clock_getcpuclockid(3).
        """
        return time.clock_gettime(~self.child.pid << 3 | 2)

    @property
    def waited_s(self):
        """Seconds in which its threads could have run while others had the core."""
        tasks = Path(f"/proc/{self.child.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[1]) for task in tasks) / 1e9

    @property
    def resident_kib(self):
        status = Path(f"/proc/{self.child.pid}/status").read_text()
        return int(status.split("VmRSS:")[1].split()[0])


@contextmanager
def started(command, port, *, core=SERVER_CORE, **environ):
    """Run a server pinned to a core until the block ends; it answers when the block begins."""
    VAR.mkdir(parents=True, exist_ok=True)
    log = VAR / f"server-{port}.log"
    with log.open("wb") as output:
        child = subprocess.Popen(
            pinned(core, command),
            env={**os.environ, **environ},
            cwd=ROOT,
            stdout=output,
            stderr=output,
            preexec_fn=_as_many_files_as_allowed,  # noqa: PLW1509 - nothing here has threads
        )
    try:
        _wait_for(child, port, log)
        yield Process(child)
    finally:
        child.terminate()
        try:
            child.wait(20)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    log.unlink()


def _as_many_files_as_allowed():
    import resource

    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _wait_for(child, port, log):
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        if child.poll() is not None:
            raise RuntimeError(f"the server ended: {log.read_text()[-500:]}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on port {port} after {PATIENCE_S} s")


def described():
    """Return what the figures depend on, in a line."""
    model = "unknown CPU"
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
    node = _said("node", "--version") or "none"
    commit = _said("git", "rev-parse", "--short", "HEAD") or "unknown"
    return (
        f"{os.cpu_count()} cores ({model}), Linux {os.uname().release.split('-')[0]}, Python "
        f"{sys.version.split()[0]}, Node {node}, commit {commit}"
    )


def _said(*command):
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()


def load_average():
    return f"{os.getloadavg()[0]:.1f}"
