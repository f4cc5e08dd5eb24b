"""The small scripts of people's pages, in a browser that enforces the content security policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from teams.models import Team, User
from tests.browser.conftest import Enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def team_page(enter: Enter, complaints: Callable[[Page], Page], team: Team, admin: User, member: User) -> Page:
    """The team's page of an admin who has signed in."""
    page = complaints(enter(admin).new_page())
    page.goto(f"/t/{team.slug}/team/")
    return page


def test_the_menu_closes_on_escape_and_elsewhere(team_page: Page) -> None:
    summary, sign_out = team_page.locator("header summary"), team_page.get_by_role("button", name="Sign out")
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
