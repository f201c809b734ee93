"""An audit report beside its bundle: counted again from the leaves, and every lie in it found."""

import json
from typing import Any

import pytest

from qa.exports.bundle import make_bundle
from qa.ledger.after_close import ADDENDUM_FORMAT
from qa.ledger.checks import Step, verify_bundle
from qa.ledger.record import Evidence
from qa.report.json_form import report_json
from qa.services.reports import build_report
from qa.verify import main
from tests.services.meeting import SLUG


@pytest.fixture(scope="module")
def report(hall) -> dict[str, Any]:
    return json.loads(report_json(build_report(hall.meeting.ctx, SLUG, topics="none")))


@pytest.fixture(scope="module")
def bundle(hall):
    return hall.bundle()


def check(hall, bundle, report: object) -> Step:
    data = report if isinstance(report, bytes) else json.dumps(report).encode()
    step = verify_bundle(bundle, hall.pins, Evidence(report=data))[-1]
    assert (step.number, step.title) == (17, "Report")
    return step


def changed(report: dict[str, Any], value: object, *path: Any) -> dict[str, Any]:
    """Return a copy with one value in it exchanged."""
    copy = json.loads(json.dumps(report))
    place = copy
    for name in path[:-1]:
        place = place[name]
    assert place[path[-1]] != value
    place[path[-1]] = value
    return copy


def test_an_honest_report_is_counted_the_same(hall, bundle, report) -> None:
    step = check(hall, bundle, report)
    assert step.passed, step.sentence
    assert "93 rows" in step.sentence


def test_the_report_of_an_earlier_size_is_checked_against_the_log_as_it_was(hall, bundle) -> None:
    for size in (1, 60, 150):
        then = build_report(hall.meeting.ctx, SLUG, tree_size=size, topics="none")
        step = check(hall, bundle, report_json(then))
        assert step.passed, step.sentence
        assert f"first {size} leaves" in step.sentence


def test_every_number_of_a_report_is_held_to_the_leaves(hall, bundle, report) -> None:
    for name, value in report["numbers"].items():
        lie = value + 1 if isinstance(value, int) else [*value, 1] if isinstance(value, list) else 1
        step = check(hall, bundle, changed(report, lie, "numbers", name))
        assert step.passed is False
        assert name in step.sentence


@pytest.mark.parametrize(
    ("value", "path"),
    [
        ("published", ("questions", 7, "outcome")),
        ("personal_data", ("questions", 11, "reason")),
        ("Moderator Z", ("questions", 11, "decided_by")),
        (99, ("questions", 4, "votes")),
        (True, ("questions", 0, "late")),
        ("Other words?", ("questions", 0, "text")),
        (2, ("questions", 0, "n")),
        ("another/log/all-hands", ("proof", "origin")),
        (12, ("proof", "tree_size")),
        (0, ("proof", "tree_size")),
        (10**9, ("proof", "tree_size")),
        ("12", ("proof", "tree_size")),
        ("AAAA", ("proof", "root_hash")),
        (None, ("proof",)),
        ("another-report@v9", ("format",)),
        ("tickets", ("meeting", "way_in")),
        ("live", ("meeting", "state")),
        ("another-one", ("meeting", "slug")),
        ("2026-11-18T11:06Z", ("meeting", "opened_at")),
        (None, ("meeting", "closed_at")),
        (None, ("meeting",)),
        ([], ("questions",)),
        (None, ("questions",)),
        ({}, ("numbers",)),
        ([1], ("numbers",)),
    ],
)
def test_a_report_that_says_otherwise_than_the_log_fails(hall, bundle, report, value, path) -> None:
    assert check(hall, bundle, changed(report, value, *path)).passed is False


def test_what_a_report_says_otherwise_is_said_beside_what_the_log_makes_it(
    hall, bundle, report
) -> None:
    lie = changed(report, 0, "numbers", "filtered")
    assert check(hall, bundle, lie).sentence == (
        "In the report, numbers: filtered is 0; the log makes it 16."
    )
    row = changed(report, {"b": "x" * 73, "a": 1}, "questions", 7, "outcome")
    assert check(hall, bundle, row).sentence == (
        f'In the report, row #8: outcome is {{"a": 1, "b": "{"x" * 62}...; '
        f"the log makes it {json.dumps(report['questions'][7]['outcome'])}."
    )
    for length, shown in ((78, "x" * 78 + '"'), (79, "x" * 76 + "...")):
        row = changed(report, "x" * length, "questions", 7, "outcome")
        assert f'outcome is "{shown}; the log' in check(hall, bundle, row).sentence
    without = changed(report, report["questions"][:-1], "questions")
    assert check(hall, bundle, without).sentence == (
        "The table has 92 rows; the log has 93 questions."
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b'{"format":1,"format":1}', "A key is repeated in the report."),
        (b'{"a":NaN}', "The report holds a number that is none."),
        (b"[]", "The report is not a JSON object."),
    ],
)
def test_json_with_two_meanings_or_none_is_named(hall, bundle, data: bytes, sentence: str) -> None:
    assert check(hall, bundle, data).sentence == sentence


@pytest.mark.parametrize(
    "data", [b"", b"[]", b"\xff", b"{", b'{"format":1,"format":1}', b'{"a":NaN}', b"[" * 100_000]
)
def test_what_is_no_report_fails_in_a_sentence(hall, bundle, data: bytes) -> None:
    step = check(hall, bundle, data)
    assert step.passed is False
    assert step.sentence.endswith(".")


def test_an_addendum_is_told_from_a_report_by_its_form(hall, bundle) -> None:
    found = check(hall, bundle, {"format": ADDENDUM_FORMAT, "origin": "another/log/a"})
    log = "localhost:8010/log/all-hands"
    assert found.sentence == f"The report is about another log than {log}."


def test_the_command_counts_a_report_again(hall, report, tmp_path, capsys) -> None:
    (tmp_path / "bundle.zip").write_bytes(make_bundle(hall.meeting.ctx, SLUG))
    (tmp_path / "report.json").write_text(json.dumps(report), encoding="utf-8")
    asked = [str(tmp_path / "bundle.zip"), "--vkey", hall.pins.log.vkey, "--report"]
    assert main([*asked, str(tmp_path / "report.json")]) == 0
    assert "17  pass  Report:" in capsys.readouterr().out
    lie = changed(report, 0, "numbers", "filtered")
    (tmp_path / "lie.json").write_text(json.dumps(lie), encoding="utf-8")
    assert main([*asked, str(tmp_path / "lie.json")]) == 1
    assert "FAIL  Report:" in capsys.readouterr().out
    assert main([*asked, str(tmp_path / "missing.json")]) == 2
