"""What services that only read work with: a process that makes reports needs no more than this."""

from dataclasses import dataclass

from qa.clock import Clock, system_clock
from qa.config import Config
from qa.store.checkpoints import Checkpoints
from qa.store.db import Database
from qa.store.keys import Keyring


@dataclass(frozen=True)
class Reading:
    """The parts of a deployment that reading takes."""

    config: Config
    clock: Clock
    db: Database
    keyring: Keyring
    checkpoints: Checkpoints


def open_reading(config: Config) -> Reading:
    """Open the database and the keys that ``config`` names, for reading."""
    keyring = Keyring(config.data_dir)
    return Reading(
        config=config,
        clock=system_clock,
        db=Database(config.database_url),
        keyring=keyring,
        checkpoints=Checkpoints(config.data_dir, keyring),
    )
