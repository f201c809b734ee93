"""Run by Alembic: connect as ``qa.store.migrate`` says, and apply the steps in ``versions``."""

from alembic import context

from qa.store.db import write_engine
from qa.store.models.base import Base


def run() -> None:
    """Apply the steps in one transaction, so that a failed one leaves the old tables."""
    engine = write_engine(context.config.get_main_option("sqlalchemy.url") or "")
    with engine.connect() as connection:
        context.configure(
            connection=connection, target_metadata=Base.metadata, render_as_batch=True
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
