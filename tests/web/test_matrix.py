"""Who may knock where: every method of every route, and every socket event, for every role.

One table. What is not in it fails, so nothing new is open to anybody before somebody says to whom.
A cell says how a role is met:

    +  let through: whatever is wrong after that is wrong for everybody
    s  "signed out": needs a staff session
    j  "not joined": needs a participant
    x  "no right": the role does not allow it

Each knock asks for something that is not there or is already so, hence one meeting on one SQLite
file serves the whole table; ``test_rights.py`` shows that what is let through also works.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from socketio.exceptions import ConnectionRefusedError as Refused
from werkzeug.test import TestResponse

from qa.app import EXTENSION, House, create_app
from qa.config import load_config
from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.services import identity, staff
from qa.services.context import build_context
from qa.services.unit import perform
from qa.web.report_desk import REPORT_DESK
from tests.conftest import ROOMY, TurnableClock, check_every_log
from tests.web.meeting import Meeting, open_meeting, question

ROLES = ("owner", "moderator", "presenter", "auditor", "participant", "public")

#  owner, moderator, presenter, auditor, participant, public
TABLE = """
++++++  GET    /
++++++  GET    /j/<code>
++++++  GET    /s/<token>
++++++  POST   /s/<token>
++++++  GET    /sign-in
++++++  GET    /sign-in/oidc
++++++  GET    /oidc/callback
++++++  GET    /staff
++++ss  GET    /account
++++ss  GET    /trend
+xxxss  GET    /new
++++++  GET    /e/<slug>
++++++  GET    /e/<slug>/stage
++++++  GET    /e/<slug>/policy
++++++  GET    /e/<slug>/record
++++++  GET    /e/<slug>/record/<int:n>
++++++  GET    /e/<slug>/report
++++++  GET    /e/<slug>/addendum
++++ss  GET    /e/<slug>/desk
+xxxss  GET    /e/<slug>/settings
+xxxss  GET    /e/<slug>/policy/edit

++++++  POST   /api/sign-in
++++++  POST   /api/sign-out
++++++  GET    /api/me
++++ss  GET    /api/account
++++ss  PUT    /api/account/password
++++ss  POST   /api/account/code
++++ss  GET    /api/account/code.svg
++++ss  POST   /api/account/code/confirm
++++ss  POST   /api/account/code/remove
xxxxss  POST   /api/account/provider
++++ss  DELETE /api/account/provider
++++ss  GET    /api/trend
++++++  GET    /api/openapi.json
++++++  GET    /api/report.schema.json
++++++  GET    /api/addendum.schema.json

++++++  POST   /api/join
+xxxss  POST   /api/events
++++++  GET    /api/events/<slug>
+xxxss  PATCH  /api/events/<slug>
+xxxss  POST   /api/events/<slug>/state
++++++  POST   /api/events/<slug>/join
++++++  POST   /api/events/<slug>/leave
++++++  GET    /api/events/<slug>/me
++++++  GET    /api/events/<slug>/qr.svg
++++++  GET    /api/events/<slug>/policy
+xxxss  PUT    /api/events/<slug>/policy
+xxxss  POST   /api/events/<slug>/policy/try
++++++  GET    /api/events/<slug>/board
++++++  GET    /api/events/<slug>/openings
++++++  GET    /api/events/<slug>/bundle.zip
++++++  GET    /api/events/<slug>/proofs/<int:leaf_index>
++++ss  GET    /api/events/<slug>/desk
+xxxss  GET    /api/events/<slug>/settings
+xxxss  POST   /api/events/<slug>/staff
+xxxss  DELETE /api/events/<slug>/staff/<int:staff_id>
+xxxss  POST   /api/events/<slug>/staff/<int:staff_id>/link
++xxss  POST   /api/events/<slug>/import

jjjj+j  POST   /api/events/<slug>/questions
++++++  POST   /api/events/<slug>/similar
++++++  GET    /api/events/<slug>/questions/<int:n>
jjjj+j  PUT    /api/events/<slug>/questions/<int:n>/vote
jjjj+j  DELETE /api/events/<slug>/questions/<int:n>/vote
++++++  POST   /api/events/<slug>/questions/<int:n>/revise
++++++  POST   /api/events/<slug>/questions/<int:n>/withdraw
++++++  POST   /api/events/<slug>/questions/<int:n>/appeal
++++++  POST   /api/events/<slug>/questions/<int:n>/erase
+xxxss  POST   /api/events/<slug>/questions/<int:n>/erase-on-request
++xxss  POST   /api/events/<slug>/questions/<int:n>/decision
++xxss  POST   /api/events/<slug>/questions/<int:n>/redactions
++xxss  POST   /api/events/<slug>/questions/<int:n>/redactions/<int:proposal_id>/confirm
++xxss  POST   /api/events/<slug>/questions/<int:n>/redactions/<int:proposal_id>/reject
++++++  GET    /e/<slug>/ticket
++++++  GET    /e/<slug>/sign-in
++++++  POST   /api/events/<slug>/ticket
+xxxss  POST   /api/events/<slug>/tickets
++++++  GET    /api/events/<slug>/anonymity
++xxss  POST   /api/events/<slug>/decisions
+xxxss  GET    /api/events/<slug>/webhooks
+xxxss  POST   /api/events/<slug>/webhooks
+xxxss  DELETE /api/events/<slug>/webhooks/<int:webhook_id>
++++++  GET    /api/events/<slug>/event.ics
++++++  PUT    /api/events/<slug>/questions/<int:n>/address
++xxss  GET    /api/events/<slug>/second-reviews
++xxss  POST   /api/events/<slug>/questions/<int:n>/second-review
+++xss  POST   /api/events/<slug>/questions/<int:n>/live
+++xss  POST   /api/events/<slug>/questions/<int:n>/next
+++xss  POST   /api/events/<slug>/questions/<int:n>/answered

++++++  GET    /api/events/<slug>/report.html
++++++  GET    /api/events/<slug>/report.json
++++++  GET    /api/events/<slug>/report.csv
++++++  GET    /api/events/<slug>/report.pdf
++++++  GET    /api/events/<slug>/report.xlsx
++++++  GET    /api/events/<slug>/addendum.json
++++++  GET    /api/events/<slug>/addendum.pdf
++++++  GET    /api/events/<slug>/statements-of-reasons.csv
xxx+ss  POST   /api/events/<slug>/report/topics
+xxxss  GET    /api/events/<slug>/publication
+xxxss  PUT    /api/events/<slug>/publication
+xxxss  POST   /api/events/<slug>/publication/link

++++++  GET    /log/<slug>/checkpoint
++++++  GET    /log/<slug>/head
++++++  GET    /log/<slug>/tile/<path:path>
++++++  GET    /static/<path:filename>
++++++  GET    /healthz
++++++  GET    /readyz
++++++  GET    /metrics
"""

#  of a socket that connected to the board or the desk, or of connecting itself
EVENTS = """
++++++  connect to the board
++++ss  connect to the desk
jjjj+j  ask
jjjj+j  vote
jjjj+j  unvote
++++ss  look at the desk
++xxss  claim at the desk
++++++  disconnect
++++++  malformed
"""

NOWHERE = 999
KEY = "5e" * 32
BODIES: Mapping[str, dict[str, Any]] = {
    "POST /api/join": {"code": "NOSUCH"},
    "POST /api/sign-in": {"name": "nobody", "password": "x"},
    "PUT /api/account/password": {"name": "x", "password": "x"},
    "POST /api/account/code/confirm": {"code": "0"},
    "POST /api/events": {"title": "Again", "slug": "all-hands"},
    "PATCH /api/events/<slug>": {"title": ""},
    "PUT /api/events/<slug>/policy": {"document": DEFAULT_POLICY_DOCUMENT, "version": 99},
    "POST /api/events/<slug>/policy/try": {"document": DEFAULT_POLICY_DOCUMENT},
    "POST /api/events/<slug>/state": {"state": "open"},
    "POST /api/events/<slug>/staff": {"name": "", "role": "moderator"},
    "POST /api/events/<slug>/questions": question(""),
    "POST /api/events/<slug>/similar": {"text": "Why?"},
    "POST /api/events/<slug>/questions/<int:n>/revise": {"author_key": KEY, "text": "Why?"},
    "POST /api/events/<slug>/questions/<int:n>/withdraw": {"author_key": KEY},
    "POST /api/events/<slug>/questions/<int:n>/appeal": {"author_key": KEY, "seq": 1},
    "POST /api/events/<slug>/questions/<int:n>/erase": {"author_key": KEY, "what": ["text"]},
    "POST /api/events/<slug>/questions/<int:n>/erase-on-request": {
        "what": ["text"],
        "basis": "person",
    },
    "POST /api/events/<slug>/questions/<int:n>/decision": {"verdict": "publish", "seq": 0},
    "POST /api/events/<slug>/questions/<int:n>/redactions": {
        "what": "text",
        "basis": "personal_data",
        "explanation": "It names a private person.",
        "text_version": 1,
        "seen": 0,
    },
    "POST /api/events/<slug>/questions/<int:n>/second-review": {"verdict": "publish", "seq": 1},
    "POST /api/events/<slug>/questions/<int:n>/live": {"on": True},
    "POST /api/events/<slug>/questions/<int:n>/next": {"on": True},
    "POST /api/events/<slug>/questions/<int:n>/answered": {"mode": "spoken"},
    "POST /api/events/<slug>/report/topics": {"act": "name", "n": NOWHERE, "label": "Pay"},
    "POST /api/events/<slug>/ticket": {"ticket": "x"},
    "POST /api/events/<slug>/decisions": {
        "verdict": "publish",
        "questions": [{"n": NOWHERE, "seq": 0}],
    },
    "POST /api/events/<slug>/webhooks": {"kind": "slack", "scope": "meeting", "url": "x"},
    "PUT /api/events/<slug>/questions/<int:n>/address": {"author_key": KEY, "email": None},
    "PUT /api/events/<slug>/publication": {"audience": "everyone"},
}
MEANT = {"signed_out": "s", "not_joined": "j", "no_right": "x"}


def rows(table: str) -> dict[str, str]:
    """Return the cells of each row, by what the row is about."""
    lines = [line.split(maxsplit=1) for line in table.strip().splitlines() if line]
    return {" ".join(about.split()): cells for cells, about in lines}


@pytest.fixture(scope="module")
def hall(
    sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, Any]]:
    """Give everybody's browser, by role, and the meeting that they are in."""
    data = tmp_path_factory.mktemp("matrix")
    (data / "qa.sqlite3").write_bytes(sqlite_template.read_bytes())
    url = f"sqlite:///{data / 'qa.sqlite3'}"
    config = replace(load_config({"QA_DATA_DIR": str(data), "QA_DATABASE_URL": url}), limits=ROOMY)
    ctx = build_context(config, clock=TurnableClock())
    app = create_app(config, ctx)
    meeting = open_meeting(app, ctx)
    yield {"meeting": meeting, **{role: meeting.anyone(role) for role in ROLES}}
    check_every_log(ctx)
    app.extensions[REPORT_DESK].close()
    ctx.db.close()


def knock(browser: Any, meeting: Meeting, about: str) -> str:
    """Return the cell that a route answers with; the browser keeps nothing of the answer."""
    method, rule = about.split()
    values = {"slug": meeting.slug, "leaf_index": "0", "token": "0" * 64, "code": "NOSUCH"}
    values |= {"path": "0/000", "filename": "icon.svg"}
    path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values.get(found[1], str(NOWHERE)), rule)
    options: dict[str, Any] = {} if method == "GET" else {"json": BODIES.get(about, {})}
    if path.endswith(("/import", "/tickets")):
        options = {"data": b"text\nWhy?\n", "content_type": "text/csv"}
    if "addendum" in rule or "report." in rule or "statements" in rule or rule.endswith("/report"):
        path += "?size=x"  # no report is made for it; test_report.py has who may read one
    kept = dict(browser.client._cookies)
    answer: TestResponse = browser.send(method, path, **options)
    browser.client._cookies.clear()
    browser.client._cookies.update(kept)
    assert answer.status_code != 500, about
    return meaning(answer.json, answer.status_code)


def meaning(body: Any, status: int) -> str:
    """Return the cell that an answer belongs in; pages tell by their status."""
    if status < 400:
        return "+"
    code = body["error"]["code"] if isinstance(body, dict) else ""
    if not code and status in (401, 403):
        code = "signed_out" if status == 401 else "no_right"
    return MEANT.get(code, "+")


def test_the_table_names_every_method_of_every_route(hall: Any) -> None:
    app: Flask = hall["meeting"].app
    real = {
        f"{method} {rule.rule}"
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert real == set(rows(TABLE))


@pytest.mark.parametrize("role", ROLES)
def test_every_route_meets_a_role_as_the_table_says(hall: Any, role: str) -> None:
    column = ROLES.index(role)
    expected = {about: cells[column] for about, cells in rows(TABLE).items()}
    # Signing out comes last: the session is gone then, whatever the browser keeps.
    order = sorted(expected, key=lambda about: "sign-out" in about)
    found = {about: knock(hall[role], hall["meeting"], about) for about in order}
    assert {about: cell for about, cell in found.items() if cell != expected[about]} == {}


def test_the_table_names_every_socket_event(hall: Any) -> None:
    house: House = hall["meeting"].app.extensions[EXTENSION]
    real = set(house.sockets._server.handlers["/"])
    assert real == {about.split()[0] for about in rows(EVENTS)}


def test_every_socket_event_meets_every_role_as_the_table_says(
    hall: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    meeting: Meeting = hall["meeting"]
    sockets = meeting.app.extensions[EXTENSION].sockets
    monkeypatch.setattr(sockets._server, "enter_room", lambda *_: None)
    signed_in = {**hall, **{role: again(meeting, role) for role in ROLES[:4]}}
    found = {}
    for about in rows(EVENTS):
        cells = [event(sockets, signed_in[role], meeting.slug, about) for role in ROLES]
        found[about] = "".join(cells)
    assert found == rows(EVENTS)


def again(meeting: Meeting, role: str) -> Any:
    """Return a browser that has this role, and a session that nobody signed out of."""
    account_id = identity.create_account(meeting.ctx, role, may_create_events=False)
    wanted = staff.check_role(role)
    perform(
        meeting.ctx,
        meeting.slug,
        lambda unit: staff.enrol(unit, account_id, wanted, by="Owner").id,
    )
    browser = meeting.stranger()
    browser.sign_in(identity.create_link(meeting.ctx, account_id))
    return browser


def event(sockets: Any, browser: Any, slug: str, about: str) -> str:
    """Return the cell that a socket of this browser is answered with."""
    header = "; ".join(f"{c.key}={c.value}" for c in browser.client._cookies.values())
    view = "desk" if "desk" in about else "board"
    try:
        sockets.connect("a-socket", {"HTTP_COOKIE": header}, {"slug": slug, "view": view})
    except Refused as refused:
        return MEANT[refused.error_args["message"]]
    name = about.split(maxsplit=1)[0]
    handler = sockets._server.handlers["/"][name]
    given = {
        "disconnect": "gone",
        "malformed": {"error": {"code": "bad_json"}},
        "look": {"n": NOWHERE},
        "claim": {"n": NOWHERE, "on": True},
    }
    answer = None if name == "connect" else handler("a-socket", given.get(name, {}))
    code = answer["error"]["code"] if isinstance(answer, dict) and "error" in answer else ""
    return MEANT.get(code, "+")
