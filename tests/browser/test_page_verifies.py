"""The page checks the record that it shows: mark, details, receipts and alarm."""

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route, expect

from tests.browser.axe import assert_accessible
from tests.browser.journeys import ask, question
from tests.browser.people import Meeting
from tests.browser.server import Server
from tests.browser.windows import ALARM, Windows, refused

pytestmark = pytest.mark.browser

CHECKED = "#mark[data-state=checked]"
UNREACHABLE = "#mark[data-state=unreachable]"
SEEN = "localStorage.getItem('fair-hearing/seen/' + document.body.dataset.slug)"
RECEIPTS = "localStorage.getItem('fair-hearing/receipts/' + document.body.dataset.slug)"
LIE = "Who decided to keep everything as it is?"
TRUTH = "Who decided to close the plant in the south?"


@pytest.fixture(autouse=True)
def turnable_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each window's clock run as ever, but so that a test can turn it."""
    open_one = Windows.person

    def person(windows: Windows, **options: Any) -> BrowserContext:
        context = open_one(windows, **options)
        context.clock.install()
        return context

    monkeypatch.setattr(Windows, "person", person)


def hurry(page: Page, awaited: str) -> None:
    """Turn the clock by up to five seconds: a page pauses before its check, and between two."""
    for _ in range(5):
        if page.locator(awaited).count():
            return
        page.clock.fast_forward(1_000)
        page.wait_for_timeout(100)


def checked(page: Page) -> Page:
    """Wait until the page has found its record right."""
    hurry(page, CHECKED)
    expect(page.locator(CHECKED)).to_be_visible()
    return page


def details(page: Page) -> Locator:
    """Open what was checked."""
    page.locator("#mark").click()
    return page.get_by_role("dialog")


def proven(page: Page, n: int) -> Locator:
    """Return what says that a receipt was verified."""
    return question(page, n).get_by_text("Proven", exact=True)


def liar(chromium: Browser, server: Server) -> Windows:
    """Return windows in which an alarm is no complaint."""
    return Windows(chromium, server.url)


def close(windows: Windows) -> None:
    windows.close()
    assert [each for each in windows.unexpected() if not each.startswith("alarm:")] == []


@pytest.mark.parametrize("path", ["", "/record", "/record/1"])
def test_every_public_page_says_that_its_record_was_checked(
    windows: Windows, meeting: Meeting, path: str
) -> None:
    meeting.published(TRUTH)
    page = checked(windows.open(meeting.page + path))
    dialog = details(page)
    expect(dialog).to_contain_text("together give the signed root")
    expect(dialog).to_contain_text("1 asked = 1 shown")
    expect(dialog).to_contain_text("What this cannot tell you")
    assert_accessible(page)
    dialog.get_by_role("button", name="Close").click()
    expect(page.locator("#mark")).to_be_focused()


def test_numbers_of_thousands_are_read_back_from_the_page_and_checked(
    windows: Windows, meeting: Meeting
) -> None:
    rows = "".join(f"What about matter {n}?\n" for n in range(1, 1_002))
    meeting.owner.post(f"{meeting.api}/import?dry_run=false", f"text\n{rows}")
    page = windows.open(f"{meeting.page}/record")
    expect(page.locator(CHECKED)).to_be_visible(timeout=60_000)  # a thousand rows are read
    expect(page.locator("[data-count=submitted]")).to_have_text("1,001")
    expect(page.locator("[data-count=pending]")).to_have_text("1,001")
    expect(details(page)).to_contain_text("1,001 asked")


def test_a_later_visit_knows_the_key_and_what_was_there(windows: Windows, meeting: Meeting) -> None:
    meeting.published(TRUTH)
    page = checked(windows.open(meeting.page))
    first = json.loads(page.evaluate(SEEN))
    meeting.published("And who told the mayor?")
    page.goto(f"{meeting.page}/record")
    dialog = details(checked(page))
    expect(dialog).to_contain_text("Signed by the key that this browser first saw today")
    expect(dialog).to_contain_text("Nothing that this browser saw before has gone or changed")
    later = json.loads(page.evaluate(SEEN))
    assert later["vkey"] == first["vkey"]
    assert later["size"] > first["size"]


def test_an_open_page_checks_what_comes_when_it_is_asked_to(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published(TRUTH)
    page = checked(windows.open(meeting.page))
    meeting.published("And who told the mayor?")
    expect(question(page, 2)).to_be_visible()
    dialog = details(page)
    dialog.get_by_role("button", name="Check again").click()
    expect(dialog).to_contain_text("2 asked = 2 shown")


def test_a_receipt_is_proven_without_the_server_learning_whose_it_is(
    windows: Windows, meeting: Meeting
) -> None:
    page = windows.person().new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"/j/{meeting.code}")
    ask(page, TRUTH)
    page.get_by_role("button", name="See it under Mine").click()
    expect(proven(page, 1)).to_be_visible()
    (receipt,) = json.loads(page.evaluate(RECEIPTS))
    assert receipt["proof"].startswith("c2sp.org/tlog-proof@v1\n")
    with page.expect_download() as download:
        page.get_by_role("button", name="Receipt", exact=True).click()
    saved = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert saved["proof"] == receipt["proof"]
    page.evaluate("window.print = () => { window.printed = true; }")
    page.get_by_role("button", name="Print receipt").click()
    expect(page.locator("#receipt svg path")).to_have_count(1)
    assert page.evaluate("window.printed")
    assert not any("/proofs/" in url or "qr.svg" in url for url in asked)


def test_whoever_scans_a_printed_receipt_is_told_whether_it_holds(
    windows: Windows, meeting: Meeting
) -> None:
    page = windows.open(f"/j/{meeting.code}")
    ask(page, TRUTH)
    page.get_by_role("button", name="See it under Mine").click()
    expect(proven(page, 1)).to_be_visible()
    (receipt,) = json.loads(page.evaluate(RECEIPTS))
    size, root = receipt["proof"].split("\n\n")[1].split("\n")[1:3]
    code = f"entry={receipt['leaf_index']}&leaf={receipt['leaf_hash']}"
    code += f"&size={size}&root={base64.b64decode(root).hex()}"
    scanned = windows.open(f"{meeting.page}/record/1#{code}")
    expect(scanned.locator("#paper")).to_contain_text("holds: this browser has checked")
    assert_accessible(scanned)
    other = windows.open(f"{meeting.page}/record/1#{code.replace('leaf=', 'leaf=00')[:-2]}")
    expect(checked(other).locator("#paper")).to_be_hidden()
    damaged = code.replace(receipt["leaf_hash"], "00" * 32)
    other = windows.open(f"{meeting.page}/record/1#{damaged}")
    expect(checked(other).locator("#paper")).to_contain_text("does not hold")


def test_the_words_of_the_projector_are_found_by_the_number_that_it_shows(
    windows: Windows, meeting: Meeting
) -> None:
    stage = windows.open(f"{meeting.page}/stage")
    words = stage.locator("[data-field=log_words]")
    expect(words).to_have_text(re.compile(r"^\w+( \w+){5}$"))
    entries = stage.locator("[data-field=log_size]").inner_text().split()[0]
    meeting.published(TRUTH)
    dialog = details(checked(windows.open(f"{meeting.page}/record")))
    newest = dialog.locator("[data-field=six]").inner_text()
    assert newest != words.inner_text()
    dialog.get_by_label("The six words of the first").fill(entries)
    expect(dialog.locator("[data-field=six]")).to_have_text(words.inner_text())
    dialog.get_by_label("The six words of the first").fill("100000")
    expect(dialog).to_contain_text("Check again for more")


def test_a_receipt_without_a_proof_gets_one_with_the_next_check(
    windows: Windows, meeting: Meeting
) -> None:
    page = windows.open(f"/j/{meeting.code}")
    ask(page, TRUTH)
    page.get_by_role("button", name="See it under Mine").click()
    expect(proven(page, 1)).to_be_visible()
    (receipt,) = json.loads(page.evaluate(RECEIPTS))
    del receipt["proof"]
    kept = json.dumps([receipt])
    page.evaluate(f"localStorage.setItem('fair-hearing/receipts/{meeting.slug}', {kept!r})")
    page.goto(f"{meeting.page}/record")
    checked(page)
    page.goto(f"{meeting.page}#mine")
    expect(proven(page, 1)).to_be_visible()
    expect(details(checked(page))).to_contain_text("1 of your receipts is in the log")


def swap(route: Route) -> None:
    """Hand out other words than those that were logged."""
    answer = route.fetch()
    body = answer.text().replace(TRUTH, LIE)
    route.fulfill(response=answer, body=body)


def test_swapped_words_raise_an_alarm_that_offers_the_evidence(
    chromium: Browser, server: Server, meeting: Meeting
) -> None:
    meeting.published(TRUTH)
    windows = liar(chromium, server)
    page = windows.open(reduced_motion="reduce")
    page.route("**/api/**/openings?*", swap)
    page.goto(meeting.page)
    hurry(page, ALARM)
    alarm = page.get_by_role("alert").filter(has_text="Something is wrong with this record")
    expect(alarm).to_contain_text("The words of #1 that the server hands out are not those")
    expect(page.locator(ALARM)).to_be_visible()
    with page.expect_download() as download:
        alarm.get_by_role("button", name="Download the evidence").click()
    evidence: dict[str, Any] = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert evidence["format"] == "fair-hearing-evidence@v1"
    assert evidence["openings"][0]["text"] == LIE
    assert evidence["checkpoints"]["now"].startswith(evidence["verifier_key"]["now"].split("+")[0])
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        assert_accessible(page)
        page.mouse.wheel(0, 2000)
        expect(alarm).to_be_in_viewport()
    alarm.get_by_role("button", name="What was checked").click()
    expect(page.get_by_role("dialog")).to_contain_text("What is wrong with the record")
    close(windows)


def hide_first(route: Route) -> None:
    """Hand out a board without its first question."""
    answer = route.fetch()
    board = answer.json()
    kept = [each for each in board["questions"] if each["n"] != 1]
    route.fulfill(response=answer, json={**board, "questions": kept})


def board_without_first(windows: Windows, meeting: Meeting) -> Page:
    """Open the board of a server that hides its first question."""
    meeting.published(TRUTH)
    meeting.published("And who told the mayor?")
    page = windows.open()
    page.route("**/board?*", hide_first)
    page.goto(meeting.page)
    return page


def test_a_board_that_hides_a_question_raises_an_alarm(
    chromium: Browser, server: Server, meeting: Meeting
) -> None:
    windows = liar(chromium, server)
    page = board_without_first(windows, meeting)
    hurry(page, ALARM)
    expect(page.locator("#alarm")).to_contain_text("#1 is on the record, and this page does not")
    close(windows)


def test_a_page_with_a_suspicion_looks_again_within_seconds_however_much_changes_meanwhile(
    chromium: Browser, server: Server, meeting: Meeting
) -> None:
    windows = liar(chromium, server)
    page = board_without_first(windows, meeting)
    expect(question(page, 2)).to_be_visible()
    for n in (3, 4):
        with page.expect_response("**/head"):
            page.clock.fast_forward(5_000)
        page.wait_for_timeout(500)  # the check is at its end, and suspects
        meeting.published("And what of the north?")
        expect(question(page, n)).to_be_visible()
    hurry(page, ALARM)
    expect(page.locator("#alarm")).to_contain_text("#1 is on the record, and this page does not")
    close(windows)


def test_an_older_head_raises_an_alarm_with_both_heads_in_the_evidence(
    chromium: Browser, server: Server, meeting: Meeting
) -> None:
    windows = liar(chromium, server)
    page = windows.open()
    older = page.request.get(f"/log/{meeting.slug}/head").text()
    meeting.published(TRUTH)
    page.goto(meeting.page)
    newer = json.loads(checked(page).evaluate(SEEN))["note"]
    head = f"**/log/{meeting.slug}/head"
    page.route(head, lambda route: route.fulfill(body=older, content_type="text/plain"))
    page.goto(f"{meeting.page}/record")
    hurry(page, ALARM)
    expect(page.locator("#alarm")).to_contain_text("The record became shorter")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the evidence").click()
    evidence = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert evidence["checkpoints"]["seen_before"]["note"] == newer
    assert evidence["checkpoints"]["now"] == older
    # The reader learns that it was a mistake, and looks again.
    page.unroute(head)
    page.get_by_role("button", name="What was checked").click()
    page.get_by_role("dialog").get_by_role("button", name="Check again").click()
    expect(page.locator(CHECKED)).to_be_attached()
    expect(page.locator("#alarm")).to_be_empty()
    windows.close()
    assert windows.unexpected() == []


def test_a_new_key_raises_an_alarm_until_the_reader_begins_again(
    chromium: Browser, server: Server, meeting: Meeting
) -> None:
    meeting.published(TRUTH)
    windows = liar(chromium, server)
    page = checked(windows.open(meeting.page))
    seen = json.loads(page.evaluate(SEEN))
    other = {**seen, "vkey": seen["vkey"][:-4] + "AAAA"}
    kept = json.dumps(other)
    page.evaluate(f"localStorage.setItem('fair-hearing/seen/{meeting.slug}', {kept!r})")
    page.goto(f"{meeting.page}/record")
    hurry(page, ALARM)
    expect(page.locator("#alarm")).to_contain_text("signed with another key")
    page.get_by_role("button", name="What was checked").click()
    page.get_by_role("button", name="Forget it and begin again").click()
    expect(page.locator(CHECKED)).to_be_attached()
    assert json.loads(page.evaluate(SEEN))["vkey"] == seen["vkey"]
    windows.close()
    assert windows.unexpected() == []


def test_a_network_that_fails_is_not_an_alarm(windows: Windows, meeting: Meeting) -> None:
    windows.expect(r"net::ERR_", refused(503))
    meeting.published(TRUTH)
    for answer in ("abort", "busy", "hotel"):
        page = windows.open()

        def fail(route: Route, answer: str = answer) -> None:
            if answer == "abort":
                route.abort()
            elif answer == "busy":
                route.fulfill(status=503, body="busy", content_type="text/plain")
            else:
                route.fulfill(body="<h1>Welcome to the hotel</h1>", content_type="text/html")

        page.route(f"**/log/{meeting.slug}/head", fail)
        page.goto(meeting.page)
        hurry(page, UNREACHABLE)
        expect(page.locator(UNREACHABLE)).to_contain_text("Not checked just now")
        expect(page.locator("#alarm")).to_be_empty()


def test_without_web_crypto_the_vendored_code_checks_the_record(
    windows: Windows, meeting: Meeting
) -> None:
    meeting.published(TRUTH)
    page = windows.person().new_page()
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    # As on plain http; here the page is served from localhost, which browsers trust.
    page.route(
        "**/verify/ed25519.js",
        lambda route: route.fulfill(
            response=(answer := route.fetch()),
            body="const crypto = {};\n" + answer.text(),
        ),
    )
    page.goto(f"{meeting.page}/record")
    checked(page)
    assert any("/vendor/noble-ed25519/" in url for url in asked)
    asked.clear()
    other = windows.person()
    other.on("request", lambda request: asked.append(request.url))
    page = other.new_page()
    page.goto(f"{meeting.page}/record")
    checked(page)
    assert asked
    assert not any("/vendor/noble-" in url for url in asked)
