"""Alembic migrations of the tables in ``qa.store.models``."""
