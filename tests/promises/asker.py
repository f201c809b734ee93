"""A process that asks, decides and votes as fast as it can, until somebody kills it.

``python -m tests.promises.asker DATABASE_URL DATA_DIR MODERATOR`` loads everything once; each line
on standard input starts one more round in a process of its own. Whatever the service acknowledges
is printed before the next act begins: ``asked 7``, ``decided 7``, ``voted 7``.
"""

import os
import sys
from dataclasses import replace

import gevent

from qa.config import Limits, load_config
from qa.services import decisions, identity, questions, votes
from qa.services.context import Context, build_context
from tests.promises.hall import SLUG, Hall

GREENLETS = 3
ROOMY = Limits(
    questions_per_minute=100_000,
    questions_per_event=100_000,
    votes_per_minute=100_000,
    event_questions_per_second=100_000,
)


def tell(words: str) -> None:
    """Say something in one write, so that a kill leaves no half of it."""
    os.write(sys.stdout.fileno(), f"{words}\n".encode())


def ask_for_ever(ctx: Context, hall: Hall, label: str) -> None:
    """Ask; publish every third question and vote for it."""
    moderator = hall.actor("moderator")
    count = 0
    while True:
        count += 1
        draft = hall.draft(f"What about {label}-{count}?", f"{label}-{count}")
        person = identity.participant(SLUG, label)
        n = questions.submit_question(ctx, SLUG, person, draft).n
        tell(f"asked {n}")
        if count % 3 == 0:
            decisions.decide(
                ctx, SLUG, moderator, n, verdict="publish", reason=None, explanation=None, seq=0
            )
            tell(f"decided {n}")
            votes.cast_vote(ctx, SLUG, person, n)
            tell(f"voted {n}")


def play(url: str, data_dir: str, moderator: int) -> None:
    """Open the house and work in it with a few greenlets, so that commits are shared."""
    tell(f"pid {os.getpid()}")
    environ = {"QA_DATA_DIR": data_dir, "QA_DATABASE_URL": url}
    ctx = build_context(replace(load_config(environ), limits=ROOMY))
    hall = Hall(ctx, accounts={"moderator": moderator})
    labels = [f"{os.getpid()}-{number}" for number in range(GREENLETS)]
    gevent.joinall(
        [gevent.spawn(ask_for_ever, ctx, hall, label) for label in labels], raise_error=True
    )


def main(url: str, data_dir: str, moderator: str) -> None:
    """Start one round for each line that is read, and say when it is dead."""
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                play(url, data_dir, int(moderator))
            finally:
                os._exit(1)
        os.waitpid(child, 0)
        tell("dead")


if __name__ == "__main__":
    main(*sys.argv[1:])
