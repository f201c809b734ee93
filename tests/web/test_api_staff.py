"""Running a meeting over HTTP: decisions, the stage, the team, imports."""

import pytest

from tests.web.meeting import Meeting, question


def test_two_moderators_at_once_and_the_second_sees_how_things_stand(meeting: Meeting) -> None:
    meeting.ask()
    meeting.decide(1)
    body = {"verdict": "filter", "reason": "spam", "explanation": "Spam.", "seq": 0}
    late = meeting.staff("moderator").post(f"{meeting.api}/questions/1/decision", body)
    assert (late.status_code, late.json["error"]["code"]) == (409, "stale_version")
    assert late.json["error"]["current"]["status"] == "published"
    assert late.json["error"]["current"]["decision"]["by"] == "Owner"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"verdict": "redact"}, "verdict"),
        ({"verdict": "merge"}, "into"),
        ({"verdict": "filter"}, "reason"),
        ({"verdict": "filter", "reason": "nonsense", "explanation": "x"}, "reason"),
        ({"verdict": "filter", "reason": "spam", "explanation": ""}, "explanation"),
        ({"verdict": "filter", "reason": "other", "explanation": "Too short"}, "explanation"),
        ({"seq": -1}, "seq"),
        ({"seq": True}, "seq"),
    ],
)
def test_a_decision_without_its_reasons_is_refused(
    meeting: Meeting, changes: dict[str, object], field: str
) -> None:
    meeting.ask()
    body = {"verdict": "publish", "seq": 0, **changes}
    answer = meeting.owner.post(f"{meeting.api}/questions/1/decision", body)
    assert (answer.status_code, answer.json["error"]["field"]) == (400, field)


def test_an_undo_is_a_decision_that_names_what_it_replaces(meeting: Meeting) -> None:
    meeting.ask()
    meeting.decide(1, "filter")
    body = {"verdict": "restore", "explanation": "A second look.", "seq": 1}
    answer = meeting.owner.post(f"{meeting.api}/questions/1/decision", body)
    shown = answer.json["question"]
    assert (shown["status"], shown["decision"]["supersedes"]) == ("pending", 1)


def test_the_stage_follows_the_presenter(meeting: Meeting) -> None:
    for _ in range(2):
        meeting.ask()
    meeting.decide(1)
    meeting.decide(2)
    meeting.move("live")
    presenter = meeting.staff("presenter")
    presenter.post(f"{meeting.api}/questions/2/next", {"on": True})
    assert presenter.post(f"{meeting.api}/questions/1/live", {"on": True}).json["question"]["live"]
    answered = presenter.post(
        f"{meeting.api}/questions/1/answered",
        {"mode": "written", "answer": "We **will** say. <script>alert(1)</script>"},
    ).json["question"]
    assert (answered["live"], answered["answered_how"]) == (False, "written")
    assert "<strong>will</strong>" in answered["answer_html"]
    assert "<script" not in answered["answer_html"]
    board = meeting.stranger().get(f"{meeting.api}/board").json
    assert board["questions"][1]["next"] is True


def test_a_new_member_signs_in_with_a_link_of_their_own(meeting: Meeting) -> None:
    added = meeting.owner.post(f"{meeting.api}/staff", {"name": "Mo", "role": "moderator"}).json
    assert (added["pseudonym"], added["link"][:24]) == ("Moderator A", "http://localhost:8010/s/")
    browser = meeting.stranger()
    browser.sign_in(added["link"])
    me = browser.get(f"{meeting.api}/me").json
    assert (me["role"], me["pseudonym"], me["joined"]) == ("moderator", "Moderator A", False)
    mine = browser.get("/api/me").json
    assert [(event["slug"], event["role"]) for event in mine["events"]] == [
        ("all-hands", "moderator")
    ]
    fresh = meeting.owner.post(f"{meeting.api}/staff/{added['id']}/link").json["link"]
    assert fresh != added["link"]


def test_a_removed_member_is_out_at_once(meeting: Meeting) -> None:
    moderator = meeting.staff("moderator")
    members = meeting.owner.get(f"{meeting.api}/settings").json["staff"]
    assert meeting.owner.delete(f"{meeting.api}/staff/{members[1]['id']}").json == {}
    assert moderator.get(f"{meeting.api}/desk").status_code == 403
    gone = meeting.owner.delete(f"{meeting.api}/staff/{members[1]['id']}")
    assert (gone.status_code, gone.json["error"]["code"]) == (404, "unknown_staff")


def test_an_owner_creates_an_event_with_a_title_alone(meeting: Meeting) -> None:
    made = meeting.owner.post("/api/events", {"title": "Spring Q&A: Berlin"})
    assert made.status_code == 201
    assert (made.json["slug"], made.json["state"]) == ("spring-q-a-berlin", "draft")
    assert len(made.json["join_code"]) == 6
    taken = meeting.owner.post("/api/events", {"title": "Other", "slug": "spring-q-a-berlin"})
    assert (taken.status_code, taken.json["error"]["field"]) == (409, "slug")


def test_an_event_moves_forward_only(meeting: Meeting) -> None:
    back = meeting.owner.post(f"{meeting.api}/state", {"state": "draft"})
    assert (back.status_code, back.json["error"]["code"]) == (409, "illegal_transition")
    unknown = meeting.owner.post(f"{meeting.api}/state", {"state": "paused"})
    assert (unknown.status_code, unknown.json["error"]["field"]) == (400, "state")


def test_changing_nothing_is_not_changing_to_null(meeting: Meeting) -> None:
    changed = meeting.owner.patch(meeting.api, {"starts_at": 1_795_000_000_000})
    assert (changed.json["title"], changed.json["starts_at"]) == ("All hands", 1_795_000_000_000)
    cleared = meeting.owner.patch(meeting.api, {"starts_at": None})
    assert (cleared.json["title"], cleared.json["starts_at"]) == ("All hands", None)


def send_csv(meeting: Meeting, data: bytes, dry_run: str = "false") -> tuple[int, dict]:  # type: ignore[type-arg]
    answer = meeting.owner.send(
        "POST", f"{meeting.api}/import?dry_run={dry_run}", data=data, content_type="text/csv"
    )
    return answer.status_code, answer.json


def test_an_import_is_all_or_nothing_and_names_every_bad_row(meeting: Meeting) -> None:
    status, answer = send_csv(meeting, b"text,name\nFine?,\n,\n" + b"x" * 600 + b",\n")
    assert status == 400
    assert [error["line"] for error in answer["error"]["errors"]] == [3, 4]
    assert meeting.owner.get(f"{meeting.api}/desk").json["questions"] == []
    status, answer = send_csv(meeting, b"text,name\nFirst?,\nSecond?,Ann\n", "true")
    assert (status, answer["rows"], answer["first"]) == (200, 2, None)
    assert meeting.owner.get(f"{meeting.api}/desk").json["questions"] == []
    status, answer = send_csv(meeting, b"text,name\nFirst?,\nSecond?,Ann\n")
    assert (status, answer["imported"], answer["first"], answer["last"]) == (200, 2, 1, 2)


def test_an_import_may_be_larger_than_other_bodies_and_has_a_limit_of_its_own(
    meeting: Meeting,
) -> None:
    rows = b"".join(b"%d %s?\n" % (n, b"long " * 90) for n in range(80))
    assert len(rows) > 32 * 1024
    assert send_csv(meeting, b"text\n" + rows, "true")[0] == 200
    status, answer = send_csv(meeting, b"text\n" + b"x" * (2 * 1024 * 1024))
    assert (status, answer["error"]["message"]) == (413, "Send at most 2,097,152 bytes.")


def test_the_qr_code_is_an_image_of_its_own(meeting: Meeting) -> None:
    answer = meeting.stranger().get(f"{meeting.api}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert "style=" not in answer.text
    assert "<script" not in answer.text


def test_a_staff_member_can_take_part_too(meeting: Meeting) -> None:
    moderator = meeting.staff("moderator")
    moderator.post(f"{meeting.api}/join")
    assert moderator.post(f"{meeting.api}/questions", question()).status_code == 201
    me = moderator.get(f"{meeting.api}/me").json
    assert (me["joined"], me["role"]) == (True, "moderator")
