"""Bring a database's tables to the version that this code needs."""

from pathlib import Path

from alembic import command
from alembic.config import Config as AlembicConfig
from sqlalchemy import make_url


def upgrade(url: str, revision: str = "head") -> None:
    """Create or upgrade the tables; does nothing when they are at ``revision`` already."""
    database = make_url(url)
    if database.get_backend_name() == "sqlite" and database.database:
        Path(database.database).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the tables back to ``revision``; ``base`` removes them with everything in them."""
    command.downgrade(_config(url), revision)


def _config(url: str) -> AlembicConfig:
    config = AlembicConfig()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")))
    config.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return config
