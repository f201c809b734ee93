"""Receipts: what an author gets at once, to check later that the question is in the log.

The promise is signed with the deployment's promise key, and Ed25519 is deterministic, so a receipt
that got lost on its way is made again, the same to the byte.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from qa.clock import to_minute
from qa.ledger import merkle
from qa.ledger.promise import Promise, sign_promise
from qa.services import logs
from qa.services.context import Context
from qa.store import log
from qa.store.log import Leaf, LeafDraft
from qa.store.models.events import Event
from qa.store.models.questions import Question, QuestionText


@dataclass(frozen=True)
class Receipt:
    """A docket number, the leaf that holds it, the salts that open it, and a signed promise."""

    n: int
    status: str
    due_at: int
    leaf_index: int
    leaf_hash: str
    leaf: str
    promise: str
    salt: str
    name_salt: str | None
    text_version: int
    created: bool

    def as_dict(self) -> dict[str, Any]:
        """Return what the author is sent; ``created`` is said by the door."""
        return {name: value for name, value in vars(self).items() if name != "created"}


def submitted_leaf(question: Question, text: str, name: str | None) -> LeafDraft:
    """Return the leaf that says a question was submitted; ``text`` and ``name`` are commitments."""
    return LeafDraft(
        "question.submitted",
        {
            "n": question.docket_number,
            "text": text,
            "anon": question.anonymous,
            "name": name,
            "lang": question.language,
            "src": question.source,
            "due": to_minute(question.due_at),
            "policy": question.policy_version,
            "flags": [flag["rule"] for flag in question.flags],
        },
    )


def make_receipt(
    ctx: Context,
    origin: str,
    question: Question,
    version: QuestionText,
    leaf: Leaf,
    *,
    created: bool,
) -> Receipt:
    """Return the receipt of one version of a question in the log of this origin."""
    if version.salt is None:
        raise AssertionError("words that are hidden have no receipt")
    promise = Promise(
        origin=origin,
        leaf_hash=leaf.leaf_hash,
        docket_number=question.docket_number,
        deadline=to_minute(question.due_at),
    )
    signer = ctx.keyring.promise_signer(logs.deployment_of(origin))
    return Receipt(
        n=question.docket_number,
        status=question.status,
        due_at=question.due_at,
        leaf_index=leaf.leaf_index,
        leaf_hash=leaf.leaf_hash.hex(),
        leaf=leaf.data.decode("ascii"),
        promise=sign_promise(promise, signer),
        salt=version.salt.hex(),
        name_salt=question.name_salt.hex() if question.name_salt else None,
        text_version=version.version,
        created=created,
    )


def find_receipt(
    ctx: Context, session: Session, event: Event, question: Question, version: QuestionText
) -> Receipt:
    """Return the receipt of a question that was logged before."""
    head = log.find_log(session, event.id)
    if head is None:
        raise AssertionError("an event is created with its log")
    index = version.leaf_index
    (data,) = log.read_leaves(session, head.id, index, index + 1)
    leaf = Leaf(index, merkle.leaf_hash(data), data)
    return make_receipt(ctx, head.origin, question, version, leaf, created=False)
