"""Authors: whoever shows the author key, which only the browser that asked has, is the author."""

import re

from qa.errors import BadInput, NoRight
from qa.services.identity import same_secret
from qa.services.unit import Unit
from qa.store.models.questions import Question

HEX64 = re.compile(r"[0-9a-f]{64}")


def check_author_key(author_key: str) -> bytes:
    """Return an author key as bytes. Raises: BadInput."""
    if not HEX64.fullmatch(author_key):
        raise BadInput("author_key must be 64 hex digits.", field="author_key")
    return bytes.fromhex(author_key)


def own_question(unit: Unit, docket_number: int, key: bytes) -> Question:
    """Return a question of an open event to its author.

    Raises:
        NoRight: the key is not the author's.
        EventNotOpen, EventClosed: authors can do nothing now.
    """
    unit.require_open()
    return question_of(unit, docket_number, key)


def question_of(unit: Unit, docket_number: int, key: bytes) -> Question:
    """Return a question to its author, whatever state the event is in.

    Raises:
        NoRight: the key is not the author's.
    """
    question = unit.question(docket_number)
    if not same_secret(question.author_tag, key):
        raise NoRight("Only the author can do this, from the browser that asked the question.")
    return question
