"""Cancel, free, run again: with htmx and as plain forms, in time and too late, by those who may and who may not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datasets.models import Dataset, Reading
from jobs.models import BaseModel, Job
from jobs.states import FINAL, State
from teams.models import User
from tests.jobs.conftest import MakeJob
from tests.jobs.pages import Page

HTMX = {"HX-Request": "true"}
SignIn = Callable[[User], Client]


@pytest.fixture
def lin(client_for: SignIn, member: User) -> Client:
    return client_for(member)


def url(job: Job, verb: str) -> str:
    return f"/t/lab/jobs/{job.pk}/{verb}/"


def followed(lin: Client, response: Any, to: str) -> Page:
    """The page to which a plain form leads back."""
    assert (response.status_code, response["Location"]) == (302, to)
    return Page(lin.get(to))


@pytest.mark.parametrize("state", sorted(set(State) - FINAL))
def test_cancel_answers_with_the_row_as_it_now_is(lin: Client, make_job: MakeJob, state: State) -> None:
    job = make_job(state=state, intent_token="t")
    response = lin.post(url(job, "cancel"), {"seen": state}, headers=HTMX)
    job.refresh_from_db()

    assert response.status_code == 200
    assert job.cancel_requested_at is not None
    page = Page(response)
    assert f"job-{job.pk}" in page.ids
    assert f"cancel-{job.pk}" not in page.ids
    assert ("toasts" in page.ids) == (state == State.QUEUED), "what was queued can be put back"
    assert ("Canceled" if state == State.QUEUED else "Canceling…") in page.text


def test_cancel_without_javascript_leads_back_to_the_row(lin: Client, make_job: MakeJob) -> None:
    job = make_job()
    page = followed(lin, lin.post(url(job, "cancel"), {"seen": "queued"}), f"/t/lab/?canceled={job.pk}#job-{job.pk}")

    assert "faq is canceled. For ten seconds it can be put back." in page.text


def test_cancel_from_the_jobs_page_leads_back_to_it(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    page = followed(lin, lin.post(url(job, "cancel"), {"seen": "running", "from": "job"}), f"/t/lab/jobs/{job.pk}/")

    assert "faq is being canceled." in page.text


def test_cancel_on_the_jobs_page_answers_with_its_changing_part(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    page = Page(lin.post(url(job, "cancel"), {"seen": "running", "from": "job"}, headers=HTMX))

    assert page.by_id("job-side")["hx-swap-oob"] == "true"
    assert "job" in page.ids
    assert not page.all("html")
    assert "Canceling…" in page.text


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_cancel_that_came_too_late_says_what_the_job_really_is(lin: Client, make_job: MakeJob, state: State) -> None:
    job = make_job(state=state, ended_at=timezone.now())
    before = Job.objects.values().get(pk=job.pk)
    response = lin.post(url(job, "cancel"), {"seen": "running"}, headers=HTMX)

    assert response.status_code == 200
    assert f"faq had ended before: {state.label}" in Page(response).text
    assert Job.objects.values().get(pk=job.pk) == before


def test_it_says_that_the_job_had_moved_on(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    page = Page(lin.post(url(job, "cancel"), {"seen": "queued"}, headers=HTMX))

    assert "faq had moved on: it was Running when you canceled it." in page.text
    assert "Canceling…" in page.text


def test_a_second_cancel_changes_nothing(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    lin.post(url(job, "cancel"), {"seen": "running"})
    first = Job.objects.values().get(pk=job.pk)
    page = Page(lin.post(url(job, "cancel"), {"seen": "running"}, headers=HTMX))

    assert "faq is being canceled already." in page.text
    assert Job.objects.values().get(pk=job.pk) == first


@pytest.mark.parametrize("seen", ["", "nonsense", "<script>"])
def test_what_the_person_saw_may_be_missing(lin: Client, make_job: MakeJob, seen: str) -> None:
    response = lin.post(url(make_job(state=State.PENDING), "cancel"), {"seen": seen}, headers=HTMX)

    assert response.status_code == 200
    assert "toasts" not in Page(response).ids


def test_free_asks_first_on_a_page(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED, finetuned_output="qwen-turbo-ft-1")
    page = Page(lin.get(url(job, "free")))
    job.refresh_from_db()

    assert "The service deletes the job and its tuned model." in page.text
    assert "qwen-turbo-ft-1" in page.text
    assert job.free_requested_at is None


def test_free_asks_first_in_the_row(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED, finetuned_output="qwen-turbo-ft-1")
    page = Page(lin.get(url(job, "free"), headers=HTMX))

    assert "its tuned model qwen-turbo-ft-1; this record stays" in page.text
    assert {f"job-{job.pk}", f"delete-{job.pk}"} <= set(page.ids)
    assert page.by_id(f"free-{job.pk}")["hx-get"] == url(job, "row")


def test_the_question_outlives_a_poll(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED)
    make_job().team.bump()
    page = Page(lin.get("/t/lab/", {"cursor": "0", "asking": ["", str(job.pk)]}, headers=HTMX))

    assert f"delete-{job.pk}" in page.ids


def test_keep_leads_back_to_the_row(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED)

    assert f"delete-{job.pk}" not in Page(lin.get(url(job, "row"), headers=HTMX)).ids


def test_free_writes_the_wish(lin: Client, make_job: MakeJob, member: User) -> None:
    job = make_job(state=State.SUCCEEDED)
    page = Page(lin.post(url(job, "free"), headers=HTMX))
    job.refresh_from_db()

    assert job.free_requested_by == member
    assert "Its slot is being freed…" in page.text
    assert "toasts" not in page.ids


@pytest.mark.parametrize(("came_from", "back"), [("", "/t/lab/#job-{}"), ("job", "/t/lab/jobs/{}/")])
def test_free_without_javascript(lin: Client, make_job: MakeJob, came_from: str, back: str) -> None:
    job = make_job(state=State.SUCCEEDED)
    page = followed(lin, lin.post(url(job, "free"), {"from": came_from}), back.format(job.pk))

    assert "The slot of faq is being freed." in page.text


def test_free_of_a_job_without_a_slot_is_told(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)

    assert "faq holds no slot." in Page(lin.post(url(job, "free"), headers=HTMX)).text
    assert "It holds no slot." in Page(lin.get(url(job, "free"))).text


def test_a_refused_free_can_be_tried_again_in_its_words(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED, free_refusal="can not be deleted because it is succeeded")
    page = Page(lin.get("/t/lab/"))

    assert 'The service said: "can not be deleted because it is succeeded"' in page.text
    assert f"free-{job.pk}" in page.ids


def test_run_again_with_the_defaults(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.FAILED, hyper_parameters={"n_epochs": 9})
    response = lin.post(url(job, "rerun"), {"defaults": "1"})
    again = Job.objects.get(run_of=job)

    assert again.hyper_parameters == {}
    assert "faq is in the queue again." in followed(lin, response, f"/t/lab/#job-{again.pk}").text


def test_run_again_with_its_settings(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.CANCELED, hyper_parameters={"n_epochs": 9})
    lin.post(url(job, "rerun"))

    assert Job.objects.get(run_of=job).hyper_parameters == {"n_epochs": 9}


def test_run_again_by_htmx_leaves_the_page(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.FAILED)
    response = lin.post(url(job, "rerun"), {"defaults": "1"}, headers=HTMX)

    assert response["HX-Redirect"] == f"/t/lab/#job-{Job.objects.get(run_of=job).pk}"


def test_a_double_click_queues_one_job(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.FAILED)
    for _ in range(2):
        lin.post(url(job, "rerun"), {"defaults": "1"})

    assert Job.objects.filter(run_of=job).count() == 1


def test_change_the_settings_opens_the_form(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.FAILED)

    assert lin.get(url(job, "rerun"))["Location"] == f"/t/lab/jobs/new/?from={job.pk}"


@pytest.mark.parametrize("verb", ["cancel", "free", "rerun", "move", "hold", "release", "put-back"])
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_only_members_act(
    client_for: SignIn, viewer: User, outsider: User, make_job: MakeJob, verb: str, headers: dict[str, str]
) -> None:
    job = make_job(state=State.SUCCEEDED)
    before = Job.objects.values().get(pk=job.pk)

    assert client_for(viewer).post(url(job, verb), headers=headers).status_code == 403
    assert client_for(outsider).post(url(job, verb), headers=headers).status_code == 404
    assert client_for(outsider).post(f"/t/elsewhere/jobs/{job.pk}/{verb}/", headers=headers).status_code == 404
    assert "/sign-in/" in str(Client().post(url(job, verb), headers=headers).headers)
    assert list(Job.objects.values()) == [before]


def test_a_look_at_cancel_cancels_nothing(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    for headers in ({}, HTMX):
        assert "What it has cost so far is not known." in Page(lin.get(url(job, "cancel"), headers=headers)).text
    job.refresh_from_db()

    assert job.cancel_requested_at is None


def test_cancel_of_a_running_job_says_before_what_it_has_cost(lin: Client, make_job: MakeJob, dataset: Dataset) -> None:
    job = make_job(state=State.RUNNING, epoch=1.5)
    Reading.objects.create(dataset=dataset, histogram={"100": 20_000, "9000": 1}, counted_at=timezone.now())
    BaseModel.objects.filter(name="qwen-turbo").update(max_length=8000)
    page = Page(lin.get(url(job, "cancel"), headers=HTMX))
    assert "Cancel it? It has probably cost 3.00 M tokens so far. What is trained so far is lost." in page.text
    assert {f"stop-{job.pk}", f"cancel-{job.pk}"} <= set(page.ids)

    BaseModel.objects.filter(name="qwen-turbo").update(price_per_million_tokens=12, price_set_at=timezone.now())
    assert "It has probably cost ¥36.00 so far: 3.00 M tokens." in Page(lin.get(url(job, "cancel"))).text


@pytest.mark.parametrize("state", sorted(FINAL))
def test_a_cancel_is_not_asked_of_what_has_ended(lin: Client, make_job: MakeJob, state: State) -> None:
    job = make_job(state=state, ended_at=timezone.now())
    page = Page(lin.get(url(job, "cancel"), headers=HTMX))

    assert "faq had ended before" in page.text
    assert f"delete-{job.pk}" not in page.ids, "nor another question"


def test_the_question_of_a_cancel_outlives_a_poll(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    page = Page(lin.get("/t/lab/", {"cursor": "7", "asking": ["", str(job.pk)]}, headers=HTMX))

    assert f"stop-{job.pk}" in page.ids


@pytest.mark.parametrize("verb", ["cancel", "free", "rerun", "move", "hold", "release", "put-back"])
def test_each_needs_its_token(make_job: MakeJob, member: User, verb: str) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)

    assert strict.post(url(make_job(), verb), headers=HTMX).status_code == 403
