"""Topics: what belongs together is together, in any language, the same every time."""

import json
import os
import subprocess
import sys

import pytest

from qa.report.clustering import FEWEST_TEXTS, ONE_THREAD, Cluster, cluster, telling_terms
from qa.report.topics import shorten
from qa.report.words_in import name_terms, words_in

PARKING = (
    "Why is there so little parking near the office?",
    "Will the parking garage be open at night?",
    "Who gets a parking space next to the entrance?",
    "Can visitors use the parking lot behind the office?",
    "Is the parking garage free for interns?",
    "How many parking spaces will the new site have?",
    "Parking at the north entrance is full by eight, what now?",
    "Are there parking spaces for electric cars?",
)
SALARY = (
    "When will salaries be adjusted for inflation?",
    "Why is the salary band of engineers secret?",
    "Will salaries of managers be published?",
    "Does inflation count when a salary is reviewed?",
    "Who decides on the yearly salary review?",
    "Are salaries in Berlin lower than in Paris?",
    "Will the salary review happen before summer?",
    "Is the salary freeze over now?",
)
REMOTE = (
    "遠端工作的規定什麼時候會公布？",
    "遠端工作每週可以幾天？",
    "新人也可以申請遠端工作嗎？",
    "遠端工作需要主管同意嗎？",
    "海外遠端工作的稅務怎麼處理？",
    "遠端工作的設備由公司提供嗎？",
    "為什麼客服不能遠端工作？",
    "遠端工作會影響考績嗎？",
)
TEXTS = dict(enumerate((*PARKING, *SALARY, *REMOTE), start=1))


@pytest.fixture(scope="module")
def clusters() -> list[Cluster]:
    return cluster(TEXTS)


def test_questions_about_one_thing_are_in_one_topic_with_a_label_that_names_it(
    clusters: list[Cluster],
) -> None:
    expected = {"parking": range(1, 9), "salary": range(9, 17), "遠端工作": range(17, 25)}
    assert len(clusters) == 3
    for term, numbers in expected.items():
        (found,) = (each for each in clusters if term in each.terms or f"{term}s" in each.terms)
        assert len(set(found.questions) & set(numbers)) >= 7, found
        assert set(found.representatives) <= set(found.questions)


def test_topics_are_the_same_in_another_process(clusters: list[Cluster]) -> None:
    child = subprocess.run(
        [sys.executable, "-m", "qa.report.clustering"],
        env={**os.environ, **ONE_THREAD, "PYTHONHASHSEED": "7"},
        input=json.dumps({"title": "", "texts": TEXTS}),
        capture_output=True,
        text=True,
        check=True,
    )
    found = [tuple(each["questions"]) for each in json.loads(child.stdout)]
    assert found == [each.questions for each in clusters]


def test_no_topic_is_named_after_the_meeting_or_after_what_all_ask_about() -> None:
    everywhere = {n: f"{text} Answer in the company’s newsletter." for n, text in TEXTS.items()}
    named = {term for each in cluster(everywhere, "Parking at the company") for term in each.terms}
    assert "salary" in named
    assert not {"parking", "company", "newsletter", "answer"} & named


def test_a_topic_is_named_after_what_sets_it_apart_from_the_others() -> None:
    pay, cars = (1.0, {"office", "pay"}), (1.0, {"office", "car"})
    once = (1.0, {"once"})
    topics = [
        [pay, pay, pay, (1.0, {"office"}), once],
        [cars, cars, cars, (1.0, {"office"}), (1.0, {"office"})],
    ]
    assert telling_terms(topics) == [["pay", "office"], ["car", "office"]]


def test_a_topic_is_named_after_its_middle_and_not_after_its_edge() -> None:
    middle, edge = (0.8, {"metro", "government"}), (0.2, {"able", "government"})
    other = [(1.0, {"car"}), (1.0, {"car"})]
    near = [middle, middle, edge, edge, edge]
    assert telling_terms([near, other])[0] == ["government", "metro", "able"]
    alike = [(0.5, words) for _near, words in near]
    assert telling_terms([alike, other])[0] == ["government", "able", "metro"]


def test_a_name_has_the_capitals_that_most_people_gave_it_within_a_sentence() -> None:
    texts = [
        "Why is WKU so far from Scottsville Road?",
        "Parking at WKU. Parking at the wku campus!",
        "More parking on Scottsville Road",
    ]
    assert name_terms(["wku", "parking", "scottsville"], texts, 3) == (
        "WKU",
        "parking",
        "Scottsville Road",
    )
    assert name_terms(["parken"], ["Das Parken ist teuer", "Wo ist das Parken frei?"], 1) == (
        "Parken",
    )


def test_words_that_belong_together_stay_together() -> None:
    texts = ["A noise ordinance now", "The noise ordinance again", "What noise ordinance?"]
    assert name_terms(["noise", "ordinance"], texts, 3) == ("noise ordinance",)
    assert name_terms(["ordinance", "noise"], [*texts, "Any ordinance", "My ordinance"], 3) == (
        "noise ordinance",
    )


def test_the_example_of_a_topic_is_cut_between_words_and_wide_signs_count_double() -> None:
    assert shorten("Short,\n and whole.") == "Short, and whole."
    assert shorten("word, " * 20) == "word, word, word, word, word, word, word…"
    assert shorten("計" * 40) == "計" * 22 + "…"


def test_questions_without_a_word_in_common_make_no_topic() -> None:
    assert cluster({n: f"word{chr(96 + n)} alone{chr(96 + n)}" for n in range(1, 25)}) == []
    assert cluster(dict.fromkeys(range(1, FEWEST_TEXTS + 1), "?!")) == []
    assert cluster(dict.fromkeys(range(1, FEWEST_TEXTS + 1), "the same words")) == []


def test_words_are_found_in_scripts_with_and_without_spaces() -> None:
    assert words_in("Why are the ROADS’ potholes so deep?") == ["road", "pothole", "deep"]
    assert words_in("計程車司機") == ["計程", "程車", "車司", "司機"]
    assert words_in("Где новая парковка?") == ["где", "новая", "парковка"]
    assert words_in("=1+1 🗳 <b>") == []


def test_pairs_of_signs_are_joined_to_the_term_that_people_wrote() -> None:
    assert name_terms(["計程", "程車", "司機"], ["計程車司機", "計程車的司機"], 3) == (
        "計程車",
        "司機",
    )
