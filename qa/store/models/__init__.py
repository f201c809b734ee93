"""Tables. Times are milliseconds since the epoch; commitments and hashes are 32 raw bytes.

What is *not* here is as deliberate as what is: a question has no column that leads to a session, a
voter or an account. Its author proves authorship with a secret that only the browser keeps
(``author_tag`` is that secret's SHA-256), so an anonymous question stays anonymous to anyone who
reads the whole database.

Whoever imports one of these modules has all tables in the registry: keys point from one to another.
"""

from qa.store.models import (
    accounts,
    admission,
    base,
    decisions,
    events,
    hiding,
    logs,
    notices,
    questions,
)

__all__ = [
    "accounts",
    "admission",
    "base",
    "decisions",
    "events",
    "hiding",
    "logs",
    "notices",
    "questions",
]
