"""A server that dies at any moment keeps what it has acknowledged, and goes on where it was.

The processes are real and are killed with SIGKILL while they write. What the machine had handed to
the operating system stays readable after that, so this shows that nothing is acknowledged before
its commit; that a commit survives a power cut is what ``synchronous=FULL`` and
``synchronous_commit=on`` are for, and no test here can pull the plug.
"""

import os
import signal
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random

import gevent
from sqlalchemy import select

from qa.config import Config
from qa.errors import QaError
from qa.ledger.checkpoint import Checkpoint, open_checkpoint
from qa.ledger.note import Verifier
from qa.services import logs, questions
from qa.services.context import Context
from qa.store.models.decisions import Decision
from qa.store.models.questions import Question, Vote
from qa.store.queries.events import find_event
from qa.store.queries.tallies import tally
from tests.conftest import check_every_log
from tests.promises import log_watch
from tests.promises.hall import SLUG, Hall, open_hall

ROUNDS = 5
"""Kills on each database; two processes at once in the last test."""

PATIENCE_S = 60
"""How long whatever must end is waited for, on a machine with other work to do."""

ROOT = Path(__file__).parents[2]
Told = dict[str, list[int]]


class Asker:
    """A process that asks for ever, and what it says was acknowledged."""

    def __init__(self, config: Config, account: int) -> None:
        self._process = subprocess.Popen(
            [
                sys.executable,
                *("-m", "tests.promises.asker"),
                *(config.database_url, str(config.data_dir), str(account)),
            ],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.told: Told = defaultdict(list)
        self._pid = 0

    def start(self) -> None:
        """Start asking."""
        assert self._process.stdin is not None
        self._process.stdin.write("go\n")
        self._process.stdin.flush()
        self._pid = int(self._line().removeprefix("pid "))

    def listen(self, acts: int) -> None:
        """Wait until so many more acts are acknowledged."""
        for _ in range(acts):
            self._hear(self._line())

    def kill(self) -> None:
        """Kill it in the middle of whatever it does, and hear what it still said."""
        os.kill(self._pid, signal.SIGKILL)
        while (line := self._line()) != "dead":
            self._hear(line)
        self._pid = 0

    def close(self) -> None:
        """End the process that starts the others; a round runs by now only if the test failed."""
        with suppress(ProcessLookupError):
            if self._pid:
                os.kill(self._pid, signal.SIGKILL)
        self._process.communicate(timeout=PATIENCE_S)

    def _line(self) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line.endswith("\n"), "the asker ended by itself"
        return line.strip()

    def _hear(self, line: str) -> None:
        act, number = line.split()
        self.told[act].append(int(number))


@contextmanager
def asker(config: Config, hall: Hall) -> Iterator[Asker]:
    process = Asker(config, hall.accounts["moderator"])
    try:
        yield process
    finally:
        process.close()


def check_kept(ctx: Context, *tellers: Asker) -> int:
    """Check that everything acknowledged is there; return the last docket number."""
    check_every_log(ctx)
    leaves = log_watch.check_growth(ctx, [], may_lag=True)
    log_watch.check_rows(ctx, leaves)
    with ctx.db.read() as session:
        event = find_event(session, SLUG)
        asked = set(session.scalars(select(Question.docket_number)))
        decided = set(session.scalars(select(Question.docket_number).join(Decision)))
        voted = set(session.scalars(select(Question.docket_number).join(Vote)))
        counted = {n for n, votes in tally(session, event) if votes}
    for teller in tellers:
        assert set(teller.told["asked"]) <= asked
        assert set(teller.told["decided"]) <= decided
        assert set(teller.told["voted"]) <= voted
    assert counted == voted
    assert asked == set(range(1, event.last_docket + 1))
    return event.last_docket


def test_a_killed_server_has_kept_every_acknowledged_question_decision_and_vote(
    config: Config, ctx: Context, make_context: Callable[[Config], Context]
) -> None:
    hall, random = open_hall(ctx, "open"), Random(3)
    with asker(config, hall) as process:
        for _ in range(ROUNDS):
            process.start()
            process.listen(random.randrange(1, 25))
            gevent.sleep(random.random() / 50)
            process.kill()
            last = check_kept(ctx, process)
            restarted = Hall(make_context(config))
            receipt = questions.submit_question(
                restarted.ctx, SLUG, hall.actor("ada"), hall.draft(hall.words(), last)
            )
            assert receipt.n == last + 1


def test_two_servers_on_one_database_killed_together_have_kept_everything(
    config: Config, ctx: Context
) -> None:
    hall = open_hall(ctx, "open")
    with asker(config, hall) as first, asker(config, hall) as second:
        for process in (first, second):
            process.start()
        for process in (first, second):
            process.listen(12)
        for process in (first, second):
            process.kill()
        check_kept(ctx, first, second)
        assert not set(first.told["asked"]) & set(second.told["asked"])


def test_a_checkpoint_that_cannot_be_saved_keeps_nobody_waiting(
    config: Config, ctx: Context
) -> None:
    """The commit is durable by then, so whoever asked must hear of it, or of the trouble."""
    hall = open_hall(ctx, "open")
    folder = config.data_dir / "checkpoints"
    folder.rename(config.data_dir / "moved")
    folder.write_text("not a folder")
    draft = hall.draft(hall.words(), "unlucky")

    def ask() -> int | None:
        try:
            return questions.submit_question(ctx, SLUG, hall.actor("ada"), draft).n
        except (QaError, OSError):
            return None

    waiting = gevent.spawn(ask)
    assert gevent.joinall([waiting], timeout=PATIENCE_S), "the caller waits for ever"


def test_a_worker_that_was_held_up_leaves_a_newer_saved_checkpoint_alone(
    ctx: Context, other_ctx: Context
) -> None:
    """The saved copy is there to find out a restored, older database, so it must not go back."""
    hall = open_hall(ctx, "open")
    origin = logs.new_origin(ctx, SLUG)
    older = saved_head(ctx, origin)
    newer = hall.draft(hall.words(), "newer")
    questions.submit_question(other_ctx, SLUG, hall.actor("ada"), newer)
    newest = saved_head(ctx, origin)
    ctx.checkpoints.save_heads({origin: older})
    assert saved_head(ctx, origin) == newest


def test_two_workers_save_the_same_checkpoint_at_once_without_a_hitch(ctx: Context) -> None:
    """Threads have one process number, and so have two containers that share a data folder."""
    open_hall(ctx, "open")
    origin = logs.new_origin(ctx, SLUG)
    head = saved_head(ctx, origin)

    def save_often(_: int) -> None:
        for _ in range(500):
            ctx.checkpoints.save_heads({origin: head})

    with ThreadPoolExecutor(2) as workers:
        list(workers.map(save_often, range(2)))
    assert saved_head(ctx, origin) == head


def saved_head(ctx: Context, origin: str) -> Checkpoint:
    key = Verifier.parse(ctx.keyring.signer(origin).vkey)
    return open_checkpoint(ctx.checkpoints.saved(origin) or "", key)
