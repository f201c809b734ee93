"""axe over a page that stands still: a colour on its way to another would be read as a colour."""

from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

AXE = Axe()
STAND_STILL = """new Promise((still) => requestAnimationFrame(() => requestAnimationFrame(() =>
  Promise.allSettled(document.getAnimations().map(({ finished }) => finished)).then(still))))"""


def assert_accessible(page: Page) -> None:
    """Fail with axe's own report if it finds any violation."""
    page.mouse.move(0, 0)  # what lay under it may have moved, and fades
    page.evaluate(STAND_STILL)
    if not page.evaluate("'axe' in window"):  # half a megabyte, once for a page
        page.evaluate(AXE.axe_script)
    results = AxeResults(page.evaluate("axe.run({ resultTypes: ['violations'] })"))
    assert results.violations_count == 0, results.generate_report()
