"""Rows about too much: a database that stalls, a flood of votes, and the calm after them."""

import sqlite3
from contextlib import contextmanager
from time import sleep

from bench.contestants import OURS, SLUG, contest
from bench.hall import Hall
from bench.result import Line, Runs, bound

QUESTIONS = 100
STALL_S = 2.5
"""Longer than it takes to fill the writer's queue, shorter than the writer waits for a lock."""

FLOOD_S = 4
FLOOD = 20
"""Times the calm rate: about twice what one core can take."""


def measure_overload(sizes, say):
    """More votes than the writer's queue takes, twice over, and what a vote costs afterwards."""
    limit, people = sizes.joins, sizes.joins * 6 // 5
    runs = Runs()
    for number in range(sizes.repeats):
        say(f"overload, round {number + 1}")
        hall = Hall("overload", QA_LIMIT_WRITER_QUEUE=str(limit))
        hall.open_event(SLUG, QUESTIONS)
        with contest(OURS, hall, tallies=4, voters=people) as here:
            here.crowd.connect(people)
            runs.add(**_one_day(here, hall, sizes, people))
    stall, flood = (
        f"database stands still, {people:,} vote: ",
        "twice the votes that a core takes: ",
    )
    return [
        Line(
            stall + "told that it is busy, of a round",
            f"{runs['busy']:,.0f}",
            f"queue: {limit:,}",
        ),
        bound(stall + "busy said within, p95", "ms", runs["busy_ms"], most=50),
        bound(stall + "acknowledged after it moves again, all", "", runs["held"], digits=0),
        bound(flood + "acknowledged, p95", "ms", runs["flood_ms"]),
        bound(flood + "told that it is busy", "", runs["flood_busy"], digits=0),
        Line(
            "acknowledged in the calm after both, p95",
            f"{runs['after_ms']:.1f} ms",
            f"before: {runs['before_ms']:.1f} ms",
            f"{runs['after_ms'] / runs['before_ms']:.2f}",
        ),
        Line(
            "resident after a second flood",
            f"{runs['second_kib']:,.0f} KiB",
            f"after the first: {runs['first_kib']:,.0f} KiB",
            f"{runs['second_kib'] / runs['first_kib']:.3f}",
        ),
        bound("votes neither counted nor refused", "", sum(runs.all["lost"]), most=0, digits=0),
        bound("connections lost", "", sum(runs.all["cut"]), most=0, digits=0),
    ]


def _one_day(here, hall, sizes, people):
    calm = f"load {sizes.rate // 2} {sizes.seconds // 3 + 1}"
    flood = f"load {sizes.rate * FLOOD} {FLOOD_S}"
    told = [here.crowd.ask(calm)]
    with _stalled(hall):
        here.crowd.tell(f"load {people} 1")
        sleep(STALL_S)
    told += [here.crowd.hear(), here.crowd.ask(flood)]
    first_kib = here.process.resident_kib
    told += [here.crowd.ask(flood)]
    second_kib = here.process.resident_kib
    told += [here.crowd.ask(calm)]
    before, stalled, flooded, _again, after = told
    lost = sum(each["sent"] - each["acks"] - each["refused"] for each in told)
    return {
        "busy": stalled["refused"],
        "busy_ms": stalled["refused_p95_ms"],
        "held": stalled["acks"],
        "flood_ms": flooded["p95_ms"],
        "flood_busy": flooded["refused"],
        "before_ms": before["p95_ms"],
        "after_ms": after["p95_ms"],
        "first_kib": first_kib,
        "second_kib": second_kib,
        "lost": lost + abs(hall.votes(SLUG) - sum(each["net"] for each in told)),
        "cut": sum(each["cut"] for each in told),
    }


@contextmanager
def _stalled(hall):
    """Keep the database from being written to until the block ends."""
    other = sqlite3.connect(hall.folder / "bench.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
