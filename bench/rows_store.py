"""Rows about votes and questions: throughput, size of an event, several workers."""

import hashlib
import http.client
import json
import time
from contextlib import ExitStack
from statistics import median

from bench.contestants import NODE, OURS, SLUG, contest
from bench.crowd import crowd
from bench.hall import OWNER, REDIS, Hall, postgres_database
from bench.machine import free_port
from bench.result import Line, Runs, bound, compare
from qa.services import boards, decisions, identity, questions

VOTERS = 200
FEW = 10
SMALL_EVENT = 100
FETCHES = 15
SCALE = 1.6
"""What two workers have to carry of the load of one, without being busier than it."""


def measure_votes(sizes, say):
    """As many votes as one worker takes, each durable before it is acknowledged."""
    hall = Hall("votes")
    hall.open_event(SLUG, SMALL_EVENT)
    runs = {OURS: Runs(), NODE: Runs()}
    voters = min(VOTERS, sizes.voters)
    expected = 0
    for number in range(sizes.repeats):
        for name in (OURS, NODE):
            say(f"votes, round {number + 1}: {name}")
            with contest(name, hall, tallies=4, voters=voters) as here:
                here.crowd.connect(voters)
                few = here.measure(f"closed {FEW} {sizes.seconds / 2}")
                phase = here.measure(f"closed {voters} {sizes.seconds}")
                told = phase.told
                net = told["net"] + few.told["net"]
                expected += net if name == OURS else 0
                counted = hall.votes(SLUG) if name == OURS else here.total()
            lost = abs(counted - (expected if name == OURS else net))
            runs[name].add(
                rate=told["acks"] / sizes.seconds,
                cpu_us=phase.cpu_s * 1e6 / max(told["acks"], 1),
                few_us=few.cpu_s * 1e6 / max(few.told["acks"], 1),
                share=phase.share,
                ack_ms=told["p95_ms"],
                lost=lost + told["sent"] - told["acks"],
            )
    ours, node = runs[OURS], runs[NODE]
    peer = f"{NODE} (memory only): {node['rate']:,.0f} /s"
    return [
        bound(
            "votes durably acknowledged, SQLite",
            "/s",
            ours["rate"],
            least=3000,
            peer=peer,
            digits=0,
        ),
        compare(
            "CPU a vote", "µs", ours, node, "cpu_us", against=f"{NODE} (memory only)", digits=0
        ),
        bound(f"acknowledged with {voters} voting at once, p95", "ms", ours["ack_ms"]),
        bound(f"CPU a vote with {FEW} voting at once", "µs", ours["few_us"], digits=0),
        bound("share of the core meanwhile", "", ours["share"], digits=2),
        bound("votes lost", "", sum(ours.all["lost"]), most=0, digits=0),
    ]


def measure_questions(sizes, say):
    """A vote in a small event and in a large one, on the same worker in turn."""
    hall = Hall("questions")
    say(f"questions: preparing events with {SMALL_EVENT} and {sizes.questions:,} questions")
    hall.open_event("small", SMALL_EVENT)
    hall.open_event("large", sizes.questions, published=sizes.questions // 2)
    slugs = ("small", "large")
    runs = {slug: Runs() for slug in slugs}
    voters = min(VOTERS, sizes.voters)
    with ExitStack() as stack:
        process = stack.enter_context(hall.served(tallies=4))
        crowds = {}
        for slug in slugs:
            auth, cookies = json.dumps({"slug": slug}), hall.voters(slug, voters)
            crowds[slug] = stack.enter_context(crowd(hall.port, auth=auth, cookies=cookies))
            crowds[slug].connect(voters)
        for number in range(sizes.repeats):
            for slug in slugs:
                say(f"questions, round {number + 1}: {slug}")
                before_s = process.cpu_s
                told = crowds[slug].ask(f"closed {voters} {sizes.seconds / 2}")
                runs[slug].add(cpu_us=(process.cpu_s - before_s) * 1e6 / max(told["acks"], 1))
    what = f"CPU a vote, {sizes.questions:,} questions against {SMALL_EVENT}"
    small = f"{SMALL_EVENT} questions"
    vote = compare(
        what, "µs", runs["large"], runs["small"], "cpu_us", against=small, most=1.2, digits=0
    )
    return [vote, *_usable(hall, sizes, say)]


def _usable(hall, sizes, say):
    """Grow the large event to twice its size, a quarter of it published, and use it."""
    say(f"questions: {sizes.questions:,} more, not decided on")
    hall.add_questions("large", sizes.questions + 1, sizes.questions * 2)
    with hall.served():
        small, large = (_use(hall, slug) for slug in ("small", "large"))
    decide_ms = _time_decision(hall, "large", sizes.questions + 1)
    with hall.services() as ctx:
        asking, searching = (
            [_time_act(act, ctx, slug) for slug in ("small", "large")] for act in (_ask, _search)
        )
    event = f"event of {sizes.questions * 2:,} questions: "
    return [
        Line(
            event + "board, compressed",
            f"{large['bytes'] / 1000:,.0f} kB",
            f"{SMALL_EVENT} questions: {small['bytes'] / 1000:,.1f} kB",
        ),
        _time_line(event + "board, first fetch", large["first_ms"], small["first_ms"], 5_000),
        _time_line(event + "board, kept", large["kept_ms"], small["kept_ms"], 100),
        _time_line(event + "what changed since", large["since_ms"], small["since_ms"], 100),
        bound(event + "a decision", "ms", decide_ms, most=1_000),
        _time_line(event + "a question asked", asking[1], asking[0], 100),
        _time_line(event + "questions like a text", searching[1], searching[0], 100),
    ]


def _time_line(what, large_ms, small_ms, most):
    return bound(
        what, "ms", large_ms, most=most, peer=f"{SMALL_EVENT} questions: {small_ms:.1f} ms"
    )


def _use(hall, slug):
    path = f"/api/events/{slug}/board"
    door = http.client.HTTPConnection("127.0.0.1", hall.port, timeout=120)

    def fetch(address):
        started_s = time.perf_counter()
        door.request("GET", address, headers={"Accept-Encoding": "gzip"})
        size = len(door.getresponse().read())
        return (time.perf_counter() - started_s) * 1e3, size

    first_ms, size = fetch(path)
    revision = json.loads(_get(door, path))["revision"]
    kept = [fetch(path)[0] for _ in range(FETCHES)]
    since = [fetch(f"{path}?since={revision - 1}")[0] for _ in range(FETCHES)]
    door.close()
    return {"first_ms": first_ms, "bytes": size, "kept_ms": median(kept), "since_ms": median(since)}


def _get(door, path):
    door.request("GET", path)
    return door.getresponse().read()


def _time_decision(hall, slug, n):
    with hall.services() as ctx:
        times = []
        for number in range(n, n + 5):
            started_s = time.perf_counter()
            decisions.decide(
                ctx, slug, OWNER, number, verdict="publish", reason=None, explanation=None, seq=0
            )
            times.append((time.perf_counter() - started_s) * 1e3)
        assert boards.revision(ctx, slug)
    return median(times)


def _time_act(act, ctx, slug):
    """Time an act on a worker that knows the event, as it does after the first."""
    act(ctx, slug, -1)
    times = []
    for number in range(FETCHES):
        started_s = time.perf_counter()
        act(ctx, slug, number)
        times.append((time.perf_counter() - started_s) * 1e3)
    return median(times)


def _ask(ctx, slug, number):
    key = hashlib.sha256(f"{slug} {number}".encode()).hexdigest()
    text = f"Who decides on the budget of plan {number}, and when is it known?"
    draft = questions.QuestionDraft(text=text, client_key=key[:40], author_tag=key, anonymous=True)
    questions.submit_question(ctx, slug, identity.participant(slug, "somebody"), draft)


def _search(ctx, slug, number):
    questions.similar_questions(ctx, slug, f"what becomes of the matter with number {number}")


def measure_workers(sizes, say):
    """A meeting on one worker, a larger one on two, and the same one on two."""
    alone, larger, split = Runs(), Runs(), Runs()
    for number in range(sizes.repeats):
        for found, workers, times in ((alone, 1, 1), (larger, 2, SCALE), (split, 2, 1)):
            say(f"workers, round {number + 1}: {times} times the load on {workers}, PostgreSQL")
            with postgres_database("fair_hearing_bench") as url:
                # One worker needs no Redis, and is not charged for it.
                settings = {"QA_REDIS_URL": REDIS} if workers > 1 else {}
                hall = Hall("workers", url, **settings)
                found.add(**_share_out(hall, workers, sizes, times))
    what = f"{sizes.clients // 2:,} watching, {sizes.rate // 5} votes/s, PostgreSQL: "
    one = "one, its load"
    return [
        compare(
            what + f"CPU of the busier of two that carry {SCALE} times as much",
            "s",
            larger,
            alone,
            "busiest_s",
            against=one,
            most=1,
            digits=2,
        ),
        compare(
            what + "CPU of the busier of two that share the same load",
            "s",
            split,
            alone,
            "busiest_s",
            against=one,
            digits=2,
        ),
        bound(
            what + f"acknowledged on two, {SCALE} times as much, p95",
            "ms",
            larger["ack_ms"],
            peer=f"one: {alone['ack_ms']:.1f} ms",
        ),
        bound(
            "votes lost on two", "", sum(larger.all["lost"] + split.all["lost"]), most=0, digits=0
        ),
    ]


def _share_out(hall, workers, sizes, times):
    """Put so many times a load on workers, and return what the busiest of them took."""
    hall.open_event(SLUG, SMALL_EVENT)
    ports = [hall.port, *(free_port() for _ in range(workers - 1))]
    with ExitStack() as stack:
        processes = [stack.enter_context(hall.served(tallies=4, port=port)) for port in ports]
        crowds = []
        for port in ports:
            cookies = hall.voters(SLUG, min(VOTERS, sizes.voters) // workers)
            auth = json.dumps({"slug": SLUG})
            one = crowd(port, auth=auth, cookies=cookies, origin=hall.origin)
            crowds.append(stack.enter_context(one))
            crowds[-1].connect(int(sizes.clients / 2 * times / workers))
        before = [process.cpu_s for process in processes]
        for each in crowds:
            each.tell(f"load {sizes.rate / 5 * times / workers} {sizes.seconds}")
        told = [each.hear() for each in crowds]
        busy = [process.cpu_s - was for process, was in zip(processes, before, strict=True)]
        lost = sum(each["sent"] - each["acks"] for each in told)
        lost += abs(hall.votes(SLUG) - sum(each["net"] for each in told))
    return {"busiest_s": max(busy), "ack_ms": max(each["p95_ms"] for each in told), "lost": lost}
