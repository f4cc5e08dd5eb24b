"""The whole road in a browser, every part real: database, Valkey, worker, beat, sandbox, web server, Chromium."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.services import Portal, books_url, records

PASSWORD = "correct horse battery"
SLOW = 30_000  # milliseconds; a busy machine runs a job of the sandbox late


@pytest.fixture(scope="module")
def fresh_portal() -> Iterator[Portal]:
    """A portal that nobody has set up."""
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        portal = Portal.start(Path(folder), PORTAL_SANDBOX_TIME_SCALE="20")
        try:
            assert portal.url
            yield portal
        finally:
            portal.end()


@pytest.fixture
def page(page: Page, complaints: Callable[[Page], Page]) -> Page:
    """A page whose every error fails the test."""
    return complaints(page)


def example(number: int) -> str:
    messages = [{"role": "user", "content": f"问题 {number}"}, {"role": "assistant", "content": f"答 {number}"}]
    return json.dumps({"messages": messages}, ensure_ascii=False)


def upload(page: Page, team: str, name: str, lines: list[str]) -> None:
    page.goto(f"{team}datasets/new/")
    content = "".join(line + "\n" for line in lines).encode()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "", "buffer": content})
    page.get_by_role("button", name="Upload").click()
    page.wait_for_url(re.compile(r"/datasets/\d+/$"))


def queue(page: Page, team: str, name: str, dataset: str, epochs: str = "") -> None:
    page.goto(f"{team}jobs/new/")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Training data").select_option(label=dataset)
    page.get_by_label("n_epochs").fill(epochs)
    page.get_by_role("button", name="Put in the queue").click()
    page.wait_for_url(re.compile(r"/t/[\w-]+/#job-\d+$"))


def row(page: Page, name: str) -> Any:
    return page.locator("li.job", has=page.get_by_role("heading", name=name, exact=True))


def test_from_set_up_to_a_freed_slot(fresh_portal: Portal, page: Page) -> None:
    page.goto(fresh_portal.setup_url)
    page.get_by_label("Team").fill("客服语言组")
    page.get_by_label("Name", exact=True).fill("lin")
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main").get_by_role("button").click()
    page.wait_for_url(re.compile(r"/t/[\w-]+/$"))
    team = page.url

    bad = [example(number) for number in range(60)]
    bad[10] = ""
    bad[20] = '{"messages": [{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]}'
    upload(page, team, "bad.jsonl", bad)
    expect(page.get_by_text("Cannot train yet: 3 errors on 2 of 60 lines.")).to_be_visible()
    expect(page.locator("article", has_text="blank_line")).to_contain_text("The line is blank.")
    expect(page.locator("article", has_text="consecutive_user").locator("mark")).to_contain_text('"role": "user"')

    upload(page, team, "good.jsonl", [example(number) for number in range(60)])
    expect(page.get_by_text("Ready to train.")).to_be_visible()
    upload(page, team, "long.jsonl", [example(number) for number in range(1500)])
    queue(page, team, "job 1", "long.jsonl v1, 1,500 lines", epochs="10")
    for number in range(2, 8):
        queue(page, team, f"job {number}", "good.jsonl v1, 60 lines")

    # The queued one is canceled with one click; the running one says first what that costs.
    row(page, "job 7").get_by_role("button", name="Cancel").click()
    expect(row(page, "job 7")).to_contain_text("Canceled")
    expect(row(page, "job 1")).to_contain_text("Running", timeout=SLOW)
    row(page, "job 1").get_by_role("link", name="Cancel job 1").click()
    row(page, "job 1").get_by_role("button", name="Cancel job 1 now").click()
    expect(row(page, "job 1")).to_contain_text(re.compile("Cancel(ed|ing)"))
    expect(row(page, "job 1")).to_contain_text(re.compile("Canceled by .?lin"), timeout=SLOW)

    # The others run one after the other until the slots are full; the last one waits and says why.
    expect(page.locator("li.job.is-good")).to_have_count(5, timeout=120_000)
    books = records(fresh_portal)
    created = [job["job_name"] for job in books["jobs"]]
    assert len(created) == len(set(created)) == 6
    assert all(user["most_running"] <= 1 and user["most_existing"] <= 5 for user in books["users"].values())
    expect(page.locator("li.job.is-bad")).to_have_count(0)

    queue(page, team, "job 8", "good.jsonl v1, 60 lines")
    expect(row(page, "job 8")).to_contain_text("Waits for a free slot", timeout=SLOW)
    page.locator("li.job.is-good").first.get_by_role("link", name="Free").click()
    page.get_by_role("button", name=re.compile("at the service")).click()
    expect(row(page, "job 8")).to_contain_text("Succeeded", timeout=SLOW)


def test_code_15_is_told_with_its_advice(fresh_portal: Portal, page: Page) -> None:
    """Needs the team of the test before."""
    page.goto(f"{fresh_portal.url}/sign-in/")
    page.get_by_label("Name").fill("lin")
    page.get_by_label("Password").fill(PASSWORD)
    page.locator("main").get_by_role("button").click()
    page.wait_for_url(re.compile(r"/t/[\w-]+/$"))
    requests.post(f"{books_url(fresh_portal)}/next-job", json={"fail_code": "15"}, timeout=10)
    page.locator("li.job.is-good").first.get_by_role("link", name="Free").click()
    page.get_by_role("button", name=re.compile("at the service")).click()
    queue(page, page.url.split("#")[0], "short", "good.jsonl v1, 60 lines")
    expect(row(page, "short")).to_contain_text("code 15: too few lines", timeout=SLOW)
    expect(row(page, "short").get_by_role("link", name=re.compile("lines of"))).to_be_visible()
