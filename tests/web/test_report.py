"""The report over HTTP: as of now, as of any tree size, and the same for everybody who asks."""

import json
from typing import Any

import gevent
import jsonschema

from qa.exports.formats import XLSX
from tests.web.browser import Browser
from tests.web.meeting import Meeting

SECRET = "Nobody has screened these words."
FILES = {
    "report.pdf": "application/pdf",
    "report.xlsx": XLSX,
    "report.csv": "text/csv",
    "report.csv?bom=1": "text/csv",
    "report.html": "text/html",
    "statements-of-reasons.csv": "text/csv",
}


def read_at_once(meeting: Meeting, readers: int) -> Any:
    """Return the report that many people read at the same time, which is one and the same."""

    def read(reader: Browser) -> bytes:
        answer = reader.get(f"{meeting.api}/report.json")
        assert answer.status_code == 200, answer.text
        return bytes(answer.data)

    found = [gevent.spawn(read, meeting.stranger()) for _ in range(readers)]
    gevent.joinall(found, raise_error=True)
    (made,) = {each.value for each in found}
    return json.loads(made)


def test_the_report_is_live_while_the_meeting_runs_and_final_after_it(meeting: Meeting) -> None:
    meeting.decide(meeting.ask("Kept <b>question</b>?"))
    meeting.decide(meeting.ask("Dropped question?"), "filter")
    meeting.ask(SECRET)
    reader = meeting.stranger()
    page = reader.get(f"/e/{meeting.slug}/report")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "So far." in page.text
    assert "Kept &lt;b&gt;question&lt;/b&gt;?" in page.text
    assert SECRET not in page.text

    before = read_at_once(meeting, 20)
    assert before["numbers"]["pending"] == 1
    meeting.move("live")
    meeting.move("closed")
    assert "Final." in reader.get(f"/e/{meeting.slug}/report").text
    after = reader.get(f"{meeting.api}/report.json").json
    assert after["numbers"]["never_decided"] == 1
    assert after["proof"]["tree_size"] > before["proof"]["tree_size"]

    size = before["proof"]["tree_size"]
    again = reader.get(f"{meeting.api}/report.json?size={size}")
    assert again.json == before
    assert "So far." in reader.get(f"/e/{meeting.slug}/report?size={size}").text
    for wrong in ("0", "x", "99999", "-1"):
        assert reader.get(f"{meeting.api}/report.json?size={wrong}").status_code == 400
        assert reader.get(f"/e/{meeting.slug}/report?size={wrong}").status_code == 400

    for name, media_type in FILES.items():
        file = reader.get(f"{meeting.api}/{name}")
        assert (file.status_code, file.mimetype) == (200, media_type), name
        assert "attachment" in file.headers["Content-Disposition"]

    schema = reader.get("/api/report.schema.json").json
    jsonschema.validate(after, schema)
    jsonschema.validate(before, schema)


def test_what_the_auditor_edits_is_in_the_next_report_that_anybody_reads(meeting: Meeting) -> None:
    meeting.decide(meeting.ask())
    auditor = meeting.staff("auditor")
    reader, address = meeting.stranger(), f"{meeting.api}/report.json"
    before = reader.get(address).json["proof"]["tree_size"]
    edit = {"act": "name", "n": 1, "label": "Offices"}
    assert auditor.post(f"{meeting.api}/report/topics", edit).status_code == 200
    assert reader.get(address).json["proof"]["tree_size"] == before + 1


def test_what_has_no_report_says_so(meeting: Meeting) -> None:
    reader = meeting.owner
    made = reader.post("/api/events", {"title": "Draft", "slug": "just-a-draft"})
    assert made.status_code == 201
    for path, status, code in (
        ("no-such-meeting", 404, "unknown_event"),
        ("just-a-draft", 409, "event_not_open"),
    ):
        answer = reader.get(f"/api/events/{path}/report.json")
        assert (answer.status_code, json.loads(answer.data)["error"]["code"]) == (status, code)
        page = reader.get(f"/e/{path}/report")
        assert (page.status_code, page.mimetype) == (status, "text/html")


def test_a_withheld_report_is_for_staff_and_for_the_share_link(meeting: Meeting) -> None:
    meeting.decide(meeting.ask("A question that was kept?"))
    path = f"{meeting.api}/publication"
    assert meeting.owner.put(path, {"audience": "staff"}).json["withheld"] is True
    link = meeting.owner.post(f"{path}/link").json["link"]

    reader = meeting.stranger()
    refused = reader.get(f"{meeting.api}/report.json")
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "report_withheld")
    assert reader.get(f"/e/{meeting.slug}/report").status_code == 403
    assert reader.get(f"/e/{meeting.slug}/record").status_code == 200
    assert "not published to everyone" in meeting.owner.get(f"/e/{meeting.slug}/report").text

    opened = reader.get(link.removeprefix(meeting.ctx.config.public_url))
    assert (opened.status_code, opened.headers["Location"]) == (303, f"/e/{meeting.slug}/report")
    assert "A question that was kept?" in reader.get(f"/e/{meeting.slug}/report").text
    assert reader.get(f"{meeting.api}/report.json").status_code == 200

    meeting.owner.post(f"{path}/link")
    assert reader.get(f"{meeting.api}/report.json").status_code == 403
    for role in ("moderator", "participant", "public"):
        answer = meeting.anyone(role).put(path, {"audience": "everyone"})
        assert answer.status_code in (401, 403), role
