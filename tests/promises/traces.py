"""Looking for a secret wherever it might have been written down."""

import base64

from sqlalchemy import text

from qa.config import Config
from qa.services.context import Context
from qa.store.models.base import Base


def spellings(secret: bytes) -> set[bytes]:
    """Return the ways in which a secret might be written down."""
    shown = {
        secret.hex(),
        secret.hex().upper(),
        repr(secret)[2:-1],
        base64.b64encode(secret).decode().rstrip("="),
        base64.urlsafe_b64encode(secret).decode().rstrip("="),
        str(int.from_bytes(secret)),
    }
    return {secret, *(one.encode() for one in shown)}


def rows_at_rest(ctx: Context, *, but: str) -> bytes:
    """Return every value of every table but one."""
    found: list[bytes] = []
    with ctx.db.read() as session:
        for table in Base.metadata.sorted_tables:
            if table.name == but:
                continue
            for row in session.execute(text(f'SELECT * FROM "{table.name}"')):
                found += [each if isinstance(each, bytes) else repr(each).encode() for each in row]
    return b"\n".join(found)


def votes_at_rest(ctx: Context) -> list[bytes]:
    """Return the pseudonym of every vote."""
    with ctx.db.read() as session:
        return [bytes(voter) for (voter,) in session.execute(text("SELECT voter FROM vote"))]


def files_of(config: Config) -> bytes:
    """Return every file of the data folder but the database's own, which has the votes."""
    kept = [
        path
        for path in config.data_dir.rglob("*")
        if path.is_file() and not path.name.startswith("test.sqlite3")
    ]
    assert any(path.parent.name == "checkpoints" for path in kept)
    return b"\n".join(path.read_bytes() for path in kept)
