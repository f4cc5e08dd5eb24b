"""The small scripts of people's pages, in a browser that enforces the content security policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from teams.models import Team, User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"


@pytest.fixture
def team_page(
    live_server: LiveServer, team: Team, admin: User, member: User, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Page]:
    """The team's page of an admin who has signed in."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop in this thread
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.goto(f"{live_server.url}/sign-in/?next=/t/{team.slug}/team/")
        page.get_by_label("Name").fill(admin.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/team/")
        yield page
        browser.close()
        assert complaints == []


def test_the_menu_closes_on_escape_and_elsewhere(team_page: Page) -> None:
    summary, sign_out = team_page.locator("summary"), team_page.get_by_role("button", name="Sign out")
    summary.click()
    sign_out.focus()
    team_page.keyboard.press("Escape")
    assert not sign_out.is_visible()
    assert summary.evaluate("summary => summary === document.activeElement")
    summary.press("Enter")
    assert sign_out.is_visible()
    team_page.locator("h1").click()
    assert not sign_out.is_visible()


def test_a_link_is_copied(team_page: Page) -> None:
    team_page.get_by_role("button", name="Make a link").click()
    link = team_page.get_by_label("The link", exact=True).input_value()
    team_page.get_by_role("button", name="Copy").click()
    team_page.get_by_text("Copied").wait_for()
    team_page.get_by_label("For whom").focus()
    team_page.keyboard.press("Control+V")
    assert team_page.get_by_label("For whom").input_value() == link
