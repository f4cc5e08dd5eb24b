"""The queue's buttons: with htmx and as plain forms, in time and too late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from jobs.models import Job
from jobs.states import State
from teams.models import User
from tests.jobs.conftest import MakeJob
from tests.jobs.pages import Page
from tests.jobs.test_actions import HTMX, followed, url

SignIn = Callable[[User], Client]


@pytest.fixture
def lin(client_for: SignIn, member: User) -> Client:
    return client_for(member)


@pytest.fixture
def queue(make_job: MakeJob) -> list[Job]:
    return [make_job(name=name, position=number) for number, name in enumerate(["alpha", "beta", "gamma", "delta"])]


def rows(page: Page) -> list[str]:
    return [element for element in page.ids if element.startswith("job-")]


def keys(*jobs: Job) -> list[str]:
    return [f"job-{job.pk}" for job in jobs]


def test_each_move_says_its_place_before(lin: Client, queue: list[Job]) -> None:
    page = Page(lin.get("/t/lab/"))
    labels = [str(button.get("title")) for button in page.all("button") if button.get("name") == "to"]

    assert [label for label in labels if "delta" in label] == [
        "Move delta to the top, to place 1",
        "Move delta up, to place 3",
    ]
    assert [label for label in labels if "beta" in label] == ["Move beta up, to place 1", "Move beta down, to place 3"]
    assert [label for label in labels if "alpha" in label] == ["Move alpha down, to place 2"]


def test_a_lone_job_cannot_be_moved(lin: Client, make_job: MakeJob) -> None:
    make_job()

    assert not [button for button in Page(lin.get("/t/lab/")).all("button") if button.get("name") == "to"]


def test_a_move_answers_with_the_board_and_whom_it_delays(lin: Client, queue: list[Job]) -> None:
    alpha, beta, gamma, delta = queue
    page = Page(lin.post(url(delta, "move"), {"to": "top"}, headers=HTMX))

    assert rows(page) == keys(delta, alpha, beta, gamma)
    assert "delta: now #1, was #4. It delays alpha, beta and gamma." in page.text
    assert "is-new" in page.classes(f"job-{delta.pk}")
    assert "is-new" not in page.classes(f"job-{alpha.pk}")
    assert not page.all("html")


def test_a_move_keeps_the_page_of_the_finished(lin: Client, queue: list[Job]) -> None:
    headers = {**HTMX, "HX-Current-URL": "http://testserver/t/lab/?page=2"}
    page = Page(lin.post(url(queue[3], "move"), {"to": "up"}, headers=headers))

    assert str(page.by_id("board")["hx-get"]).endswith("page=2")


def test_a_move_down_says_who_goes_before(lin: Client, queue: list[Job]) -> None:
    page = Page(lin.post(url(queue[0], "move"), {"to": "down"}, headers=HTMX))

    assert "alpha: now #2, was #1. Before it: beta." in page.text


def test_a_move_without_javascript_leads_back_to_the_row(lin: Client, queue: list[Job]) -> None:
    delta = queue[3]
    page = followed(lin, lin.post(url(delta, "move"), {"to": "up"}), f"/t/lab/#job-{delta.pk}")

    assert "delta: now #3, was #4. It delays gamma." in page.text


def test_a_move_from_the_jobs_page_leads_back_to_it(lin: Client, queue: list[Job]) -> None:
    delta = queue[3]
    page = Page(lin.get(f"/t/lab/jobs/{delta.pk}/"))
    assert f"top-{delta.pk}" in page.ids

    page = Page(lin.post(url(delta, "move"), {"to": "top", "from": "job"}, headers=HTMX))
    assert "job-side" in page.ids
    assert "Place in the queue #1" in page.text


def test_a_move_that_is_done_already_says_so(lin: Client, queue: list[Job]) -> None:
    page = Page(lin.post(url(queue[0], "move"), {"to": "top"}, headers=HTMX))

    assert "alpha is #1 already." in page.text


def test_a_move_that_came_too_late_says_what_the_job_is(lin: Client, queue: list[Job]) -> None:
    Job.objects.filter(pk=queue[3].pk).update(state=State.RUNNING)
    page = Page(lin.post(url(queue[3], "move"), {"to": "top"}, headers=HTMX))

    assert "delta waits no longer: Running." in page.text


@pytest.mark.parametrize("to", ["", "bottom", "1", "<b>"])
def test_nowhere_is_no_move(lin: Client, queue: list[Job], to: str) -> None:
    assert lin.post(url(queue[0], "move"), {"to": to}).status_code == 400
