"""An owner changes the policy: in the form, as text, tried on past questions, then in force."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.people import Meeting
from tests.browser.windows import Windows, refused

pytestmark = pytest.mark.browser


def test_an_owner_tries_a_policy_and_puts_it_in_force(windows: Windows, meeting: Meeting) -> None:
    windows.expect(refused(400))
    meeting.ask("Is www.example.org down for everybody?")
    owner = windows.sign_in(meeting.owner_link())
    owner.goto(f"{meeting.page}/policy")
    owner.get_by_role("link", name="Edit the policy").click()
    deadline = owner.get_by_label("A decision is overdue after")
    expect(deadline).to_have_value("15")
    deadline.fill("0")
    owner.get_by_role("button", name="Publish as version 2").click()
    expect(owner.locator("#deadline_minutes-error")).to_contain_text("from 1 to")
    deadline.fill("45")

    owner.get_by_text("As text", exact=True).click()
    text = owner.get_by_label("The policy as text")
    expect(text).to_have_value(re.compile("deadline_minutes: 45"))
    words = text.input_value()
    text.fill(words.replace("deadline_minutes: 45", "deadline_minutes: 0"))
    owner.get_by_role("button", name="Try on past questions").click()
    line = words.split("deadline_minutes: 45")[0].count("\n") + 1
    expect(owner.locator("#text-error")).to_contain_text(f"Line {line}: deadline_minutes")
    text.fill(words.replace("deadline_minutes: 45", "deadline_minutes: 50"))
    owner.get_by_text("As a form", exact=True).click()
    expect(deadline).to_have_value("50")

    owner.get_by_role("button", name="Try on past questions").click()
    link = owner.locator("#trial-rules > li").filter(has_text="link")
    expect(link).to_contain_text("would have flagged 1 of ")
    link.locator("summary").click()
    expect(link).to_contain_text("Is www.example.org down for everybody?")
    owner.get_by_role("button", name="Publish as version 2").click()
    owner.wait_for_url("**/policy")
    expect(owner.get_by_text("50 minutes")).to_be_visible()
    expect(owner.get_by_text("Version 2, published")).to_be_visible()
