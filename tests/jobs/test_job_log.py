"""The log on a job's page: its end, its parts, what is new, and all of it as a file."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from jobs.models import LogLine
from jobs.states import State
from teams.models import User
from tests.jobs.conftest import MakeJob
from tests.jobs.pages import HTMX, Page, job_url, write_log


@pytest.fixture
def lin(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


def test_the_log_shows_its_end_and_leads_back(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    write_log(job, 1450)
    end = Page(lin.get(job_url(job)))

    assert "line 1251." in end.text
    assert "line 1450." in end.text
    assert "line 1250." not in end.text
    assert "from line 1,251, of 1,450" in end.text
    assert end.by_id("log-next")["hx-get"] == job_url(job, "log/?after=1450")
    assert "?from=1051#log-part" in end.links

    earlier = Page(lin.get(job_url(job), {"from": "1051"}))
    assert "line 1051." in earlier.text
    assert "line 1251." not in earlier.text
    assert "log-next" not in earlier.ids
    assert "?from=1251#log-part" in earlier.links


@pytest.mark.parametrize("first", ["0", "-5", "x", "999999"])
def test_a_strange_place_in_the_log_is_no_error(lin: Client, make_job: MakeJob, first: str) -> None:
    job = make_job()
    write_log(job, 3)

    assert "line 3." in Page(lin.get(job_url(job), {"from": first})).text


def test_new_lines_of_the_log_are_appended(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    write_log(job, 3)
    page = Page(lin.get(job_url(job, "log/"), {"after": "1"}, headers=HTMX))

    assert page.text == "2line 2. 3line 3."
    assert page.by_id("log-next")["hx-get"] == job_url(job, "log/?after=3")
    assert lin.get(job_url(job, "log/"), {"after": "3"}, headers=HTMX).status_code == 204


def test_a_complete_log_is_asked_for_no_more(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED, log_complete=True)
    write_log(job, 3)
    response = lin.get(job_url(job, "log/"), {"after": "3"}, headers=HTMX)

    assert (response.status_code, response.content.strip()) == (200, b"")
    assert "log-next" not in Page(lin.get(job_url(job))).ids


def test_the_log_can_be_kept_as_text(lin: Client, make_job: MakeJob) -> None:
    job = make_job()
    LogLine.objects.bulk_create(LogLine(job=job, number=n, text=text) for n, text in [(1, "损失 <b>"), (2, "end")])
    response = lin.get(job_url(job, "log.txt"))

    assert b"".join(response).decode() == "损失 <b>\nend\n"
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["Content-Disposition"] == f'attachment; filename="job-{job.pk}.log"'
