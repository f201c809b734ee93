"""Cosignatures: real witnesses' ones, and every way in which one can fail to count."""

from base64 import b64decode, b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Invalid, Malformed, QaError, Unverified
from qa.ledger.checkpoint import Checkpoint, sign_checkpoint
from qa.ledger.cosignature import CosignatureVerifier, Cosigner, open_cosigned
from qa.ledger.merkle import leaf_hash
from qa.ledger.note import Signer, Verifier, open_note
from tests.ledger.trees import load_vectors

VECTORS = load_vectors("cosignature")
REAL, FORMATS = VECTORS["real"], VECTORS["formats"]
LOG = Signer("questions.example.org/log/spring", bytes(32))
W1, W2 = Cosigner("witness.example.org/w1", b"\1" * 32), Cosigner("w2.example", b"\2" * 32)
HEAD = Checkpoint(LOG.name, 41, leaf_hash(b"x"))
NOTE = sign_checkpoint(HEAD, LOG)
NOW_S = 1_795_000_000
COSIGNED = NOTE + W1.cosign(HEAD.text(), NOW_S)


def test_a_real_checkpoint_shows_the_cosignatures_of_four_witnesses_that_we_did_not_write():
    witnesses = [CosignatureVerifier.parse(vkey) for vkey in REAL["witnesses"]]
    checkpoint, seen = open_cosigned(REAL["note"], Verifier.parse(REAL["log"]), witnesses)
    assert (checkpoint.origin, checkpoint.tree_size) == (REAL["origin"], REAL["tree_size"])
    assert seen == {witness.name: REAL["timestamp_s"] for witness in witnesses}


@pytest.mark.parametrize("vkey", [*REAL["witnesses"], *FORMATS["other_witnesses"]])
def test_a_real_witness_key_has_one_spelling(vkey):
    assert CosignatureVerifier.parse(vkey).vkey == vkey


def test_a_real_checkpoint_of_another_size_is_invalid_for_log_and_witness_alike():
    changed = REAL["note"].replace("\n1432088532\n", "\n1432088533\n")
    log = Verifier.parse(REAL["log"])
    witnesses = [CosignatureVerifier.parse(vkey) for vkey in REAL["witnesses"]]
    with pytest.raises(Invalid):
        open_cosigned(changed, log, [])
    lines = changed.split("\n\n")[1].splitlines(keepends=True)
    for witness, line in zip(witnesses, lines[2:], strict=True):
        assert line.split(" ")[1] == witness.name
        text = changed.split("\n\n")[0] + "\n"
        with pytest.raises(Invalid):
            witness.timestamp_s(text, b64decode(line.split(" ")[2])[4:])


@pytest.mark.parametrize("vkey", FORMATS["bad_vkeys"].values(), ids=FORMATS["bad_vkeys"])
def test_what_is_no_witness_key_is_malformed(vkey):
    with pytest.raises(Malformed):
        CosignatureVerifier.parse(vkey)


def test_a_log_key_is_no_witness_key_and_a_witness_key_is_no_log_key():
    with pytest.raises(Malformed):
        CosignatureVerifier.parse(LOG.vkey)
    with pytest.raises(Malformed):
        Verifier.parse(W1.vkey)


def test_a_mangled_witness_key_is_malformed():
    vkey = W1.vkey
    cut = {vkey[:at] for at in range(len(vkey))} | {vkey[at:] for at in range(1, len(vkey))}
    bumped = {vkey[:at] + chr(ord(vkey[at]) + 1) + vkey[at + 1 :] for at in range(len(vkey))}
    for bad in cut | bumped | {vkey + "\n", vkey + "=", " " + vkey, vkey.upper()}:
        with pytest.raises(Malformed):
            CosignatureVerifier.parse(bad)


def test_the_time_in_a_foreign_cosignature_is_where_we_look_for_it():
    data = b64decode(FORMATS["timed"]["signature"])
    assert int.from_bytes(data[4:12], "big") == FORMATS["timed"]["timestamp_s"]
    assert len(data) == 4 + 8 + 64


def test_a_cosigned_checkpoint_names_its_witness_and_the_time():
    assert open_cosigned(COSIGNED, LOG.verifier, [W1.verifier]) == (HEAD, {W1.name: NOW_S})
    assert open_cosigned(COSIGNED.encode(), LOG.verifier, [W1.verifier, W2.verifier]) == (
        HEAD,
        {W1.name: NOW_S},
    )


def test_the_message_is_spelt_as_in_the_specification():
    line = W1.cosign(HEAD.text(), NOW_S)
    data = b64decode(line.split(" ")[2])
    message = f"cosignature/v1\ntime {NOW_S}\n{HEAD.text()}".encode()
    W1._private_key.public_key().verify(data[12:], message)
    assert line == f"\u2014 {W1.name} {b64encode(data).decode()}\n"
    assert data[:4] == W1.verifier.key_id
    assert data[4:12] == NOW_S.to_bytes(8, "big")


def test_a_witness_that_nobody_asked_about_is_ignored():
    assert open_cosigned(COSIGNED, LOG.verifier, []) == (HEAD, {})
    assert open_cosigned(COSIGNED, LOG.verifier, [W2.verifier]) == (HEAD, {})
    renamed = CosignatureVerifier("witness.example.org/w9", W1.verifier.public_key)
    rekeyed = CosignatureVerifier(W1.name, W2.verifier.public_key)
    assert open_cosigned(COSIGNED, LOG.verifier, [renamed, rekeyed]) == (HEAD, {})


def test_witnesses_go_by_the_names_that_a_policy_gives_them():
    both = COSIGNED + W2.cosign(HEAD.text(), NOW_S + 5)
    known = {"ours": W1.verifier, "theirs": W2.verifier}
    assert open_cosigned(both, LOG.verifier, known)[1] == {"ours": NOW_S, "theirs": NOW_S + 5}


def test_two_keys_of_one_name_are_told_apart_by_their_ids():
    old, new = Cosigner("w.example", b"\3" * 32), Cosigner("w.example", b"\4" * 32)
    note = NOTE + old.cosign(HEAD.text(), NOW_S) + new.cosign(HEAD.text(), NOW_S + 9)
    known = {"old": old.verifier, "new": new.verifier}
    assert open_cosigned(note, LOG.verifier, known)[1] == {"old": NOW_S, "new": NOW_S + 9}
    by_name = open_cosigned(note, LOG.verifier, [new.verifier, old.verifier])[1]
    assert by_name == {"w.example": NOW_S + 9}


def test_of_two_cosignatures_by_one_witness_the_later_counts():
    note = NOTE + W1.cosign(HEAD.text(), NOW_S + 60) + W1.cosign(HEAD.text(), NOW_S)
    assert open_cosigned(note, LOG.verifier, [W1.verifier])[1] == {W1.name: NOW_S + 60}


def test_a_checkpoint_that_only_witnesses_signed_is_unverified():
    note = HEAD.text() + "\n" + W1.cosign(HEAD.text(), NOW_S)
    with pytest.raises(Unverified):
        open_cosigned(note, LOG.verifier, [W1.verifier])


def test_a_log_does_not_pass_for_its_own_witness():
    same_key = Cosigner(LOG.name, LOG.seed)
    assert same_key.verifier.key_id != LOG.verifier.key_id
    assert open_cosigned(NOTE, LOG.verifier, [same_key.verifier]) == (HEAD, {})


def test_one_wrong_cosignature_by_a_known_witness_spoils_the_whole_note():
    other = Checkpoint(LOG.name, 42, leaf_hash(b"y"))
    for wrong in (other.text(), HEAD.text() + "extension\n"):
        note = COSIGNED + W2.cosign(wrong, NOW_S)
        assert open_cosigned(note, LOG.verifier, [W1.verifier])
        with pytest.raises(Invalid):
            open_cosigned(note, LOG.verifier, [W1.verifier, W2.verifier])


def test_a_cosignature_covers_the_extension_lines():
    head = Checkpoint(LOG.name, 41, leaf_hash(b"x"), ("one", "two words"))
    note = sign_checkpoint(head, LOG) + W1.cosign(head.text(), NOW_S)
    assert open_cosigned(note, LOG.verifier, [W1.verifier]) == (head, {W1.name: NOW_S})


def test_every_changed_byte_of_a_cosignature_is_invalid():
    data = b64decode(W1.cosign(HEAD.text(), NOW_S).split(" ")[2])[4:]
    assert W1.verifier.timestamp_s(HEAD.text(), data) == NOW_S
    for at in range(len(data)):
        changed = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
        with pytest.raises(Invalid):
            W1.verifier.timestamp_s(HEAD.text(), changed)
    for cut in (b"", data[:8], data[:64], data[:71], data + b"\0"):
        with pytest.raises(Invalid):
            W1.verifier.timestamp_s(HEAD.text(), cut)


def test_a_plain_signature_by_the_witness_is_no_cosignature():
    plain = Signer(W1.name, W1.seed)
    data = b64decode(plain.signature_line(HEAD.text()).split(" ")[2])[4:]
    with pytest.raises(Invalid):
        W1.verifier.timestamp_s(HEAD.text(), data)
    with pytest.raises(Unverified):
        open_note(COSIGNED.replace(LOG.name + " ", "x "), [plain.verifier])


@pytest.mark.parametrize("timestamp_s", [1, 2**63 - 1])
def test_every_time_that_fits_reads_back(timestamp_s):
    note = NOTE + W1.cosign(HEAD.text(), timestamp_s)
    assert open_cosigned(note, LOG.verifier, [W1.verifier])[1] == {W1.name: timestamp_s}


@pytest.mark.parametrize("timestamp_s", [-1, 0, 2**63])
def test_a_witness_gives_no_time_that_is_none(timestamp_s):
    with pytest.raises(Malformed):
        W1.cosign(HEAD.text(), timestamp_s)


def test_a_time_beyond_63_bits_is_invalid_although_it_is_signed():
    late_s = 2**63
    message = f"cosignature/v1\ntime {late_s}\n{HEAD.text()}".encode()
    data = late_s.to_bytes(8, "big") + W1._private_key.sign(message)
    with pytest.raises(Invalid):
        W1.verifier.timestamp_s(HEAD.text(), data)


@pytest.mark.parametrize("text", ["", "hello\n", HEAD.text()[:-1], "a\n1\nAAAA\n"])
def test_a_witness_cosigns_nothing_but_checkpoints(text):
    with pytest.raises(Malformed):
        W1.cosign(text, NOW_S)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n"])
def test_a_key_name_that_no_line_can_hold_is_refused(name):
    with pytest.raises(Malformed):
        Cosigner(name, bytes(32))
    with pytest.raises(Malformed):
        CosignatureVerifier(name, bytes(32))


@pytest.mark.parametrize("length", [0, 31, 33])
def test_a_key_of_another_length_is_refused(length):
    with pytest.raises(Malformed):
        Cosigner("a", bytes(length))
    with pytest.raises(Malformed):
        CosignatureVerifier("a", bytes(length))


def test_a_seed_never_shows():
    assert repr(W1.seed) not in repr(W1)


@given(st.text() | st.text(alphabet="+\u2014 \n=aB0"))
def test_a_witness_key_made_of_anything_leaks_only_our_error(text):
    with pytest.raises(Malformed):
        CosignatureVerifier.parse(text)


@given(st.binary(max_size=90))
def test_a_cosignature_made_of_anything_is_invalid(data):
    line = f"\u2014 {W1.name} {b64encode(W1.verifier.key_id + data).decode()}\n"
    with pytest.raises(QaError):
        open_cosigned(NOTE + line, LOG.verifier, [W1.verifier])
