"""The report as files: each opens where people open it, and shows hostile words literally."""

import csv
import io
import json
import re
import unicodedata
from dataclasses import replace

import pytest
from markupsafe import escape
from openpyxl import load_workbook
from pypdf import PdfReader

from qa.domain.csv_file import FORMULA_STARTS
from qa.domain.text import show_bidi
from qa.exports.formats import FILES, make_form
from qa.exports.report_csv import BOM
from qa.exports.report_dsa import COLUMNS as DSA_COLUMNS
from qa.exports.words import most_wanted, why_of
from qa.ledger.numbers import NO_REASON
from qa.report.row_value import RedactionRow
from qa.report.topic_value import Topic, TopicEdit, Topics
from qa.report.value import Report
from tests.exports.hostile import (
    EMOJI,
    EXPLANATION,
    FORMULAS,
    LONG_WORD,
    MARKUP,
    SCRIPTS,
    SECRET,
    TEXTS,
    UNSHIPPED,
)

WHOLE = len(TEXTS) + 1


def read_csv(made: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(made.decode("utf-8-sig"), newline="")))


def pdf_text(made: bytes) -> str:
    """Return the words of a PDF without what lines were broken with."""
    words = "".join(page.extract_text() for page in PdfReader(io.BytesIO(made)).pages)
    return re.sub(r"[\s\u200b]+", "", words)


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", show_bidi(text))


@pytest.mark.parametrize("form", FILES)
def test_the_same_report_gives_the_same_file(form: str, hostile_report: Report) -> None:
    assert make_form(form, hostile_report) == make_form(form, hostile_report)


@pytest.mark.parametrize("form", FILES)
def test_a_meeting_without_questions_has_every_file(form: str, empty_report: Report) -> None:
    assert len(make_form(form, empty_report)) > 60


@pytest.mark.parametrize("form", FILES)
def test_a_meeting_in_which_nothing_was_decided_has_every_file(
    form: str, undecided_report: Report
) -> None:
    made = make_form(form, undecided_report)
    if form == "pdf":
        words = pdf_text(made)
        assert squeezed("Audit report, so far") in words
        assert squeezed("Nothing has been decided.") in words
        assert squeezed("Votes would be unverified") in words
        assert squeezed("Nobody has decided anything, so there is nothing to compare.") in words
    elif form == "html":
        assert "<strong>7</strong> waiting" in made.decode()
    elif form in ("csv", "csv-bom"):
        assert [row["outcome"] for row in read_csv(made)] == ["pending"] * 7
    elif form == "dsa":
        assert read_csv(made) == []
    elif form == "json":
        assert json.loads(made)["numbers"]["pending"] == 7
    else:
        book = load_workbook(io.BytesIO(made))
        assert [row[1] for row in book["Questions"].iter_rows(min_row=2, values_only=True)] == [
            "pending"
        ] * 7


@pytest.mark.parametrize("form", ["csv", "csv-bom", "dsa", "json", "html"])
def test_no_file_holds_words_that_nobody_has_screened(form: str, hostile_report: Report) -> None:
    assert SECRET.encode() not in make_form(form, hostile_report)


def test_a_spreadsheet_takes_no_cell_of_the_csv_for_a_formula(hostile_report: Report) -> None:
    made = make_form("csv", hostile_report)
    assert made.startswith(b"docket_number,")
    assert make_form("csv-bom", hostile_report) == BOM + made
    rows = read_csv(made)
    assert [row["docket_number"] for row in rows] == [str(n) for n in range(1, WHOLE + 1)]
    for row, text in zip(rows, TEXTS, strict=False):
        assert row["question"] == (f"'{text}" if text.startswith(FORMULA_STARTS) else text)
        assert all(not cell.startswith(FORMULA_STARTS) for cell in row.values())
    assert [row["question"][0] for row in rows[: len(FORMULAS)]] == ["'"] * len(FORMULAS)
    assert rows[2]["explanation"] == f"'{EXPLANATION}"
    assert (rows[-1]["question"], rows[-1]["question_state"]) == ("", "undecided")


def test_the_workbook_has_typed_cells_and_no_live_formula(hostile_report: Report) -> None:
    book = load_workbook(io.BytesIO(make_form("xlsx", hostile_report)))
    assert book.sheetnames[:3] == ["Summary", "Questions", "Decisions"]
    assert {"Outcomes", "Over time", "Waiting", "Support"} <= set(book.sheetnames)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]

    sheet = book["Questions"]
    assert sheet.auto_filter.ref == f"A1:AG{WHOLE + 1}"
    assert {each.freeze_panes for each in book} == {"A2"}
    assert all(each.auto_filter.ref for each in book)
    heads = [str(cell.value) for cell in sheet[1]]
    rows = [
        dict(zip(heads, row, strict=True)) for row in sheet.iter_rows(min_row=2, values_only=True)
    ]
    assert [row["question"] for row in rows] == [*TEXTS, None]
    assert rows[0]["submitted_at"].strftime("%Y-%m-%dT%H:%MZ") == (
        hostile_report.questions[0].submitted_at
    )
    assert (rows[3]["votes"], rows[3]["anonymous"], rows[3]["wait_minutes"]) == (3, True, 1)
    assert rows[2]["explanation"] == EXPLANATION


def test_every_form_says_which_votes_nobody_has_verified(hostile_report: Report) -> None:
    assert hostile_report.numbers.electorate is None
    rows = read_csv(make_form("csv", hostile_report))
    assert [row["votes_unverified"] for row in rows] == [row["votes"] for row in rows]
    summary = load_workbook(io.BytesIO(make_form("xlsx", hostile_report)))["Summary"]
    told = {row[0]: row[1] for row in summary.iter_rows(values_only=True)}
    assert told["Of these, unverified"] == told["Votes"] == hostile_report.numbers.votes
    words = pdf_text(make_form("pdf", hostile_report))
    for said in (
        "Unverified votes",
        "Of these unverified",
        "anybody with the link could take part",
    ):
        assert squeezed(said) in words, said


def test_votes_by_ticket_are_not_called_unverified(hostile_report: Report) -> None:
    numbers = replace(hostile_report.numbers, votes_unverified=0, electorate=40, tickets_used=31)
    by_ticket = replace(hostile_report.meeting, way_in="tickets")
    report = replace(hostile_report, numbers=numbers, meeting=by_ticket)
    assert {row["votes_unverified"] for row in read_csv(make_form("csv", report))} == {"0"}
    page = make_form("page", report).decode()
    assert "Unverified votes" not in page
    assert "<dt>Tickets sent</dt><dd>40</dd></div><div><dt>Tickets used</dt><dd>31</dd>" in page


def test_the_first_page_prints_what_people_read_first(hostile_report: Report) -> None:
    introduction = str(hostile_report.meeting.introduction)
    first = PdfReader(io.BytesIO(make_form("pdf", hostile_report))).pages[0].extract_text()
    assert squeezed(introduction) in re.sub(r"\s+", "", first)
    assert introduction.partition(".")[0] in make_form("page", hostile_report).decode()


def test_a_hostile_name_of_a_topic_is_words_in_every_form(hostile_report: Report) -> None:
    label, edit = "=1+1 <b>x</b> \u202ey", "@Named <i>it</i> \u202ez"
    topic = Topic(1, label, "", True, ("x",), (2,), (1, 2), 2, 1, 3)
    note = TopicEdit("2026-11-23T12:00Z", "Auditor A", edit)
    rows = tuple(replace(row, topic=1 if row.n < 3 else None) for row in hostile_report.questions)
    topics = Topics("ready", "", (topic,), (), (note,))
    report = replace(hostile_report, topics=topics, questions=rows)
    first = read_csv(make_form("csv", report))[0]
    assert (first["topic"], first["topic_edited"]) == (f"'{label}", "yes")
    book = load_workbook(io.BytesIO(make_form("xlsx", report)))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert {label, edit} <= {cell.value for cell in cells}
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]
    words = pdf_text(make_form("pdf", report))
    page = make_form("page", report).decode()
    for text in (label, edit):
        assert squeezed(text) in words
        assert str(escape(show_bidi(text))) in page
    found = json.loads(make_form("json", report))["topics"]
    assert (found["topics"][0]["label"], found["edits"][0]["what"]) == (label, edit)


def test_a_redaction_has_a_statement_of_reasons_of_its_own(hostile_report: Report) -> None:
    hidden = RedactionRow(
        "2026-11-23T12:00Z", "text", "personal_data", "Moderator A", "Owner", leaf_index=77
    )
    first, *rest = hostile_report.questions
    report = replace(hostile_report, questions=(replace(first, redactions=(hidden,)), *rest))
    (row,) = [row for row in read_csv(make_form("dsa", report)) if "leaf" in row["puid"]]
    assert row["puid"] == "all-hands-1-leaf-77"
    assert row["decision_visibility"] == '["DECISION_VISIBILITY_CONTENT_REMOVED"]'
    assert row["decision_ground"] == "DECISION_GROUND_ILLEGAL_CONTENT"
    assert row["illegal_content_legal_ground"] == "personal_data"
    assert row["incompatible_content_ground"] == ""
    assert "Moderator A, and Owner agreed" in row["decision_facts"]


def test_statements_of_reasons_have_what_the_database_requires(hostile_report: Report) -> None:
    rows = read_csv(make_form("dsa", hostile_report))
    assert len(rows) == hostile_report.numbers.filtered
    assert len({row["puid"] for row in rows}) == len(rows)
    for row in rows:
        assert list(row) == list(DSA_COLUMNS)
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,500}", row["puid"])
        assert row["decision_visibility"] == '["DECISION_VISIBILITY_CONTENT_DEMOTED"]'
        assert row["decision_ground"] == "DECISION_GROUND_INCOMPATIBLE_CONTENT"
        assert row["incompatible_content_ground"].startswith("Policy version 1, other")
        assert row["incompatible_content_explanation"] == f"'{EXPLANATION}"
        assert row["category"].startswith("STATEMENT_CATEGORY_")
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["content_date"])
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", row["application_date"])
        assert row["automated_detection"] in ("Yes", "No")
        assert row["automated_decision"] == "AUTOMATED_DECISION_NOT_AUTOMATED"


def test_the_pdf_shows_hostile_words_literally_and_lists_what_it_cannot_show(
    hostile_report: Report,
) -> None:
    made = make_form("pdf", hostile_report)
    words = pdf_text(made)
    for text in (*FORMULAS, *MARKUP, LONG_WORD, EXPLANATION, hostile_report.meeting.title):
        assert squeezed(text) in words, text
    for text in SCRIPTS[2:]:
        # Clusters may come out in another form of the same letters, and with marks reordered.
        wanted = {letter for letter in text if unicodedata.category(letter)[0] == "L"}
        assert wanted <= set(words), text
    assert "😀" in words
    assert EMOJI
    assert UNSHIPPED not in words
    for letter in set(UNSHIPPED):
        assert f"U+{ord(letter):04X}" in words
    assert squeezed(SECRET) not in words


def test_the_pdf_is_made_for_assistive_technology(hostile_report: Report) -> None:
    reader = PdfReader(io.BytesIO(make_form("pdf", hostile_report)))
    catalog = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/Lang"].startswith("en")
    assert "/StructTreeRoot" in catalog
    metadata = catalog["/Metadata"].get_data().decode()
    assert re.search(r"pdfuaid:part[>=\"' ]+1", metadata)
    assert show_bidi(hostile_report.meeting.title) in str(reader.metadata and reader.metadata.title)


def test_the_first_page_of_the_pdf_is_the_summary_and_then_says_what_it_is(
    hostile_report: Report,
) -> None:
    long = replace(hostile_report.meeting, introduction="Read this. " * 180)
    report = replace(hostile_report, meeting=long)
    first = PdfReader(io.BytesIO(make_form("pdf", report))).pages[0].extract_text()
    words = re.sub(r"[\s\u200b]+", "", first)
    n = report.numbers
    for number in (n.submitted, n.published, n.filtered, n.never_decided):
        assert str(number) in first
    for sentence in report.summary[1:]:
        assert squeezed(sentence.text) in words
    for wanted in most_wanted(report):
        assert squeezed(wanted.fate) in words
    summary = words.index(squeezed(report.summary[1].text))
    assert words.index(squeezed(report.meeting.title)) < summary
    assert summary < words.index("Final.") < words.index("Readthis.")


def test_the_summary_quotes_what_most_people_wanted_and_did_not_get(
    hostile_report: Report,
) -> None:
    (most, *_), (filtered, *_) = (
        hostile_report.most_supported_unanswered,
        hostile_report.most_supported_filtered,
    )
    scarce = replace(
        hostile_report,
        most_supported_unanswered=tuple(replace(most, votes=votes) for votes in (9, 8, 7)),
        most_supported_filtered=(replace(filtered, votes=1),),
    )
    quoted = most_wanted(scarce)
    assert [each.fate for each in quoted] == [
        "9 unverified votes, shown, not answered",
        "8 unverified votes, shown, not answered",
        "7 unverified votes, shown, not answered",
        "1 unverified vote, filtered out: Another reason",
    ]
    page, paper = make_form("page", scarce).decode(), pdf_text(make_form("pdf", scarce))
    summary = load_workbook(io.BytesIO(make_form("xlsx", scarce)))["Summary"]
    cells = " ".join(str(cell) for row in summary.iter_rows(values_only=True) for cell in row)
    for each in quoted:
        assert each.fate in page
        assert squeezed(each.fate) in paper
        assert each.fate in cells


def test_a_reason_that_was_not_recorded_is_not_explained_in_each_row(
    hostile_report: Report,
) -> None:
    row = next(row for row in hostile_report.questions if row.outcome == "filtered")
    assert why_of(row) == (row.reason_label, row.explanation)
    assert why_of(replace(row, reason=NO_REASON)) == (row.reason_label,)
