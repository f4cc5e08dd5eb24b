"""The board and a job's page in a browser that enforces the content security policy: fresh, calm, honest."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.utils import timezone
from playwright.sync_api import BrowserContext, Locator, Page, expect

from datasets.models import Dataset
from jobs.models import Job, LogLine
from jobs.states import State
from teams.models import ProviderAccount, Team, User
from tests.browser.conftest import Enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def window(enter: Enter, member: User) -> BrowserContext:
    """A browser in which lin has signed in."""
    return enter(member)


@pytest.fixture
def tab(window: BrowserContext) -> Iterator[Page]:
    tab = window.new_page()
    broken: list[str] = []
    tab.on("pageerror", lambda error: broken.append(str(error)))
    yield tab
    assert broken == []


@pytest.fixture
def job(team: Team, account: ProviderAccount, member: User) -> Job:
    dataset = Dataset.objects.create(
        team=team, name="faq.jsonl", sha256="a" * 64, size=9, state=Dataset.State.READY, lines=60, uploaded_by=member
    )
    return Job.objects.create(
        team=team,
        account=account,
        name="faq",
        dataset=dataset,
        base_model="qwen-turbo",
        created_by=member,
        state=State.RUNNING,
        provider_job_id="ft-1",
    )


def polls(tab: Page) -> list[int]:
    """The statuses of the polls that `tab` makes from now on."""
    statuses: list[int] = []
    tab.on("response", lambda response: statuses.append(response.status) if "cursor=" in response.url else None)
    return statuses


def row(tab: Page, job: Job) -> Locator:
    return tab.locator(f"#job-{job.pk}")


def test_what_changes_shows_and_the_focus_stays(tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    tab.get_by_role("link", name="Cancel faq").focus()
    job.change(epoch=0.5)

    expect(row(tab, job)).to_contain_text("Running 50%")
    expect(row(tab, job)).to_have_class("job is-run is-hero is-new")
    expect(tab.get_by_role("link", name="Cancel faq")).to_be_focused()


def test_nothing_new_swaps_nothing(tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    tab.evaluate("document.getElementById('board').dataset.first = 'yes'")
    statuses = polls(tab)
    tab.wait_for_timeout(4500)

    assert len(statuses) >= 2
    assert set(statuses) == {204}
    assert tab.evaluate("document.getElementById('board').dataset.first") == "yes"


def test_a_hidden_page_does_not_ask(tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    tab.evaluate("Object.defineProperty(document, 'hidden', { get: () => true, configurable: true })")
    tab.wait_for_timeout(300)
    statuses = polls(tab)
    tab.wait_for_timeout(4500)
    assert statuses == []

    tab.evaluate("delete document.hidden; document.dispatchEvent(new Event('visibilitychange'))")
    tab.wait_for_timeout(500)
    assert len(statuses) == 1


def test_cancel_shows_at_once(tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    tab.get_by_role("link", name="Cancel faq").click()
    tab.get_by_role("button", name="Cancel faq now").click()

    expect(row(tab, job)).to_contain_text("Canceling… Asked by")
    expect(tab.get_by_role("link", name="Cancel faq")).to_have_count(0)


def test_a_late_cancel_tells_what_the_job_is(tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    tab.evaluate("for (const part of document.querySelectorAll('[data-look]')) part.removeAttribute('data-look')")
    job.transition(State.SUCCEEDED, ended_at=timezone.now())
    tab.get_by_role("link", name="Cancel faq").click()

    expect(tab.locator("#toasts")).to_contain_text("had ended before: Succeeded")
    expect(row(tab, job)).to_contain_text("Holds a slot.")


def test_a_double_click_on_cancel_cancels_nothing(tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    tab.get_by_role("link", name="Cancel faq").dblclick()
    tab.wait_for_timeout(500)
    job.refresh_from_db()

    assert job.cancel_requested_at is None


def test_what_is_typed_about_a_hold_outlives_a_poll(tab: Page, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=State.QUEUED, provider_job_id="")
    tab.goto("/t/lab/")
    tab.get_by_role("link", name="Hold faq").click()
    expect(tab.get_by_label("Why hold it?")).to_be_focused()
    tab.keyboard.type("new labels")
    cursor = job.team.bump()
    expect(tab.locator("#board")).to_have_attribute("hx-get", f"/t/lab/?cursor={cursor}")
    expect(tab.get_by_label("Why hold it?")).to_have_value("new labels")
    tab.keyboard.press("Enter")

    expect(row(tab, job)).to_contain_text("Held by")
    expect(tab.get_by_role("button", name="Release faq")).to_be_visible()


def test_a_canceled_job_is_put_back_from_the_toast(tab: Page, job: Job) -> None:
    Job.objects.filter(pk=job.pk).update(state=State.QUEUED, provider_job_id="")
    tab.goto("/t/lab/")
    tab.get_by_role("button", name="Cancel faq").click()
    tab.get_by_role("button", name="Put back in its place").click()

    expect(tab.locator("#toasts")).to_contain_text("is back in its place.")
    again = Job.objects.get(run_of=job)
    expect(row(tab, again)).to_be_visible()
    expect(tab.get_by_role("button", name="Put back in its place")).to_have_count(0)


def test_a_double_click_on_free_slot_deletes_nothing(tab: Page, job: Job) -> None:
    job.transition(State.SUCCEEDED, ended_at=timezone.now())
    tab.goto("/t/lab/")
    tab.get_by_role("link", name="Free the slot of faq").dblclick()
    tab.wait_for_timeout(500)
    job.refresh_from_db()

    assert job.free_requested_at is None


def test_the_question_stays_until_it_is_answered(tab: Page, job: Job) -> None:
    job.transition(State.SUCCEEDED, ended_at=timezone.now())
    tab.goto("/t/lab/")
    tab.get_by_role("link", name="Free the slot of faq").click()
    expect(tab.get_by_role("link", name="Keep faq")).to_be_focused()
    tab.mouse.move(0, 0)
    job.change(usage=123_456)
    expect(tab.locator("#board")).to_have_attribute("hx-get", f"/t/lab/?cursor={job.cursor}")
    tab.get_by_role("button", name="Delete faq").click()

    expect(row(tab, job)).to_contain_text("Its slot is being freed…")


def test_a_moved_row_keeps_the_focus(tab: Page, job: Job) -> None:
    job.transition(State.CANCELED)
    for number in range(3):
        job.pk, job.provider_job_id, job.state, job.name, job.position = None, "", State.QUEUED, f"q{number}", number
        job.save()
    tab.goto("/t/lab/")
    tab.get_by_role("button", name="Move q2 up, to place 2").focus()
    tab.keyboard.press("Enter")
    expect(tab.locator("#toasts")).to_contain_text("now #2, was #3.")
    expect(tab.get_by_role("button", name="Move q2 up, to place 1")).to_be_focused()
    tab.keyboard.press("Enter")
    expect(tab.locator("#toasts")).to_contain_text("now #1, was #2.")
    expect(tab.get_by_role("link", name="q2", exact=True)).to_be_focused()


def test_the_live_mark_is_honest(window: BrowserContext, tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    expect(tab.locator("#live")).to_contain_text("Asking every 2 s")
    window.set_offline(True)
    expect(tab.locator("#live")).to_contain_text("Offline. What you see is 0:0")
    expect(tab.locator("#toasts")).to_be_empty()

    window.set_offline(False)
    expect(tab.locator("#live")).to_contain_text("Asking every 2 s")


def test_a_path_that_dies_silently_is_told(tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    tab.route("**/*cursor=*", lambda _: None)

    expect(tab.locator("#live")).to_contain_text("Offline", timeout=15_000)


def test_a_click_that_is_refused_says_so(window: BrowserContext, tab: Page, job: Job) -> None:
    tab.goto("/t/lab/")
    tab.get_by_role("link", name="Cancel faq").click()
    expect(tab.get_by_role("button", name="Cancel faq now")).to_be_visible()  # its answer sets the cookie anew
    window.clear_cookies(name="csrftoken")
    tab.get_by_role("button", name="Cancel faq now").click()

    expect(tab.locator("#toasts")).to_contain_text("Nothing was changed.")


def test_the_log_grows_at_its_end(tab: Page, job: Job) -> None:
    LogLine.objects.bulk_create(LogLine(job=job, number=n, text=f"line {n}.") for n in range(1, 101))
    job.change(log_total=100)
    tab.goto(f"/t/lab/jobs/{job.pk}/")
    expect(tab.locator("#log")).to_contain_text("line 100.")
    LogLine.objects.create(job=job, number=101, text="line 101.")
    job.change(log_total=101)

    expect(tab.locator("#log")).to_contain_text("line 101.")
    left = tab.locator("#log").evaluate("log => log.scrollHeight - log.scrollTop - log.clientHeight")
    assert left < 2


def test_one_click_copies(window: BrowserContext, tab: Page, job: Job) -> None:
    window.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto(f"/t/lab/jobs/{job.pk}/")
    tab.get_by_role("button", name="Copy the job's id").click()

    expect(tab.get_by_text("Copied")).to_be_visible()
    assert tab.evaluate("navigator.clipboard.readText()") == "ft-1"


def test_another_model_keeps_what_was_typed(tab: Page, job: Job) -> None:
    tab.goto("/t/lab/jobs/new/")
    tab.get_by_label("n_epochs").fill("12")
    with tab.expect_response("**/jobs/new/?*"):
        tab.get_by_text("qwen-7b-chat").click()

    expect(tab.get_by_label("n_epochs")).to_have_value("12")
    assert "csrfmiddlewaretoken" not in tab.url
