"""Giving way: long work in the event loop lets everybody else have a turn now and then."""

import gevent


def give_way() -> None:
    """Let the event loop look at every socket and timer once, then go on.

    ``gevent.sleep(0)`` does not do that: it only goes to the end of the queue of callbacks, of
    which gevent runs up to a hundred before it looks at the sockets again. An idle watcher of the
    highest priority is called once in each turn of the loop, never waits, and is never passed over.
    """
    gevent.idle(gevent.get_hub().loop.MAXPRI)
