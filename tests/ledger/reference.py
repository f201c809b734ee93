"""RFC 6962 §2.1 as it reads: recursive, slow, and sharing nothing with qa.ledger."""

from functools import cache
from hashlib import sha256


def largest_power_below(count):
    k = 1
    while k * 2 < count:
        k *= 2
    return k


@cache
def mth(data):
    """Merkle Tree Hash of a tuple of leaves."""
    if not data:
        return sha256(b"").digest()
    if len(data) == 1:
        return sha256(b"\x00" + data[0]).digest()
    k = largest_power_below(len(data))
    return sha256(b"\x01" + mth(data[:k]) + mth(data[k:])).digest()


def path(m, data):
    """PATH(m, D[n]), §2.1.1."""
    if len(data) == 1:
        return []
    k = largest_power_below(len(data))
    if m < k:
        return [*path(m, data[:k]), mth(data[k:])]
    return [*path(m - k, data[k:]), mth(data[:k])]


def proof(m, data):
    """PROOF(m, D[n]), §2.1.2."""
    return subproof(m, data, known=True)


def subproof(m, data, *, known):
    if m == len(data):
        return [] if known else [mth(data)]
    k = largest_power_below(len(data))
    if m <= k:
        return [*subproof(m, data[:k], known=known), mth(data[k:])]
    return [*subproof(m - k, data[k:], known=False), mth(data[:k])]
