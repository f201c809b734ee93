"""Rows about open pages: fan-out, load, joining, storms."""

import http.client

from bench.contestants import FLOOR, NODE, OURS, SLUG, STOCK, contest
from bench.hall import Hall
from bench.machine import VAR
from bench.result import Line, Runs, bound, compare

QUESTIONS = 100
GAP_MS = 500
TALLIES = 10
MARGIN_KIB = 2_048
"""The allocator's own noise from one cycle to the next."""


def measure_fanout(sizes, say):
    """One real vote at a time, heard of by everybody."""
    hall = _hall("fanout")
    names = (OURS, NODE, FLOOR, STOCK)
    runs = {name: Runs() for name in names}
    for number in range(sizes.repeats):
        for name in names:
            say(f"fanout, round {number + 1}: {name}")
            with contest(name, hall, tallies=TALLIES, voters=sizes.pulses) as here:
                empty_kib = here.process.resident_kib
                # Flask-SocketIO leaves a few unanswered; what a delivery costs is known anyway.
                least = sizes.clients * 99 // 100 if name == STOCK else sizes.clients
                joined = here.crowd.connect(sizes.clients, least=least)
                here.crowd.ask("idle 2")
                held_kib = here.process.resident_kib - empty_kib
                phase = here.measure(f"pulse {sizes.pulses} {GAP_MS}")
            told = phase.told
            runs[name].add(
                cpu_us=phase.cpu_s * 1e6 / max(told["deliveries"], 1),
                last_ms=told["p95_ms"],
                kib=max(held_kib, 1) / sizes.clients,
                connects=joined["ready"] / joined["s"],
                missing=sizes.pulses * sizes.clients - told["deliveries"],
                again=joined["again"],
                client=phase.client_share,
                waiting=phase.kept_waiting,
            )
    ours, node = runs[OURS], runs[NODE]
    to = f"to {sizes.clients:,} pages"
    cost, unit = f"CPU a delivery, a real vote's tally {to}", "µs"
    return [
        compare(cost, unit, ours, node, "cpu_us", against=NODE, most=0.65, digits=2),
        compare(cost, unit, ours, runs[FLOOR], "cpu_us", against=FLOOR, most=1.25, digits=2),
        compare(cost, unit, ours, runs[STOCK], "cpu_us", against=STOCK, digits=2),
        bound(
            f"from the vote to the last delivery {to}, p95",
            "ms",
            ours["last_ms"],
            most=300,
            peer=f"{NODE}: {node['last_ms']:,.1f} ms",
        ),
        bound(
            "resident memory a connection",
            "KiB",
            ours["kib"],
            most=40,
            peer=f"{NODE}: {node['kib']:.1f} KiB",
        ),
        compare("connections accepted", "/s", ours, node, "connects", against=NODE, digits=0),
        bound(
            "connections that had to be tried again",
            "",
            sum(ours.all["again"]),
            most=0,
            digits=0,
            peer=f"{STOCK}: {sum(runs[STOCK].all['again']):,.0f}",
        ),
        bound("deliveries missing", "", ours["missing"], most=0, digits=0),
        *_about_the_run("fanout", runs),
    ]


def measure_growth(sizes, say):
    """What a vote and its tally cost with few pages open, and with many."""
    hall = _hall("growth")
    few, many = sizes.clients // 10, sizes.clients
    runs = {few: Runs(), many: Runs()}
    for number in range(sizes.repeats):
        for clients, found in runs.items():
            say(f"growth, round {number + 1}: {clients:,} pages")
            with contest(OURS, hall, tallies=TALLIES, voters=sizes.pulses) as here:
                here.crowd.connect(clients)
                here.crowd.ask("idle 2")
                phase = here.measure(f"pulse {sizes.pulses} {GAP_MS}")
            found.add(cpu_us=phase.cpu_s * 1e6 / sizes.pulses)
    each_us = (runs[many]["cpu_us"] - runs[few]["cpu_us"]) / (many - few)
    fixed_us = runs[few]["cpu_us"] - few * each_us
    what = f"CPU of a lone vote and its tally, from {few:,} and {many:,} pages: "
    return [
        bound(what + "for each page more", "µs", each_us, digits=2),
        bound(what + "whoever listens", "µs", fixed_us, digits=0),
    ]


def measure_load(sizes, say):
    """Everybody watches while some vote on schedule; a vote is durable when it is acknowledged."""
    hall = _hall("load")
    names = (OURS, NODE)
    runs = {name: Runs() for name in names}
    expected = 0
    for number in range(sizes.repeats):
        for name in names:
            say(f"load, round {number + 1}: {name}")
            with contest(name, hall, tallies=TALLIES, voters=sizes.voters) as here:
                here.crowd.connect(sizes.clients)
                here.crowd.ask("idle 2")
                phase = here.measure(f"load {sizes.rate} {sizes.seconds}")
                told = phase.told
                expected += told["net"] if name == OURS else 0
                counted = hall.votes(SLUG) if name == OURS else here.total()
            right = expected if name == OURS else told["net"]
            runs[name].add(
                ack_ms=told["p95_ms"],
                share=phase.share,
                lost=told["sent"] - told["acks"] + abs(counted - right),
                tallies=told["least"] / sizes.seconds,
                client=phase.client_share,
                waiting=phase.kept_waiting,
            )
    ours, node = runs[OURS], runs[NODE]
    what = f"{sizes.clients:,} watching, {sizes.rate:,} votes/s: "
    return [
        bound(
            what + "acknowledged, p95",
            "ms",
            ours["ack_ms"],
            most=60,
            peer=f"{NODE}: {node['ack_ms']:,.1f} ms",
        ),
        bound(
            what + "share of the core",
            "",
            ours["share"],
            most=0.9,
            digits=2,
            peer=f"{NODE}: {node['share']:.2f}",
        ),
        bound(
            what + "tallies a second to everybody",
            "",
            ours["tallies"],
            least=9,
            peer=f"{NODE}: {node['tallies']:.1f}",
        ),
        bound(
            what + "votes lost",
            "",
            sum(ours.all["lost"]),
            most=0,
            digits=0,
            peer=f"{NODE}: {sum(node.all['lost']):,.0f}",
        ),
        *_about_the_run("load", runs),
    ]


def measure_join(sizes, say):
    """A meeting begins: everybody fetches the board and opens a socket."""
    hall = _hall("join")
    path = f"/api/events/{SLUG}/board"
    body = VAR / "board.json.gz"
    runs = {OURS: Runs(), NODE: Runs()}
    for number in range(sizes.repeats):
        for name in (OURS, NODE):
            say(f"join, round {number + 1}: {name}")
            with contest(name, hall, tallies=TALLIES, voters=1, body=body) as here:
                if name == OURS:
                    body.write_bytes(_packed(here.port, path))
                before_s = here.process.cpu_s
                told = here.crowd.connect(sizes.joins, 200, path)
                cpu_s = here.process.cpu_s - before_s
            runs[name].add(s=told["s"], cpu_s=cpu_s, bytes=told["body_bytes"])
    ours, node = runs[OURS], runs[NODE]
    what = f"{sizes.joins:,} people fetch the board ({ours['bytes']:,.0f} bytes) and connect"
    return [
        bound(what, "s", ours["s"], most=10, peer=f"{NODE}: {node['s']:.1f} s"),
        compare(what + ", CPU", "s", ours, node, "cpu_s", against=NODE),
    ]


def measure_storms(sizes, say):
    """Everybody comes and goes, again and again."""
    hall = _hall("storms")
    resident = []
    with contest(OURS, hall, tallies=TALLIES, voters=1) as here:
        for cycle in range(sizes.cycles):
            say(f"storms, cycle {cycle + 1}")
            here.crowd.connect(sizes.joins)
            here.crowd.ask("leave")
            here.crowd.ask("idle 2")
            resident.append(here.process.resident_kib)
    second, last = resident[1], resident[-1]
    return [
        Line(
            f"resident after cycle {sizes.cycles} of {sizes.joins:,} coming and leaving",
            f"{last:,} KiB",
            f"after cycle 2: {second:,} KiB",
            f"{last / second:.3f}",
            f"no higher, within {MARGIN_KIB:,} KiB",
            last <= second + MARGIN_KIB,
        )
    ]


def _hall(name):
    hall = Hall(name)
    hall.open_event(SLUG, QUESTIONS)
    return hall


def _packed(port, path):
    door = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    door.request("GET", path, headers={"Accept-Encoding": "gzip"})
    found = door.getresponse().read()
    door.close()
    return found


def _about_the_run(row, runs):
    """Say how busy the crowd was, and how long each server waited for a core that others had."""
    (_ours, first), *others = runs.items()
    client = max(max(found.all["client"]) for found in runs.values())
    return [
        Line(
            f"{row}: {what}",
            f"{first[name]:.2f}",
            "; ".join(f"{peer}: {found[name]:.2f}" for peer, found in others),
            "",
            target,
            met,
        )
        for what, name, target, met in (
            ("share of its own core that the crowd used", "client", "< 0.9", client < 0.9),
            ("thread-seconds a second that the server waited for its core", "waiting", "", None),
        )
    ]
