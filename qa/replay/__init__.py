"""``python -m qa replay``: a recorded meeting, played through the doors of a running server.

``recording`` reads the files and ``schedule`` says who does what and when, both without any I/O
of their own; ``wire``, ``line`` and ``doors`` are what a browser is made of; ``player`` plays;
``findings`` reads back what the server made of it and ``comparison`` holds that against the source.
"""

from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Run the command; return 0 when everything agrees, 1 when not, 2 when it could not be done."""
    from gevent import monkey

    monkey.patch_all()
    from qa.replay.command import run

    return run(arguments)
