"""A job's own page: figures, verdict, settings, timeline, log, and how it keeps fresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from datasets.models import Dataset
from jobs.models import Job, JobEvent, LogLine
from jobs.states import State, WaitReason
from teams.models import User
from tests.jobs.conftest import MakeJob
from tests.jobs.pages import Page

HTMX = {"HX-Request": "true"}
SignIn = Callable[[User], Client]


@pytest.fixture
def lin(client_for: SignIn, member: User) -> Client:
    return client_for(member)


def url(job: Job, rest: str = "") -> str:
    return f"/t/lab/jobs/{job.pk}/{rest}"


def log(job: Job, lines: int) -> None:
    LogLine.objects.bulk_create(LogLine(job=job, number=n, text=f"line {n}.") for n in range(1, lines + 1))
    Job.objects.filter(pk=job.pk).update(log_total=lines)


def links(page: Page) -> list[str | None]:
    return [a.get("href") for a in page.all("a")]


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_page(lin: Client, make_job: MakeJob, state: State) -> None:
    response = lin.get(url(make_job(state=state, intent_token="t")))

    assert response.status_code == 200
    assert str(state.label) in Page(response).text


def test_it_shows_progress_and_loss(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING, epoch=1.29, loss=0.9098, eval_loss=1.0021, hyper_parameters={"n_epochs": 3})
    page = Page(lin.get(url(job)))

    assert "43% epoch 1.29 of 3" in page.text
    assert "0.9098 eval loss 1.0021" in page.text
    bar = next(svg for svg in page.all("svg") if svg.get("role") == "progressbar")
    assert (bar["aria-valuenow"], bar["aria-valuetext"]) == ("43", "epoch 1.29 of 3")


def test_settings_are_compared_as_numbers(lin: Client, make_job: MakeJob) -> None:
    job = make_job(
        hyper_parameters={"n_epochs": 3, "learning_rate": 2e-5, "batch_size": 4, "max_length": 9},
        provider_settings={
            "hyper_parameters": {"n_epochs": "3", "learning_rate": "2e-05", "batch_size": 2, "split": 0.8},
            "training_type": "sft",
        },
    )
    page = Page(lin.get(url(job)))

    assert 'learning_rate 2e-5 "2e-05"' in page.text
    assert "batch_size 4 2" in page.text
    assert "split left out 0.8" in page.text
    assert 'training_type left out "sft"' in page.text
    assert "max_length 9 nothing" in page.text
    assert len([row for row in page.all("tr") if row.get("class") == "is-wait"]) == 2


def test_nothing_differs_before_the_service_has_answered(lin: Client, make_job: MakeJob) -> None:
    page = Page(lin.get(url(make_job(hyper_parameters={"n_epochs": 3}))))

    assert not [row for row in page.all("tr") if row.get("class")]


def test_the_timeline_is_newest_first(lin: Client, make_job: MakeJob, member: User) -> None:
    job = make_job(state=State.RUNNING)
    now = timezone.now()
    for age, kind in [(9, "cancel_sent"), (5, "cancel_refused")]:
        JobEvent.objects.create(job=job, kind=kind, at=now - timedelta(minutes=age), detail={"text": "no"})
    text = Page(lin.get(url(job))).text

    assert text.index("The service refused the cancel") < text.index("Cancel sent to the service")


def test_the_tuned_model_can_be_copied(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED, finetuned_output="qwen-turbo-ft-9", usage=279808)
    page = Page(lin.get(url(job)))

    assert "qwen-turbo-ft-9" in [button.get("data-copy") for button in page.all("button")]
    assert "Tokens used 279,808" in page.text
    assert f"{url(job)}free/?from=job" in links(page)


FAILED = {"state": State.FAILED, "provider_job_id": "ft-1", "request_id": "7c1e-5a90"}


@pytest.mark.parametrize("code", ["13", "14", "15"])
def test_bad_data_lead_to_the_lines(lin: Client, make_job: MakeJob, dataset: Dataset, code: str) -> None:
    page = Page(lin.get(url(make_job(**FAILED, failure_code=code))))

    assert "Look at the lines" in page.text
    assert f"/t/lab/datasets/{dataset.pk}/" in links(page)


def test_bad_settings_lead_to_the_defaults(lin: Client, make_job: MakeJob) -> None:
    job = make_job(**FAILED, failure_code="1", hyper_parameters={"n_epochs": 9})
    page = Page(lin.get(url(job)))

    assert "Run again with the defaults" in page.text
    assert url(job, "rerun/") in [form.get("action") for form in page.all("form")]
    assert {"name": "defaults", "value": "1", "type": "hidden"} in page.all("input")


def test_another_code_leads_to_support_with_one_click(lin: Client, make_job: MakeJob) -> None:
    page = Page(lin.get(url(make_job(**FAILED, failure_code="77", failure_message="odd"))))
    copied = [button.get("data-copy") or "" for button in page.all("button")]

    assert "Failed, code 77." in page.text
    assert any("Request id: 7c1e-5a90" in text and "Message: odd" in text for text in copied)
    assert "7c1e-5a90" in copied
    assert "Request id: 7c1e-5a90" in page.text


def test_a_waiting_job_says_why_and_offers_the_slots(lin: Client, make_job: MakeJob) -> None:
    holder = make_job(name="holder", state=State.SUCCEEDED)
    make_job()
    job = make_job(wait_reason=WaitReason.SLOTS, wait_detail={"jobs": [holder.pk]})
    page = Page(lin.get(url(job)))

    assert "Waits for a free slot: holder has succeeded and holds one." in page.text
    assert url(holder, "free/") in links(page)
    assert "Place in the queue #2" in page.text


def test_a_viewer_reads_and_clicks_nothing(client_for: SignIn, viewer: User, make_job: MakeJob) -> None:
    for fields in ({"state": State.RUNNING}, {"state": State.SUCCEEDED}, {**FAILED, "failure_code": "1"}):
        page = Page(client_for(viewer).get(url(make_job(**fields))))

        assert not [form for form in page.all("form") if "/jobs/" in (form.get("action") or "")]
        assert not [href for href in links(page) if href and href.endswith(("/free/", "/rerun/"))]


def test_an_outsider_finds_nothing(client_for: SignIn, outsider: User, make_job: MakeJob) -> None:
    job = make_job()
    log(job, 1)
    for rest in ("", "log/", "log.txt", "row/"):
        assert client_for(outsider).get(url(job, rest)).status_code == 404
        assert client_for(outsider).get(url(job, rest).replace("/lab/", "/elsewhere/")).status_code == 404


def test_nothing_new_is_204(lin: Client, make_job: MakeJob) -> None:
    job = make_job(cursor=41)

    response = lin.get(url(job), {"cursor": "41"}, headers=HTMX)

    assert (response.status_code, response.content) == (204, b"")


def test_what_is_new_comes_without_the_log(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    log(job, 3)
    job.change(loss=0.5)
    page = Page(lin.get(url(job), {"cursor": "0"}, headers=HTMX))

    assert page.by_id("job")["hx-get"] == f"{url(job)}?cursor={job.cursor}"
    assert page.by_id("job-side")["hx-swap-oob"] == "true"
    assert not page.all("html")
    assert "line 3." not in page.text


def test_the_log_shows_its_end_and_leads_back(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    log(job, 1450)
    end = Page(lin.get(url(job)))

    assert "line 1251." in end.text
    assert "line 1450." in end.text
    assert "line 1250." not in end.text
    assert "from line 1,251, of 1,450" in end.text
    assert end.by_id("log-next")["hx-get"] == url(job, "log/?after=1450")
    assert "?from=1051#log-part" in links(end)

    earlier = Page(lin.get(url(job), {"from": "1051"}))
    assert "line 1051." in earlier.text
    assert "line 1251." not in earlier.text
    assert "log-next" not in earlier.ids
    assert "?from=1251#log-part" in links(earlier)


@pytest.mark.parametrize("first", ["0", "-5", "x", "999999"])
def test_a_strange_place_in_the_log_is_no_error(lin: Client, make_job: MakeJob, first: str) -> None:
    job = make_job()
    log(job, 3)

    assert "line 3." in Page(lin.get(url(job), {"from": first})).text


def test_new_lines_of_the_log_are_appended(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    log(job, 3)
    page = Page(lin.get(url(job, "log/"), {"after": "1"}, headers=HTMX))

    assert page.text == "2line 2. 3line 3."
    assert page.by_id("log-next")["hx-get"] == url(job, "log/?after=3")
    assert lin.get(url(job, "log/"), {"after": "3"}, headers=HTMX).status_code == 204


def test_a_complete_log_is_asked_for_no_more(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED, log_complete=True)
    log(job, 3)
    response = lin.get(url(job, "log/"), {"after": "3"}, headers=HTMX)

    assert (response.status_code, response.content.strip()) == (200, b"")
    assert "log-next" not in Page(lin.get(url(job))).ids


def test_the_log_can_be_kept_as_text(lin: Client, make_job: MakeJob) -> None:
    job = make_job()
    LogLine.objects.bulk_create(LogLine(job=job, number=n, text=text) for n, text in [(1, "损失 <b>"), (2, "end")])
    response = lin.get(url(job, "log.txt"))

    assert b"".join(response).decode() == "损失 <b>\nend\n"
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="job-{job.pk}.log"'


HOSTILE = "</code><script>alert(1)</script><img src=x onerror=alert(1) hx-get=/x>"


def test_hostile_words_stay_text(lin: Client, make_job: MakeJob, dataset: Dataset) -> None:
    Dataset.objects.update(name=HOSTILE)
    job = make_job(
        state=State.FAILED,
        name=HOSTILE[:64],
        provider_job_id=HOSTILE,
        failure_code=HOSTILE[:64],
        failure_message=HOSTILE,
        request_id=HOSTILE,
        hyper_parameters={HOSTILE: HOSTILE},
        provider_settings={"hyper_parameters": {HOSTILE: [HOSTILE]}, "training_type": HOSTILE},
    )
    LogLine.objects.create(job=job, number=1, text=HOSTILE)
    Job.objects.update(log_total=1)
    JobEvent.objects.create(job=job, kind="not_yet", detail={"text": HOSTILE, "request_id": HOSTILE})
    page = Page(lin.get(url(job)))

    assert not page.all("img")
    assert all(script.get("src") for script in page.all("script"))
    assert "/x" not in [attrs.get("hx-get") for _, attrs in page.elements]
    assert page.text.count(HOSTILE) >= 6


@pytest.mark.parametrize("events", [1, 40])
def test_queries_do_not_grow_with_the_history_performance(
    lin: Client, make_job: MakeJob, member: User, django_assert_num_queries: DjangoAssertNumQueries, events: int
) -> None:
    job = make_job(state=State.RUNNING, run_of=make_job(), validation_dataset=make_job().dataset)
    log(job, events)
    JobEvent.objects.bulk_create(JobEvent(job=job, kind="cancel_sent", actor=member) for _ in range(events))
    lin.get(url(job))

    with django_assert_num_queries(12):
        lin.get(url(job))


def test_a_poll_for_nothing_is_cheap_performance(
    lin: Client, make_job: MakeJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = make_job()

    with django_assert_num_queries(4):  # the session, the person, the team, the job
        lin.get(url(job), {"cursor": "0"}, headers=HTMX)


def of_dataset(browser: Client, dataset: Dataset) -> Any:
    return browser.get(f"/t/lab/datasets/{dataset.pk}/")


def test_a_dataset_shows_its_jobs(lin: Client, make_job: MakeJob, dataset: Dataset) -> None:
    job = make_job(name="used it", state=State.SUCCEEDED)
    make_job(name="is canceling", state=State.RUNNING, cancel_requested_at=timezone.now())
    page = Page(of_dataset(lin, dataset))

    assert "Succeeded used it" in page.text
    assert "Canceling… is canceling" in page.text
    assert url(job) in links(page)


def test_a_dataset_without_jobs_shows_nothing(lin: Client, dataset: Dataset) -> None:
    assert "Jobs with this dataset" not in of_dataset(lin, dataset).content.decode()


@pytest.mark.parametrize("code", ["13", "14", "15"])
def test_both_pages_say_that_the_service_and_the_portal_disagree(
    lin: Client, make_job: MakeJob, dataset: Dataset, code: str
) -> None:
    given = {"failure_code": code, "failure_message": "line 7 is wrong", "provider_job_id": "ft-1"}
    job = make_job(state=State.FAILED, **given)
    pages = Page(of_dataset(lin, dataset)), Page(lin.get(url(job)))
    for page in pages:
        assert "disagree" in page.text
        assert 'The service\'s own words: "line 7 is wrong"' in page.text
        assert any((link or "").endswith("?line=7#L7") for link in links(page))
    assert url(job) in links(pages[0])


def test_a_dataset_that_was_refused_here_too_has_no_quarrel(lin: Client, make_job: MakeJob, dataset: Dataset) -> None:
    make_job(state=State.FAILED, failure_code="14", provider_job_id="ft-1")
    Dataset.objects.update(state=Dataset.State.REFUSED, counts={"invalid_json": 1})
    assert "disagree" not in Page(of_dataset(lin, dataset)).text


@pytest.mark.parametrize(("message", "tail"), [("line 7: no JSON", "?line=7#L7"), ("no JSON", "")])
def test_the_row_on_the_board_leads_to_the_line_that_the_service_names(
    lin: Client, make_job: MakeJob, dataset: Dataset, message: str, tail: str
) -> None:
    job = make_job(state=State.FAILED, failure_code="14", failure_message=message, provider_job_id="ft-1")
    board = Page(lin.get("/t/lab/"))
    assert board.by_id(f"data-{job.pk}")["href"] == f"/t/lab/datasets/{dataset.pk}/{tail}"


def test_a_dataset_that_jobs_use_is_not_deleted_and_the_page_names_them(
    lin: Client, make_job: MakeJob, dataset: Dataset
) -> None:
    job = make_job(name="trained on it", state=State.SUCCEEDED)
    assert "Delete for good" not in Page(lin.get(f"/t/lab/datasets/{dataset.pk}/delete/")).text
    answer = lin.post(f"/t/lab/datasets/{dataset.pk}/delete/")
    page = Page(answer)
    assert answer.status_code == 409
    assert "It cannot be deleted." in page.text
    assert "Succeeded trained on it" in page.text
    assert url(job) in links(page)
    assert Dataset.objects.filter(pk=dataset.pk).exists()
