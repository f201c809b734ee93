"""A deployment of Fair Hearing for the bench: its database, its events, its voters' cookies."""

import http.client
import json
import os
import shutil
import sys
from contextlib import contextmanager

import psycopg

from bench.machine import VAR, Missing, free_port, started
from qa.config import load_config
from qa.domain.question import Role
from qa.services import decisions, events, identity, imports
from qa.services.context import Actor, build_context
from qa.store import migrate

POSTGRES = os.environ.get("QA_DATABASE_URL", "postgresql://postgres@127.0.0.1:5432/postgres")
REDIS = os.environ.get("QA_REDIS_URL", "redis://127.0.0.1:6379/0")
OWNER = Actor(Role.OWNER, pseudonym="Owner")
ROWS_A_FILE = 2_000
NO_QUOTAS = {
    "QA_LIMIT_VOTES_PER_MINUTE": "1000000",
    "QA_LIMIT_QUESTIONS_PER_MINUTE": "1000000",
    "QA_LIMIT_QUESTIONS_PER_EVENT": "1000000",
    "QA_LIMIT_EVENT_QUESTIONS_PER_SECOND": "1000000",
    "QA_LIMIT_JOINS_PER_MINUTE_AND_ADDRESS": "1000000",
    "QA_LOG_LEVEL": "warning",
}
"""A crowd from one address in one minute is what quotas are against."""


class Hall:
    """A deployment: a folder, a database, and the settings that its workers start with."""

    def __init__(self, name, database_url=None, **settings):
        self.folder = VAR / name
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(mode=0o700, parents=True)
        self.port = free_port()
        self.environ = {
            **NO_QUOTAS,
            "QA_DATA_DIR": str(self.folder),
            "QA_DATABASE_URL": database_url or f"sqlite:///{self.folder / 'bench.sqlite3'}",
            "QA_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            **settings,
        }
        migrate.upgrade(self.environ["QA_DATABASE_URL"])

    @property
    def origin(self):
        return self.environ["QA_PUBLIC_URL"]

    @contextmanager
    def services(self):
        """Give the services of this deployment, while no worker serves it."""
        ctx = build_context(load_config(self.environ))
        try:
            yield ctx
        finally:
            ctx.db.close()

    def open_event(self, slug, questions, published=None):
        """Create an open event with this many questions; the first ``published``, or all, are."""
        with self.services() as ctx:
            account = identity.create_account(ctx, "Olga", may_create_events=True)
            draft = events.EventDraft(title="All hands", slug=slug)
            events.create_event(ctx, account, draft)
            events.move_event(ctx, slug, OWNER, "open")
        self.add_questions(slug, 1, questions)
        self.publish(slug, range(1, (published or questions) + 1))

    def add_questions(self, slug, first, last):
        """Import questions by these docket numbers; they wait for a decision."""
        with self.services() as ctx:
            for start in range(first, last + 1, ROWS_A_FILE):
                rows = range(start, min(start + ROWS_A_FILE, last + 1))
                text = "text\n" + "".join(f"What becomes of matter {n}?\n" for n in rows)
                imports.import_questions(ctx, slug, OWNER, text.encode(), dry_run=False)

    def publish(self, slug, numbers):
        numbers = list(numbers)
        with self.services() as ctx:
            for start in range(0, len(numbers), decisions.MOST_TOGETHER):
                seen = dict.fromkeys(numbers[start : start + decisions.MOST_TOGETHER], 0)
                decisions.decide_together(
                    ctx, slug, OWNER, seen, verdict="publish", reason=None, explanation=None
                )

    @contextmanager
    def served(self, *, tallies=10, port=None):
        """Run one worker until the block ends."""
        port = port or self.port
        environ = {**self.environ, "QA_TALLIES_PER_SECOND": str(tallies), "QA_PORT": str(port)}
        with started([sys.executable, "-m", "qa", "serve"], port, **environ) as process:
            yield process

    def voters(self, slug, count):
        """Return cookies of this many new participants, who joined as browsers do."""
        door = http.client.HTTPConnection("127.0.0.1", self.port)
        token, session = _csrf(door)
        headers = {"Content-Type": "application/json", "X-CSRF-Token": token, "Cookie": session}
        made = []
        for _ in range(count):
            door.request("POST", f"/api/events/{slug}/join", "{}", headers)
            answer = door.getresponse()
            answer.read()
            made.append(_cookie(answer))
        door.close()
        return made

    def votes(self, slug):
        """Return how many votes the public board counts."""
        return sum(votes for _n, votes in self.get(f"/api/events/{slug}/board")["tally"])

    def get(self, path):
        door = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        door.request("GET", path)
        found = json.loads(door.getresponse().read())
        door.close()
        return found


def _csrf(door):
    door.request("GET", "/api/me")
    answer = door.getresponse()
    token = json.loads(answer.read())["csrf"]
    return token, _cookie(answer)


def _cookie(answer):
    return answer.getheader("Set-Cookie").partition(";")[0]


@contextmanager
def postgres_database(name):
    """Give the address of an empty database, dropped afterwards. Raises: Missing."""
    try:
        connection = psycopg.connect(POSTGRES, autocommit=True, connect_timeout=5)
    except psycopg.OperationalError as error:
        raise Missing(f"PostgreSQL cannot be reached: {error}") from error
    with connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}"')
    try:
        yield POSTGRES.rpartition("/")[0] + "/" + name
    finally:
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
