"""A receipt and a signed note: every byte flipped, and cut off anywhere."""

import json
from dataclasses import replace

from qa.ledger.checks_receipt import check_receipt, parse_receipt
from qa.ledger.note import Signer, open_note, sign_note
from tests.verify.forger import signers
from tests.verify.test_receipts import proof, receipt_of
from tests.verify.test_tampering import checked, flips, is_refused


def test_a_receipt_with_a_flipped_byte_is_rejected_or_says_the_same(hall, bundle, every):
    log, _ = signers(hall)
    index = hall.receipts[5].leaf_index
    receipt = receipt_of(hall, 5, proof=proof(bundle, index, len(bundle.leaves), log))
    data, record = json.dumps(receipt).encode(), checked(hall, bundle)
    says, same = parse_receipt(data), 0
    for at, flipped in flips(data, every(len(data))):
        if is_refused(check_receipt, record, "receipt", flipped):
            continue
        same += 1
        found = parse_receipt(flipped)
        # One that has lost its proof, under a wrong name, still says the rest.
        assert found in (says, replace(says, proof=None)), at
    print(f"{len(data):,} bytes: {same:,} flips are in words for the owner")


def test_a_receipt_that_is_cut_off_anywhere_is_rejected(hall, bundle, every):
    data, record = json.dumps(receipt_of(hall, 5)).encode(), checked(hall, bundle)
    check_receipt(record, "receipt", data)
    for end in every(len(data)):
        assert is_refused(check_receipt, record, "receipt", data[:end])


def test_a_note_with_a_flipped_byte_is_rejected_or_says_the_same(hall):
    """Flips that pass are in the signatures of witnesses, which this reader does not know."""
    log, _ = signers(hall)
    witness = Signer("witness.example/w1", b"w" * 32)
    text = hall.checkpoints[-1].partition("\n\n")[0] + "\n"
    note = sign_note(text, [log, witness]).encode()
    unknown = note.index("\n\u2014 witness".encode()) + 1
    for at, flipped in flips(note):
        if at >= unknown and not is_refused(open_note, flipped, [log.verifier]):
            assert open_note(flipped, [log.verifier]) == (text, (log.name,))
            continue
        assert is_refused(open_note, flipped, [log.verifier]), at
        both = [log.verifier, witness.verifier]
        assert is_refused(open_note, flipped, both) or open_note(flipped, both)[0] == text
    for end in range(len(note)):
        if end != unknown:
            assert is_refused(open_note, note[:end], [log.verifier]), end
