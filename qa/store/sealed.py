"""Sealing what has to be stored and is nobody's business: AES-256-GCM under a key that is no row.

The key is a file beside the others (``qa.store.keys``), so a copy of the database alone opens none
of it. ``purpose`` is part of what is sealed: a value cannot be moved to another use.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qa.errors import QaError

NOTICES = "notices"
"""The name of the key for what is sent: webhooks and addresses."""

NONCE_BYTES = 12


class SealBroken(QaError):
    """What was sealed cannot be opened: another key, another use, or changed bytes."""

    code = "seal_broken"


def seal(key: bytes, purpose: str, data: bytes, nonce: bytes) -> bytes:
    """Return bytes sealed: the nonce of 12 random bytes, then the ciphertext with its tag."""
    return nonce + AESGCM(key).encrypt(nonce, data, purpose.encode())


def unseal(key: bytes, purpose: str, sealed: bytes) -> bytes:
    """Return the bytes that were sealed for this purpose. Raises: SealBroken."""
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return AESGCM(key).decrypt(nonce, ciphertext, purpose.encode())
    except InvalidTag:
        raise SealBroken(f"A stored {purpose} cannot be opened with this key.") from None
