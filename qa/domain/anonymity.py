"""What is said of anonymity beside the button that sends a question: made of what is in force.

Each sentence has a code, so that a test can say what stands behind it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from qa.domain.admission import Admission

FLOOD: Final = "flood"
"""The kind of a rule that looks at how many questions come, if a policy has one."""


@dataclass(frozen=True)
class InForce:
    """The settings of an event and its server that bear on anonymity."""

    admission: Admission
    anonymous_allowed: bool
    named_allowed: bool
    rule_kinds: frozenset[str]
    rules_decide: bool
    held_back: bool
    """Whether the words of what is filtered are public from the close on only."""
    questions_per_minute: int
    questions_per_event: int
    counts_in_redis: bool
    keeps_old_bytes: bool
    """Whether the database keeps overwritten rows for a while, as PostgreSQL does."""
    behind_proxy: bool
    encrypted: bool


@dataclass(frozen=True)
class Sentence:
    """One statement. The short ones come first and are always shown."""

    code: str
    text: str
    short: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return the JSON form."""
        return vars(self)


_BY_SIGN_IN: Final = Sentence(
    "by_sign_in",
    "You joined by signing in. Your name and account are not stored, only numbers made of them with"
    " a key of this meeting. Until the close, whoever runs this server could use that key to find"
    " out the votes of somebody whose account they know. At the close it is destroyed.",
    short=True,
)


def make_statement(found: InForce) -> list[Sentence]:
    """Return what is so under these settings, the few most important sentences first."""
    if not found.anonymous_allowed:
        return [*_named_only(found), *_remains(found)]
    return [*_short(found), *_kept(found), *_seen(found), *_remains(found)]


def _named_only(found: InForce) -> Iterator[Sentence]:
    yield Sentence(
        "named_only",
        "Every question here carries a name, which is public and stays on the record. Nobody checks"
        " that it is yours.",
        short=True,
    )
    if found.admission == Admission.PROVIDER:
        yield _BY_SIGN_IN


def _short(found: InForce) -> Iterator[Sentence]:
    yield Sentence(
        "not_stored",
        "Anonymous means not stored: nothing in the database, the log or an export leads from your"
        " question to you.",
        short=True,
    )
    if found.admission == Admission.TICKETS:
        yield Sentence(
            "by_ticket",
            "You joined with a ticket. Which ticket opened which browser is not stored, and the"
            " list of who was sent one is destroyed at the close.",
            short=True,
        )
    elif found.admission == Admission.PROVIDER:
        yield _BY_SIGN_IN
    else:
        yield Sentence(
            "by_link",
            "You joined by a link that is the same for everybody. Nobody was asked who you are.",
            short=True,
        )
    yield Sentence(
        "cannot_hide",
        "It cannot hide you from somebody who watches the network or the running server while you"
        " send, from readers who know your style, or in a very small group.",
        short=True,
    )


def _kept(found: InForce) -> Iterator[Sentence]:
    yield Sentence(
        "kept",
        "Kept with a question: its words, the language you write in if you name one, the minute in"
        " which it came, and what was decided. No address and no browser.",
    )
    yield Sentence(
        "author_key",
        "This browser keeps a key that shows that the question is yours, so that you can change or"
        " withdraw it. Whoever uses this browser can see it under Mine, until you press Forget.",
    )
    yield Sentence(
        "votes",
        "A vote is kept under a pseudonym that is another in each meeting, and without a time. Your"
        " own question gets no vote by itself.",
    )
    where = "in Redis, under a keyed hash," if found.counts_in_redis else "in memory"
    yield Sentence(
        "limits",
        f"You can ask {found.questions_per_minute} questions a minute and"
        f" {found.questions_per_event} in this meeting. That is counted {where} apart from the"
        " questions.",
    )
    if found.named_allowed:
        yield Sentence(
            "names", "A question that you put your name to is public under it, and stays so."
        )


def _seen(found: InForce) -> Iterator[Sentence]:
    yield Sentence(
        "seen_before",
        "Before a decision only the staff of this meeting see your words, and they see no more of"
        " you than everybody will.",
    )
    yield from _declined(found)
    if FLOOD in found.rule_kinds:
        yield Sentence(
            "flood",
            "A rule counts, in memory and for some minutes, how many questions each browser sends."
            " What it flags is all that arrives at that time, whoever sent it.",
        )
    else:
        yield Sentence("no_flood", "No rule looks at who asks how much; rules read only the words.")


def _declined(found: InForce) -> Iterator[Sentence]:
    if found.held_back:
        yield Sentence(
            "held_back",
            "If your question is filtered out, its number and the reason are public at once. Its"
            " words are from the close on, unless they were public before; until then only the"
            " staff see them.",
        )
    if found.rules_decide and found.held_back:
        yield Sentence(
            "rules_decide_held",
            "A rule of the policy may filter a question out as soon as it comes.",
        )
    elif found.rules_decide:
        yield Sentence(
            "rules_decide",
            "A rule of the policy may filter a question out as soon as it comes. Its words are"
            " public then, with the reason.",
        )


def _remains(found: InForce) -> Iterator[Sentence]:
    yield Sentence(
        "retention",
        "The record has no end date: numbers, decisions and shown words stay, until you or somebody"
        " with a right to it has the words erased.",
    )
    if found.keeps_old_bytes:
        yield Sentence(
            "hidden_for_a_while",
            "Erased and redacted words are deleted. The database's own journal and the operator's"
            " backups may hold them until they are recycled.",
        )
    else:
        yield Sentence(
            "hidden_at_once",
            "Erased and redacted words are overwritten and cannot be restored from this server. The"
            " operator's backups, if there are any, are out of its reach.",
        )
    if found.admission == Admission.PROVIDER:
        yield from _key_copies(found)
    yield Sentence(
        "order",
        "What remains: numbers show the order in which questions came, and the database the order"
        " in which votes and questions were written.",
    )
    if found.behind_proxy:
        yield Sentence(
            "proxy",
            "A proxy stands in front of this server. It sees addresses and may log them; this"
            " program does not.",
        )
    else:
        yield Sentence(
            "no_proxy", "This program logs no addresses. It knows of no proxy in front of it."
        )
    if not found.encrypted:
        yield Sentence(
            "plain_http",
            "This address is not encrypted: everybody in the same network can read along.",
            short=True,
        )


def _key_copies(found: InForce) -> Iterator[Sentence]:
    journal = (
        "the database's own journal until it is recycled, and " if found.keeps_old_bytes else ""
    )
    yield Sentence(
        "key_copies",
        "The key with which votes could be found out after a sign-in is stored sealed. After the"
        f" close it may still be in {journal}copies of the database that the operator made before.",
    )
