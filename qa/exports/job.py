"""What the workshop is told: the configuration once, then one job after the other, as lines."""

import base64
import pickle
from dataclasses import dataclass

from qa.config import Config


@dataclass(frozen=True)
class Job:
    """What is to be made: one form of the report of an event, as of a tree size or of now."""

    slug: str
    form: str
    tree_size: int | None = None
    wait_for_topics: bool = True
    """Working out topics takes seconds; without them the report says that they are on their way."""


def encode_config(config: Config) -> bytes:
    """Return a configuration as one line. It may hold a password, so it goes through a pipe."""
    return base64.b64encode(pickle.dumps(config))


def decode_config(line: bytes) -> Config:
    """Return the configuration that ``encode_config`` wrote, in the process that started this."""
    found: Config = pickle.loads(base64.b64decode(line))  # noqa: S301 - from our own parent
    return found
