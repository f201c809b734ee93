"""The trend over meetings: for whoever is signed in, of every report that they may read."""

from tests.web.meeting import Meeting, question


def test_signed_in_staff_see_the_meetings_side_by_side_without_what_is_withheld(
    meeting: Meeting,
) -> None:
    moderator, owner = meeting.staff("moderator"), meeting.owner
    meeting.decide(meeting.ask("Kept?"))
    meeting.decide(meeting.ask("Dropped?"), "filter")
    owner.post("/api/events", {"title": "Second <b>", "slug": "second"})
    owner.post("/api/events", {"title": "Third", "slug": "third"})
    owner.post("/api/events/second/state", {"state": "open"})

    refused = meeting.stranger().get("/api/trend")
    assert (refused.status_code, refused.json["error"]["code"]) == (401, "signed_out")
    assert meeting.stranger().get("/trend").status_code == 401

    found = moderator.get("/api/trend").json
    assert [point["meeting"]["slug"] for point in found["points"]] == [meeting.slug, "second"]
    report = owner.get(f"{meeting.api}/report.json").json
    first = found["points"][0]
    assert (first["numbers"], first["rates"]) == (report["numbers"], report["rates"])
    page = moderator.get("/trend")
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert "50.0 %" in page.text
    assert "Unverified votes came by an open link" in page.text
    assert "Second &lt;b&gt;" in page.text
    assert page.text.count("<svg") >= 8

    assert "not known" in page.text
    owner.post("/api/events", {"title": "Council", "slug": "council", "admission": "tickets"})
    owner.post("/api/events/council/state", {"state": "open"})
    assert "0 tickets sent" in owner.get("/trend").text

    owner.put("/api/events/second/publication", {"audience": "staff"})
    assert len(moderator.get("/api/trend").json["points"]) == 2
    assert len(owner.get("/api/trend").json["points"]) == 3
    assert "Second" not in moderator.get("/trend").text


def test_a_trend_counts_anew_what_has_grown(meeting: Meeting) -> None:
    meeting.ask("Kept?")
    meeting.move("live")
    meeting.move("closed")
    owner = meeting.owner
    (point,) = owner.get("/api/trend").json["points"]
    assert (point["numbers"]["never_decided"], point["meeting"]["state"]) == (1, "closed")
    assert question()["text"] not in owner.get("/trend").text
