"""Ed25519 verification with or without the ``cryptography`` package (RFC 8032 §5.1).

Two paths give one answer: OpenSSL's, through ``cryptography``, when it is installed, and otherwise
the arithmetic below, so that a record can be verified with the standard library alone. Both accept
what most implementations do. In the words of C2SP's test vectors (github.com/C2SP/CCTV): they
refuse ``low_order_residue``, because they do not multiply by the cofactor, and
``non_canonical_R``, because they compare encodings; they accept ``low_order_A``, ``low_order_R``,
``low_order_component_A``, ``low_order_component_R`` and ``non_canonical_A``. S is canonical, below
the group's order, or the signature is refused.

Nothing here is secret, so nothing here runs in constant time. Signing is left to ``cryptography``.
"""

from collections.abc import Iterator
from hashlib import sha512
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_BYTES = 32
SIGNATURE_BYTES = 64

P = 2**255 - 19
"""The field's prime."""

L = 2**252 + 27742317777372353535851937790883648493
"""The order of the base point."""

D = -121665 * pow(121666, -1, P) % P
"""The curve's constant: -x² + y² = 1 + D·x²·y²."""

_SQRT_MINUS_1 = pow(2, (P - 1) // 4, P)
_SIGN = 1 << 255

Point = tuple[int, int, int, int]
"""Extended coordinates: x = X/Z, y = Y/Z, and T = x·y·Z (RFC 8032 §5.1.4)."""

_NEUTRAL: Point = (0, 1, 1, 0)


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature is right (RFC 8032 §5.1.7), by the fastest way that is installed."""
    if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    try:
        return verify_with_library(public_key, message, signature)
    except ImportError:
        return verify_in_python(public_key, message, signature)


def verify_with_library(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature is right, by ``cryptography``.

    Raises:
        ImportError: it is not installed.
    """
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def verify_in_python(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether a signature is right, by arithmetic; it takes milliseconds.

    1. The public key is a point, and the signature is a point R and a number S below L.
    2. k is SHA-512 over R, the public key and the message, all as they were given.
    3. S·B - k·A, encoded, is R byte for byte.
    """
    # 1.
    if len(public_key) != KEY_BYTES or len(signature) != SIGNATURE_BYTES:
        return False
    point = _decode(public_key)
    encoded_r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if point is None or s >= L:
        return False
    # 2.
    k = int.from_bytes(sha512(encoded_r + public_key + message).digest(), "little") % L
    # 3.
    return _encode(_multiply_two(s, _BASE, k, _negate(point))) == encoded_r


def private_key(seed: bytes) -> "Ed25519PrivateKey":
    """Return the private key of a seed of 32 bytes (RFC 8032 §5.1.5).

    Raises:
        ImportError: ``cryptography`` is not installed; only signing needs it.
    """
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(seed)


def _decode(data: bytes) -> Point | None:
    """Return the point that 32 bytes encode (RFC 8032 §5.1.3).

    Like OpenSSL, and unlike the RFC, this takes a y that is not below the prime, and a sign
    without an x: what a public key says is hashed as it is, so neither helps to forge.
    """
    number = int.from_bytes(data, "little")
    y = number & ~_SIGN
    u, v = (y * y - 1) % P, (D * y * y + 1) % P
    x = u * v**3 * pow(u * v**7, (P - 5) // 8, P) % P
    if (v * x * x + u) % P == 0:
        x = x * _SQRT_MINUS_1 % P
    if (v * x * x - u) % P != 0:
        return None
    if x & 1 != number >> 255:
        x = -x % P
    return (x, y, 1, x * y % P)


def _encode(point: Point) -> bytes:
    """Return the 32 bytes of a point: y, with the lowest bit of x as the highest."""
    inverse = pow(point[2], -1, P)
    x, y = point[0] * inverse % P, point[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


def _negate(point: Point) -> Point:
    x, y, z, t = point
    return (-x % P, y, z, -t % P)


def _add(first: Point, second: Point) -> Point:
    """Return the sum of two points; the formula has no exceptions (RFC 8032 §5.1.4)."""
    x1, y1, z1, t1 = first
    x2, y2, z2, t2 = second
    a, b = (y1 - x1) * (y2 - x2) % P, (y1 + x1) * (y2 + x2) % P
    c, d = 2 * t1 * t2 * D % P, 2 * z1 * z2 % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _double(point: Point) -> Point:
    """Return twice a point (RFC 8032 §5.1.4)."""
    x, y, z, _ = point
    a, b = x * x % P, y * y % P
    h = a + b
    e, g = h - (x + y) ** 2 % P, a - b
    f = 2 * z * z % P + g
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def _multiply_two(m: int, first: Point, n: int, second: Point) -> Point:
    """Return m·first + n·second, both at once."""
    sums = {(1, 0): first, (0, 1): second, (1, 1): _add(first, second)}
    total = _NEUTRAL
    for pair in _pairs_of_bits(m, n):
        total = _double(total)
        if pair in sums:
            total = _add(total, sums[pair])
    return total


def _pairs_of_bits(m: int, n: int) -> Iterator[tuple[int, int]]:
    """Yield the bits of two numbers side by side, the highest first."""
    for at in reversed(range(max(m.bit_length(), n.bit_length()))):
        yield m >> at & 1, n >> at & 1


def _base() -> Point:
    """Return the base point: y = 4/5, x even (RFC 8032 §5.1)."""
    point = _decode((4 * pow(5, -1, P) % P).to_bytes(32, "little"))
    if point is None:
        raise AssertionError("The base point is on the curve.")
    return point


_BASE = _base()
