"""add-checkpoint over HTTP: what is cosigned, and every way in which it is refused."""

from base64 import b64encode
from dataclasses import replace
from hashlib import sha256
from itertools import pairwise

from qa.clock import system_clock
from qa.ledger.checkpoint import sign_checkpoint
from qa.ledger.cosignature import CosignatureVerifier, Cosigner, open_cosigned
from qa.ledger.merkle import EMPTY_ROOT, leaf_hash
from qa.ledger.note import Signer, sign_note
from qa.ledger.submission import Submission
from tests.ledger.trees import flipped, load_vectors
from tests.witness.hall import NAME, Answer, Log

SIZE = "text/x.tlog.size"
VECTORS = load_vectors("witness")


def cosigned(shared, log, answer, size):
    """Open a checkpoint with the line that the witness answered, and return its time."""
    assert answer.status == 200
    witness = CosignatureVerifier.parse(shared.vkey)
    checkpoint, seen = open_cosigned(log.note(size) + answer.text, log.signer.verifier, [witness])
    assert checkpoint == log.head(size)
    return seen[NAME]


def test_the_first_checkpoint_of_a_log_is_cosigned_and_so_is_every_growth(shared, log):
    before_s = system_clock() // 1000
    sizes = [0, 1, 2, 3, 7, 8, 9, 31, 32, 33, 40]
    times = [cosigned(shared, log, shared.post(log.body(0, sizes[0])), sizes[0])]
    for old, new in pairwise(sizes):
        times.append(cosigned(shared, log, shared.post(log.body(old, new)), new))
    assert times == sorted(times)
    assert before_s <= times[0]
    assert times[-1] <= system_clock() // 1000


def test_the_answer_is_one_signature_line_and_nothing_else(shared, log):
    answer = shared.post(log.body(0, 5))
    assert answer.text.startswith(f"\u2014 {NAME} ")
    assert answer.text.count("\n") == 1
    assert answer.text.endswith("\n")


def test_the_same_checkpoint_is_cosigned_again(shared, log):
    first = cosigned(shared, log, shared.post(log.body(0, 5)), 5)
    assert cosigned(shared, log, shared.post(log.body(5, 5)), 5) >= first


def test_a_checkpoint_with_other_signatures_and_extension_lines_is_cosigned_whole(shared, log):
    head = replace(log.head(5), extensions=("an extension",))
    other = Signer("somebody.example", bytes(32))
    note = sign_note(head.text(), [other, log.signer])
    answer = shared.post(Submission(0, (), note).body())
    witness = CosignatureVerifier.parse(shared.vkey)
    opened, seen = open_cosigned(note + answer.text, log.signer.verifier, [witness])
    assert (opened, list(seen)) == (head, [NAME])


def test_a_body_that_is_not_of_the_form_is_400(shared, log):
    good = log.body(0, 5).decode()
    note = log.note(5)
    bodies = [
        "",
        "\n",
        "old 0\n",
        "old 0\n\n",
        note,
        good.replace("old 0", "old  0"),
        good.replace("old 0", "Old 0"),
        good.replace("old 0", "old 00"),
        good.replace("old 0", "old -1"),
        good.replace("old 0", "old"),
        good.replace("old 0", "old " + str(2**53)),
        good.replace("old 0\n", "old 0\n\n"),
        good.replace("old 0\n", "old 0\nAAAA\n"),
        good.replace("old 0\n", "old 0\n!\n"),
        good.replace("old 0\n", "old 0\n" + "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n" * 64),
        good.replace("\n", "\r\n"),
        good[:-1],
        good + "\n",
        good + "trailing\n",
        f"old 0\n\n{log.head(5).text()}",
        "old 0\n\n" + log.signer.sign("hello\n"),
        "old 0\n\n" + log.signer.sign(f"{log.origin}\n05\nAAAA\n"),
    ]
    for body in bodies:
        assert shared.post(body.encode()).status == 400, body
    assert shared.post(b"\xff" + good.encode()).status == 400
    assert shared.post(log.body(0, 5)).status == 200


def test_an_unknown_log_is_404(shared):
    stranger = Log("questions.example.org/log/stranger")
    assert shared.post(stranger.body(0, 5)).status == 404


def test_a_known_log_with_an_unknown_key_is_403(shared, log):
    impostor = Signer(log.origin, b"\x55" * 32)
    note = sign_checkpoint(log.head(5), impostor)
    assert shared.post(Submission(0, (), note).body()).status == 403
    witness_only = (
        log.head(5).text() + "\n" + Cosigner(NAME, bytes(32)).cosign(log.head(5).text(), 1)
    )
    assert shared.post(Submission(0, (), witness_only).body()).status == 403


def test_a_wrong_signature_by_a_known_key_is_403(shared, log):
    text = log.head(5).text()
    line = log.signer.signature_line(log.head(6).text())
    assert shared.post(Submission(0, (), f"{text}\n{line}").body()).status == 403
    good = log.signer.signature_line(text)
    assert shared.post(Submission(0, (), f"{text}\n{good}{line}").body()).status == 403


def test_the_key_of_one_log_signs_for_no_other(shared, log, numbers):
    other = Log(f"questions.example.org/log/other-{next(numbers)}")
    with shared.logs.open("a", encoding="utf-8") as file:
        file.write(other.signer.vkey + "\n")
    note = sign_checkpoint(other.head(5), log.signer)
    assert shared.post(Submission(0, (), note).body()).status == 403
    assert shared.post(other.body(0, 5)).status == 200


def test_an_old_size_above_the_new_one_is_400(shared, log):
    assert shared.post(log.body(6, 5)).status == 400
    shared.post(log.body(0, 8))
    assert shared.post(log.body(8, 5)).status == 400


def test_another_old_size_is_409_with_the_right_one(shared, log):
    assert shared.post(log.body(3, 5)) == Answer(409, SIZE, "0\n")
    assert shared.post(log.body(0, 5)).status == 200
    for old in (0, 3, 4):
        assert shared.post(log.body(old, 9)) == Answer(409, SIZE, "5\n")
    assert shared.post(log.body(9, 9)) == Answer(409, SIZE, "5\n")


def test_a_rollback_is_refused_whatever_old_size_it_claims(shared, log):
    assert shared.post(log.body(0, 20)).status == 200
    for old in (0, 5, 10):
        assert shared.post(log.body(old, 10)) == Answer(409, SIZE, "20\n")
    assert shared.post(log.body(20, 10)).status == 400
    assert shared.post(log.body(20, 21)).status == 200


def test_a_proof_that_shows_nothing_is_422(shared, log):
    assert shared.post(log.body(0, 5)).status == 200
    good = log.submission(5, 13)
    wrong = [
        replace(good, proof=()),
        replace(good, proof=good.proof[1:]),
        replace(good, proof=good.proof[:-1]),
        replace(good, proof=(*good.proof, bytes(32))),
        replace(good, proof=tuple(reversed(good.proof))),
        replace(good, proof=log.submission(4, 13).proof),
    ]
    for at, digest in enumerate(good.proof):
        changed = (*good.proof[:at], flipped(digest), *good.proof[at + 1 :])
        wrong.append(replace(good, proof=changed))
    for submission in wrong:
        assert shared.post(submission.body()).status == 422
    assert shared.post(good.body()).status == 200


def test_a_proof_where_none_is_needed_is_422(shared, log):
    assert shared.post(replace(log.submission(0, 5), proof=(bytes(32),)).body()).status == 422
    assert shared.post(log.body(0, 5)).status == 200
    assert shared.post(replace(log.submission(5, 5), proof=(bytes(32),)).body()).status == 422


def test_an_empty_log_has_the_root_of_nothing(shared, log):
    wrong = sign_checkpoint(replace(log.head(0), root_hash=leaf_hash(b"")), log.signer)
    assert shared.post(Submission(0, (), wrong).body()).status == 422
    assert log.head(0).root_hash == EMPTY_ROOT
    assert shared.post(log.body(0, 0)).status == 200
    assert shared.post(Submission(0, (), wrong).body()).status == 422
    assert shared.post(log.body(0, 5)).status == 200


def test_two_trees_of_one_size_are_409_without_a_size_to_try_again_with(shared, log):
    fork = log.fork(4)
    assert shared.post(log.body(0, 5)).status == 200
    answer = shared.post(fork.body(5, 5))
    assert answer.status == 409
    assert answer.kind != SIZE
    assert not answer.text.strip().isdecimal()
    assert shared.post(log.body(5, 6)).status == 200


def test_two_forks_from_one_prefix_are_refused_at_every_later_size(shared, log):
    fork = log.fork(8)
    assert shared.post(log.body(0, 8)).status == 200
    assert shared.post(log.body(8, 12)).status == 200
    assert shared.post(fork.body(12, 12)).status == 409
    for size in (13, 16, 20, 40):
        assert shared.post(fork.body(12, size)).status == 422
        assert shared.post(fork.body(8, size)) == Answer(409, SIZE, "12\n")
    assert shared.post(log.body(12, 40)).status == 200


def test_what_may_be_evidence_against_a_log_is_said_with_both_trees(shared, log):
    fork = log.fork(4)
    shared.post(log.body(0, 5))
    shared.post(fork.body(5, 5))
    shared.post(fork.body(5, 9))
    for size in (5, 9):
        line = next(line for line in shared.said.splitlines() if repr(fork.note(size)) in line)
        assert log.head(5).root_hash.hex() in line


def test_the_last_cosigned_checkpoint_can_be_fetched_with_the_signatures_that_count(shared, log):
    path = f"/{sha256(log.origin.encode()).hexdigest()}/checkpoint"
    assert shared.ask("GET", path).status == 404
    stranger = Signer("somebody.example", bytes(32))
    noisy = sign_note(log.head(5).text(), [stranger, log.signer, log.signer])
    first = shared.post(Submission(0, (), noisy).body())
    assert shared.ask("GET", path).text == log.note(5) + first.text
    second = shared.post(log.body(5, 9))
    assert shared.ask("GET", path).text == log.note(9) + second.text
    shared.post(log.fork(4).body(9, 9))
    assert shared.ask("GET", path).text == log.note(9) + second.text
    cosigned(shared, log, Answer(200, "", shared.ask("GET", path).text[len(log.note(9)) :]), 9)


def test_a_forged_line_in_the_witness_own_name_is_not_kept(shared, log):
    """Kept, it would spoil the checkpoint for everyone who knows the witness."""
    witness = CosignatureVerifier.parse(shared.vkey)
    forged = f"\u2014 {NAME} {b64encode(witness.key_id + bytes(72)).decode()}\n"
    poisoned = Submission(0, (), log.note(5) + forged)
    assert cosigned(shared, log, shared.post(poisoned.body()), 5)
    path = f"/{sha256(log.origin.encode()).hexdigest()}/checkpoint"
    stored = shared.ask("GET", path).text
    assert forged not in stored
    assert open_cosigned(stored, log.signer.verifier, [witness])[0] == log.head(5)
    assert shared.post(log.body(5, 9)).status == 200


def test_the_requests_of_another_witness_get_the_answers_that_its_authors_expect(start):
    running = start("--log", VECTORS["log"])
    for case in VECTORS["requests"]:
        answer = running.post(case["body"].encode())
        # This signature is not in canonical base64: here it is malformed, and not merely wrong.
        expected = 400 if case["name"] == "invalid signature" else case["status"]
        assert answer.status == expected, case["name"]
        if "answer" in case:
            assert answer == Answer(case["status"], SIZE, case["answer"])
