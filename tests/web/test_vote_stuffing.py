"""Scripts that stuff ballots: as many requests as they like, and one vote for one cookie."""

import pytest

from tests.web.meeting import Meeting

TRIES = 1_000
DISGUISES = ("X-Forwarded-For", "X-Real-IP", "Forwarded", "User-Agent", "X-Request-Id")
"""What published scripts change from request to request, to look like somebody else."""


# On both databases, tests/promises/test_races.py does it at once; here it is about the door.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_thousand_tries_with_one_cookie_are_one_vote(meeting: Meeting) -> None:
    meeting.ask("Why was the project renamed?")
    meeting.decide(1)
    script = meeting.participant()
    path = f"{meeting.api}/questions/1/vote"
    for number in range(TRIES):
        if number % 100 == 50:
            script.post("/api/join", {"code": meeting.code})
        disguise = {DISGUISES[number % len(DISGUISES)]: f"10.0.{number // 250}.{number % 250}"}
        # Past the check of each answer's form, which would take most of the time.
        headers = {"X-CSRF-Token": script.csrf, **disguise}
        answer = script.client.put(path, json={}, headers=headers)
        assert answer.status_code == 200
        assert answer.json["votes"] == 1
    (row,) = meeting.owner.get(f"{meeting.api}/board").json["questions"]
    assert row["votes"] == 1


def test_a_request_without_the_cookie_is_no_vote(meeting: Meeting) -> None:
    meeting.ask("Why was the project renamed?")
    meeting.decide(1)
    for number in range(50):
        stranger = meeting.stranger()
        disguise = {"X-Forwarded-For": f"10.0.0.{number}"}
        answer = stranger.send("PUT", f"{meeting.api}/questions/1/vote", json={}, headers=disguise)
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "not_joined")
