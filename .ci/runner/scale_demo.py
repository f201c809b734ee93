"""``./run scale-demo``: two workers behind nginx, on the PostgreSQL and Redis of this machine.

Started by ``./run`` with the environment's own Python, since it needs what the server needs.
"""

import argparse
import getpass
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
import redis
from psycopg.conninfo import conninfo_to_dict

from runner.front import lay_out_front
from runner.install import ROOT
from runner.terminal import CannotGoOn, say

FOLDER = ROOT / "var" / "scale-demo"
DATABASE = "fair_hearing_scale_demo"
POSTGRES = "postgresql://postgres@127.0.0.1:5432/postgres"
REDIS = "redis://127.0.0.1:6379/0"
WORKERS = 2
PATIENCE_S = 60.0

NO_NGINX = """\
nginx is not on PATH. It stands in front of the two workers.

  Debian, Ubuntu:  sudo apt install nginx-light
  Fedora:          sudo dnf install nginx
  macOS:           brew install nginx
Then type the same command again."""

NO_POSTGRES = """\
PostgreSQL cannot be reached at {url}:

  {error}

Start one, or say where yours is and as whom to connect; it must be allowed to create a database:

  QA_DATABASE_URL=postgresql://USER:PASSWORD@HOST/postgres ./run scale-demo"""

NO_REDIS = """\
Redis cannot be reached at {url}: {error}

Start one, or say where yours is: QA_REDIS_URL=redis://HOST:PORT/0 ./run scale-demo"""


def main(arguments: Sequence[str]) -> int:
    """Serve until Ctrl-C; return 2 when something is missing, and say what."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        _serve(_parser().parse_args(arguments))
    except CannotGoOn as stop:
        print(f"\n{stop}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        say("\nStopped.")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="./run scale-demo",
        description="Serve the made-up all-hands from two workers behind nginx, on the PostgreSQL "
        f"and Redis of this machine. Makes a database, {DATABASE}, and drops it at the end.",
    )
    parser.add_argument("--port", type=int, help="nginx's port (else QA_PORT, else 8010)")
    parser.add_argument(
        "--keep", action="store_true", help="leave the database, and go on with what is left"
    )
    return parser


def _serve(chosen: argparse.Namespace) -> None:
    port = chosen.port or int(os.environ.get("QA_PORT", "8010"))
    if shutil.which("nginx") is None:
        raise CannotGoOn(NO_NGINX)
    server_url = os.environ.get("QA_DATABASE_URL", POSTGRES)
    redis_url = os.environ.get("QA_REDIS_URL", REDIS)
    _require_redis(redis_url)
    _require_free(port)
    with ExitStack() as stack:
        database_url = stack.enter_context(_database(server_url, keep=chosen.keep))
        workers = [_free_port() for _ in range(WORKERS)]
        environ = {
            **os.environ,
            "QA_DATA_DIR": str(FOLDER / "data"),
            "QA_DATABASE_URL": database_url,
            "QA_REDIS_URL": redis_url,
            "QA_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "QA_TRUSTED_PROXIES": "1",
        }
        subprocess.run([sys.executable, "-m", "qa", "migrate"], env=environ, check=True)
        way_in = _prepare_meeting(environ)
        for number in workers:
            command = [sys.executable, "-m", "qa", "serve", "--port", str(number)]
            stack.enter_context(_running(command, environ, number))
        user = getpass.getuser() if os.geteuid() == 0 else ""
        command = lay_out_front(FOLDER / "nginx", port, workers, user=user)
        stack.enter_context(_running(command, environ, port))
        say(way_in)
        say(f"Workers     {', '.join(map(str, workers))}; nginx in front on {port}")
        say(f"Database    {DATABASE}, " + ("kept" if chosen.keep else "dropped at the end"))
        say("\nCtrl-C stops all of it.")
        while True:
            time.sleep(3_600)


def _require_redis(url: str) -> None:
    try:
        redis.Redis.from_url(url).ping()
    except (redis.RedisError, ValueError) as error:
        raise CannotGoOn(NO_REDIS.format(url=url, error=error)) from error


def _require_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise CannotGoOn(f"Port {port} is taken. Choose another with --port.") from error


@contextmanager
def _database(server_url: str, *, keep: bool) -> Iterator[str]:
    """Give the address of the demo's own database on a server, empty unless it is kept."""
    try:
        connection = psycopg.connect(server_url, autocommit=True, connect_timeout=5)
        known = conninfo_to_dict(server_url)
    except psycopg.Error as error:
        shown = server_url.rpartition("@")[2]
        raise CannotGoOn(NO_POSTGRES.format(url=shown, error=error)) from error
    with connection:
        if not keep:
            _drop(connection)
            shutil.rmtree(FOLDER, ignore_errors=True)
        named = "SELECT 1 FROM pg_database WHERE datname = %s"
        if connection.execute(named, [DATABASE]).fetchone() is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
    FOLDER.mkdir(mode=0o700, parents=True, exist_ok=True)
    login = str(known["user"]) + (f":{known['password']}" if "password" in known else "")
    try:
        yield f"postgresql://{login}@{known['host']}:{known.get('port', 5432)}/{DATABASE}"
    finally:
        if not keep:
            with psycopg.connect(server_url, autocommit=True) as connection:
                _drop(connection)
            shutil.rmtree(FOLDER, ignore_errors=True)


def _drop(connection: "psycopg.Connection[tuple[object, ...]]") -> None:
    connection.execute(f"DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)")


@contextmanager
def _running(command: list[str], environ: dict[str, str], port: int) -> Iterator[None]:
    """Run a server until the block ends; it is there when the block begins."""
    log = FOLDER / f"{Path(command[0]).name}-{port}.log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches only this process, which ends them in order.
        process = subprocess.Popen(
            command, env=environ, stdout=output, stderr=output, start_new_session=True
        )
    try:
        _wait_for(process, port, log)
        yield
    finally:
        process.terminate()
        process.wait()


def _wait_for(process: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    end_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < end_s:
        if process.poll() is not None:
            said = log.read_text(encoding="utf-8", errors="replace").strip()
            raise CannotGoOn(f"What was to listen on port {port} has ended. It said:\n\n{said}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise CannotGoOn(f"Nothing listens on port {port} after {PATIENCE_S:.0f} s.")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _prepare_meeting(environ: dict[str, str]) -> str:
    """Play the demo's meeting into the database, and return how to get in."""
    from qa.config import load_config
    from qa.demo.prepare import prepare_demo
    from qa.services.context import build_context

    say("Preparing the meeting")
    ctx = build_context(load_config(environ))
    try:
        return prepare_demo(ctx)
    finally:
        ctx.db.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
