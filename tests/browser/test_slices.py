"""A file on its way: what is found in it so far, a cut connection, a reload, a pause."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from datasets.models import Dataset, Upload
from teams.models import Team, User
from tests.browser.conftest import Enter
from tests.datasets.files import file_with
from tests.waiting import wait_for

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DATASET = re.compile(r"/datasets/\d+/$")
SLICES = "**/datasets/uploads/*/"
CONTENT = file_with(b"not json")


@pytest.fixture
def form(enter: Enter, team: Team, member: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Page:
    """The upload form of a member who has signed in; it sends slices of 1,000 bytes."""
    monkeypatch.setattr("datasets.views.uploads.SLICE", 1000)
    (tmp_path / "a.jsonl").write_bytes(CONTENT)
    page = enter(member).new_page()
    page.goto(f"/t/{team.slug}/datasets/new/")
    return page


class Gate:
    """Lets slices through until it is shut: then they wait, or are cut."""

    def __init__(self, page: Page, *, after: int, cut: bool = False) -> None:
        self.offsets: list[int] = []
        self.after, self.cut = after, cut
        self.waiting: list[Route] = []
        page.route(SLICES, self._handle)

    def open(self) -> None:
        self.after = 10**9
        for route in self.waiting:
            route.continue_()

    def _handle(self, route: Route) -> None:
        if route.request.method != "PATCH":
            route.continue_()
        elif len(self.offsets) < self.after:
            self.offsets.append(int(route.request.headers["upload-offset"]))
            route.continue_()
        elif self.cut:
            route.abort("connectionreset")
        else:
            self.waiting.append(route)


def send(page: Page, tmp_path: Path) -> None:
    page.set_input_files("#file", tmp_path / "a.jsonl")
    page.get_by_role("button", name="Upload and check").click()


def verdict(page: Page) -> None:
    page.wait_for_url(DATASET)
    expect(page.locator(".note").first).to_contain_text("Cannot train yet: 1 error on 1 of 61 lines.")


def test_errors_are_shown_while_the_file_is_on_its_way(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=5)
    send(form, tmp_path)
    so_far = form.locator("#so-far")
    expect(so_far).to_contain_text("1 error so far")
    expect(so_far).to_contain_text("Line 31")
    expect(so_far.locator("mark")).to_have_text("not")
    expect(form.locator("#progress-words")).to_contain_text("%")
    assert not Dataset.objects.exists()
    gate.open()
    verdict(form)


def test_a_cut_connection_is_gone_on_with(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=2, cut=True)
    send(form, tmp_path)
    expect(form.locator("#progress-notice")).to_contain_text("The connection dropped at")
    gate.open()
    verdict(form)
    assert gate.offsets == list(range(0, len(CONTENT), 1000))


def test_after_a_reload_the_file_goes_on(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=2)
    send(form, tmp_path)
    expect(form.locator("#progress-words")).to_contain_text(f"{2000 * 100 // len(CONTENT)}%")
    gate.waiting.clear()
    form.reload()
    expect(form.locator("#unfinished")).to_contain_text(f"{2000 * 100 // len(CONTENT)}% of a.jsonl is here.")
    gate.open()
    send(form, tmp_path)
    verdict(form)
    assert gate.offsets == list(range(0, len(CONTENT), 1000))
    assert Upload.objects.count() == 1


def test_what_is_not_whole_can_be_given_up(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=2)
    send(form, tmp_path)
    expect(form.locator("#progress-words")).to_contain_text(f"{2000 * 100 // len(CONTENT)}%")
    gate.waiting.clear()
    form.reload()
    form.get_by_role("button", name="Give it up").click()
    expect(form.locator("#unfinished > div")).to_have_count(0)
    wait_for(lambda: not Upload.objects.exists(), what="the end of the upload")


def test_a_pause_ends_where_it_began(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=3)
    send(form, tmp_path)
    expect(form.locator("#progress-words")).to_contain_text(f"{3000 * 100 // len(CONTENT)}%")
    form.get_by_role("button", name="Pause").click()
    expect(form.locator("#progress-notice")).to_contain_text("Paused at")
    gate.waiting.clear()
    gate.open()
    form.get_by_role("button", name="Go on").click()
    verdict(form)
    assert gate.offsets == list(range(0, len(CONTENT), 1000))


def test_stopped_it_leaves_nothing(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=3)
    send(form, tmp_path)
    expect(form.locator("#progress-words")).to_contain_text(f"{3000 * 100 // len(CONTENT)}%")
    gate.waiting.clear()
    form.get_by_role("button", name="Stop").click()
    expect(form.locator("#file-error")).to_contain_text("Stopped. Nothing was kept.")
    wait_for(lambda: not Upload.objects.exists(), what="the end of the upload")
    assert not Dataset.objects.exists()


def test_an_upload_that_the_server_forgot_starts_over(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=2)
    send(form, tmp_path)
    expect(form.locator("#progress-words")).to_contain_text(f"{2000 * 100 // len(CONTENT)}%")
    Upload.objects.all().delete()
    gate.open()
    verdict(form)


def test_who_was_signed_out_is_told_and_goes_on_later(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=2)
    send(form, tmp_path)
    expect(form.locator("#progress-words")).to_contain_text(f"{2000 * 100 // len(CONTENT)}%")
    form.context.clear_cookies(name="sessionid")
    gate.open()
    expect(form.locator("#file-error")).to_contain_text("You are signed out.")
    expect(form.locator("#unfinished > div")).to_have_count(0)
    assert Upload.objects.count() == 1


def test_a_file_that_was_changed_meanwhile_is_not_sent_on(form: Page, tmp_path: Path) -> None:
    gate = Gate(form, after=2)
    send(form, tmp_path)
    expect(form.locator("#progress-words")).to_contain_text(f"{2000 * 100 // len(CONTENT)}%")
    (tmp_path / "a.jsonl").write_bytes(b"other")
    gate.open()
    expect(form.locator("#file-error")).to_contain_text("The file cannot be read any more")
    assert not Dataset.objects.exists()


def test_a_spreadsheet_leads_to_the_choice_of_its_columns(form: Page, tmp_path: Path) -> None:
    rows = "".join(f"q{number},a{number}\n" for number in range(60))
    (tmp_path / "faq.csv").write_text(f"question,answer\n{rows}")
    form.set_input_files("#file", tmp_path / "faq.csv")
    form.get_by_role("button", name="Upload and check").click()
    form.get_by_role("button", name="Convert").click()
    expect(form.locator(".note")).to_contain_text("60 examples were converted.")
    form.get_by_role("link", name="Open faq.jsonl").click()
    expect(form.locator(".note").first).to_contain_text("Ready to train.")
