"""Step 3: enough of the witnesses that the reader trusts have cosigned, and how long ago."""

from dataclasses import replace

import pytest

from qa.ledger.checks import verify_bundle
from qa.ledger.cosignature import Cosigner
from qa.ledger.note import Signer
from qa.ledger.record import Evidence
from qa.ledger.witness_policy import parse_policy

NOW_S = 1_800_000_000
WITNESSES = [Cosigner(f"witness.example/{name}", name.encode() * 32) for name in "abc"]


def policy(hall, quorum="two", log=True):
    lines = [f"log {hall.pins.log.vkey}"] if log else []
    lines += [f"witness {one.name[-1]} {one.vkey}" for one in WITNESSES]
    lines += ["group two 2 a b c", f"quorum {quorum}"]
    return parse_policy("\n".join(lines))


def cosigned(hall, *who, at_s=NOW_S):
    bundle = hall.bundle()
    note = bundle.checkpoint.decode()
    text = note.partition("\n\n")[0] + "\n"
    lines = "".join(one.cosign(text, at_s) for one in who)
    return replace(bundle, checkpoint=(note + lines).encode())


def step(hall, bundle, found, now_s=NOW_S):
    evidence = Evidence(policy=found, now_s=now_s)
    return {each.number: each for each in verify_bundle(bundle, hall.pins, evidence)}[3]


def test_a_quorum_is_enough_and_its_age_is_told(hall):
    bundle = cosigned(hall, *WITNESSES[:2])
    for age_s, said in [
        (0, "less than a minute old"),
        (59, "less than a minute old"),
        (60, "1 minute old"),
        (7_199, "1 hour old"),
        (7_200, "2 hours old"),
        (86_400, "1 day old"),
        (864_000_000, "10,000 days old"),
    ]:
        found = step(hall, bundle, policy(hall), NOW_S + age_s)
        assert found.passed
        assert found.sentence == f"Cosigned by a, b; the newest cosignature is {said}."


def test_the_newest_cosignature_counts(hall):
    bundle = cosigned(hall, WITNESSES[0], at_s=NOW_S - 500_000)
    note = bundle.checkpoint.decode()
    text = note.partition("\n\n")[0] + "\n"
    bundle = replace(bundle, checkpoint=(note + WITNESSES[1].cosign(text, NOW_S - 120)).encode())
    assert "is 2 minutes old" in step(hall, bundle, policy(hall)).sentence


def test_without_the_time_no_age_is_told(hall):
    bundle = cosigned(hall, *WITNESSES)
    assert step(hall, bundle, policy(hall), None).sentence == "Cosigned by a, b, c."


@pytest.mark.parametrize("count", [0, 1])
def test_too_few_witnesses_fail(hall, count):
    found = step(hall, cosigned(hall, *WITNESSES[:count]), policy(hall))
    assert found.passed is False
    who = ["none of the witnesses", "a"][count]
    assert found.sentence == f"The policy's quorum is not reached: {who} cosigned."


def test_no_policy_is_no_pass(hall):
    found = step(hall, cosigned(hall, *WITNESSES), None)
    assert found.passed is None
    assert "the log's own word is all there is" in found.sentence


def test_a_policy_that_asks_for_nobody_passes_and_says_so(hall):
    found = step(hall, hall.bundle(), policy(hall, "none"))
    assert (found.passed, found.sentence) == (
        True,
        "The policy asks for no witness, and none cosigned.",
    )


def test_a_wrong_cosignature_fails(hall):
    bundle = cosigned(hall, *WITNESSES)
    older = cosigned(hall, WITNESSES[0], at_s=5).checkpoint.splitlines()[-1]
    lines = bundle.checkpoint.splitlines()
    key_id_and_time = 20
    start = older.rindex(b" ") + key_id_and_time
    forged = b"\n".join([*lines[:-3], older[:start] + lines[-3][start:], *lines[-2:]]) + b"\n"
    found = step(hall, replace(bundle, checkpoint=forged), policy(hall))
    assert found.passed is False
    assert found.sentence == "The cosignature by witness.example/a is wrong."


def test_a_cosignature_from_the_future_fails(hall):
    bundle = cosigned(hall, *WITNESSES)
    assert step(hall, bundle, policy(hall), NOW_S - 600).passed
    found = step(hall, bundle, policy(hall), NOW_S - 601)
    assert (found.passed, found.sentence) == (False, "A cosignature is from the future.")


def test_a_policy_for_another_log_fails(hall):
    other = Signer(hall.pins.log.name, b"s" * 32).vkey
    text = f"log {other}\nwitness a {WITNESSES[0].vkey}\nquorum a"
    found = step(hall, cosigned(hall, *WITNESSES), parse_policy(text))
    assert (found.passed, found.sentence) == (
        False,
        "The witness policy does not list this log's key.",
    )
    assert step(hall, cosigned(hall, *WITNESSES), policy(hall, log=False)).passed
