"""Policies: which witnesses are enough, and no way to count one of them twice."""

from contextlib import suppress
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import Malformed
from qa.ledger.checkpoint import Checkpoint, sign_checkpoint
from qa.ledger.cosignature import Cosigner, open_cosigned
from qa.ledger.merkle import leaf_hash
from qa.ledger.note import Signer
from qa.ledger.witness_policy import MAX_POLICY_BYTES, parse_policy
from tests.ledger.trees import load_vectors

VECTORS = load_vectors("policy")
KEYS = VECTORS["keys"]
WITNESSES = {
    name: Cosigner(f"{name.lower()}.example", bytes([number] * 32))
    for number, name in enumerate(["X1", "X2", "X3", "Y1", "Y2", "Y3"])
}
LOG = Signer("questions.example.org/log/spring", b"\7" * 32)


def filled(policy):
    for name, key in KEYS.items():
        policy = policy.replace("{" + name + "}", key)
    return policy


def lines_of(*names):
    return "".join(f"witness {name} {WITNESSES[name].vkey}\n" for name in names)


EXAMPLE = f"""log {LOG.vkey}

{lines_of("X1", "X2", "X3")}group X-witnesses 2 X1 X2 X3

{lines_of("Y1", "Y2", "Y3")}group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


def test_the_example_of_the_specification_asks_for_two_of_three_and_one_of_three():
    policy = parse_policy(EXAMPLE)
    assert [log.verifier for log in policy.logs] == [LOG.verifier]
    assert policy.cosigners == {name: witness.verifier for name, witness in WITNESSES.items()}
    names = list(WITNESSES)
    for some in chain.from_iterable(combinations(names, count) for count in range(7)):
        enough = sum(name[0] == "X" for name in some) >= 2 and any(name[0] == "Y" for name in some)
        assert policy.satisfied(some) is enough, some


def test_a_policy_is_asked_about_the_cosignatures_of_a_checkpoint():
    head = Checkpoint(LOG.name, 41, leaf_hash(b"x"))
    note = sign_checkpoint(head, LOG)
    policy = parse_policy(EXAMPLE)
    for name, enough in (("X1", False), ("Y3", False), ("X3", True)):
        note += WITNESSES[name].cosign(head.text(), 1_795_000_000)
        _, seen = open_cosigned(note, LOG.verifier, policy.cosigners)
        assert policy.satisfied(seen) is enough


@pytest.mark.parametrize("policy", VECTORS["good"].values(), ids=VECTORS["good"])
def test_a_foreign_policy_reads(policy):
    read = parse_policy(filled(policy))
    assert read == parse_policy(filled(policy).encode())
    assert read.satisfied(list(read.cosigners))


def test_what_a_policy_says_is_what_is_read():
    policy = parse_policy(filled(VECTORS["good"]["round trip"]))
    assert [(log.verifier.vkey, log.url) for log in policy.logs] == [
        (KEYS["log"], "https://log.example.com/")
    ]
    assert [(each.name, each.verifier.vkey, each.url) for each in policy.witnesses] == [
        ("w1", KEYS["w1"], "https://w1.example.com/"),
        ("w2", KEYS["w2"], ""),
    ]
    assert [(each.name, each.threshold, each.members) for each in policy.groups] == [
        ("g1", 1, ("w1", "w2"))
    ]
    assert policy.quorum == "g1"


@pytest.mark.parametrize("case", VECTORS["satisfied"]["cases"], ids=str)
def test_a_foreign_quorum_is_satisfied_by_the_same_witnesses(case):
    names, enough = case
    assert parse_policy(filled(VECTORS["satisfied"]["policy"])).satisfied(names) is enough


@pytest.mark.parametrize("policy", VECTORS["bad"].values(), ids=VECTORS["bad"])
def test_a_bad_foreign_policy_is_malformed(policy):
    with pytest.raises(Malformed):
        parse_policy(filled(policy))


def test_a_name_that_the_policy_does_not_have_counts_for_nothing():
    policy = parse_policy(lines_of("X1") + "quorum X1\n")
    assert policy.satisfied(["X1", "stranger"])
    assert not policy.satisfied(["stranger", WITNESSES["X1"].name])
    group = parse_policy(lines_of("X1", "X2") + "group g all X1 X2\nquorum g\n")
    assert not group.satisfied(["g"])
    assert not group.satisfied(["X1", "X1"])


def test_no_witness_is_needed_only_when_the_policy_says_so():
    assert parse_policy("quorum none\n").satisfied([])
    with pytest.raises(Malformed):
        parse_policy("")
    with pytest.raises(Malformed):
        parse_policy("# quorum none\n")


def test_a_policy_may_be_as_long_as_it_may_and_hold_half_a_character_in_a_comment() -> None:
    longest = "quorum none\n#".ljust(MAX_POLICY_BYTES, "x")
    assert parse_policy(longest) == parse_policy("quorum none\n# \ud800")


@pytest.mark.parametrize(
    "policy",
    [
        lines_of("X1") + "group g 01 X1\nquorum g\n",
        lines_of("X1") + "group g +1 X1\nquorum g\n",
        lines_of("X1") + "group g 1.0 X1\nquorum g\n",
        lines_of("X1") + "group g ١ X1\nquorum g\n",
        lines_of("X1") + "group g " + "9" * 5000 + " X1\nquorum g\n",
        lines_of("X1") + "group g All X1\nquorum g\n",
        lines_of("X1") + "group g all g\nquorum g\n",
        lines_of("X1") + "group g all\nquorum g\n",
        lines_of("X1") + "group g any\nquorum g\n",
        lines_of("X1") + "group g\nquorum g\n",
        lines_of("X1") + "Quorum X1\n",
        lines_of("X1") + "quorum X1 X1\n",
        lines_of("X1") + "quorum x1\n",
        lines_of("X1").replace(" ", "\u00a0") + "quorum X1\n",
        lines_of("X1") + "quorum X1\x7f\n",
        lines_of("X1") + "quorum X1\x0b\n",
        "log " + WITNESSES["X1"].vkey + "\nquorum none\n",
        "log " + LOG.vkey + " a b\nquorum none\n",
        f"witness a {WITNESSES['X1'].vkey} https://a.example b\nquorum none\n",
        "quorum none\n#" + "x" * MAX_POLICY_BYTES,
    ],
    ids=lambda policy: repr(policy[-40:]),
)
def test_a_policy_that_could_be_read_in_two_ways_is_malformed(policy):
    with pytest.raises(Malformed):
        parse_policy(policy)


@pytest.mark.parametrize("octet", [*range(9), *range(11, 32), 127])
def test_no_control_character_is_hidden_even_in_a_comment(octet):
    with pytest.raises(Malformed):
        parse_policy(b"# a comment" + bytes([octet]) + b"\nquorum none\n")


def test_an_error_names_its_line():
    with pytest.raises(Malformed, match="Line 3 of the policy"):
        parse_policy("# one\n\nquibble\nquorum none\n")


def test_a_key_of_a_type_that_is_not_read_spoils_the_whole_policy():
    later = "w.example+00000000+Bg" + "A" * 1748 + "=="
    with pytest.raises(Malformed):
        parse_policy(lines_of("X1") + f"witness later {later}\nquorum X1\n")


def test_names_are_octets_and_not_letters():
    kelvin = lines_of("X1", "X2").replace("X1 ", "K ").replace("X2 ", "\u212a ")
    policy = parse_policy(kelvin + "group g all K \u212a\nquorum g\n")
    assert not policy.satisfied(["K"])
    assert policy.satisfied(["K", "\u212a"])
    composed = lines_of("X1").replace("X1 ", "\u00e9 ") + "quorum e\u0301\n"
    with pytest.raises(Malformed):
        parse_policy(composed)
    opaque = lines_of("X1", "X2").encode().replace(b"X1 ", b"\x80 ").replace(b"X2 ", b"\x81 ")
    read = parse_policy(opaque + b"quorum \x81\n")
    first, second = read.cosigners
    assert first != second
    assert read.satisfied([second])
    assert not read.satisfied([first])


def test_more_logs_witnesses_and_groups_than_the_specification_recommends():
    logs = [Signer(f"log{number}.example", bytes([number] * 32)).vkey for number in range(1, 65)]
    keys = [Cosigner(f"w{number}.example", bytes([number] * 32)).vkey for number in range(1, 65)]
    lines = [f"log {vkey}" for vkey in logs]
    lines += [f"witness w{number} {vkey}" for number, vkey in enumerate(keys)]
    lines.append("group g0 any w0")
    lines += [f"group g{number} all g{number - 1} w{number}" for number in range(1, 64)]
    policy = parse_policy("\n".join([*lines, "quorum g63", ""]))
    everyone = {f"w{number}" for number in range(64)}
    assert policy.satisfied(everyone)
    for missing in everyone:
        assert not policy.satisfied(everyone - {missing})


@given(st.text() | st.binary() | st.lists(st.sampled_from([*EXAMPLE.split(), "\n"])).map(" ".join))
def test_anything_else_leaks_only_our_error(data):
    with suppress(Malformed):
        parse_policy(data)
