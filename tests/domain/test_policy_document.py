import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT, Policy, policy_sha256
from qa.domain.text import EXPLANATION, clean_explanation
from qa.errors import BadInput

CODES = [
    "duplicate",
    "answered_elsewhere",
    "off_topic",
    "individual_case",
    "personal_data",
    "harassment",
    "hate",
    "spam",
    "unlawful",
    "legal_constraint",
    "confidential",
    "leadership_declined",
    "out_of_time",
    "other",
]
DEFAULT = Policy.from_document(DEFAULT_POLICY_DOCUMENT)


def changed(*path, to):
    """Return the default document with one field set, or with it taken out."""
    document = copy.deepcopy(DEFAULT_POLICY_DOCUMENT)
    place = document
    for step in path[:-1]:
        place = place[step]
    if to is MISSING:
        del place[path[-1]]
    else:
        place[path[-1]] = to
    return document


MISSING = object()
RULE = {"id": "mine", "kind": "link", "explanation": "Flags links."}


def test_the_default_policy_has_every_reason_of_the_design_in_its_order():
    assert [reason.code for reason in DEFAULT.reason_codes] == CODES


@pytest.mark.parametrize("reason", DEFAULT.reason_codes, ids=CODES)
def test_a_default_reason_can_be_read_aloud_and_sent_unchanged(reason):
    assert reason.meaning.endswith(".")
    assert reason.meaning.count(".") == 1
    assert reason.template.endswith(".")
    assert reason.template.count(".") == 1
    assert clean_explanation(reason.template, max(15, reason.min_explanation)) == reason.template
    assert "_" not in reason.label


def test_leadership_can_decline_without_anybody_lying():
    reason = DEFAULT.reason("leadership_declined")
    assert reason.label == "Leadership declined to take it"
    assert "breaks no rule" in reason.meaning


def test_only_other_asks_for_a_longer_explanation():
    longer = {reason.code: reason.min_explanation for reason in DEFAULT.reason_codes}
    assert longer == {code: 15 if code == "other" else 1 for code in CODES}


def test_a_default_reason_maps_to_a_statement_of_reasons():
    illegal = {
        reason.code
        for reason in DEFAULT.reason_codes
        if reason.dsa.decision_ground == "DECISION_GROUND_ILLEGAL_CONTENT"
    }
    assert illegal == {"unlawful"}


def test_no_rule_of_the_default_policy_decides():
    assert {rule.decides for rule in DEFAULT.rules} == {None}
    assert [rule.kind for rule in DEFAULT.rules] == [
        "exact_duplicate",
        "near_duplicate",
        "email_address",
        "phone_number",
        "link",
        "shouting",
        "repeated_text",
        "banned_words",
    ]
    assert DEFAULT.deadline_minutes == 15


def test_a_policy_and_its_document_say_the_same():
    assert DEFAULT.as_document() == DEFAULT_POLICY_DOCUMENT
    assert Policy.from_document(json.loads(json.dumps(DEFAULT.as_document()))) == DEFAULT


def test_what_a_document_leaves_out_is_filled_in_by_its_complete_form():
    policy = Policy.from_document(
        {**DEFAULT_POLICY_DOCUMENT, "rules": [{**RULE, "kind": "shouting"}]}
    )
    assert policy.as_document()["rules"] == [
        {
            "id": "mine",
            "kind": "shouting",
            "explanation": "Flags links.",
            "decides": None,
            "params": {"min_letters": 20, "capitals_percent": 70},
        }
    ]


def test_changing_a_documents_copy_does_not_change_the_policy():
    document = DEFAULT.as_document()
    document["rules"][-1]["params"]["words"]["en"].clear()
    assert DEFAULT.as_document() == DEFAULT_POLICY_DOCUMENT


def test_the_hash_is_over_canonical_json():
    document = {"b": "é", "a": [1, {"y": None, "x": True}]}
    # printf '{"a":[1,{"x":true,"y":null}],"b":"é"}' | sha256sum
    expected = "aba1fe42f3072878c7198db2eb8e2b9640aea410e1c88aba262f3459cbf9751a"
    assert policy_sha256(document) == expected
    assert policy_sha256(dict(reversed(document.items()))) == expected


def test_a_different_policy_has_a_different_hash():
    assert policy_sha256(changed("deadline_minutes", to=16)) != policy_sha256(
        DEFAULT_POLICY_DOCUMENT
    )


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (("deadline_minutes",), 0, "deadline_minutes"),
        (("deadline_minutes",), -1, "deadline_minutes"),
        (("deadline_minutes",), 10_081, "deadline_minutes"),
        (("deadline_minutes",), 10**4_000, "deadline_minutes"),
        (("deadline_minutes",), 15.0, "deadline_minutes"),
        (("deadline_minutes",), True, "deadline_minutes"),
        (("deadline_minutes",), "15", "deadline_minutes"),
        (("deadline_minutes",), MISSING, "deadline_minutes"),
        (("introduction",), "", "introduction"),
        (("introduction",), "nul \x00", "introduction"),
        (("surprise",), 1, "surprise"),
        (("second_person_redaction",), "nobody", "second_person_redaction"),
        (("second_person_redaction",), 1, "second_person_redaction"),
        (("second_person_redaction",), ["somebody_else"], "second_person_redaction"),
        (("second_person_appeal",), "anybody", "second_person_appeal"),
        (("second_person_appeal",), None, "second_person_appeal"),
        (("reason_codes",), [], "reason_codes"),
        (("reason_codes",), MISSING, "reason_codes"),
        (("reason_codes",), {"spam": {}}, "reason_codes"),
        (("reason_codes",), DEFAULT_POLICY_DOCUMENT["reason_codes"] * 4, "reason_codes"),
        (("reason_codes", 3), None, "reason_codes[3]"),
        (("reason_codes", 3, "code"), "spam", "reason_codes[7].code"),
        (("reason_codes", 3, "code"), "Not A Code", "reason_codes[3].code"),
        (("reason_codes", 3, "code"), "x" * 41, "reason_codes[3].code"),
        (("reason_codes", 3, "code"), "spam\n", "reason_codes[3].code"),
        (("reason_codes", 3, "label"), "", "reason_codes[3].label"),
        (("reason_codes", 3, "label"), "x" * 61, "reason_codes[3].label"),
        (("reason_codes", 3, "meaning"), None, "reason_codes[3].meaning"),
        (("reason_codes", 3, "meaning"), MISSING, "reason_codes[3].meaning"),
        (("reason_codes", 3, "lable"), "typo", "reason_codes[3].lable"),
        (("reason_codes", 3, "template"), "x" * 301, "reason_codes[3].template"),
        (("reason_codes", 13, "template"), "Too short.", "reason_codes[13].template"),
        (("reason_codes", 3, "min_explanation"), 61, "reason_codes[3].min_explanation"),
        (("reason_codes", 3, "dsa"), "CYBER_VIOLENCE", "reason_codes[3].dsa"),
        (
            ("reason_codes", 3, "dsa", "decision_ground"),
            "MOOD",
            "reason_codes[3].dsa.decision_ground",
        ),
        (("reason_codes", 3, "dsa", "category"), "SPAM", "reason_codes[3].dsa.category"),
        (("rules",), None, "rules"),
        (("rules", 2), "link", "rules[2]"),
        (("rules", 2, "id"), MISSING, "rules[2].id"),
        (("rules", 2, "id"), "", "rules[2].id"),
        (("rules", 2, "id"), "link", "rules[4].id"),
        (("rules", 2, "kind"), "mind_reading", "rules[2].kind"),
        (("rules", 2, "kind"), ["link"], "rules[2].kind"),
        (("rules", 2, "explanation"), " ", "rules[2].explanation"),
        (("rules", 2, "decides"), "spam", "rules[2].decides"),
        (("rules", 2, "decides"), {}, "rules[2].decides.reason"),
        (("rules", 2, "decides"), {"reason": "boredom"}, "rules[2].decides.reason"),
        (("rules", 2, "decides"), {"reason": ["spam"]}, "rules[2].decides.reason"),
        (("rules", 1, "decides"), {"reason": "duplicate"}, "rules[1].decides"),
        (("rules", 1, "params", "likeness_percent"), 49, "rules[1].params.likeness_percent"),
        (("rules", 1, "params", "likeness_percent"), 88.5, "rules[1].params.likeness_percent"),
        (("rules", 1, "params", "moon"), 1, "rules[1].params.moon"),
        (("rules", 1, "params"), [], "rules[1].params"),
        (("rules", 7, "params"), {}, "rules[7].params.words"),
        (("rules", 7, "params", "words"), ["x"], "rules[7].params.words"),
        (("rules", 7, "params", "words"), {}, "rules[7].params.words"),
        (("rules", 7, "params", "words"), {"no language": ["x"]}, "rules[7].params.words"),
        (("rules", 7, "params", "words"), {"EN": ["x"]}, "rules[7].params.words"),
        (("rules", 7, "params", "words"), {"en": "x"}, "rules[7].params.words.en"),
        (("rules", 7, "params", "words"), {"en": ["x", ""]}, "rules[7].params.words.en[1]"),
        (("rules", 7, "params", "words"), {"en": ["two words"]}, "rules[7].params.words.en[0]"),
        (("rules", 7, "params", "words"), {"en": ["f*ck"]}, "rules[7].params.words.en[0]"),
        (("rules", 7, "params", "words"), {"en": ["\u200b"]}, "rules[7].params.words.en[0]"),
    ],
)
def test_a_policy_with_a_fault_is_refused_with_the_path_of_the_fault(path, value, field):
    with pytest.raises(BadInput) as refused:
        Policy.from_document(changed(*path, to=value))
    assert refused.value.field == field
    assert refused.value.message.endswith(".")


def test_appeals_are_not_left_to_owners_where_no_owner_decides():
    document = {**changed("deciders", to=["moderator"]), "second_person_appeal": "an_owner"}
    with pytest.raises(BadInput, match="nobody could decide on an appeal") as refused:
        Policy.from_document(document)
    assert refused.value.field == "second_person_appeal"
    assert Policy.from_document({**document, "deciders": ["owner"]})


def test_a_policy_that_says_nothing_of_second_persons_asks_for_the_least():
    silent = {
        name: value for name, value in DEFAULT_POLICY_DOCUMENT.items() if "second_p" not in name
    }
    assert Policy.from_document(silent) == DEFAULT


@pytest.mark.parametrize("document", [None, [], "policy", 7])
def test_what_is_not_an_object_is_no_policy(document):
    with pytest.raises(BadInput, match="The policy must be an object"):
        Policy.from_document(document)


def test_a_rule_that_decides_must_be_named():
    nameless = {"kind": "link", "explanation": "Links.", "decides": {"reason": "spam"}}
    with pytest.raises(BadInput) as refused:
        Policy.from_document({**DEFAULT_POLICY_DOCUMENT, "rules": [nameless]})
    assert refused.value.field == "rules[0].id"


def test_a_decline_needs_a_reason_of_this_policy():
    for code in (None, "", "boredom", ["spam"], 7):
        with pytest.raises(BadInput) as refused:
            DEFAULT.check_decline(code, "A perfectly good explanation.")
        assert refused.value.field == "reason"
        assert "leadership_declined" in refused.value.message


def test_a_decline_needs_an_explanation_as_long_as_its_reason_asks():
    assert DEFAULT.check_decline("spam", " Ad. ") == (DEFAULT.reason("spam"), "Ad.")
    for code, words in (("spam", ""), ("spam", None), ("other", "Because."), ("spam", "x" * 301)):
        with pytest.raises(BadInput) as refused:
            DEFAULT.check_decline(code, words)
        assert refused.value.field == "explanation"


@given(st.sampled_from(CODES), st.text(max_size=320))
def test_a_decline_never_passes_without_words_that_can_be_seen(code, words):
    try:
        reason, explanation = DEFAULT.check_decline(code, words)
    except BadInput:
        return
    assert reason.code == code
    assert reason.min_explanation <= len(explanation) <= EXPLANATION.max_bytes


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    st.sampled_from(
        [
            ("deadline_minutes",),
            ("reason_codes",),
            ("reason_codes", 0),
            ("reason_codes", 0, "dsa"),
            ("reason_codes", 0, "code"),
            ("rules",),
            ("rules", 1),
            ("rules", 1, "id"),
            ("rules", 1, "kind"),
            ("rules", 1, "decides"),
            ("rules", 1, "params"),
            ("rules", 7, "params", "words"),
            ("rules", 7, "params", "words", "en"),
        ]
    ),
    JSON,
)
def test_any_json_is_a_policy_or_refused_and_nothing_else(path, value):
    try:
        policy = Policy.from_document(changed(*path, to=value))
    except BadInput:
        return
    assert Policy.from_document(policy.as_document()) == policy
