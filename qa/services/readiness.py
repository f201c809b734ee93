"""Whether this worker can take requests now."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from qa.services.context import Context


def check(ctx: Context) -> dict[str, bool]:
    """Return what has to hold: the database answers, and the writer's queue has room.

    Redis is not among it: without Redis everything goes on.
    """
    return {"database": _database_answers(ctx), "writer": ctx.db.has_room}


def _database_answers(ctx: Context) -> bool:
    try:
        with ctx.db.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True
