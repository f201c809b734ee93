"""The report as a page: complete, literal, without scripts, and the numbers of the JSON."""

import json
import re
from dataclasses import replace
from html.parser import HTMLParser

from qa.domain.text import show_bidi
from qa.exports.formats import make_form
from qa.report.chart_value import Called
from qa.report.value import Report
from tests.exports.hostile import EXPLANATION, NAME, SECRET, TEXTS

VOID = {"meta", "link", "br", "img"}


class Page(HTMLParser):
    """What a reader of the page gets: its words, and what elements and ids it is made of."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.open: list[str] = []
        self.feed(page.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.ids += [str(value) for name, value in attrs if name == "id"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not self.open or self.open[-1] != "style":
            self.words.append(data)


def test_hostile_words_are_words_on_the_page(hostile_report: Report) -> None:
    for form in ("page", "html"):
        page = Page(make_form(form, hostile_report))
        assert page.open == []
        assert "script" not in page.tags
        assert "img" not in page.tags
        for text in (*TEXTS, NAME, EXPLANATION, hostile_report.meeting.title):
            assert show_bidi(text) in page.words or show_bidi(text) in "".join(page.words)
        assert not re.search("[\u202a-\u202e\u2066-\u2069]", "".join(page.words))
        assert SECRET not in "".join(page.words)


def test_every_id_is_there_once_and_every_link_within_the_page_leads_to_one(
    hostile_report: Report,
) -> None:
    made = make_form("page", hostile_report)
    ids = Page(made).ids
    assert len(ids) == len(set(ids))
    targets = set(re.findall(r'(?:href="#|url\(#|aria-labelledby=")([\w-]+)', made.decode()))
    assert targets <= set(ids)
    assert len(targets) > 30


def test_the_page_needs_no_inline_style_and_no_script(hostile_report: Report) -> None:
    page = make_form("page", hostile_report).decode()
    assert not re.search(r"<style|\sstyle=|<script|\son\w+=\"", page)


def test_the_file_asks_nobody_for_anything(hostile_report: Report) -> None:
    page = make_form("html", hostile_report).decode()
    assert not re.search(r'\s(src|href)="(?!#)', page)
    assert "url(http" not in page
    assert "default-src 'none'" in page


def test_the_page_says_the_numbers_of_the_report(hostile_report: Report) -> None:
    words = " ".join("".join(Page(make_form("page", hostile_report)).words).split())
    n = hostile_report.numbers
    assert f"{n.submitted} asked {n.published} shown {n.filtered} filtered" in words
    assert f"{n.withdrawn} withdrawn {n.never_decided} never decided" in words
    assert (
        f"{n.published} + {n.filtered} + {n.merged} + {n.withdrawn} + {n.never_decided} = "
        f"{n.submitted}." in words
    )
    for sentence in hostile_report.summary[1:]:
        assert show_bidi(sentence.text) in words
    assert hostile_report.proof.vkey in words


def test_the_page_begins_with_the_summary_and_then_says_what_it_is(hostile_report: Report) -> None:
    for form in ("page", "html"):
        words = " ".join("".join(Page(make_form(form, hostile_report)).words).split())
        title, summary, status, introduction, files = (
            words.index(part)
            for part in (
                show_bidi(hostile_report.meeting.title) + " Audit report",
                show_bidi(hostile_report.summary[1].text),
                "Final. The meeting closed on",
                "What people read first:",
                "Contents",
            )
        )
        assert title < summary < status < introduction < files


def test_a_report_of_a_running_meeting_says_so_in_its_heading(hostile_report: Report) -> None:
    running = replace(hostile_report, meeting=replace(hostile_report.meeting, state="live"))
    assert "<h1>Audit report, so far</h1>" in make_form("page", running).decode()
    assert "<h1>Audit report</h1>" in make_form("page", hostile_report).decode()


def test_a_meeting_without_questions_has_a_report_with_zeros(empty_report: Report) -> None:
    words = " ".join("".join(Page(make_form("html", empty_report)).words).split())
    assert "0 asked 0 shown 0 filtered 0 merged 0 withdrawn 0 never decided" in words
    assert "No question was asked." in words
    assert "Nobody has decided anything, so there is nothing to compare." in words
    assert "Of 0 decided" not in words
    assert "<figure" not in make_form("page", empty_report).decode()
    assert "Final." in words


def test_the_same_report_gives_the_same_bytes(hostile_report: Report) -> None:
    for form in ("page", "html", "json"):
        assert make_form(form, hostile_report) == make_form(form, hostile_report)


def test_people_read_a_true_minus_sign_and_programs_a_number(hostile_report: Report) -> None:
    called = (Called(1, 1, 0, 2.0), Called(2, 2, 3, 1.0))
    order = replace(hostile_report.order, called=called, kendall_tau=-0.4839)
    report = replace(hostile_report, order=order)
    assert "with their support by \u22120.48 (" in make_form("page", report).decode()
    assert json.loads(make_form("json", report))["order"]["kendall_tau"] == -0.4839
