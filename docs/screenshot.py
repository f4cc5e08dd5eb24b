"""`make screenshot`: run a demo portal until its board has something of everything, and draw it for the README."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect, sync_playwright

from tests.services import CHROMIUM_FLAGS, Portal, chromium

BOARD = Path(__file__).parent / "board.png"
PATIENCE = 180_000  # milliseconds


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        portal = Portal.start(Path(folder), "--demo", PORTAL_SANDBOX_TIME_SCALE="1.5")
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
                page = browser.new_page(
                    viewport={"width": 1360, "height": 900}, timezone_id="Asia/Shanghai", reduced_motion="reduce"
                )
                _draw(page, portal)
        finally:
            portal.end()


def _draw(page: Page, portal: Portal) -> None:
    page.goto(f"{portal.url}/sign-in/")
    page.get_by_label("Name").fill("lin")
    password = re.search(r"password (\S+)", portal.said)
    assert password, portal.said
    page.get_by_label("Password").fill(password.group(1))
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("button", name="Cancel intent lr 1e-5").click()
    expect(page.locator("li.job.is-bad")).to_have_count(1, timeout=PATIENCE)
    expect(page.locator("li.job.is-good")).to_have_count(2, timeout=PATIENCE)
    expect(page.locator("li.job.is-hero")).to_contain_text(re.compile(r"Running [3-8]\d%"), timeout=PATIENCE)
    page.screenshot(path=BOARD, full_page=True)


if __name__ == "__main__":
    main()
