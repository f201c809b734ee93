"""Who could take part, in the words and numbers of every form: by ticket, by sign-in, by a link."""

import csv
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from qa.config import OpenIdSettings, load_config
from qa.exports.formats import make_form
from qa.exports.trend_plots import people_let_in
from qa.report.trend import make_trend, point_of, trend_json
from qa.report.value import Report
from qa.services import provider_participants, reports, snapshots, tickets
from qa.services.context import Context, build_context
from qa.services.openid import Subject
from tests.conftest import TurnableClock, check_every_log
from tests.services.meeting import SLUG, Meeting, hold_meeting

FORMS = ("page", "html", "pdf", "xlsx", "csv", "csv-bom", "json", "dsa")
ISSUER = "https://id.halden.example"
SAID = {
    "tickets": (
        "Votes are by ticket: 2 of 3 tickets that were sent were used; by whom is not known.",
        {"Votes, by ticket": "3", "Tickets sent": "3", "Tickets used": "2"},
        {"Tickets sent": 3, "Tickets used": 2, "People who signed in": None},
    ),
    "provider": (
        "Votes are of people who signed in: 2 did. Each had one; whose is not known.",
        {"Votes, by sign-in": "3", "People who signed in": "2"},
        {"Tickets sent": None, "Tickets used": None, "People who signed in": 2},
    ),
}


def context(folder: Path, template: Path) -> Context:
    path = folder / "test.sqlite3"
    path.write_bytes(template.read_bytes())
    environ = {"QA_DATA_DIR": str(folder), "QA_DATABASE_URL": f"sqlite:///{path}"}
    environ |= {"QA_OIDC_ISSUER": ISSUER, "QA_OIDC_CLIENT_ID": "fair-hearing"}
    config = load_config(environ)
    assert isinstance(config.openid, OpenIdSettings)
    return build_context(config, clock=TurnableClock())


def let_in_with_tickets(meeting: Meeting) -> None:
    recipients = b"recipient\nAda\nBea\nCyd\n"
    made = tickets.issue_tickets(meeting.ctx, SLUG, meeting.owner, recipients, dry_run=False)
    for ticket in re.findall(r"[0-9a-f]{32}", json.dumps(made))[:2]:
        tickets.use_ticket(meeting.ctx, SLUG, ticket)


def let_in_by_sign_in(meeting: Meeting) -> None:
    for name in ("ada", "bea"):
        provider_participants.let_in(meeting.ctx, SLUG, Subject(ISSUER, name))


@pytest.fixture(scope="module", params=["tickets", "provider"])
def verified(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, sqlite_template: Path
) -> Report:
    """Return the report of a meeting that let in two people, and nobody else."""
    ctx = context(tmp_path_factory.mktemp(request.param), sqlite_template)
    meeting = hold_meeting(ctx, "open", "live", admission=request.param)
    (let_in_with_tickets if request.param == "tickets" else let_in_by_sign_in)(meeting)
    meeting.ask()
    meeting.ask()
    meeting.decide(1, "publish")
    meeting.decide(2, "filter")
    meeting.vote(1, "Ada", "Bea")
    meeting.vote(2, "Ada")
    snapshots.log_snapshots(ctx, [SLUG])
    meeting.move("closed")
    report = reports.build_report(ctx, SLUG)
    check_every_log(ctx)
    ctx.db.close()
    return report


def words_of(form: str, report: Report) -> str:
    """Return every word of a form."""
    made = make_form(form, report)
    if form == "pdf":
        pages = PdfReader(io.BytesIO(made)).pages
        return " ".join(" ".join(page.extract_text() for page in pages).split())
    if form == "xlsx":
        sheets = load_workbook(io.BytesIO(made))
        rows = (row for sheet in sheets for row in sheet.iter_rows(values_only=True))
        return " ".join(str(cell) for row in rows for cell in row if cell is not None)
    return re.sub(r"<style>.*?</style>", "", made.decode("utf-8-sig"), flags=re.DOTALL)


@pytest.mark.parametrize("form", FORMS)
def test_no_form_calls_a_checked_vote_unverified(form: str, verified: Report) -> None:
    words = words_of(form, verified)
    # What is left is the name of a number, which is zero: see the next test.
    for name in ("votes_unverified", "Of these, unverified"):
        words = words.replace(name, "")
    assert "unverified" not in words.lower()


def test_every_file_counts_no_checked_vote_as_unverified(verified: Report) -> None:
    for form in ("csv", "csv-bom"):
        made = make_form(form, verified).decode("utf-8-sig")
        rows = list(csv.DictReader(io.StringIO(made, newline="")))
        assert [(row["votes"], row["votes_unverified"]) for row in rows] == [("2", "0"), ("1", "0")]
    numbers = json.loads(make_form("json", verified))["numbers"]
    assert (numbers["votes"], numbers["votes_unverified"]) == (3, 0)
    book = load_workbook(io.BytesIO(make_form("xlsx", verified)))
    summary = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert (summary["Votes"], summary["Of these, unverified"]) == (3, 0)
    heads, *rows = book["Questions"].iter_rows(values_only=True)
    assert {row[heads.index("votes_unverified")] for row in rows} == {0}


def test_people_who_read_are_told_who_could_take_part(verified: Report) -> None:
    sentence, pairs, cells = SAID[verified.meeting.way_in]
    for form in ("page", "html"):
        words = words_of(form, verified)
        assert sentence in words
        for name, value in pairs.items():
            assert f"<dt>{name}</dt><dd>{value}</dd>" in words
    paper = words_of("pdf", verified)
    assert sentence in paper
    for name in pairs:
        assert name in paper
    book = load_workbook(io.BytesIO(make_form("xlsx", verified)))
    summary = {row[0]: row[1] for row in book["Summary"].iter_rows(values_only=True)}
    assert {name: summary[name] for name in cells} == cells
    assert sentence in words_of("xlsx", verified)


def test_programs_are_told_who_could_take_part(verified: Report) -> None:
    by_ticket = verified.meeting.way_in == "tickets"
    found = json.loads(make_form("json", verified))
    assert found["meeting"]["way_in"] == verified.meeting.way_in
    counts = {name: found["numbers"][name] for name in ("electorate", "tickets_used", "signed_in")}
    assert counts == {
        "electorate": 3 if by_ticket else None,
        "tickets_used": 2 if by_ticket else None,
        "signed_in": None if by_ticket else 2,
    }
    (point,) = json.loads(trend_json(make_trend([point_of(verified)])))["points"]
    assert (point["numbers"]["votes_unverified"], point["numbers"]["votes"]) == (0, 3)
    assert point["meeting"]["way_in"] == verified.meeting.way_in
    assert {name: point["numbers"][name] for name in counts} == counts


def test_the_trend_says_who_could_take_part_in_each_meeting(
    verified: Report, hostile_report: Report
) -> None:
    closed = point_of(verified)
    running = replace(closed, numbers=replace(closed.numbers, tickets_used=None, signed_in=None))
    single = replace(closed, numbers=replace(closed.numbers, electorate=1, tickets_used=1))
    said = [people_let_in(each) for each in (closed, running, single)]
    if verified.meeting.way_in == "tickets":
        assert said == ["2 of 3 tickets", "3 tickets sent", "1 of 1 ticket"]
    else:
        assert said == ["2 signed in", "not counted yet", "2 signed in"]
    assert people_let_in(point_of(hostile_report)) == "not known"


def test_an_open_link_is_called_unverified_in_every_form_that_counts_votes(
    hostile_report: Report,
) -> None:
    for form in FORMS:
        says = "unverified" in words_of(form, hostile_report).lower()
        assert says == (form != "dsa"), form
