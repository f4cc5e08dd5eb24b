"""What a dataset's pages say of its jobs, and its jobs' pages of the dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datasets.models import Dataset
from jobs.states import State
from teams.models import User
from tests.jobs.conftest import MakeJob
from tests.jobs.pages import Page, job_url


@pytest.fixture
def lin(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


def of_dataset(browser: Client, dataset: Dataset) -> Any:
    return browser.get(f"/t/lab/datasets/{dataset.pk}/")


def test_a_dataset_shows_its_jobs(lin: Client, make_job: MakeJob, dataset: Dataset) -> None:
    job = make_job(name="used it", state=State.SUCCEEDED)
    make_job(name="is canceling", state=State.RUNNING, cancel_requested_at=timezone.now())
    page = Page(of_dataset(lin, dataset))

    assert "Succeeded used it" in page.text
    assert "Canceling… is canceling" in page.text
    assert job_url(job) in page.links


def test_a_dataset_without_jobs_shows_nothing(lin: Client, dataset: Dataset) -> None:
    assert "Jobs with this dataset" not in of_dataset(lin, dataset).content.decode()


@pytest.mark.parametrize("code", ["13", "14", "15"])
def test_both_pages_say_that_the_service_and_the_portal_disagree(
    lin: Client, make_job: MakeJob, dataset: Dataset, code: str
) -> None:
    given = {"failure_code": code, "failure_message": "line 7 is wrong", "provider_job_id": "ft-1"}
    job = make_job(state=State.FAILED, **given)
    pages = Page(of_dataset(lin, dataset)), Page(lin.get(job_url(job)))
    for page in pages:
        assert "disagree" in page.text
        assert 'The service\'s own words: "line 7 is wrong"' in page.text
        assert any((link or "").endswith("?line=7#L7") for link in page.links)
    assert job_url(job) in pages[0].links


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
    assert job_url(job) in page.links
    assert Dataset.objects.filter(pk=dataset.pk).exists()
