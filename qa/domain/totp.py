"""Time-based one-time codes (RFC 6238, RFC 4226): HMAC-SHA-1, six digits, steps of 30 s."""

import base64
import hmac
from typing import Final
from urllib.parse import quote

STEP_S: Final = 30
DIGITS: Final = 6
SECRET_BYTES: Final = 20
"""As long as the hash, which RFC 4226 section 4 recommends."""

DRIFT_STEPS: Final = 1
"""How far the clock of a phone may be off, in either direction (RFC 6238 section 5.2)."""


def code_at(secret: bytes, step: int, digits: int = DIGITS) -> str:
    """Return the code of one step, counted from the epoch (RFC 4226 section 5.3)."""
    digest = hmac.digest(secret, step.to_bytes(8, "big"), "sha1")
    at = digest[-1] & 0x0F
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFF_FFFF
    return str(number % 10**digits).zfill(digits)


def matching_step(secret: bytes, code: str, now_s: int, last_step: int) -> int | None:
    """Return the step that a code is of, if it is of about now and later than ``last_step``.

    Whoever stores the step that is returned makes a code good for one use (section 5.2).
    """
    given = "".join(code.split()).encode()
    now = now_s // STEP_S
    for step in range(now - DRIFT_STEPS, now + DRIFT_STEPS + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), given) and step > last_step:
            return step
    return None


def spell(secret: bytes) -> str:
    """Return a secret as people type it into an app: base32 in groups of four."""
    text = base64.b32encode(secret).decode("ascii").rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def enrolment_uri(secret: bytes, account: str, issuer: str) -> str:
    """Return what an app reads from a QR code: ``otpauth://totp/…``."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    plain = base64.b32encode(secret).decode("ascii").rstrip("=")
    return f"otpauth://totp/{label}?secret={plain}&issuer={quote(issuer, safe='')}"
