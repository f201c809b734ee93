"""A worker that has ears keeps them."""

from contextlib import suppress
from threading import Event, Thread

import pytest
from gevent import GreenletExit

from qa.live import bus
from qa.live.bus import CHANNEL, RedisBus, Signal, encode

PATIENCE_S = 60


def test_a_worker_hears_the_others_after_an_error_that_nobody_expected(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bus, "RETRY_S", 0.01)
    listens, heard = Event(), Event()
    errors = [ValueError("as no Redis raises it")]

    def missed() -> None:
        if errors:
            raise errors.pop()
        listens.set()

    def hear(signal: Signal) -> None:
        if signal.changed == {"said-by-the-other"}:
            heard.set()
            raise GreenletExit

    def work() -> None:
        with suppress(GreenletExit):
            RedisBus(redis_url)._listen(hear, missed)

    worker = Thread(target=work, daemon=True)
    worker.start()
    assert listens.wait(PATIENCE_S)
    other = RedisBus(redis_url)
    other._redis.publish(CHANNEL, encode(other._name, Signal(changed={"said-by-the-other"})))
    assert heard.wait(PATIENCE_S)
    worker.join(PATIENCE_S)
    assert not worker.is_alive()
