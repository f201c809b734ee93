"""What Prometheus is told of sockets and the writer, read from plain counters when it asks."""

import time
from collections.abc import Iterator
from typing import Any, Final

import gevent
from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    Histogram,
    PlatformCollector,
    ProcessCollector,
)
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from qa.live.counts import COUNTS
from qa.services.context import Context
from qa.web.overload import Turnstile

LOOK_EVERY_S: Final = 0.25
DELAYS_S: Final = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1)
PREFIX: Final = "fair_hearing"


class House(Collector):
    """Gauges and counters of one worker."""

    def __init__(self, ctx: Context, engine: Any, turnstile: Turnstile) -> None:
        self._ctx = ctx
        self._engine = engine
        self._turnstile = turnstile

    def collect(self) -> Iterator[Metric]:
        """Yield everything as it is now."""
        db, counts = self._ctx.db, COUNTS
        yield _gauge("connections", "Open sockets.", len(self._engine.sockets))
        yield _gauge("http_requests", "Requests in work.", self._turnstile.count)
        yield _counter("http_refused", "Requests refused: too many.", self._turnstile.refused)
        yield _gauge("writer_queue", "Commands that wait for the writer.", db.waiting)
        yield _counter("broadcasts", "Notices sent to a room.", counts.broadcasts)
        yield _counter("deliveries", "Notices written to a socket.", counts.deliveries)
        yield _counter("broadcast_seconds", "Time that broadcasts took.", counts.broadcast_s)
        yield _counter("slow_readers_cut", "Clients cut off for not reading.", counts.slow_readers)
        yield _counter("faulty_frames", "Clients cut off for a faulty frame.", counts.faulty_frames)
        yield _counter("connections_refused", "Sockets refused: too many.", counts.refused)
        yield _counter("commits", "Commits of the writer.", db.counts.commits)
        yield _counter("commands", "Commands in those commits.", db.counts.commands)
        yield _counter("commit_seconds", "Time that those commits took.", db.counts.commit_s)
        yield _counter("busy", "Commands refused by a full queue.", db.counts.busy)


def make_registry(ctx: Context, engine: Any, turnstile: Turnstile) -> CollectorRegistry:
    """Return what ``/metrics`` shows."""
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    registry.register(House(ctx, engine, turnstile))
    return registry


def watch_loop(registry: CollectorRegistry) -> None:
    """Measure for ever how late the event loop is: what every reader waits for in vain."""
    delay = Histogram(
        f"{PREFIX}_loop_delay_seconds",
        "How late the event loop is.",
        buckets=DELAYS_S,
        registry=registry,
    )
    while True:
        due_s = time.perf_counter() + LOOK_EVERY_S
        gevent.sleep(LOOK_EVERY_S)
        delay.observe(max(0.0, time.perf_counter() - due_s))


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{PREFIX}_{name}", what, value=value)


def _counter(name: str, what: str, value: float) -> Metric:
    return CounterMetricFamily(f"{PREFIX}_{name}", what, value=value)
