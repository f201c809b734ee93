"""Sealing what has to be stored and is nobody's business: AES-256-GCM under a key that is no row.

The key is a file beside the others (``qa.store.keys``), so a copy of the database alone opens none
of it. ``purpose`` is part of what is sealed: a value cannot be moved to another use.
"""

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from qa.errors import QaError
from qa.store.keys import Keyring

KEY_NAME = "notices"
NONCE_BYTES = 12


class SealBroken(QaError):
    """What was sealed cannot be opened: another key, another use, or changed bytes."""

    code = "seal_broken"


def seal(keyring: Keyring, purpose: str, words: str, nonce: bytes) -> bytes:
    """Return a text sealed: the nonce of 12 random bytes, then the ciphertext with its tag."""
    return nonce + _cipher(keyring).encrypt(nonce, words.encode(), purpose.encode())


def unseal(keyring: Keyring, purpose: str, sealed: bytes) -> str:
    """Return the text that was sealed for this purpose. Raises: SealBroken."""
    nonce, ciphertext = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
    try:
        return _cipher(keyring).decrypt(nonce, ciphertext, purpose.encode()).decode()
    except InvalidTag:
        raise SealBroken(f"A stored {purpose} cannot be opened with this key.") from None


def _cipher(keyring: Keyring) -> AESGCM:
    return AESGCM(keyring.secret(KEY_NAME))
