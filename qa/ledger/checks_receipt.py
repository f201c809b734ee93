"""The check of a receipt: what its author was promised is in the log.

A receipt is the JSON file that the browser saves (``static/js/lib/receipts.js``). Read of it are
``origin``, ``n``, ``leaf`` (as logged), ``leaf_hash``, ``leaf_index``, ``salt``, ``text``,
``promise`` (a signed note) and, once there is one, ``proof`` (a tlog-proof).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qa.errors import Invalid, Malformed
from qa.ledger.checks_log import require_extension
from qa.ledger.docket import Docket
from qa.ledger.entry import decode, opens
from qa.ledger.forms import HEX64, ORIGIN, POSITIVE, WHOLE, Form
from qa.ledger.merkle import leaf_hash
from qa.ledger.note import Verifier
from qa.ledger.promise import open_promise
from qa.ledger.proof import check_proof, parse_proof
from qa.ledger.record import Record
from qa.ledger.strict_json import parse_json

MAX_RECEIPT_BYTES = 1_000_000

_TEXT = Form("a text", lambda value: isinstance(value, str))
_RECEIPT: Mapping[str, Form] = {
    "origin": ORIGIN,
    "n": POSITIVE,
    "leaf": _TEXT,
    "leaf_hash": HEX64,
    "leaf_index": WHOLE,
    "salt": HEX64,
    "text": _TEXT,
    "promise": _TEXT,
}


@dataclass(frozen=True)
class Receipt:
    """What a receipt says. ``leaf`` is the leaf as it was logged."""

    origin: str
    n: int
    leaf: bytes
    leaf_hash: bytes
    leaf_index: int
    salt: bytes
    text: str
    promise: str
    proof: str | None


def parse_receipt(data: bytes) -> Receipt:
    """Return the receipt in a file. Raises: Malformed."""
    if len(data) > MAX_RECEIPT_BYTES:
        raise Malformed("The file is too long for a receipt.")
    found = parse_json(data)
    if not isinstance(found, dict):
        raise Malformed("The file is not a receipt.")
    for name, form in _RECEIPT.items():
        if not form.admits(found.get(name)):
            raise Malformed(f"In the receipt, {name} must be {form.name}.")
    proof: Any = found.get("proof")
    if proof is not None and not isinstance(proof, str):
        raise Malformed("In the receipt, proof must be a text.")
    return Receipt(
        origin=found["origin"],
        n=found["n"],
        leaf=found["leaf"].encode(),
        leaf_hash=bytes.fromhex(found["leaf_hash"]),
        leaf_index=found["leaf_index"],
        salt=bytes.fromhex(found["salt"]),
        text=found["text"],
        promise=found["promise"],
        proof=proof,
    )


def check_receipt(record: Record, name: str, data: bytes) -> str:
    """Check one receipt against the log.

    1. It is a receipt of this log.
    2. Its leaf has the hash it names and is about its question, and its salt opens its words.
    3. The promise of exactly this is signed by the promise key.
    4. If there is a proof, the log signed it, and still holds what it covered then.
    5. The leaf is in the log, in its place.
    6. The question was decided in time, or everybody can see that it was not.
    """
    # 1.
    receipt = parse_receipt(data)
    if receipt.origin != record.checkpoint.origin:
        raise Invalid(f"{name} is a receipt of another log, {receipt.origin}.")
    # 2.
    _check_leaf(receipt, name)
    # 3.
    deadline = _check_promise(record, receipt, name)
    # 4.
    if receipt.proof is not None:
        proof = parse_proof(receipt.proof)
        if proof.index != receipt.leaf_index:
            raise Invalid(f"The proof in {name} is of another leaf.")
        require_extension(record, check_proof(proof, receipt.leaf, record.pins.log))
    # 5.
    _check_place(record, receipt, name)
    # 6.
    docket = record.story.docket(receipt.n)
    if docket is None or docket.due != deadline:
        raise Invalid(f"#{receipt.n} has another deadline in the log than in {name}.")
    whose = "" if record.pins.promise else " by the key that the bundle names"
    place = f"#{receipt.n} is leaf {receipt.leaf_index} of the log, as promised{whose}"
    return f"{name}: {place}. {_outcome(docket, record.bundle.about.made_at)}"


def _check_leaf(receipt: Receipt, name: str) -> None:
    """Check what the receipt says of its leaf."""
    if leaf_hash(receipt.leaf) != receipt.leaf_hash:
        raise Invalid(f"The leaf in {name} does not have the hash that it names.")
    entry = decode(receipt.leaf)
    if entry.kind not in ("question.submitted", "question.revised"):
        raise Invalid(f"The leaf in {name} is not that of a question.")
    if entry.fields["n"] != receipt.n or entry.ev != receipt.origin.rpartition("/")[2]:
        raise Invalid(f"The leaf in {name} is about another question.")
    commitment = str(entry.fields["text"])
    # The server takes white space off the ends and knows one line end; browsers keep what was sent.
    plain = receipt.text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not any(
        opens(commitment, receipt.salt, "text", entry.ev, text) for text in (receipt.text, plain)
    ):
        raise Invalid(f"The words in {name} are not those that were logged.")


def _check_promise(record: Record, receipt: Receipt, name: str) -> str:
    """Check that the promise is of this leaf, and return the deadline that it names."""
    about = record.bundle.about
    key = record.pins.promise or Verifier.parse(about.promise_vkey)
    if key.vkey != about.promise_vkey:
        raise Invalid("The bundle names another key of promises than the pinned one.")
    promise = open_promise(receipt.promise, key)
    if (promise.origin, promise.leaf_hash, promise.docket_number) != (
        receipt.origin,
        receipt.leaf_hash,
        receipt.n,
    ):
        raise Invalid(f"The promise in {name} is of something else.")
    return promise.deadline


def _check_place(record: Record, receipt: Receipt, name: str) -> None:
    index, count = receipt.leaf_index, len(record.hashes)
    if index >= count:
        raise Invalid(
            f"{name} is of leaf {index}, and the log ends after {count:,} leaves. Either this"
            " record is older than the receipt, or the log was rolled back."
        )
    if record.hashes[index] != receipt.leaf_hash:
        raise Invalid(f"A promise was broken: leaf {index} of the log is not the one in {name}.")


def _outcome(docket: Docket, now: str) -> str:
    if docket.decided_at is not None:
        how = "late, and marked so" if docket.late else "in time"
        return f"A first decision came {how} ({docket.decided_at}); it is {docket.status} now."
    if docket.status != "pending":
        return f"It is {docket.status}."
    when = "overdue since" if docket.due < now else "due"
    return f"It has no decision yet, and everybody can see that: {when} {docket.due}."
