"""Ed25519: two ways to verify, which agree with other people's vectors and with each other."""

import sys
from hashlib import sha512

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.errors import Invalid
from qa.ledger import ed25519
from qa.ledger.ed25519 import L, P, verify, verify_in_python, verify_with_library
from qa.ledger.note import Signer, open_note
from tests.ledger.trees import load_vectors

VECTORS = load_vectors("ed25519")
BOTH = [verify_in_python, verify_with_library]
REFUSED = {"low_order_residue", "non_canonical_R"}
ACCEPTED = {
    "low_order_A",
    "low_order_R",
    "low_order_component_A",
    "low_order_component_R",
    "non_canonical_A",
    "reencoded_k",
}
SEED = bytes(range(32))
KEY = ed25519.private_key(SEED)
PUBLIC_KEY = KEY.public_key().public_bytes_raw()


def unhex(vector):
    return bytes.fromhex(vector["key"]), bytes.fromhex(vector["sig"])


@pytest.mark.parametrize("check", BOTH)
@pytest.mark.parametrize("vector", VECTORS["rfc8032"], ids=lambda vector: vector["name"])
def test_the_signatures_of_the_rfc_are_right_until_a_byte_is_changed(check, vector):
    (key, signature), message = unhex(vector), bytes.fromhex(vector["msg"])
    assert ed25519.private_key(bytes.fromhex(vector["seed"])).sign(message) == signature
    assert check(key, message, signature)
    assert not check(key, message + b"\0", signature)
    assert not check(key, message, signature[:-1] + bytes([signature[-1] ^ 1]))
    assert not check(key, message, bytes([signature[0] ^ 1]) + signature[1:])


def test_both_ways_agree_on_every_edge_case_and_accept_what_the_module_says():
    accepted, refused = set(), 0
    for vector in VECTORS["cctv"]:
        (key, signature), message = unhex(vector), vector["msg"].encode()
        flags = set(vector["flags"] or ())
        expected = not flags & REFUSED
        answers = [check(key, message, signature) for check in BOTH]
        assert answers == [expected, expected], vector["number"]
        if expected:
            accepted |= flags
        else:
            refused += 1
    assert len(VECTORS["cctv"]) == 914
    assert refused == 706
    assert accepted == ACCEPTED
    for flag in ACCEPTED - {"reencoded_k"}:
        assert flag in ed25519.__doc__


@pytest.mark.parametrize("check", BOTH)
def test_a_number_that_was_not_reduced_is_refused(check):
    signature = KEY.sign(b"message")
    s = int.from_bytes(signature[32:], "little")
    assert check(PUBLIC_KEY, b"message", signature)
    for higher in range(s + L, 2**256, L):
        assert not check(PUBLIC_KEY, b"message", signature[:32] + higher.to_bytes(32, "little"))


@pytest.mark.parametrize("check", BOTH)
def test_the_order_itself_is_no_spelling_of_nought(check):
    """The neutral element as key and R signs everything with S = 0, so only S decides here."""
    neutral = (1).to_bytes(32, "little")
    assert check(neutral, b"message", neutral + bytes(32))
    assert check(neutral, b"message", neutral + (L - 1).to_bytes(32, "little")) is False
    assert check(neutral, b"message", neutral + L.to_bytes(32, "little")) is False


@pytest.mark.parametrize("check", [*BOTH, verify])
def test_a_turned_bit_in_any_byte_of_a_signature_or_key_is_noticed(check):
    signature = KEY.sign(b"message")
    for at in range(64):
        changed = bytearray(signature)
        changed[at] ^= 1 << at % 8
        assert not check(PUBLIC_KEY, b"message", bytes(changed))
    for at in range(32):
        changed = bytearray(PUBLIC_KEY)
        changed[at] ^= 1 << at % 8
        assert not check(bytes(changed), b"message", signature)


@pytest.mark.parametrize("check", BOTH)
def test_a_key_that_is_no_point_of_the_curve_is_refused(check):
    signature = KEY.sign(b"message")
    off_the_curve = [y for y in range(2, 60) if not _on_curve(y)]
    assert off_the_curve
    for y in off_the_curve:
        for sign in (0, 1 << 255):
            assert not check((y | sign).to_bytes(32, "little"), b"message", signature)


def _on_curve(y):
    x2 = (y * y - 1) * pow(ed25519.D * y * y + 1, -1, P) % P
    return pow(x2, (P - 1) // 2, P) in (0, 1)


@pytest.mark.parametrize("check", [*BOTH, verify])
@pytest.mark.parametrize(("key_bytes", "signature_bytes"), [(31, 64), (33, 64), (32, 63), (32, 65)])
def test_other_lengths_are_refused(check, key_bytes, signature_bytes):
    key, signature = (PUBLIC_KEY + b"\0")[:key_bytes], (KEY.sign(b"") + b"\0")[:signature_bytes]
    assert not check(key, b"", signature)
    assert not check(b"", b"", b"")


@settings(max_examples=25)
@given(st.binary(max_size=200), st.binary(min_size=32, max_size=32))
def test_what_the_library_signs_both_ways_accept(message, seed):
    key = ed25519.private_key(seed)
    public_key, signature = key.public_key().public_bytes_raw(), key.sign(message)
    for check in BOTH:
        assert check(public_key, message, signature)
        assert not check(public_key, message + b"x", signature)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=64, max_size=64))
def test_both_ways_agree_on_bytes_that_nobody_made(public_key, signature):
    assert verify_in_python(public_key, b"m", signature) == verify_with_library(
        public_key, b"m", signature
    )


def test_k_is_over_what_was_given_and_in_its_order():
    """A forger who may choose R after k wins: this is the one line that must not be changed."""
    signature = KEY.sign(b"message")
    k = int.from_bytes(sha512(signature[:32] + PUBLIC_KEY + b"message").digest(), "little") % L
    swapped = int.from_bytes(sha512(PUBLIC_KEY + signature[:32] + b"message").digest(), "little")
    s = int.from_bytes(signature[32:], "little")
    a = int.from_bytes(_clamped(SEED), "little")
    forged = (s + (swapped - k) * a) % L
    assert verify_in_python(PUBLIC_KEY, b"message", signature)
    assert not verify_in_python(
        PUBLIC_KEY, b"message", signature[:32] + forged.to_bytes(32, "little")
    )


def _clamped(seed):
    scalar = bytearray(sha512(seed).digest()[:32])
    scalar[0] &= 248
    scalar[31] = scalar[31] & 63 | 64
    return bytes(scalar)


def test_a_note_opens_without_the_library(monkeypatch):
    signer = Signer("example.org/log", SEED)
    note, verifier = signer.sign("hello\n"), signer.verifier
    for name in [name for name in sys.modules if name.split(".")[0] == "cryptography"]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "cryptography", None)
    with pytest.raises(ImportError):
        verify_with_library(PUBLIC_KEY, b"", bytes(64))
    assert open_note(note, [verifier]) == ("hello\n", ("example.org/log",))
    with pytest.raises(Invalid):
        open_note(note.replace("hello", "hallo"), [verifier])
    with pytest.raises(ImportError):
        ed25519.private_key(SEED)
