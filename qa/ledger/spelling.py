"""Values that have exactly one spelling, so that nothing can be signed twice in two disguises."""

import re
from base64 import b64decode, b64encode

from qa.errors import Malformed

MAX_WHOLE = 2**53 - 1
"""The largest whole number that every JSON reader keeps exactly."""


def encode_base64(data: bytes) -> str:
    """Return standard base64 with padding (RFC 4648 §4)."""
    return b64encode(data).decode("ascii")


def decode_base64(text: str) -> bytes:
    """Return the bytes of standard base64, in the one spelling that encoding gives.

    Raises:
        Malformed: this is not base64, or another spelling of the same bytes.
    """
    try:
        data = b64decode(text, validate=True)
    except ValueError as error:
        raise Malformed("This is not base64.") from error
    if encode_base64(data) != text:
        raise Malformed("This base64 is not in its canonical spelling.")
    return data


def parse_decimal(digits: str) -> int:
    """Return a whole number below 2**53 from ASCII decimal without sign or leading zeros.

    Raises:
        Malformed: this is not such a number.
    """
    if not re.fullmatch(r"0|[1-9][0-9]{0,15}", digits) or int(digits) > MAX_WHOLE:
        raise Malformed("This is not a whole number in decimal without leading zeros.")
    return int(digits)
