"""Every page for everybody: axe, small screens, large text."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState

from tests.browser.axe import assert_accessible
from tests.browser.full_house import CODE, SLUG
from tests.browser.people import Client, Meeting
from tests.browser.server import Server
from tests.browser.surfaces import SURFACES, Surface, with_receipts
from tests.browser.windows import Windows, refused

pytestmark = pytest.mark.browser

HEIGHTS = {320: 720, 390: 844, 640: 900, 1280: 800}
LOST_WORDS = (Path(__file__).parent / "lost_words.js").read_text()
NEXT_FRAME = "new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
WIDTH = "document.documentElement.scrollWidth"
TEXT_SIZE = "(percent) => { document.documentElement.style.fontSize = percent; }"


@dataclass(frozen=True)
class Shown:
    """A surface that is on the screen."""

    page: Page
    surface: Surface

    def resize(self, width: int) -> None:
        self.page.set_viewport_size({"width": width, "height": HEIGHTS[width]})
        self.page.evaluate(NEXT_FRAME)


@pytest.fixture(scope="module")
def house(owner: Client) -> Meeting:
    return Meeting(owner, SLUG, CODE)


@pytest.fixture(scope="module")
def storage(
    chromium: Browser, server: Server, house: Meeting, data_dir: Path
) -> dict[str, StorageState | None]:
    """Return what the browsers of different people hold."""
    receipts = (data_dir / "receipts.json").read_text()
    windows = Windows(chromium, server.url)
    owner = windows.sign_in(house.owner_link())
    participant = windows.open(f"/j/{CODE}")
    states: dict[str, StorageState | None] = {
        "anyone": None,
        "owner": owner.context.storage_state(),
        "participant": with_receipts(participant.context.storage_state(), server.url, receipts),
    }
    windows.close()
    return states


@pytest.fixture(scope="module", params=SURFACES, ids=[surface.name for surface in SURFACES])
def shown(
    request: pytest.FixtureRequest,
    chromium: Browser,
    server: Server,
    house: Meeting,
    storage: dict[str, StorageState | None],
) -> Iterator[Shown]:
    """Give each surface in a window of its own, complete and without complaints."""
    surface: Surface = request.param
    windows = Windows(chromium, server.url)
    windows.expect(refused(404), refused(400))
    page = windows.open(storage_state=storage[surface.who], reduced_motion="reduce")
    surface.show(page, house.owner_link() if surface.name == "sign-in" else "")
    yield Shown(page, surface)
    windows.close()
    assert windows.unexpected() == []


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(shown: Shown, width: int, scheme: Any) -> None:
    shown.resize(width)
    shown.page.emulate_media(color_scheme=scheme)
    assert_accessible(shown.page)


def test_nothing_scrolls_sideways_at_320_pixels(shown: Shown) -> None:
    shown.resize(320)
    assert shown.page.evaluate(WIDTH) <= 320
    assert shown.page.evaluate(LOST_WORDS) == []


@pytest.mark.parametrize("width", [640, 1280])
def test_text_of_twice_the_size_loses_nothing(shown: Shown, width: int) -> None:
    shown.resize(390)
    shown.page.evaluate(TEXT_SIZE, "200%")
    shown.resize(width)
    try:
        assert shown.page.evaluate(WIDTH) <= width
        assert shown.page.evaluate(LOST_WORDS) == []
    finally:
        shown.page.evaluate(TEXT_SIZE, "")
