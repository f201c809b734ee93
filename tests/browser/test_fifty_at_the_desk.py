"""A moderator works through fifty questions without a mouse; the keys pressed are counted."""

from collections import Counter

import pytest
from playwright.sync_api import Page, expect

from tests.browser.journeys import at_the_desk, said
from tests.browser.people import Meeting
from tests.browser.windows import Windows

pytestmark = pytest.mark.browser

QUESTIONS = 50
SUBJECTS = ("the archive", "parental leave", "the Bergen office", "on-call pay", "the new badge")
KEYS = {"publish": "a", "filter": "fo\n", "merge": "m1\n"}
"""What each decision takes: Enter sends words that the policy or the desk has prepared."""

DONE = {"publish": "is published", "filter": "is filtered out", "merge": "is merged into"}


def decision_on(place: int) -> str:
    """Return what the moderator decides on the question at this place: some of everything."""
    if place % 5 == 4:
        return "filter"
    return "merge" if place % 10 == 5 else "publish"


def press(page: Page, keys: str) -> int:
    """Press these keys one after the other; return how many they were."""
    for key in keys:
        page.keyboard.press("Enter" if key == "\n" else key)
    return len(keys)


def test_fifty_questions_are_decided_from_the_keyboard(
    windows: Windows, meeting: Meeting, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in range(QUESTIONS):
        subject = SUBJECTS[place % len(SUBJECTS)]
        meeting.ask(f"What has been decided about {subject}, and who answers for part {place}?")
    desk = at_the_desk(windows, meeting)
    pressed: Counter[str] = Counter()
    decided: Counter[str] = Counter()
    for place in range(QUESTIONS):
        expect(desk.locator("#in-hand [data-field=number]")).to_have_text(f"#{place + 1}")
        verdict = decision_on(place)
        if verdict == "merge":
            expect(desk.locator("#alike-list li").first).to_be_visible()
        pressed[verdict] += press(desk, KEYS[verdict])
        decided[verdict] += 1
        expect(said(desk)).to_contain_text(f"#{place + 1} {DONE[verdict]}")
    counts = meeting.counts()
    assert (counts["pending"], counts["submitted"]) == (0, QUESTIONS)
    assert (counts["filtered"], counts["merged"]) == (decided["filter"], decided["merge"])
    per_decision = {verdict: pressed[verdict] / decided[verdict] for verdict in decided}
    with capsys.disabled():
        said_of = ", ".join(f"{verdict} {keys:g}" for verdict, keys in per_decision.items())
        print(f"\nkey presses for each decision: {said_of}; {pressed.total()} for {QUESTIONS}")
    assert per_decision == {"publish": 1, "filter": 3, "merge": 3}
