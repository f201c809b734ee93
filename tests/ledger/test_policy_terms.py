"""What binds decisions, read from policies as they were published."""

from typing import Any

import pytest

from qa.errors import Malformed
from qa.ledger.bundle import PolicyDocument
from qa.ledger.policy_terms import read_terms, terms_of


def document(**fields: Any) -> dict[str, Any]:
    whole: dict[str, Any] = {
        "reason_codes": [{"code": "off_topic"}],
        "rules": [{"id": "shouting"}, {"id": "spam", "decides": {"reason": "off_topic"}}],
        "deadline_minutes": 15,
    }
    return {**whole, **fields}


def test_rules_that_flag_are_known_and_only_those_that_decide_have_a_reason() -> None:
    terms = terms_of(document())
    assert terms.rules == {"shouting", "spam"}
    assert terms.deciding == {"spam": "off_topic"}


def test_a_policy_that_says_nothing_of_appeals_allows_none() -> None:
    terms = terms_of(document())
    said = (terms.appeal_window_minutes, terms.appeal_deadline_minutes, terms.appeal_supporters)
    assert said == (0, 0, 0)


def test_who_decides_and_when_words_are_shown_is_as_the_policy_says() -> None:
    silent = terms_of(document())
    assert (silent.deciders, silent.held_back) == ({"owner", "moderator"}, False)
    said = terms_of(document(deciders=["owner"], filtered_words="at_close"))
    assert (said.deciders, said.held_back) == ({"owner"}, True)
    assert not terms_of(document(filtered_words="at_once")).held_back


def test_a_second_person_is_asked_for_as_the_policy_says_and_an_owner_only_then() -> None:
    silent = terms_of(document())
    least = dict.fromkeys(("second_person_redaction", "second_person_appeal"), "somebody_else")
    assert silent == terms_of(document(**least))
    assert (silent.owner_hides, silent.owner_decides_appeals) == (False, False)
    assert terms_of(document(second_person_redaction="one_is_owner")).owner_hides
    assert terms_of(document(second_person_appeal="an_owner")).owner_decides_appeals


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("second_person_redaction", "nobody"),
        ("second_person_redaction", "an_owner"),
        ("second_person_appeal", None),
        ("deciders", ["presenter"]),
        ("deciders", ["owner", "owner"]),
        ("deciders", None),
        ("filtered_words", "never"),
        ("appeal_window_minutes", -1),
        ("second_review_percent", "10"),
    ],
)
def test_what_a_policy_says_of_them_is_of_its_form(name: str, wrong: object) -> None:
    with pytest.raises(Malformed, match=f"In the policy, {name} must be "):
        terms_of(document(**{name: wrong}))


def test_a_version_that_cannot_be_read_hides_none_after_it() -> None:
    versions = [PolicyDocument(1, {"deadline_minutes": 0}), PolicyDocument(2, document())]
    assert list(read_terms(versions)) == [2]


@pytest.mark.parametrize("name", ["reason_codes", "rules"])
@pytest.mark.parametrize("wrong", [None, {}, "off_topic", ["off_topic"], [{}, 1]])
def test_reasons_and_rules_are_lists_of_objects(name: str, wrong: object) -> None:
    with pytest.raises(Malformed):
        terms_of(document(**{name: wrong}))
