"""What the tests of the promises share: a second worker, and empty houses."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from sqlalchemy.orm import Session

from qa.config import Config
from qa.services.context import Context, build_context
from qa.store.models.base import Base
from tests.conftest import TurnableClock


@pytest.fixture
def other_ctx(config: Config, ctx: Context, make_context: Callable[[Config], Context]) -> Context:
    """Give a second worker on the same database and folder; ``ctx`` is the first."""
    return make_context(config)


@dataclass
class Houses:
    """Empty houses, one after another: a search needs hundreds of them."""

    config: Config
    clock: TurnableClock
    folder: Path
    template: Path
    opened: int = 0
    context: Context | None = None

    def open(self) -> Context:
        """Close the house before, and open one with an empty database and folder."""
        self.close()
        self.opened += 1
        data_dir = self.folder / f"house-{self.opened}"
        data_dir.mkdir()
        url = self.config.database_url
        if url.startswith("sqlite"):
            (data_dir / "house.sqlite3").write_bytes(self.template.read_bytes())
            url = f"sqlite:///{data_dir / 'house.sqlite3'}"
        limits = replace(self.config.limits, questions_per_event=8)
        config = replace(self.config, data_dir=data_dir, database_url=url, limits=limits)
        self.context = build_context(config, clock=self.clock)
        return self.context

    def close(self) -> None:
        """Leave the house, and empty its database for the next one."""
        context, self.context = self.context, None
        if context is not None:
            context.db.write(_empty)
            context.db.close()


@pytest.fixture
def houses(
    config: Config, clock: TurnableClock, tmp_path: Path, sqlite_template: Path
) -> Iterator[Houses]:
    """Give empty houses on this database."""
    made = Houses(config, clock, tmp_path, sqlite_template)
    yield made
    made.close()


def _empty(session: Session) -> None:
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(table.delete())
