"""Asking, voting, withdrawing and reading over HTTP."""

import pytest

from tests.conftest import TurnableClock
from tests.web.meeting import AUTHOR_KEY, Meeting, question

SECRET = "Did the SECRET plan change?"


def test_a_question_gets_a_docket_number_and_a_receipt(meeting: Meeting) -> None:
    answer = meeting.participant().post(f"{meeting.api}/questions", question())
    assert answer.status_code == 201
    assert (answer.json["n"], answer.json["status"]) == (1, "pending")
    assert "localhost:8010/log/all-hands/promise" in answer.json["promise"]


def test_a_retry_gets_the_same_docket_number(meeting: Meeting) -> None:
    browser, body = meeting.participant(), question()
    first = browser.post(f"{meeting.api}/questions", body)
    again = browser.post(f"{meeting.api}/questions", body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json == again.json
    other = browser.post(f"{meeting.api}/questions", {**body, "text": "Something else?"})
    assert (other.status_code, other.json["error"]["code"]) == (409, "duplicate_submission")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"text": "x" * 501}, "text"),
        ({"text": "x" + "\u0335" * 9}, "text"),
        ({"text": "nul \u0000"}, "text"),
        ({"text": 5}, "text"),
        ({"anonymous": "yes"}, "anonymous"),
        ({"anonymous": False}, "name"),
        ({"anonymous": False, "name": "x" * 61}, "name"),
        ({"language": "not a tag"}, "language"),
        ({"client_key": "short"}, "client_key"),
        ({"client_key": "!" * 22}, "client_key"),
        ({"author_tag": "00"}, "author_tag"),
        ({"author_tag": "G" * 64}, "author_tag"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_bad_field_is_named_and_nothing_is_stored(
    meeting: Meeting, changes: dict[str, object], field: str
) -> None:
    answer = meeting.participant().post(f"{meeting.api}/questions", question(**changes))
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "bad_input")
    assert answer.json["error"]["field"] == field
    assert meeting.owner.get(f"{meeting.api}/desk").json["questions"] == []


def test_who_has_not_joined_can_read_and_nothing_else(meeting: Meeting) -> None:
    meeting.decide(meeting.ask())
    stranger = meeting.stranger()
    assert stranger.get(f"{meeting.api}/board").status_code == 200
    for answer in (
        stranger.post(f"{meeting.api}/questions", question()),
        stranger.put(f"{meeting.api}/questions/1/vote"),
        stranger.delete(f"{meeting.api}/questions/1/vote"),
    ):
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_joined")


def test_pending_words_are_nowhere_in_public(meeting: Meeting) -> None:
    number = meeting.ask(SECRET)
    reader = meeting.participant()
    for path in (
        f"{meeting.api}",
        f"{meeting.api}/board",
        f"{meeting.api}/board?since=1",
        f"{meeting.api}/questions/{number}",
        f"/e/{meeting.slug}",
        f"/e/{meeting.slug}/record",
        f"/e/{meeting.slug}/record/{number}",
        f"/e/{meeting.slug}/stage",
        f"/log/{meeting.slug}/tile/entries/000.p/5",
    ):
        answer = reader.get(path)
        assert answer.status_code == 200, path
        assert b"SECRET" not in answer.data, path
    found = reader.post(f"{meeting.api}/similar", {"text": SECRET})
    assert found.json == {"similar": []}


def test_a_published_question_is_found_by_a_similar_text(meeting: Meeting) -> None:
    meeting.decide(meeting.ask("Will the Lisbon office stay open next year?"))
    body = {"text": "Will the Lisbon office remain open next year?"}
    found = meeting.stranger().post(f"{meeting.api}/similar", body).json["similar"]
    assert [(each["n"], each["status"]) for each in found] == [(1, "published")]


def test_one_person_has_one_vote_and_can_take_it_back(meeting: Meeting) -> None:
    meeting.decide(meeting.ask())
    voter, other = meeting.participant(), meeting.participant()
    vote = f"{meeting.api}/questions/1/vote"
    assert voter.put(vote).json == {"n": 1, "votes": 1, "voted": True}
    assert voter.put(vote).json == {"n": 1, "votes": 1, "voted": True}
    assert other.put(vote).json["votes"] == 2
    assert voter.get(f"{meeting.api}/me").json["votes"] == [1]
    assert voter.delete(vote).json == {"n": 1, "votes": 1, "voted": False}
    assert voter.get(f"{meeting.api}/me").json["votes"] == []


def test_a_vote_on_a_filtered_question_counts_and_on_a_pending_one_does_not(
    meeting: Meeting,
) -> None:
    meeting.decide(meeting.ask(), "filter")
    meeting.ask()
    voter = meeting.participant()
    assert voter.put(f"{meeting.api}/questions/1/vote").json["votes"] == 1
    refused = voter.put(f"{meeting.api}/questions/2/vote")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "illegal_transition")


def test_the_author_can_revise_and_withdraw_with_the_key_alone(meeting: Meeting) -> None:
    meeting.ask()
    stranger = meeting.stranger()
    change = {"author_key": AUTHOR_KEY, "text": "Why was the Lisbon office closed?"}
    revised = stranger.post(f"{meeting.api}/questions/1/revise", change)
    assert (revised.status_code, revised.json["text_version"]) == (200, 2)
    wrong = stranger.post(f"{meeting.api}/questions/1/withdraw", {"author_key": "00" * 32})
    assert (wrong.status_code, wrong.json["error"]["code"]) == (403, "no_right")
    gone = stranger.post(f"{meeting.api}/questions/1/withdraw", {"author_key": AUTHOR_KEY})
    assert (gone.json["status"], gone.json["text"]) == ("withdrawn", None)


def test_a_filtered_question_shows_its_reason_to_everybody(meeting: Meeting) -> None:
    meeting.decide(meeting.ask(), "filter")
    (shown,) = meeting.stranger().get(f"{meeting.api}/board").json["questions"]
    assert shown["text"] == "Why was the office closed?"
    assert shown["decision"]["reason"] == "off_topic"
    assert shown["decision"]["explanation"] == "Outside the subject of this meeting."
    assert (shown["decision"]["by"], shown["decision"]["automated"]) == ("Owner", False)


def test_the_history_names_every_leaf_of_a_question(meeting: Meeting) -> None:
    meeting.decide(meeting.ask())
    kinds = [
        e["kind"] for e in meeting.stranger().get(f"{meeting.api}/questions/1").json["history"]
    ]
    assert kinds == ["question.submitted", "decision"]


def test_overdue_shows_in_public(meeting: Meeting, clock: TurnableClock) -> None:
    meeting.ask()
    clock.turn(minutes=16)
    board = meeting.stranger().get(f"{meeting.api}/board").json
    assert board["questions"][0]["overdue"] is True
    assert board["event"]["counts"]["overdue"] == 1


def test_a_closed_event_takes_nothing_and_says_what_was_never_decided(meeting: Meeting) -> None:
    meeting.ask()
    browser = meeting.participant()
    meeting.move("closed")
    refused = browser.post(f"{meeting.api}/questions", question())
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "event_closed")
    board = browser.get(f"{meeting.api}/board").json
    assert (board["questions"][0]["undecided"], board["event"]["counts"]["undecided"]) == (True, 1)
