"""A flood is flagged for everybody who asks at that time, so that no flag leads to a session."""

from qa.domain.policy import DEFAULT_POLICY_DOCUMENT
from qa.services import boards
from qa.services.context import Context
from tests.services.log_reading import leaves_of
from tests.services.meeting import SLUG, hold_meeting

FLOOD = {
    "id": "flood",
    "kind": "flood",
    "explanation": "Flags what arrives while one browser sends very much.",
    "params": {"questions": 3, "minutes": 5},
}


def test_a_flood_is_flagged_for_everybody_and_not_for_the_one_who_began_it(ctx: Context) -> None:
    policy = {**DEFAULT_POLICY_DOCUMENT, "rules": [FLOOD]}
    meeting = hold_meeting(ctx, "open", policy=policy)
    for _ in range(3):
        meeting.ask(person=meeting.person("quiet"))
    for _ in range(4):
        meeting.ask(person=meeting.person("loud"))
    meeting.ask(person=meeting.person("somebody else"))
    meeting.ask(person=meeting.person("loud"))
    flagged = [leaf.fields["flags"] for leaf in leaves_of(ctx, "question.submitted")]
    assert flagged == [[]] * 7 + [["flood"]] * 2
    rows = boards.desk_view(ctx, SLUG, 0)["questions"]
    assert len({str(row["flags"]) for row in rows[7:]}) == 1
