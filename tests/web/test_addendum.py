"""Words hidden after the close, through the doors: gone from reports, told in an addendum."""

import json
import re

import jsonschema
import pytest

from tests.web.browser import Browser
from tests.web.meeting import Meeting
from tests.web.test_api_hiding import SECRET, TEXT, propose

FORMS = ("report.json", "report.html", "report.csv", "report.pdf", "addendum.json", "addendum.pdf")


def read_all(reader: Browser, meeting: Meeting, size: int) -> bytes:
    """Return every form that is not packed, as of now and of a size."""
    paths = [f"{meeting.api}/{name}{of}" for name in FORMS for of in ("", f"?size={size}")]
    paths += [f"/e/{meeting.slug}/{page}" for page in ("report", f"report?size={size}", "addendum")]
    answers = [reader.get(path) for path in paths]
    assert {answer.status_code for answer in answers} == {200}
    return b"\n".join(answer.data for answer in answers)


def test_a_redaction_after_the_close_leaves_every_report_and_is_told_in_the_addendum(
    meeting: Meeting,
) -> None:
    meeting.ask(TEXT)
    meeting.decide(1)
    reader = meeting.stranger()
    early = reader.get(f"{meeting.api}/addendum.json")
    assert (early.status_code, early.json["error"]["code"]) == (409, "event_not_closed")
    assert reader.get(f"/e/{meeting.slug}/addendum").status_code == 409
    meeting.move("live")
    meeting.move("closed")
    final = reader.get(f"{meeting.api}/report.json").json
    size = final["proof"]["tree_size"]
    assert SECRET.encode() in read_all(reader, meeting, size)
    assert (
        "Nothing was logged after the meeting had closed."
        in reader.get(f"/e/{meeting.slug}/report").text
    )

    number = propose(meeting)
    meeting.owner.post(f"{meeting.api}/questions/1/redactions/{number}/confirm")
    assert SECRET.encode() not in read_all(reader, meeting, size)
    found = reader.get(f"{meeting.api}/addendum.json").json
    schema = reader.get("/api/addendum.schema.json").json
    jsonschema.validate(found, schema, cls=jsonschema.Draft202012Validator)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**found, "verdict": 1}, schema)
    assert found["at_close"]["tree_size"] == size
    assert [leaf["kind"] for leaf in found["leaves"]] == ["staff.changed", "redaction"]
    assert [(each["name"], each["at_close"], each["now"]) for each in found["figures"]] == [
        ("redacted", 0, 1)
    ]
    page = reader.get(f"/e/{meeting.slug}/addendum").text
    assert "Questions with words hidden for a legal reason" in page
    assert "redacted in part" in re.sub(r"<[^>]+>", "", page)
    now = reader.get(f"/e/{meeting.slug}/report").text
    link = f"/e/{meeting.slug}/addendum?size={found['now']['tree_size']}"
    assert f'href="{link}"' in now
    assert reader.get(link).status_code == 200
    then = reader.get(f"/e/{meeting.slug}/report?size={size}").text
    assert f'href="/e/{meeting.slug}/addendum"' in then
    assert (
        json.loads(reader.get(f"{meeting.api}/report.json?size={size}").data)["questions"][0][
            "text_state"
        ]
        == "hidden_since"
    )


def test_a_withheld_report_has_a_withheld_addendum(meeting: Meeting) -> None:
    meeting.move("closed")
    meeting.owner.put(f"{meeting.api}/publication", {"audience": "staff"})
    reader = meeting.stranger()
    for path in (f"{meeting.api}/addendum.json", f"{meeting.api}/addendum.pdf"):
        assert reader.get(path).status_code == 403
    assert reader.get(f"/e/{meeting.slug}/addendum").status_code == 403
    assert meeting.owner.get(f"/e/{meeting.slug}/addendum").status_code == 200
