"""Length, listed names, phone numbers by country, and floods: what is seen and what is let be."""

import pytest

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy, screen
from qa.errors import BadInput

SCUNTHORPE = (
    "Why did Scunthorpe lose to Penistone?",
    "Is the Cockburn office in Essex or Sussex closing?",
    "Who leads the class on mass assessment?",
    "Does Dr. Dickens of Clitheroe take the shitake mushrooms off the menu?",
    "Will sex-discrimination training be part of the basement analytics job?",
    "Wann ist die Arschlochkarte nicht mehr im Wortschatz?",
    "¿Cuántos años tiene el computador?",
    "Le mot merdeux est-il dans le dictionnaire?",
)


def policy_with(kind, **rule):
    made = {"id": kind, "kind": kind, "explanation": "A check.", **rule}
    return Policy.from_document({**DEFAULT_POLICY_DOCUMENT, "rules": [made]})


def seen(text, kind, *, flooding=False, **params):
    found = screen(policy_with(kind, params=params), text, None, (), flooding=flooding)
    return [text[slice(*flag.span)] if flag.span else flag.explanation for flag in found.flags]


@pytest.mark.parametrize("text", SCUNTHORPE)
def test_an_innocent_text_is_not_flagged_for_a_word_inside_a_word(text):
    assert screen(Policy.from_document(DEFAULT_POLICY_DOCUMENT), text, None, ()).flags == ()


@pytest.mark.parametrize(("length", "flagged"), [(9, True), (10, False), (20, False), (21, True)])
def test_a_text_is_flagged_below_and_above_the_lengths_of_the_policy(length, flagged):
    for letter in ("a", "\U0001f469\u200d\U0001f4bb"):
        found = seen(letter * length, "length", shortest=10, longest=20)
        assert bool(found) is flagged
        assert all(str(length) in words for words in found)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Does Ada Lovelace know?", "Ada Lovelace"),
        ("does ADA  LOVELACE know?", "ADA  LOVELACE"),
        ("Is it Björk’s?", None),
        ("Ask Bjo\u0308rk Guðmundsdóttir.", "Bjo\u0308rk Guðmundsdóttir"),
        ("Ada and Lovelace know.", None),
        ("Is Adam Lovelace in?", None),
        ("What does Lovelace think?", None),
    ],
)
def test_a_listed_name_is_found_whole_in_any_spelling(text, name):
    names = ["Ada Lovelace", "Björk Guðmundsdóttir"]
    assert seen(text, "listed_name", names=names) == ([name] if name else [])


@pytest.mark.parametrize(
    ("text", "regions", "number"),
    [
        ("Call 612 345 678 now", ["ES"], "612 345 678"),
        ("Call 612 345 678 now", [], None),
        ("Call 612 345 678 now", ["DE", "ES"], "612 345 678"),
        ("Ticket 4567890123?", ["ES", "DE"], None),
        ("Is it 120 000 000 for 2018-2019?", ["DE", "FR", "GB"], None),
    ],
)
def test_a_number_without_plus_is_one_by_the_plans_of_the_policys_countries(text, regions, number):
    assert seen(text, "phone_number", regions=regions) == ([number] if number else [])


def test_a_flood_is_flagged_without_a_word_of_who():
    (said,) = seen("Anything at all?", "flood", flooding=True, questions=4, minutes=10)
    assert "more than 4 questions within 10 minutes" in said
    assert "says when, and not who" in said
    assert seen("Anything at all?", "flood") == []


@pytest.mark.parametrize(
    ("kind", "rule", "path"),
    [
        ("flood", {"decides": {"reason": "spam"}}, "rules[0].decides"),
        ("phone_number", {"params": {"regions": ["DE", "Germany"]}}, "rules[0].params.regions[1]"),
        ("listed_name", {"params": {"names": ["-"]}}, "rules[0].params.names[0]"),
        ("length", {"params": {"shortest": 0}}, "rules[0].params.shortest"),
    ],
)
def test_a_rule_that_cannot_work_is_refused_with_its_place(kind, rule, path):
    with pytest.raises(BadInput) as refused:
        policy_with(kind, **rule)
    assert refused.value.field == path
