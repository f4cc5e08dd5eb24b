"""Sending a file and reading what is wrong with it, in a browser that enforces the content security policy."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from teams.models import Team, User
from tests.browser.conftest import Enter
from tests.datasets.files import file_with, good_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DATASET = re.compile(r"/datasets/\d+/$")


@pytest.fixture
def form(enter: Enter, team: Team, member: User) -> Page:
    """The upload form of a member who has signed in."""
    page = enter(member).new_page()
    page.goto(f"/t/{team.slug}/datasets/new/")
    return page


def send(page: Page, path: Path, content: bytes) -> None:
    path.write_bytes(content)
    page.set_input_files("#file", path)
    page.get_by_role("button", name="Upload and check").click()


def test_a_file_is_sent_and_its_verdict_shown(form: Page, tmp_path: Path) -> None:
    send(form, tmp_path / "a.jsonl", good_file())
    form.wait_for_url(DATASET)
    expect(form.locator(".note")).to_contain_text("Ready to train.")


def test_the_version_is_said_before(form: Page, tmp_path: Path) -> None:
    send(form, tmp_path / "a.jsonl", good_file())
    form.wait_for_url(DATASET)
    form.goto(form.url.rsplit("/", 2)[0] + "/new/")
    form.set_input_files("#file", tmp_path / "a.jsonl")
    expect(form.locator("#next")).to_contain_text("Will be v2 of a.jsonl")


def test_a_dropped_file_is_chosen(form: Page) -> None:
    form.evaluate(
        """() => {
            const data = new DataTransfer();
            data.items.add(new File(["x"], "dropped.jsonl"));
            const drop = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
            document.getElementById("drop").dispatchEvent(drop);
        }"""
    )
    assert form.evaluate("document.getElementById('file').files[0].name") == "dropped.jsonl"
    expect(form.locator("#next")).to_contain_text("Will be v1 of dropped.jsonl")


def test_a_file_over_the_limit_is_not_even_sent(form: Page, tmp_path: Path) -> None:
    form.evaluate("document.getElementById('upload').dataset.limit = '10'")
    (tmp_path / "a.jsonl").write_bytes(good_file())
    form.set_input_files("#file", tmp_path / "a.jsonl")
    expect(form.locator("#file-error")).to_contain_text("The file is larger than")
    expect(form.get_by_role("button", name="Upload and check")).to_be_disabled()


def test_a_token_that_is_out_of_date_is_explained(form: Page, tmp_path: Path) -> None:
    form.evaluate("document.querySelector('#upload [name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    send(form, tmp_path / "a.jsonl", good_file())
    expect(form.locator("#file-error")).to_contain_text("You have signed in again since")


def test_keys_go_from_error_to_error(form: Page, tmp_path: Path) -> None:
    send(form, tmp_path / "a.jsonl", file_with(b"", b"", b""))
    form.wait_for_url(DATASET)
    form.keyboard.press("j")
    expect(form.locator("h2").filter(has_text="Error 2 of 3")).to_be_visible()
    form.keyboard.press("k")
    expect(form.locator("h2").filter(has_text="Error 1 of 3")).to_be_visible()
    form.keyboard.press("g")
    form.keyboard.type("7")
    form.keyboard.press("Enter")
    expect(form.get_by_role("heading", name="Line 7")).to_be_visible()
