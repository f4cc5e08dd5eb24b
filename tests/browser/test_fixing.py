"""Fixing a file without leaving the browser: line by line, and back again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from datasets.models import Dataset
from teams.models import Team, User
from tests.datasets import files
from tests.datasets.files import file_with, line

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"

Open = Callable[..., Page]


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    return tmp_path


@pytest.fixture
def dataset(team: Team, member: User, folder: Path) -> Dataset:
    """60 good lines; line 31 is no JSON, 32 has a role that is not known, 33 is blank."""
    wrong = [line("Where?").replace(b"}]}", b"},]}"), line("Who?").replace(b"assistant", b"robot"), b""]
    return files.make_dataset(team, member, file_with(*wrong))


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, member: User, dataset: Dataset) -> Iterator[Page]:
    """The dataset's page, as a member sees it."""
    context = browser.new_context(locale="en-US", viewport={"width": 1360, "height": 900})
    page = context.new_page()
    page.goto(f"{live_server.url}/sign-in/?next=/t/lab/datasets/{dataset.pk}/")
    page.get_by_label("Name").fill(member.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/datasets/*/")
    yield page
    context.close()


def field(page: Page, number: int) -> Any:
    return page.get_by_label(f"Line {number}, in place")


def test_a_line_is_judged_as_it_is_typed_and_saved(page: Page) -> None:
    expect(page.locator("#judged-31")).to_contain_text("a comma before the closing bracket")
    field(page, 31).fill(line("Where?").decode())
    expect(page.locator("#judged-31")).to_contain_text("This line is right now: 1 user, 1 assistant.")
    page.get_by_role("button", name="Save as v2").click()
    page.wait_for_url("**line=31#L31")
    expect(page.locator("h1")).to_contain_text("v2")
    expect(page.get_by_text("line 31 edited").first).to_be_visible()
    expect(page.locator("#L31")).to_contain_text("Nothing is listed for this line.")


def test_what_was_typed_can_be_put_back(page: Page) -> None:
    field(page, 31).fill("nonsense")
    expect(page.locator("#judged-31")).to_contain_text("nonsense")
    page.get_by_role("button", name="Put back").click()
    expect(page.locator("#judged-31")).to_contain_text("a comma before the closing bracket")


def test_the_keyboard_alone_goes_through_the_errors(page: Page) -> None:
    page.keyboard.press("e")
    expect(field(page, 31)).to_be_focused()
    field(page, 31).fill(line("Where?").decode())
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**line=32&fix=1")
    expect(field(page, 32)).to_be_focused()
    field(page, 32).fill(line("Who?").decode())
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**line=33&fix=1")
    expect(page.locator("#judged-33")).to_contain_text("saving deletes this line")
    page.keyboard.press("Control+Enter")
    expect(page.locator("h1")).to_contain_text("v4")
    expect(page.locator(".note.is-good").first).to_contain_text("Ready to train.")


def test_another_line_opens_under_its_error(page: Page) -> None:
    page.locator("#L32").get_by_role("link", name="Fix in place").click()
    expect(field(page, 32)).to_be_focused()
    expect(page.locator("#judged-32")).to_contain_text('The role "robot" is not known.')


def test_an_edit_is_undone_in_the_same_place(page: Page) -> None:
    field(page, 31).fill(line("Where?").decode())
    page.get_by_role("button", name="Save as v2").click()
    page.get_by_role("button", name="Undo: back to v1").click()
    expect(page.locator("h1")).to_contain_text("v3")
    expect(page.get_by_text("v3 is v1 again.")).to_be_visible()
    expect(page.locator("#L31")).to_contain_text("invalid_json")


def test_safe_fixes_show_what_they_change_and_make_a_version(page: Page) -> None:
    panel = page.locator("#fixes")
    expect(panel.locator("summary")).to_have_text("What changes: 1 line")
    expect(panel.locator(".lines")).to_contain_text("empty line")
    panel.get_by_label("Drop 3 bad lines").check()
    expect(panel.locator("summary")).to_have_text("What changes: 3 lines")
    panel.get_by_role("button", name="Apply 2 fixes as v2").click()
    expect(page.locator("h1")).to_contain_text("v2")
    expect(page.locator(".note.is-good").first).to_contain_text("Ready to train.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the 2 lines that were dropped").click()
    assert Path(download.value.path()).read_bytes().count(b"\n") == 2
    page.get_by_role("button", name="Undo: back to v1").click()
    expect(page.locator("h1")).to_contain_text("v3")


def test_what_is_chosen_outlives_a_look_around(page: Page) -> None:
    page.get_by_label("Drop 1 blank line").uncheck()
    expect(page.locator("#changes")).to_contain_text("Choose a fix to see what it changes.")
    page.get_by_role("link", name="unknown_role").click()
    expect(page.locator("h2").filter(has_text="Error 1 of 1")).to_be_visible()
    expect(page.get_by_label("Drop 1 blank line")).not_to_be_checked()


def test_a_link_lands_on_its_line(page: Page, dataset: Dataset) -> None:
    page.goto(re.sub(r"/\d+/.*$", f"/{dataset.pk}/?line=48#L48", page.url))
    expect(page.locator("#L48")).to_be_in_viewport()
    expect(page.locator("#L48 .is-hit")).to_contain_text("Question 44?")


def test_all_of_a_long_value_can_be_shown(page: Page, team: Team, member: User) -> None:
    long = files.make_dataset(team, member, file_with(line("x" * 5000).replace(b"user", b"robot")), "long.jsonl")
    page.goto(re.sub(r"/\d+/.*$", f"/{long.pk}/", page.url))
    page.get_by_role("link", name="characters folded").click()
    expect(page.locator("#L31 .is-hit code")).to_contain_text("x" * 5000)
    assert page.url.endswith(f"/{long.pk}/")


def test_it_works_without_scripts(browser: Browser, page: Page, dataset: Dataset) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    plain = context.new_page()
    plain.goto(page.url)
    plain.locator("#L32").get_by_role("link", name="Fix in place").click()
    field(plain, 32).fill(line("Who?").decode())
    plain.get_by_role("button", name="Save as v2").click()
    expect(plain.locator("h1")).to_contain_text("v2")
    context.close()
