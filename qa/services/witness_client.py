"""Asking one witness over HTTP for its cosignature (https://c2sp.org/tlog-witness, add-checkpoint).

The witness may be slow, wrong or hostile: an answer has a greatest size and a time in which it has
to be complete, redirects are not followed, and nothing in it is believed before it is verified.
"""

import re
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException
from time import monotonic
from typing import Any, Final

import gevent

from qa.errors import Malformed, QaError
from qa.ledger.spelling import parse_decimal
from qa.ledger.submission import Submission

WITHIN_S: Final = 5.0
"""How long one answer may take, from the first byte sent to the last one read."""

ATTEMPTS: Final = 2
"""With the size that is known, and with the one that the witness then names."""

MAX_ANSWER_BYTES: Final = 16_384
MAX_LINES: Final = 16
CHUNK_BYTES: Final = 4_096
SIZE_TYPE: Final = "text/x.tlog.size"
ADDRESS: Final = re.compile(r"https?://[\x21-\x7e]+", re.ASCII)

ProofFrom = Callable[[int], Sequence[bytes]]
"""Makes the consistency proof from an older size to the head that is submitted."""


class WitnessUnreachable(QaError):
    """The witness did not answer, or not like a witness: it is asked again before long."""

    code = "witness_unreachable"


class WitnessRefuses(QaError):
    """The witness answered that it does not cosign this log, or this head."""

    code = "witness_refuses"


class WitnessAhead(QaError):
    """The witness has cosigned more of the log than there is."""

    code = "witness_ahead"

    def __init__(self, size: int) -> None:
        super().__init__(f"It has cosigned {size} entries.")
        self.size = size


@dataclass(frozen=True)
class Answer:
    """What a witness said."""

    status: int
    content_type: str
    text: str


def ask_for_cosignature(
    url: str, head_size: int, note: str, known_size: int, proof_from: ProofFrom
) -> list[str]:
    """Return the signature lines that a witness answers a head with, none of them verified.

    It is told the size it cosigned last as far as that is known; if it names another one, it is
    asked once more, from there.

    Raises:
        WitnessUnreachable: there was no answer, or one that makes no sense.
        WitnessRefuses: it said no.
        WitnessAhead: it has cosigned a larger head.
    """
    old_size = known_size
    for _ in range(ATTEMPTS):
        answer = _post(url, Submission(old_size, tuple(proof_from(old_size)), note))
        if answer.status == HTTPStatus.OK:
            return _lines(answer.text)
        named = _named_size(answer)
        if named is None:
            raise _refusal(answer)
        if named > head_size:
            raise WitnessAhead(named)
        old_size = named
    raise WitnessUnreachable("It names another size each time.")


def ask_for_size(url: str, empty_note: str) -> int | None:
    """Return how many entries of a log a witness has cosigned, None when it does not know the log.

    What it is sent is the signed head of the empty log, which is consistent with everything, so
    that nothing else needs to be signed in order to ask.

    Raises:
        WitnessUnreachable: there was no answer, or one that makes no sense.
    """
    answer = _post(url, Submission(0, (), empty_note))
    if answer.status == HTTPStatus.OK:
        return 0
    named = _named_size(answer)
    if named is None and not isinstance(_refusal(answer), WitnessRefuses):
        raise _refusal(answer)
    return named


def _lines(text: str) -> list[str]:
    lines = text.split("\n")
    if lines.pop() or not 1 <= len(lines) <= MAX_LINES:
        raise WitnessUnreachable("Its answer is not of signature lines.")
    return [f"{line}\n" for line in lines]


def _named_size(answer: Answer) -> int | None:
    """Return the size that an answer names as the one cosigned last, if it does."""
    if answer.status != HTTPStatus.CONFLICT or answer.content_type != SIZE_TYPE:
        return None
    try:
        return parse_decimal(answer.text.removesuffix("\n"))
    except Malformed:
        return None


def _refusal(answer: Answer) -> QaError:
    reasons = {
        HTTPStatus.FORBIDDEN: "It does not accept the log's key.",
        HTTPStatus.NOT_FOUND: "It does not know the log.",
        HTTPStatus.CONFLICT: "It has cosigned another log of this size under this name.",
        HTTPStatus.UNPROCESSABLE_ENTITY: "The log is not a continuation of what it cosigned.",
    }
    for status, reason in reasons.items():
        if answer.status == status:
            return WitnessRefuses(reason)
    return WitnessUnreachable(f"It answers {answer.status}.")


def _post(url: str, submission: Submission) -> Answer:
    request = urllib.request.Request(  # noqa: S310 - ADDRESS allows http and https only
        url.rstrip("/") + "/add-checkpoint",
        data=submission.body(),
        headers={"Content-Type": "text/plain; charset=utf-8", "User-Agent": "fair-hearing"},
        method="POST",
    )
    until_s = monotonic() + WITHIN_S
    try:
        # The timeout of the socket starts anew with every byte; that of the greenlet does not.
        with (
            gevent.Timeout(WITHIN_S, TimeoutError()),
            _opener().open(request, timeout=WITHIN_S) as answer,
        ):
            kind = answer.headers.get_content_type()
            return Answer(answer.status, kind, _read(answer, until_s).decode())
    except (OSError, HTTPException, ValueError) as error:
        raise WitnessUnreachable(f"It cannot be reached: {type(error).__name__}.") from error


def _read(answer: Any, until_s: float) -> bytes:
    data = b""
    while chunk := answer.read1(CHUNK_BYTES):
        data += chunk
        if len(data) > MAX_ANSWER_BYTES:
            raise ValueError("the answer is too long")
        if monotonic() > until_s:
            raise TimeoutError
    return data


def _opener() -> urllib.request.OpenerDirector:
    """Return an opener that follows no redirect and hands every status on as it is."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
    ):
        opener.add_handler(handler)
    return opener
