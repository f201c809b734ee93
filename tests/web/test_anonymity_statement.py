"""What is said of anonymity is so: it follows the settings, and a test is behind each sentence."""

import json
from collections.abc import Iterable
from dataclasses import replace
from itertools import chain, product
from pathlib import Path
from typing import Any

import pytest

from qa.domain.admission import Admission
from qa.domain.anonymity import InForce, make_statement
from qa.domain.default_policy import DEFAULT_POLICY_DOCUMENT
from tests.verify.town_hall import policy_with_a_deciding_rule
from tests.web.meeting import Meeting

ROOT = Path(__file__).resolve().parents[2]
HERE = "tests/web/test_anonymity_statement.py"
PROMISES = "tests/promises/test_anonymity.py"
TICKETS = "tests/web/test_tickets.py"
SIGN_INS = "tests/web/test_participants_who_sign_in.py"
BEHIND = {
    "named_only": ("tests/services/test_questions.py", "name"),
    "not_stored": (PROMISES, "test_nothing_at_rest_or_on_its_way_names_who_asked"),
    "by_ticket": (TICKETS, "test_nothing_leads_from_a_ticket_to_whom_it_was_sent"),
    "by_sign_in": (SIGN_INS, "test_neither_name_nor_account_of_whoever_signs_in_is_kept"),
    "key_copies": (SIGN_INS, "test_the_close_destroys_the_key_and_the_log_says_so"),
    "by_link": (TICKETS, "test_an_open_link_takes_no_tickets_and_is_shown_as_unverified"),
    "cannot_hide": ("docs/threat-model.md", "an operator who watches the network"),
    "kept": (PROMISES, "test_no_column_beside_a_question_could_lead_to_who_asked_it"),
    "author_key": (PROMISES, "test_the_secrets_that_prove_authorship_are_shown_to_nobody_else"),
    "votes": (PROMISES, "test_a_vote_carries_no_time_and_no_account"),
    "limits": (PROMISES, "test_what_redis_counts_leads_to_no_pseudonym"),
    "names": ("tests/services/test_questions.py", "name"),
    "seen_before": ("tests/promises/board_watch.py", "no_leak"),
    "rules_decide": (HERE, "test_what_is_said_of_a_rule_that_decides_is_what_happens"),
    "rules_decide_held": (HERE, "test_what_is_said_of_a_rule_that_decides_is_what_happens"),
    "held_back": (HERE, "test_what_is_said_of_a_rule_that_decides_is_what_happens"),
    "flood": (HERE, "test_another_setting"),
    "no_flood": (HERE, "test_no_rule_is_shown_who_asks"),
    "retention": ("tests/promises/log_watch.py", "def check_growth"),
    "hidden_for_a_while": ("tests/store/test_scrub.py", "def test_"),
    "hidden_at_once": ("tests/store/test_scrub.py", "def test_"),
    "order": ("tests/promises/test_adversary.py", "def test_no_attacker_does_better_than_chance"),
    "proxy": (PROMISES, "ADDRESS"),
    "no_proxy": (PROMISES, "ADDRESS"),
    "plain_http": ("tests/browser/test_plain_http.py", "def test_"),
}
"""Where each sentence is shown to be so; for what no test can show, where it is admitted."""

PLAIN = InForce(
    admission=Admission.OPEN,
    anonymous_allowed=True,
    named_allowed=True,
    rule_kinds=frozenset({"length"}),
    rules_decide=False,
    held_back=False,
    questions_per_minute=3,
    questions_per_event=20,
    counts_in_redis=False,
    keeps_old_bytes=False,
    behind_proxy=False,
    encrypted=True,
)
OTHERWISE = {
    "admission": Admission.TICKETS,
    "anonymous_allowed": False,
    "named_allowed": False,
    "rule_kinds": frozenset({"flood"}),
    "rules_decide": True,
    "held_back": True,
    "questions_per_minute": 7,
    "questions_per_event": 9,
    "counts_in_redis": True,
    "keeps_old_bytes": True,
    "behind_proxy": True,
    "encrypted": False,
}


def words(found: InForce) -> list[str]:
    return [each.text for each in make_statement(found)]


@pytest.mark.parametrize("setting", OTHERWISE)
def test_another_setting_makes_another_statement(setting: str) -> None:
    assert set(OTHERWISE) == set(vars(PLAIN))
    assert words(replace(PLAIN, **{setting: OTHERWISE[setting]})) != words(PLAIN)  # type: ignore[arg-type]


def every_statement() -> Iterable[InForce]:
    yield from chain(_every(PLAIN), _every(replace(PLAIN, admission=Admission.PROVIDER)))


def _every(plain: InForce) -> Iterable[InForce]:
    for changed in product((False, True), repeat=len(OTHERWISE)):
        chosen = {
            name: value
            for (name, value), other in zip(OTHERWISE.items(), changed, strict=True)
            if other
        }
        yield replace(plain, **chosen)  # type: ignore[arg-type]


def test_every_sentence_that_can_be_said_has_something_behind_it() -> None:
    said = {each.code for found in every_statement() for each in make_statement(found)}
    assert said == set(BEHIND)
    for code, (path, what) in BEHIND.items():
        assert what in (ROOT / path).read_text(encoding="utf-8"), code


def test_a_statement_is_short_at_first_and_never_says_a_thing_twice() -> None:
    for found in every_statement():
        sentences = make_statement(found)
        codes = [each.code for each in sentences]
        assert len(codes) == len(set(codes))
        assert 1 <= sum(each.short for each in sentences) <= 4


def test_no_rule_is_shown_who_asks() -> None:
    """A rule of the default policy is of a kind that reads words and the other texts only."""
    kinds = {rule["kind"] for rule in DEFAULT_POLICY_DOCUMENT["rules"]}
    assert "flood" not in kinds
    assert "voter" not in json.dumps(DEFAULT_POLICY_DOCUMENT)


def test_the_board_says_what_is_in_force_now(meeting: Meeting) -> None:
    def codes() -> set[str]:
        found = meeting.stranger().get(f"{meeting.api}/anonymity").json["sentences"]
        page = meeting.stranger().get(f"/e/{meeting.slug}").text
        assert all(f'data-sentence="{each["code"]}"' in page for each in found)
        return {each["code"] for each in found}

    before = codes()
    assert {"not_stored", "by_link", "names", "plain_http"} <= before
    sqlite = meeting.ctx.config.database_url.startswith("sqlite")
    assert ("hidden_at_once" in before) is sqlite
    meeting.owner.patch(meeting.api, {"named_allowed": False})
    assert before - codes() == {"names"}
    meeting.owner.patch(meeting.api, {"named_allowed": True, "anonymous_allowed": False})
    assert "not_stored" not in codes()


ABOUT_RULES = {
    (False, "at_once"): set(),
    (False, "at_close"): {"held_back"},
    (True, "at_once"): {"rules_decide"},
    (True, "at_close"): {"held_back", "rules_decide_held"},
}
"""What is said of rules that decide and of words that are held back, under each policy."""


@pytest.mark.parametrize(("decides", "words_from"), ABOUT_RULES)
def test_what_is_said_of_a_rule_that_decides_is_what_happens(
    meeting: Meeting, decides: bool, words_from: str
) -> None:
    policy = policy_with_a_deciding_rule() if decides else DEFAULT_POLICY_DOCUMENT
    body = {"document": {**policy, "filtered_words": words_from}, "version": 1}
    assert meeting.owner.put(f"{meeting.api}/policy", body).status_code == 200
    found = meeting.stranger().get(f"{meeting.api}/anonymity").json["sentences"]
    said = {each["code"] for each in found}
    assert said & set().union(*ABOUT_RULES.values()) == ABOUT_RULES[decides, words_from]
    for _ in range(2):  # the rule declines what repeats another question
        meeting.ask()
    row = row_of(meeting, 2)
    assert (row["status"] == "filtered") is decides
    assert (row["text"] is not None) is ("rules_decide" in said)
    if not decides:
        meeting.decide(2, "filter")
        row = row_of(meeting, 2)
    assert (row["text"] is None) is ("held_back" in said)
    assert row["decision"]["reason"] is not None
    meeting.move("closed")
    assert row_of(meeting, 2)["text"] is not None


def row_of(meeting: Meeting, n: int) -> dict[str, Any]:
    found: dict[str, Any] = meeting.stranger().get(f"{meeting.api}/questions/{n}").json["question"]
    return found
