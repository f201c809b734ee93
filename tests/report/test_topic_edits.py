"""Topics as the auditor left them: named, moved and joined by the questions in them."""

import pytest

from qa.report.topic_edits import TopicChange, edit_topics
from qa.report.topic_value import Topic, Topics
from tests.report.simulated import make_question

FACTS = [make_question(n, "filtered" if n in (2, 6) else "published", votes=n) for n in range(1, 9)]
TIMES = ["2026-11-23T12:00Z", "2026-11-23T12:05Z", "2026-11-23T12:09Z"]


def topic(number: int, label: str, *questions: int) -> Topic:
    members = [FACTS[n - 1] for n in questions]
    return Topic(
        id=number,
        label=label,
        example=f"About {label}",
        edited=False,
        terms=(label,),
        representatives=questions[:2],
        questions=questions,
        decided=len(questions),
        filtered=sum(each.outcome == "filtered" for each in members),
        votes=sum(each.votes for each in members),
    )


MADE = Topics("ready", "", (topic(1, "pay", 1, 2, 3), topic(2, "cars", 4, 5, 6)), (7, 8), ())


def edit(*changes: tuple[str, int, int | None, str | None]) -> Topics:
    numbered = [
        TopicChange(at, "Auditor", act, n, into, label)  # type: ignore[arg-type]
        for at, (act, n, into, label) in enumerate(changes)
    ]
    return edit_topics(MADE, numbered, TIMES, FACTS)


def content(found: Topics) -> list[tuple[str, tuple[int, ...]]]:
    return [(each.label, each.questions) for each in found.topics]


def test_a_named_topic_has_the_auditors_words_and_the_change_is_noted() -> None:
    found = edit(("name", 5, None, "Parking"))
    assert content(found) == [("pay", (1, 2, 3)), ("Parking", (4, 5, 6))]
    assert [each.edited for each in found.topics] == [False, True]
    assert [each.example for each in found.topics] == ["About pay", ""]
    (noted,) = found.edits
    assert (noted.at, noted.by) == (TIMES[0], "Auditor")
    assert noted.what == "Named the topic of #5 “Parking”."


def test_a_moved_question_is_counted_where_it_went() -> None:
    found = edit(("move", 2, 4, None))
    assert content(found) == [("cars", (2, 4, 5, 6)), ("pay", (1, 3))]
    assert [(each.id, each.filtered, each.votes) for each in found.topics] == [
        (1, 2, 17),
        (2, 0, 4),
    ]
    assert found.topics[1].representatives == (1,)
    assert content(edit(("move", 7, 1, None)))[0] == ("pay", (1, 2, 3, 7))


def test_a_question_taken_out_is_in_no_topic() -> None:
    found = edit(("move", 2, None, None))
    assert found.unsorted == (2, 7, 8)
    assert found.edits[0].what == "Took #2 out of its topic."


def test_joined_topics_are_one_and_changes_apply_in_order() -> None:
    found = edit(("name", 1, None, "Everything"), ("join", 4, 1, None), ("move", 6, None, None))
    assert content(found) == [("Everything", (1, 2, 3, 4, 5))]
    assert len(found.edits) == 3


@pytest.mark.parametrize(
    "change", [("name", 8, None, "Nothing"), ("move", 1, 8, None), ("join", 1, 2, None)]
)
def test_a_change_that_fits_no_topic_changes_nothing_and_is_noted(
    change: tuple[str, int, int | None, str | None],
) -> None:
    found = edit(change)
    assert content(found) == content(MADE)
    assert len(found.edits) == 1
