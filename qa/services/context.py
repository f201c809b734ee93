"""What every service works with, and who acts."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from qa.clock import Clock, system_clock
from qa.config import Config
from qa.domain.policy import Policy
from qa.domain.question import Role
from qa.errors import ConfigError, Malformed
from qa.ledger.checkpoint import Checkpoint
from qa.ledger.witness_policy import WitnessPolicy, parse_policy
from qa.services.asked import Asked
from qa.services.patience import Patience
from qa.services.quotas import Quotas
from qa.services.reading import Reading
from qa.services.refusal_counts import RefusalCounts
from qa.services.sign_in_tries import SignInTries
from qa.services.windows import open_windows
from qa.services.witness_client import ADDRESS
from qa.store.checkpoints import Checkpoints
from qa.store.cosigned import Cosigned
from qa.store.db import Database
from qa.store.keys import Keyring


class Announcer(Protocol):
    """Tells open pages that something is worth fetching. A lost notice is repaired by revisions."""

    def changed(self, slug: str) -> None:
        """The event's revision went up."""

    def tallied(self, slug: str, docket_number: int) -> None:
        """The number of votes on a question changed."""

    def staff_removed(self, slug: str, account_id: int) -> None:
        """An account lost its role in an event."""

    def hidden(self, slug: str) -> None:
        """Words of an event were hidden: nothing that is kept may hold them."""


class Silence:
    """The announcer of a process that serves nobody."""

    def changed(self, slug: str) -> None:
        """Tell nobody."""

    def tallied(self, slug: str, docket_number: int) -> None:
        """Tell nobody."""

    def staff_removed(self, slug: str, account_id: int) -> None:
        """Tell nobody."""

    def hidden(self, slug: str) -> None:
        """Tell nobody."""


@dataclass(frozen=True)
class Context(Reading):
    """The parts that services share. Doors pass it on and look into none of it but ``config``.

    ``policies`` keeps what was read of published policy versions, which never change.
    """

    random_bytes: Callable[[int], bytes]
    quotas: Quotas
    refusals: RefusalCounts
    announce: Announcer
    cosigned: Cosigned
    patience: Patience
    tries: SignInTries
    asked: Asked = field(default_factory=Asked)
    policies: dict[tuple[int, int], Policy] = field(default_factory=dict)


@dataclass(frozen=True)
class Actor:
    """Whoever acts in one event: a role, and what the role is known by."""

    role: Role
    pseudonym: str | None = None
    staff_id: int | None = None
    account_id: int | None = None
    voter: bytes | None = None


PUBLIC = Actor(Role.PUBLIC)


def build_context(
    config: Config,
    *,
    clock: Clock = system_clock,
    random_bytes: Callable[[int], bytes] = secrets.token_bytes,
    announce: Announcer | None = None,
) -> Context:
    """Open the database and the keys that ``config`` names."""
    keyring = Keyring(config.data_dir)
    checkpoints = Checkpoints(config.data_dir, keyring)
    cosigned = Cosigned(config.data_dir, read_policy(config.witness_policy))

    def after_commit(heads: Mapping[str, Checkpoint]) -> None:
        checkpoints.save_heads(heads)
        cosigned.note_growth(heads)

    return Context(
        config=config,
        clock=clock,
        random_bytes=random_bytes,
        db=Database(
            config.database_url,
            queue_limit=config.limits.writer_queue,
            after_commit=after_commit,
        ),
        keyring=keyring,
        checkpoints=checkpoints,
        quotas=Quotas(config.limits, config.redis_url, keyring.secret("quotas")),
        refusals=RefusalCounts(),
        announce=announce or Silence(),
        cosigned=cosigned,
        patience=Patience(),
        tries=SignInTries(open_windows(config.redis_url, keyring.secret("quotas"))),
    )


def read_policy(path: Path | None) -> WitnessPolicy | None:
    """Return the policy in a file, None for none.

    Raises:
        ConfigError: it cannot be read, or names a witness with an address that is none.
    """
    if path is None:
        return None
    try:
        policy = parse_policy(path.read_bytes())
    except OSError as error:
        raise _policy_error(f"{path} cannot be read: {error.strerror}.") from error
    except Malformed as error:
        raise _policy_error(f"{path}: {error.message}") from error
    for witness in policy.witnesses:
        if witness.url and not ADDRESS.fullmatch(witness.url):
            raise _policy_error(f"{path}: a witness's address begins with https:// or http://.")
    return policy


def _policy_error(message: str) -> ConfigError:
    return ConfigError(f"QA_WITNESS_POLICY: {message}", field="QA_WITNESS_POLICY")
