"""Signed notes: other people's vectors, and three ways to fail that are never confused."""

from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Invalid, Malformed, QaError, Unverified
from qa.ledger.note import (
    MAX_NOTE_BYTES,
    MAX_SIGNATURES,
    Signer,
    Verifier,
    open_note,
    sign_note,
)
from tests.ledger.trees import load_vectors

VECTORS = load_vectors("note")
TEXT = VECTORS["text"]
PETER, ENOCH = (Verifier.parse(signer["vkey"]) for signer in VECTORS["signers"])
PETER_LINE, ENOCH_LINE = (signer["signature"] for signer in VECTORS["signers"])
SEED = b64decode(VECTORS["signers"][0]["private_key"])[1:]
NOTE = f"{TEXT}\n{PETER_LINE}{ENOCH_LINE}"


def test_a_foreign_key_signs_as_its_owner_did():
    signer = Signer("PeterNeumann", SEED)
    assert signer.vkey == VECTORS["signers"][0]["vkey"]
    assert signer.sign(TEXT) == f"{TEXT}\n{PETER_LINE}"


def test_a_foreign_note_opens_for_whoever_knows_one_of_its_keys():
    assert open_note(NOTE, [PETER, ENOCH]) == (TEXT, ("PeterNeumann", "EnochRoot"))
    assert open_note(NOTE, [ENOCH, PETER]) == (TEXT, ("PeterNeumann", "EnochRoot"))
    assert open_note(NOTE, [ENOCH]) == (TEXT, ("EnochRoot",))
    assert open_note(NOTE.encode(), [PETER]) == (TEXT, ("PeterNeumann",))


def test_a_key_that_signed_twice_is_named_once():
    assert open_note(f"{TEXT}\n{PETER_LINE * 2}", [PETER]) == (TEXT, ("PeterNeumann",))


def test_a_note_that_nobody_known_signed_is_unverified():
    for verifiers in ([], [Signer("Alice", SEED).verifier]):
        with pytest.raises(Unverified):
            open_note(NOTE, verifiers)


def test_a_key_is_known_by_its_name_and_its_id_together():
    same_key_other_name = Signer("PeterNeuman", SEED).verifier
    same_name_other_key = Signer("PeterNeumann", bytes(32)).verifier
    with pytest.raises(Unverified):
        open_note(NOTE, [same_key_other_name, same_name_other_key])
    renamed = NOTE.replace("PeterNeumann", "Somebody")
    with pytest.raises(Unverified):
        open_note(renamed, [PETER])


def test_one_wrong_signature_by_a_known_key_spoils_the_whole_note():
    spoilt = f"{TEXT}\n{PETER_LINE}{Signer('EnochRoot', bytes(32)).signature_line(TEXT)}"
    assert open_note(spoilt, [PETER])
    forged = "\u2014 EnochRoot " + "rwz+eA" + ENOCH_LINE[len("\u2014 EnochRoot rwz+eB") :]
    with pytest.raises(Invalid):
        open_note(f"{TEXT}\n{PETER_LINE}{forged}", [PETER, ENOCH])


def test_a_signature_that_is_too_long_or_too_short_is_invalid():
    name = "\u2014 PeterNeumann "
    for encoded in ("x08gowAA", PETER_LINE[len(name) : 76] + "ABCD" + PETER_LINE[76:-1]):
        with pytest.raises(Invalid):
            open_note(f"{TEXT}\n{name}{encoded}\n", [PETER])


def test_every_changed_byte_of_a_signed_note_is_noticed():
    note = f"{TEXT}\n{PETER_LINE}".encode()
    for at in range(len(note)):
        changed = bytearray(note)
        changed[at] ^= 1
        with pytest.raises((Malformed, Invalid, Unverified)):
            open_note(bytes(changed), [PETER])


def test_every_changed_letter_of_the_text_is_invalid_and_not_merely_unknown():
    for at, letter in enumerate(TEXT):
        if letter.isalpha():
            changed = TEXT[:at] + letter.swapcase() + TEXT[at + 1 :]
            with pytest.raises(Invalid):
                open_note(f"{changed}\n{PETER_LINE}", [PETER])


@pytest.mark.parametrize(
    "note",
    [
        "",
        "\n",
        "\n\n",
        TEXT,
        TEXT + "\n",
        f"{TEXT}{PETER_LINE}",
        f"{TEXT}\n{PETER_LINE[:-1]}",
        f"{TEXT}\n{PETER_LINE}\n",
        f"{TEXT}\n{PETER_LINE}{PETER_LINE[:-1]}",
        f"\x01{TEXT}\n{PETER_LINE}",
        f"{TEXT}\r\n\r\n{PETER_LINE}",
        f"\t{TEXT}\n{PETER_LINE}",
        f"\ud800{TEXT}\n{PETER_LINE}",
        f"{TEXT}\n{PETER_LINE}Unexpected line.\n",
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad Name')}",
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad+Name')}",
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', 'Bad' + chr(0x2003) + 'Name')}",
        f"{TEXT}\n{PETER_LINE.replace('PeterNeumann', '')}",
        f"{TEXT}\n-{PETER_LINE[1:]}",
        f"{TEXT}\n{PETER_LINE.replace('M=', 'N=')}",
        f"{TEXT}\n{PETER_LINE.replace('=', '')}",
        f"{TEXT}\n{PETER_LINE.replace('x08go/', 'x08go_')}",
        f"{TEXT}\n{PETER_LINE[:-1]} \n",
        f"{TEXT}\n\u2014 PeterNeumann x08gow==\n",
        f"{TEXT}\n\u2014 PeterNeumann\n",
        f"{TEXT}\n{PETER_LINE * 101}",
        f"{'a' * 1_000_000}\n\n{PETER_LINE}",
        b"\xff" + NOTE.encode(),
    ],
    ids=lambda note: repr(note[-40:]),
)
def test_what_is_no_note_is_malformed_whoever_is_known(note):
    for verifiers in ([PETER], []):
        with pytest.raises(Malformed):
            open_note(note, verifiers)


def test_a_note_may_have_as_many_signatures_as_the_spec_asks_for():
    signers = [Signer(f"witness{number}", bytes([number] * 32)) for number in range(16)]
    _, names = open_note(sign_note(TEXT, signers), [signer.verifier for signer in signers])
    assert len(names) == 16


def test_a_note_has_at_most_a_hundred_signatures_and_a_million_bytes():
    assert open_note(f"{TEXT}\n{PETER_LINE * MAX_SIGNATURES}", [PETER])[0] == TEXT
    with pytest.raises(Malformed, match="too many signatures"):
        open_note(f"{TEXT}\n{PETER_LINE * (MAX_SIGNATURES + 1)}", [PETER])
    signer = Signer("PeterNeumann", SEED)
    room = MAX_NOTE_BYTES - len(signer.sign(TEXT).encode())
    longest = "x" * room + TEXT
    assert open_note(signer.sign(longest).encode(), [PETER])[0] == longest
    with pytest.raises(Malformed, match="too long"):
        open_note(signer.sign("x" + longest).encode(), [PETER])


@pytest.mark.parametrize("last", ["", "x", " ", "\r"])
def test_a_note_whose_last_line_does_not_end_is_malformed(last):
    with pytest.raises(Malformed):
        open_note(NOTE[:-1] + last, [PETER, ENOCH])


def test_the_last_empty_line_divides_text_from_signatures():
    signer = Signer("example.org/log", SEED)
    text = f"one\n\ntwo\n\n{PETER_LINE}\n\n"
    note = signer.sign(text)
    assert open_note(note, [signer.verifier])[0] == text
    with pytest.raises(Unverified):
        open_note(note, [PETER])


@pytest.mark.parametrize("text", ["", "abc", "a\r\n", "a\x00\n", "\ud800\n"])
def test_a_text_that_no_note_can_hold_is_not_signed(text):
    with pytest.raises(Malformed):
        sign_note(text, [Signer("a", SEED)])


def test_a_note_has_a_signature():
    with pytest.raises(Malformed):
        sign_note(TEXT, [])


@pytest.mark.parametrize(
    "name", ["", "a b", "a+b", "a\n", "a\u00a0b", "a\u2028b", "\x7f\t", "\ud800"]
)
def test_a_key_name_that_no_signature_line_can_hold_is_refused(name):
    with pytest.raises(Malformed):
        Signer(name, SEED)
    with pytest.raises(Malformed):
        Verifier(name, PETER.public_key)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_key_of_another_length_is_refused(length):
    with pytest.raises(Malformed):
        Signer("a", bytes(length))
    with pytest.raises(Malformed):
        Verifier("a", bytes(length))


def test_a_seed_never_shows():
    signer = Signer("a", SEED)
    assert SEED.hex() not in repr(signer)
    assert repr(SEED) not in repr(signer)


@pytest.mark.parametrize("signer", VECTORS["signers"], ids=lambda signer: signer["vkey"][:9])
def test_a_verifier_key_has_one_spelling(signer):
    assert Verifier.parse(signer["vkey"]).vkey == signer["vkey"]


def test_a_mangled_verifier_key_is_malformed():
    vkey = PETER.vkey
    whole = (0, len(vkey))
    pieces = {
        vkey[start:end]
        for start in range(len(vkey))
        for end in range(start + 1, len(vkey) + 1)
        if (start, end) != whole
    }
    bumped = {vkey[:at] + chr(ord(vkey[at]) + 1) + vkey[at + 1 :] for at in range(len(vkey))}
    others = {vkey.replace("c74f20a3", "C74F20A3"), vkey + "\n", vkey + "=", f" {vkey}", ""}
    for bad in {*pieces, *bumped, *others, *VECTORS["bad_vkeys"].values()}:
        with pytest.raises(Malformed):
            Verifier.parse(bad)


@given(st.text() | st.text(alphabet="+\u2014 \n=aA0"))
def test_a_verifier_key_made_of_anything_leaks_only_our_error(text):
    with pytest.raises(Malformed):
        Verifier.parse(text)


@given(st.binary() | st.text() | st.text(alphabet="\n\u2014 aA=+0"))
def test_a_note_made_of_anything_leaks_only_our_errors(note):
    with pytest.raises(QaError):
        open_note(note, [PETER])


@given(
    st.text(st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n")),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_signed_opens_with_the_printed_key(text, seed):
    signer = Signer("questions.example.org/log/spring", seed)
    note = signer.sign(text + "\n")
    assert open_note(note, [Verifier.parse(signer.vkey)]) == (text + "\n", (signer.name,))
    assert open_note(note.encode(), [signer.verifier])
