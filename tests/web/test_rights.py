"""Who may do what: every route that changes or shows something, for every role."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from qa.domain.marked import write_yaml
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT as POLICY
from qa.web.routes import ROUTES, Who
from tests.web.meeting import AUTHOR_KEY, Meeting, question

ROLES = ("owner", "moderator", "presenter", "auditor", "participant", "public")
STAFF = set(ROLES[:4])
EVERYONE = set(ROLES)


@dataclass(frozen=True)
class Act:
    """A call, and the roles that it works for."""

    method: str
    path: str
    allowed: set[str]
    body: dict[str, Any] = field(default_factory=dict)


DECISION = {"verdict": "publish", "seq": 0}
REDACTION = {
    "what": "text",
    "basis": "personal_data",
    "explanation": "It names a private person.",
    "text_version": 1,
    "seen": 0,
}
ACTS = {
    "read_board": Act("GET", "/board", EVERYONE),
    "read_event": Act("GET", "", EVERYONE),
    "read_policy": Act("GET", "/policy", EVERYONE),
    "read_anonymity": Act("GET", "/anonymity", EVERYONE),
    "try_policy": Act("POST", "/policy/try", {"owner"}, {"text": write_yaml(POLICY)}),
    "publish_policy": Act("PUT", "/policy", {"owner"}, {"document": POLICY, "version": 1}),
    "read_question": Act("GET", "/questions/1", EVERYONE),
    "read_openings": Act("GET", "/openings", EVERYONE),
    "read_proof": Act("GET", "/proofs/0", EVERYONE),
    "read_me": Act("GET", "/me", EVERYONE),
    "read_bundle": Act("GET", "/bundle.zip", EVERYONE),
    "edit_topics": Act(
        "POST", "/report/topics", {"auditor"}, {"act": "name", "n": 1, "label": "Pay"}
    ),
    "read_qr": Act("GET", "/qr.svg", EVERYONE),
    "join_by_link": Act("POST", "/join", EVERYONE),
    "issue_tickets": Act("POST", "/tickets?dry_run=true", {"owner"}),
    "find_similar": Act("POST", "/similar", EVERYONE, {"text": "Why?"}),
    "submit_question": Act("POST", "/questions", {"participant"}, question()),
    "cast_vote": Act("PUT", "/questions/2/vote", {"participant"}),
    "retract_vote": Act("DELETE", "/questions/2/vote", {"participant"}),
    "withdraw_question": Act("POST", "/questions/1/withdraw", EVERYONE, {"author_key": AUTHOR_KEY}),
    "revise_question": Act(
        "POST", "/questions/1/revise", EVERYONE, {"author_key": AUTHOR_KEY, "text": "Why now?"}
    ),
    "appeal": Act("POST", "/questions/3/appeal", EVERYONE, {"author_key": AUTHOR_KEY, "seq": 1}),
    "propose_redaction": Act("POST", "/questions/1/redactions", {"owner", "moderator"}, REDACTION),
    "confirm_redaction": Act("POST", "/questions/2/redactions/1/confirm", {"owner", "moderator"}),
    "reject_redaction": Act("POST", "/questions/2/redactions/1/reject", {"owner", "moderator"}),
    "erase_as_author": Act(
        "POST", "/questions/1/erase", EVERYONE, {"author_key": AUTHOR_KEY, "what": ["text"]}
    ),
    "erase_on_request": Act(
        "POST", "/questions/1/erase-on-request", {"owner"}, {"what": ["text"], "basis": "person"}
    ),
    "read_desk": Act("GET", "/desk", STAFF),
    "decide": Act("POST", "/questions/1/decision", {"owner", "moderator"}, DECISION),
    "decide_together": Act(
        "POST",
        "/decisions",
        {"owner", "moderator"},
        {"verdict": "publish", "questions": [{"n": 1, "seq": 0}]},
    ),
    "read_second_reviews": Act("GET", "/second-reviews", {"owner", "moderator"}),
    "review_decision": Act(
        "POST",
        "/questions/2/second-review",
        {"owner", "moderator"},
        {"seq": 1, "verdict": "publish"},
    ),
    "set_live": Act("POST", "/questions/2/live", STAFF - {"auditor"}, {"on": True}),
    "set_next": Act("POST", "/questions/2/next", STAFF - {"auditor"}, {"on": True}),
    "mark_answered": Act("POST", "/questions/2/answered", STAFF - {"auditor"}, {"mode": "spoken"}),
    "import_questions": Act("POST", "/import?dry_run=true", {"owner", "moderator"}),
    "read_settings": Act("GET", "/settings", {"owner"}),
    "read_publication": Act("GET", "/publication", {"owner"}),
    "change_publication": Act("PUT", "/publication", {"owner"}, {"audience": "staff"}),
    "read_webhooks": Act("GET", "/webhooks", {"owner"}),
    "add_webhook": Act(
        "POST",
        "/webhooks",
        {"owner"},
        {"kind": "slack", "scope": "meeting", "url": "https://hooks.example.org/1"},
    ),
    "renew_report_link": Act("POST", "/publication/link", {"owner"}),
    "change_event": Act("PATCH", "", {"owner"}, {"title": "Renamed"}),
    "move_event": Act("POST", "/state", {"owner"}, {"state": "closed"}),
    "add_staff": Act("POST", "/staff", {"owner"}, {"name": "Mo", "role": "moderator"}),
    "renew_link": Act("POST", "/staff/1/link", {"owner"}),
    "remove_staff": Act("DELETE", "/staff/2", {"owner"}),
    "leave": Act("POST", "/leave", EVERYONE),
}
ELSEWHERE = {
    "use_ticket",
    "join_by_code",
    "read_calendar",
    "keep_address",
    "remove_webhook",
    "create_event",
    "read_account",
    "sign_out",
    "read_openapi",
    "read_report_schema",
    "read_addendum_schema",
    "read_trend",
    "sign_in",
    "read_ways",
    "set_password",
    "begin_code",
    "draw_code",
    "confirm_code",
    "remove_code",
    "connect_provider",
    "disconnect_provider",
}
REPORTS = {
    "read_addendum",
    "read_addendum_pdf",
    "read_report",
    "read_report_page",
    "read_report_pdf",
    "read_report_workbook",
    "read_report_rows",
    "read_statements_of_reasons",
}
"""For everyone, unless withheld: see test_report.py, where they need no process each."""


def test_every_route_has_a_row_here() -> None:
    assert {each.view.__name__ for each in ROUTES.all} == set(ACTS) | ELSEWHERE | REPORTS


@pytest.mark.parametrize("role", ROLES)
def test_each_role_can_do_exactly_what_its_column_says(meeting: Meeting, role: str) -> None:
    everybody = {name: meeting.staff(name) for name in ROLES[1:4]}
    go_live(meeting)
    # Owners act on the meeting as a whole at the end, and the last acts would end it.
    browser = everybody.get(role) or meeting.anyone(role)
    refused = {}
    for name, act in ACTS.items():
        if role not in act.allowed:
            refused[name] = call(browser, meeting, act)
    for name, (status, code) in refused.items():
        expected = {
            "public": (
                401,
                "not_joined" if ACTS[name].allowed == {"participant"} else "signed_out",
            ),
            "participant": (401, "signed_out"),
        }.get(role, (403, "no_right"))
        if ACTS[name].allowed == {"participant"}:
            expected = (401, "not_joined")
        assert (status, code) == expected, name


@pytest.mark.parametrize("role", ROLES)
def test_what_only_reads_works_for_every_role_that_may(meeting: Meeting, role: str) -> None:
    go_live(meeting)
    browser = meeting.anyone(role)
    for name, act in ACTS.items():
        if act.method == "GET" and role in act.allowed:
            assert call(browser, meeting, act) == (200, None), name


# This meeting lets people in by an open link; for tickets, see test_tickets.py.
@pytest.mark.parametrize(
    "name", [name for name in ACTS if ACTS[name].method != "GET" and name != "issue_tickets"]
)
def test_each_act_works_for_the_roles_that_may(meeting: Meeting, name: str) -> None:
    act = ACTS[name]
    meeting.staff("moderator")
    go_live(meeting)
    role = next(role for role in reversed(ROLES) if role in act.allowed)
    status, code = call(meeting.anyone(role), meeting, act)
    assert (status, code) in ((200, None), (201, None)), code


def go_live(meeting: Meeting) -> None:
    """Let the meeting hold a question of every kind that an act is about, and go live."""
    meeting.ask("First?")
    meeting.ask("Second?")
    meeting.decide(2)
    meeting.ask("Third?")
    meeting.decide(3, "filter")
    meeting.owner.post(f"{meeting.api}/questions/2/redactions", REDACTION)
    meeting.move("live")


def call(browser: Any, meeting: Meeting, act: Act) -> tuple[int, str | None]:
    options: dict[str, Any] = {"json": act.body} if act.method != "GET" else {}
    if "/import" in act.path or "/tickets" in act.path:
        head = b"text" if "/import" in act.path else b"recipient"
        options = {"data": head + b"\nWhy?\n", "content_type": "text/csv"}
    answer = browser.send(act.method, meeting.api + act.path, **options)
    failed = answer.status_code >= 400
    return answer.status_code, answer.json["error"]["code"] if failed else None


def test_a_role_in_one_event_is_none_in_another(meeting: Meeting) -> None:
    moderator = meeting.staff("moderator")
    meeting.owner.post("/api/events", {"title": "Second", "slug": "second"})
    answer = moderator.get("/api/events/second/desk")
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "no_right")
    assert moderator.get("/api/events/second/me").json["role"] is None


def test_only_accounts_that_may_can_create_events(meeting: Meeting) -> None:
    refused = meeting.staff("moderator").post("/api/events", {"title": "Mine"})
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "no_right")
    nobody = meeting.participant().post("/api/events", {"title": "Mine"})
    assert (nobody.status_code, nobody.json["error"]["code"]) == (401, "signed_out")


def test_routes_for_staff_ask_for_a_session_before_they_look_at_the_body(
    meeting: Meeting,
) -> None:
    for each in ROUTES.all:
        if each.who is Who.STAFF:
            path = each.path.replace("<slug>", meeting.slug)
            path = path.replace("<int:n>", "1").replace("<int:staff_id>", "1")
            path = path.replace("<int:proposal_id>", "1").replace("<int:webhook_id>", "1")
            answer = meeting.stranger().send(each.method, path, data=b"{")
            assert answer.json["error"]["code"] == "signed_out", path
