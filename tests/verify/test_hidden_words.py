"""Words that are missing: each needs a reason in the log, and hidden ones have to be gone."""

import pytest

from qa.ledger.checks import verify_bundle
from tests.verify.forger import commit, failures, find, forge, lines_of


@pytest.fixture
def lines(hall):
    return lines_of(hall.bundle())


def redaction(lines, what="text", n=5, shown=None, **fields):
    """Append a redaction, and return its leaf."""
    expl, openings = commit("It named a private person.", "explanation")
    made = {
        "n": n,
        "what": what,
        "basis": "personal_data",
        "by": "Moderator A",
        "second": "Owner",
        "spans": 0,
        "expl": expl,
        **fields,
    }
    if shown is not None:
        made["shown"], more = commit(shown, "redacted")
        made["spans"], openings = 1, {**openings, **more}
    line = type(lines[-1])("redaction", lines[-1].t, made, openings)
    lines.append(line)
    return line


def erasure(lines, *what, n=5, by="Author"):
    fields = {"n": n, "what": list(what), "by": by, "basis": "request"}
    lines.append(type(lines[-1])("erasure", lines[-1].t, fields))


def asked(lines, n):
    return find(lines, "question.submitted", n=n)


def found(hall, lines):
    return failures(hall, forge(hall, lines))


@pytest.mark.parametrize(
    ("kind", "field", "where"),
    [
        ("event.opened", "title", {}),
        ("question.submitted", "text", {"n": 5}),
        ("question.submitted", "name", {"n": 6}),
        ("question.revised", "text", {"n": 81, "version": 3}),
        ("decision", "explanation", {"n": 5}),
        ("answered", "answer", {"n": 1}),
    ],
)
def test_words_that_are_missing_without_a_leaf_that_says_why_are_found(
    hall, lines, kind, field, where
):
    line = find(lines, kind, **where)
    del line.openings[field]
    said = found(hall, lines)
    assert list(said) == [11]
    assert said[11] == (
        f"The {field} of leaf {lines.index(line)} is missing, and nothing in the log says why."
    )


def test_a_redacted_text_may_be_missing_and_has_to_be(hall, lines):
    redaction(lines)
    assert "is not public by the log, but given here" in found(hall, lines)[11]
    del asked(lines, 5).openings["text"]
    assert found(hall, lines) == {}


def test_a_redaction_covers_every_wording(hall, lines):
    redaction(lines, n=81)
    del find(lines, "question.revised", n=81, version=3).openings["text"]
    assert found(hall, lines) == {}


def test_a_redaction_covers_nothing_but_what_it_names(hall, lines):
    redaction(lines, n=6)
    del asked(lines, 6).openings["text"]
    assert found(hall, lines) == {}
    del asked(lines, 6).openings["name"]
    assert "The name of leaf" in found(hall, lines)[11]
    redaction(lines, "name", n=6)
    assert found(hall, lines) == {}


def test_one_explanation_of_three_may_be_redacted(hall, lines):
    redaction(lines, "explanation", n=4, seq=2)
    del find(lines, "decision", n=4, seq=2).openings["explanation"]
    assert found(hall, lines) == {}
    del find(lines, "decision", n=4, seq=3).openings["explanation"]
    assert "The explanation of leaf" in found(hall, lines)[11]


def test_what_a_redaction_leaves_of_an_undecided_question_is_as_closed_as_it_was(hall, lines):
    left = redaction(lines, n=90, shown="What about ▇▇▇?")
    assert found(hall, lines)[11] == (
        f"The redacted of leaf {lines.index(left)} is not public by the log, but given here."
    )
    del left.openings["redacted"]
    assert found(hall, lines) == {}


def test_the_explanation_of_a_decline_may_be_redacted(hall, lines):
    redaction(lines, "explanation", n=8, seq=1)
    del find(lines, "decision", n=8, seq=1).openings["explanation"]
    assert found(hall, lines) == {}


def test_one_answer_of_two_may_be_redacted(hall, lines):
    redaction(lines, "answer", n=1, seq=2)
    answers = [line for line in lines if line.kind == "answered" and line.fields["n"] == 1]
    del answers[1].openings["answer"]
    assert found(hall, lines) == {}
    del answers[0].openings["answer"]
    assert "The answer of leaf" in found(hall, lines)[11]


def test_what_a_redaction_leaves_is_shown_until_it_is_redacted_or_erased_itself(hall, lines):
    left = redaction(lines, shown="What about ▇▇▇?")
    del asked(lines, 5).openings["text"]
    assert found(hall, lines) == {}
    opening = left.openings.pop("redacted")
    assert "The redacted of leaf" in found(hall, lines)[11]
    redaction(lines)
    assert found(hall, lines) == {}
    lines.pop()
    erasure(lines, "text")
    assert found(hall, lines) == {}
    left.openings["redacted"] = opening
    assert "is not public by the log" in found(hall, lines)[11]


def test_the_reason_of_a_redaction_is_never_missing(hall, lines):
    line = redaction(lines)
    del asked(lines, 5).openings["text"], line.openings["explanation"]
    assert "The explanation of leaf" in found(hall, lines)[11]


def test_an_erased_text_and_name_may_be_missing_and_have_to_be(hall, lines):
    erasure(lines, "name", "text", n=6)
    assert "is not public by the log" in found(hall, lines)[11]
    del asked(lines, 6).openings["text"]
    assert "The name of leaf" in found(hall, lines)[11]
    del asked(lines, 6).openings["name"]
    assert found(hall, lines) == {}


def test_an_erasure_of_the_name_covers_no_text(hall, lines):
    erasure(lines, "name", n=6, by="Owner")
    asked(lines, 6).openings.clear()
    assert "The text of leaf" in found(hall, lines)[11]


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (lambda lines: redaction(lines, "name", n=5), "#5 has no such name to redact"),
        (lambda lines: redaction(lines, "answer", n=3, seq=1), "#3 has no such answer"),
        (lambda lines: redaction(lines, "explanation", seq=2), "#5 has no such explanation"),
        (lambda lines: redaction(lines, second="Owner Z"), "Owner Z is not of the staff"),
        (lambda lines: redaction(lines, by="Auditor C"), "Auditor C is not of the staff"),
        (lambda lines: erasure(lines, "name", n=5), "#5 has no name to erase"),
        (lambda lines: erasure(lines, "text", n=5, by="Moderator D"), "is not of the staff"),
    ],
)
def test_hiding_what_is_not_there_or_by_nobody_is_found(hall, lines, make, says):
    make(lines)
    asked(lines, 5).openings.pop("text")
    assert says in found(hall, lines)[10]


@pytest.mark.parametrize("make", [redaction, lambda lines, n: erasure(lines, "text", n=n)])
def test_hiding_the_words_of_no_question_is_found(hall, lines, make):
    make(lines, n=900)
    assert "#900, which was never asked" in found(hall, lines)[8]


def test_words_that_nobody_decided_on_are_not_given(hall, lines):
    text = "Never decided."
    line = asked(lines, 90)
    line.fields["text"], line.openings = commit(text, "text")
    assert "is not public by the log" in found(hall, lines)[11]


def test_an_older_wording_may_be_given_or_not(hall, lines):
    line = asked(lines, 81)
    assert "text" not in line.openings
    line.fields["text"], openings = commit("The first words.", "text")
    line.openings |= openings
    assert found(hall, lines) == {}


def test_words_for_a_commitment_that_is_not_there_are_refused(hall, lines):
    line = asked(lines, 5)
    line.openings["name"] = line.openings["text"]
    index = lines.index(line)
    assert found(hall, lines)[11] == f"Leaf {index} commits to no name, but one is given."


def test_words_under_the_salt_of_other_words_are_refused(hall, lines):
    line = asked(lines, 5)
    salt, text = line.openings["text"]
    for opening in ((bytes(32), text), (salt, text + "!"), (salt, text.upper())):
        line.openings["text"] = opening
        assert "is not the logged one" in found(hall, lines)[11]


def test_the_sentence_counts_what_is_hidden(hall, lines):
    redaction(lines)
    del asked(lines, 5).openings["text"]
    bundle = forge(hall, lines)
    (said,) = [step for step in verify_bundle(bundle, hall.pins) if step.number == 11]
    closed = sum(
        line.kind == "question.submitted" and "text" not in line.openings for line in lines
    )
    names = sum("name" in line.fields and "name" not in line.openings for line in lines)
    revised = sum(line.kind == "question.revised" and "text" not in line.openings for line in lines)
    count = closed + names + revised
    assert f"{len(bundle.openings)} texts are the logged ones. {count} are not shown" in (
        said.sentence
    )
    assert f"1 redacted or erased, {count - 1} undecided or reworded" in said.sentence
