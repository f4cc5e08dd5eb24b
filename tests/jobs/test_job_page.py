"""A job's own page: figures, verdict, settings, timeline, and how it keeps fresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from datasets.models import Dataset
from jobs.models import Job, JobEvent, LogLine
from jobs.states import State, WaitReason
from teams.models import User
from tests.jobs.conftest import MakeJob
from tests.jobs.pages import HTMX, Page, job_url, write_log

SignIn = Callable[[User], Client]


@pytest.fixture
def lin(client_for: SignIn, member: User) -> Client:
    return client_for(member)


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_page(lin: Client, make_job: MakeJob, state: State) -> None:
    response = lin.get(job_url(make_job(state=state, intent_token="t")))

    assert response.status_code == 200
    assert str(state.label) in Page(response).text


def test_it_shows_progress_and_loss(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING, epoch=1.29, loss=0.9098, eval_loss=1.0021, hyper_parameters={"n_epochs": 3})
    page = Page(lin.get(job_url(job)))

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
    page = Page(lin.get(job_url(job)))

    assert 'learning_rate 2e-5 "2e-05"' in page.text
    assert "batch_size 4 2" in page.text
    assert "split left out 0.8" in page.text
    assert 'training_type left out "sft"' in page.text
    assert "max_length 9 nothing" in page.text
    assert len([row for row in page.all("tr") if row.get("class") == "is-wait"]) == 2


def test_nothing_differs_before_the_service_has_answered(lin: Client, make_job: MakeJob) -> None:
    page = Page(lin.get(job_url(make_job(hyper_parameters={"n_epochs": 3}))))

    assert not [row for row in page.all("tr") if row.get("class")]


def test_the_timeline_is_newest_first(lin: Client, make_job: MakeJob, member: User) -> None:
    job = make_job(state=State.RUNNING)
    now = timezone.now()
    for age, kind in [(9, "cancel_sent"), (5, "cancel_refused")]:
        JobEvent.objects.create(job=job, kind=kind, at=now - timedelta(minutes=age), detail={"text": "no"})
    text = Page(lin.get(job_url(job))).text

    assert text.index("The service refused the cancel") < text.index("Cancel sent to the service")


def test_the_tuned_model_can_be_copied(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED, finetuned_output="qwen-turbo-ft-9", usage=279808)
    page = Page(lin.get(job_url(job)))

    assert "qwen-turbo-ft-9" in [button.get("data-copy") for button in page.all("button")]
    assert "Tokens used 279,808" in page.text
    assert f"{job_url(job)}free/?from=job" in page.links


FAILED = {"state": State.FAILED, "provider_job_id": "ft-1", "request_id": "7c1e-5a90"}


@pytest.mark.parametrize("code", ["13", "14", "15"])
def test_bad_data_lead_to_the_lines(lin: Client, make_job: MakeJob, dataset: Dataset, code: str) -> None:
    page = Page(lin.get(job_url(make_job(**FAILED, failure_code=code))))

    assert "Look at the lines" in page.text
    assert f"/t/lab/datasets/{dataset.pk}/" in page.links


def test_bad_settings_lead_to_the_defaults(lin: Client, make_job: MakeJob) -> None:
    job = make_job(**FAILED, failure_code="1", hyper_parameters={"n_epochs": 9})
    page = Page(lin.get(job_url(job)))

    assert "Run again with the defaults" in page.text
    assert job_url(job, "rerun/") in [form.get("action") for form in page.all("form")]
    assert {"name": "defaults", "value": "1", "type": "hidden"} in page.all("input")


def test_another_code_leads_to_support_with_one_click(lin: Client, make_job: MakeJob) -> None:
    page = Page(lin.get(job_url(make_job(**FAILED, failure_code="77", failure_message="odd"))))
    copied = [button.get("data-copy") or "" for button in page.all("button")]

    assert "Failed, code 77." in page.text
    assert any("Request id: 7c1e-5a90" in text and "Message: odd" in text for text in copied)
    assert "7c1e-5a90" in copied
    assert "Request id: 7c1e-5a90" in page.text


def test_a_waiting_job_says_why_and_offers_the_slots(lin: Client, make_job: MakeJob) -> None:
    holder = make_job(name="holder", state=State.SUCCEEDED)
    make_job()
    job = make_job(wait_reason=WaitReason.SLOTS, wait_detail={"jobs": [holder.pk]})
    page = Page(lin.get(job_url(job)))

    assert "Waits for a free slot: holder has succeeded and holds one." in page.text
    assert job_url(holder, "free/") in page.links
    assert "Place in the queue #2" in page.text


def test_a_viewer_reads_and_clicks_nothing(client_for: SignIn, viewer: User, make_job: MakeJob) -> None:
    for fields in ({"state": State.RUNNING}, {"state": State.SUCCEEDED}, {**FAILED, "failure_code": "1"}):
        page = Page(client_for(viewer).get(job_url(make_job(**fields))))

        assert not [form for form in page.all("form") if "/jobs/" in (form.get("action") or "")]
        assert not [href for href in page.links if href and href.endswith(("/free/", "/rerun/"))]


def test_an_outsider_finds_nothing(client_for: SignIn, outsider: User, make_job: MakeJob) -> None:
    job = make_job()
    write_log(job, 1)
    for rest in ("", "log/", "log.txt", "row/"):
        assert client_for(outsider).get(job_url(job, rest)).status_code == 404
        assert client_for(outsider).get(job_url(job, rest).replace("/lab/", "/elsewhere/")).status_code == 404


def test_nothing_new_is_204(lin: Client, make_job: MakeJob) -> None:
    job = make_job(cursor=41)

    response = lin.get(job_url(job), {"cursor": "41"}, headers=HTMX)

    assert (response.status_code, response.content) == (204, b"")


def test_what_is_new_comes_without_the_log(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    write_log(job, 3)
    job.change(loss=0.5)
    page = Page(lin.get(job_url(job), {"cursor": "0"}, headers=HTMX))

    assert page.by_id("job")["hx-get"] == f"{job_url(job)}?cursor={job.cursor}"
    assert page.by_id("job-side")["hx-swap-oob"] == "true"
    assert not page.all("html")
    assert "line 3." not in page.text


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
    page = Page(lin.get(job_url(job)))

    assert not page.all("img")
    assert all(script.get("src") for script in page.all("script"))
    assert "/x" not in [attrs.get("hx-get") for _, attrs in page.elements]
    assert page.text.count(HOSTILE) >= 6


@pytest.mark.parametrize("events", [1, 40])
def test_queries_do_not_grow_with_the_history_performance(
    lin: Client, make_job: MakeJob, member: User, django_assert_num_queries: DjangoAssertNumQueries, events: int
) -> None:
    job = make_job(state=State.RUNNING, run_of=make_job(), validation_dataset=make_job().dataset)
    write_log(job, events)
    JobEvent.objects.bulk_create(JobEvent(job=job, kind="cancel_sent", actor=member) for _ in range(events))
    lin.get(job_url(job))

    with django_assert_num_queries(12):
        lin.get(job_url(job))


def test_a_poll_for_nothing_is_cheap_performance(
    lin: Client, make_job: MakeJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    job = make_job()

    with django_assert_num_queries(4):  # the session, the person, the team, the job
        lin.get(job_url(job), {"cursor": "0"}, headers=HTMX)
