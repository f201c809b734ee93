"""One-use tickets: whom they let in, how often, and what is left of them."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from qa.config import Config
from qa.services import snapshots
from qa.store.models.admission import Ticket, TicketRecipient
from tests.conftest import everything_at_rest
from tests.promises import log_watch
from tests.promises.traces import spellings
from tests.web.browser import Browser
from tests.web.meeting import Meeting, assert_can_only_read, question

RECIPIENTS = "recipient\nada@example.org\nBob Bader\n=cmd()\n"


@pytest.fixture
def by_ticket(meeting: Meeting) -> Meeting:
    """Return an open meeting that only tickets let people into."""
    made = meeting.owner.post(
        "/api/events", {"title": "Council", "join_code": "TICKET", "admission": "tickets"}
    )
    assert made.status_code == 201, made.text
    council = Meeting(meeting.app, meeting.ctx, meeting.owner, made.json["slug"], "TICKET")
    council.move("open")
    return council


def upload(meeting: Meeting, data: str, *, dry_run: bool = False) -> Any:
    return meeting.owner.send(
        "POST",
        f"{meeting.api}/tickets?dry_run={str(dry_run).lower()}",
        data=data.encode(),
        content_type="text/csv",
    )


def tickets_of(answer: Any) -> dict[str, str]:
    """Return each recipient's ticket, from the file of links that the owner is given."""
    assert answer.status_code == 200, answer.text
    rows = csv.DictReader(io.StringIO(answer.json["links"]))
    return {row["recipient"]: row["link"].partition("/ticket#")[2] for row in rows}


def use(meeting: Meeting, ticket: str, browser: Browser | None = None) -> tuple[Browser, Any]:
    person = browser or meeting.stranger()
    return person, person.post(f"{meeting.api}/ticket", {"ticket": ticket})


def test_a_ticket_lets_one_browser_in_and_nobody_else_ever(by_ticket: Meeting) -> None:
    tickets = tickets_of(upload(by_ticket, RECIPIENTS))
    assert list(tickets) == ["ada@example.org", "Bob Bader", "'=cmd()"]
    ada, joined = use(by_ticket, tickets["ada@example.org"])
    assert joined.status_code == 200
    assert ada.post(f"{by_ticket.api}/questions", question()).status_code == 201
    assert use(by_ticket, tickets["ada@example.org"], ada)[1].status_code == 200
    stranger, again = use(by_ticket, tickets["ada@example.org"])
    assert (again.status_code, again.json["error"]["code"]) == (410, "bad_ticket")
    assert stranger.get(f"{by_ticket.api}/me").json["joined"] is False
    shown = by_ticket.stranger().get(by_ticket.api).json["admission"]
    assert {name: shown[name] for name in ("how", "verified", "electorate", "used")} == {
        "how": "tickets",
        "verified": True,
        "electorate": 3,
        "used": 1,
    }
    assert "1 of 3 used" in shown["words"]


def test_without_a_ticket_one_can_read_and_nothing_else(by_ticket: Meeting) -> None:
    person = by_ticket.stranger()
    assert_can_only_read(by_ticket, person, "ticket_needed")
    assert use(by_ticket, "none", person)[1].json["error"]["code"] == "bad_ticket"


def test_a_cookie_or_a_ticket_of_another_meeting_lets_nobody_in(
    meeting: Meeting, by_ticket: Meeting
) -> None:
    elsewhere = meeting.participant()
    cookie = elsewhere.client.get_cookie(f"fh-p-{meeting.slug}")
    assert cookie is not None
    elsewhere.client.set_cookie(f"fh-p-{by_ticket.slug}", cookie.value)
    assert elsewhere.get(f"{by_ticket.api}/me").json["joined"] is False
    ticket = tickets_of(upload(by_ticket, RECIPIENTS))["Bob Bader"]
    assert use(meeting, ticket)[1].json["error"]["code"] == "bad_ticket"
    assert use(by_ticket, ticket)[1].status_code == 200


def test_a_file_with_a_bad_row_gives_nobody_a_ticket_and_names_the_line(
    by_ticket: Meeting,
) -> None:
    bad = "recipient\nada@example.org\n\nADA@example.org\n \n" + "x" * 300 + "\n"
    for dry_run in (True, False):
        answer = upload(by_ticket, bad, dry_run=dry_run)
        assert answer.status_code == 400
        errors = [(each["line"], each["field"]) for each in answer.json["error"]["errors"]]
        assert errors == [(4, "recipient"), (5, "recipient"), (6, "recipient")]
    dry = upload(by_ticket, RECIPIENTS, dry_run=True).json
    assert (dry["rows"], dry["links"], dry["electorate"]) == (3, None, 0)
    assert by_ticket.owner.get(by_ticket.api).json["admission"]["electorate"] == 0
    tickets_of(upload(by_ticket, RECIPIENTS))
    twice = upload(by_ticket, "recipient\nCy\nbob bader\n")
    assert [each["line"] for each in twice.json["error"]["errors"]] == [3]


def test_an_open_link_takes_no_tickets_and_is_shown_as_unverified(meeting: Meeting) -> None:
    assert upload(meeting, RECIPIENTS).json["error"]["field"] == "admission"
    late = meeting.owner.send("PATCH", meeting.api, json={"admission": "tickets"})
    assert (late.status_code, late.json["error"]["field"]) == (400, "admission")
    shown = meeting.stranger().get(meeting.api).json["admission"]
    assert (shown["verified"], shown["electorate"], shown["used"]) == (False, None, None)
    for page in ("", "/record"):
        assert "Unverified: anybody" in meeting.stranger().get(f"/e/{meeting.slug}{page}").text


def test_the_board_says_whose_one_vote_it_is(meeting: Meeting) -> None:
    said = meeting.stranger().get(f"/e/{meeting.slug}").text
    assert "One vote for each browser that joins; nobody checks whose it is." in said
    assert "One vote a person" not in said


def test_a_board_by_ticket_says_that_a_ticket_is_one_vote(by_ticket: Meeting) -> None:
    said = by_ticket.stranger().get(f"/e/{by_ticket.slug}").text
    assert "One vote a ticket." in said
    assert "nobody checks whose it is" not in said


def test_nothing_leads_from_a_ticket_to_whom_it_was_sent_or_to_whom_it_let_in(
    by_ticket: Meeting, capsys: pytest.CaptureFixture[str]
) -> None:
    tickets = tickets_of(upload(by_ticket, RECIPIENTS))
    for ticket in tickets.values():
        assert not [one for one in spellings(bytes.fromhex(ticket)) if one in at_rest(by_ticket)]
    with by_ticket.ctx.db.read() as session:
        rows = session.execute(select(Ticket.__table__)).all()
        assert set(Ticket.__table__.columns.keys()) == {"token_hash", "event_id"}
        assert [row.token_hash for row in rows] == sorted(row.token_hash for row in rows)
        sent = session.scalars(select(TicketRecipient.recipient)).all()
        assert sorted(sent) == ["=cmd()", "ada@example.org", "bob bader"]
    before = at_rest(by_ticket)
    ada, _ = use(by_ticket, tickets["ada@example.org"])
    asked = ada.post(f"{by_ticket.api}/questions", question())
    by_ticket.decide(asked.json["n"])
    ada.put(f"{by_ticket.api}/questions/1/vote")
    with by_ticket.ctx.db.read() as session:
        left = set(session.scalars(select(Ticket.token_hash)))
    # The hash of the used ticket is gone, so it stands beside nothing that came after.
    used = [row.token_hash for row in rows if row.token_hash not in left]
    assert len(used) == 1
    assert used[0] not in at_rest(by_ticket)
    assert repr(used[0]).encode() in before
    written = "".join(capsys.readouterr())
    assert not [ticket for ticket in tickets.values() if ticket in written]
    assert "ada@example.org" not in written


def at_rest(meeting: Meeting) -> bytes:
    return everything_at_rest(meeting.ctx).encode()


def test_the_close_destroys_the_list_of_recipients_and_the_log_says_so(
    by_ticket: Meeting, config: Config
) -> None:
    tickets = tickets_of(upload(by_ticket, RECIPIENTS))
    use(by_ticket, tickets["Bob Bader"])
    by_ticket.move("closed")
    for secret in ("ada@example.org", "bob bader"):
        assert secret not in everything_at_rest(by_ticket.ctx)
        if config.database_url.startswith("sqlite"):
            files = Path(config.data_dir).glob("test.sqlite3*")
            assert not [path for path in files if secret.encode() in path.read_bytes()]
    late = use(by_ticket, tickets["ada@example.org"])[1]
    assert (late.status_code, late.json["error"]["code"]) == (409, "event_closed")
    entries = log_watch.entries_of(by_ticket.ctx, by_ticket.slug)
    told = [(one.kind, dict(one.fields)) for one in entries if one.kind.startswith("admission")]
    assert told == [
        ("admission", {"how": "tickets", "size": 0}),
        ("admission", {"how": "tickets", "size": 3}),
        ("admission.forgotten", {"size": 3, "used": 1}),
    ]
    shown = by_ticket.stranger().get(by_ticket.api).json["admission"]
    assert (shown["electorate"], shown["used"]) == (3, 1)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_many_tries_with_one_ticket_are_one_vote(by_ticket: Meeting) -> None:
    stuff(by_ticket, tries=100)


@pytest.mark.soak
def test_a_thousand_tries_with_one_ticket_are_one_vote(by_ticket: Meeting) -> None:
    stuff(by_ticket, tries=1_000)


def stuff(meeting: Meeting, *, tries: int) -> None:
    """Try one ticket again and again, each time as somebody else, and vote with whatever one got.

    As published scripts do: a fresh browser with another address and name for every vote.
    """
    tickets = tickets_of(upload(meeting, RECIPIENTS))
    asker, _ = use(meeting, tickets["Bob Bader"])
    asker.post(f"{meeting.api}/questions", question())
    meeting.decide(1)
    ticket, let_in = tickets["ada@example.org"], 0
    for number in range(tries):
        script = meeting.stranger()
        disguise = {
            "X-CSRF-Token": script.csrf,
            "X-Forwarded-For": f"10.0.{number // 250}.{number % 250}",
            "User-Agent": f"Browser {number}",
        }
        path = f"{meeting.api}/ticket"
        spelt = (ticket, ticket.upper(), f"{ticket} ", f" {ticket}")[number % 4]
        joined = script.client.post(path, json={"ticket": spelt}, headers=disguise)
        let_in += joined.status_code == 200
        voted = script.client.put(f"{meeting.api}/questions/1/vote", json={}, headers=disguise)
        assert voted.status_code == (200 if joined.status_code == 200 else 401)
    assert let_in == 1
    snapshots.log_snapshots(meeting.ctx, [meeting.slug])
    (row,) = meeting.owner.get(f"{meeting.api}/board").json["questions"]
    assert row["votes"] == 1
    assert meeting.owner.get(meeting.api).json["admission"]["used"] == 2
