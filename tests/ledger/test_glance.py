"""Which leaves are known at a glance, and what of them is still looked at."""

import json

import pytest

from qa.ledger.entry import KINDS, decode, encode
from qa.ledger.forms import MINUTE, SLUG, FieldSpec, Form, list_of, whole, word
from qa.ledger.glance import Glance, glance_at
from tests.ledger.samples import EV, SAMPLES, T

ENDS = {"ev": FieldSpec(SLUG), "t": FieldSpec(MINUTE)}


def glance_of(kind: str) -> Glance | None:
    return glance_at({"k": json.dumps(kind), "v": "1"}, {**KINDS[kind], **ENDS})


def line(kind: str, without: str = "") -> str:
    fields = {name: value for name, value in SAMPLES[kind].items() if name != without}
    return json.dumps(
        {**fields, "ev": EV, "k": kind, "t": T, "v": 1}, sort_keys=True, separators=(",", ":")
    )


SEEN = sorted(kind for kind in SAMPLES if glance_of(kind) is not None)


def test_every_kind_is_known_at_a_glance_but_that_which_counts_by_name() -> None:
    assert set(SAMPLES) - set(SEEN) == {"refused"}


@pytest.mark.parametrize("kind", SEEN)
def test_a_leaf_is_known_and_reads_as_it_would_without(kind: str) -> None:
    glance = glance_of(kind)
    assert glance is not None
    assert glance.matches(line(kind))
    assert encode(kind, EV, T, **decode(line(kind).encode()).fields).decode() == line(kind)


@pytest.mark.parametrize("kind", SEEN)
def test_only_what_may_be_missing_may_be_missing(kind: str) -> None:
    glance = glance_of(kind)
    assert glance is not None
    for name in SAMPLES[kind]:
        assert bool(glance.matches(line(kind, name))) == KINDS[kind][name].optional


def test_what_a_pattern_cannot_tell_is_left_to_look_at() -> None:
    glance = glance_of("policy.published")
    assert glance is not None
    # Whether a day exists, no pattern knows; that a hash is 64 hex digits, this one does.
    assert [name for name, _ in glance.left] == ["t"]


def test_a_line_is_known_as_a_whole_or_not_at_all() -> None:
    glance = glance_at({"k": '"a.b"'}, {"n": FieldSpec(whole(1))})
    assert glance is not None
    assert glance.matches('{"k":"a.b","n":1}')
    for other in ('{"k":"a.b","n":1} ', '{"k":"a.b","n":1', '{"k":"a_b","n":1}', '{"k":"a.b"}'):
        assert not glance.matches(other)


def test_a_list_is_known_by_its_items_and_its_rules_are_left() -> None:
    spec = FieldSpec(list_of(word("a code", "[a-z]+"), 2, distinct=True))
    glance = glance_at({}, {"codes": spec, "n": FieldSpec(whole())})
    assert glance is not None
    assert glance.left == (("codes", spec.form),)
    for text in ("[]", '["a"]', '["a","b"]', '["a","a","a"]'):
        assert glance.matches(f'{{"codes":{text},"n":0}}')
    for text in ('["a",]', '["a" ,"b"]', '["A"]', "[,]", '"a"'):
        assert not glance.matches(f'{{"codes":{text},"n":0}}')


def test_a_form_that_no_pattern_spells_makes_the_whole_kind_unknown_at_a_glance() -> None:
    assert glance_at({}, {"any": FieldSpec(Form("anything", lambda _: True))}) is None
    unspelt = list_of(Form("anything", lambda _: True), 3)
    assert glance_at({}, {"any": FieldSpec(unspelt)}) is None
