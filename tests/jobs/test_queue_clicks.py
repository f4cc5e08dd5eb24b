"""The queue's buttons: with htmx and as plain forms, in time and too late."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jobs.models import Job
from jobs.states import State, WaitReason
from teams.models import ProviderAccount, User
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


def test_hold_asks_why_in_the_row(lin: Client, queue: list[Job]) -> None:
    beta = queue[1]
    page = Page(lin.get(url(beta, "hold"), headers=HTMX))

    assert "Why hold it? It keeps its place and is passed over." in page.text
    assert "autofocus" in page.by_id(f"note-{beta.pk}")
    assert page.by_id(f"hold-{beta.pk}")["hx-get"] == url(beta, "row")


def test_what_was_typed_outlives_a_poll(lin: Client, queue: list[Job]) -> None:
    asked = {"cursor": "7", "asking": ["", str(queue[1].pk)], "note": 'for "labels"'}
    page = Page(lin.get("/t/lab/", asked, headers=HTMX))

    typed = page.by_id(f"note-{queue[1].pk}")
    assert typed["value"] == 'for "labels"'
    assert "autofocus" not in typed


def test_hold_answers_with_the_board(lin: Client, queue: list[Job]) -> None:
    _, beta, gamma, _ = queue
    Job.objects.filter(pk=gamma.pk).update(wait_reason=WaitReason.BEHIND, wait_detail={"next": queue[0].pk})
    page = Page(lin.post(url(beta, "hold"), {"note": "new  labels"}, headers=HTMX))

    assert "beta is on hold." in page.text
    assert "On hold Held by lin since" in page.text
    assert 'Why: "new labels"' in page.text
    assert f"release-{beta.pk}" in page.ids
    assert "Waits for alpha, the one before it." in page.text, "the held one is not counted"
    assert "3 wait" in page.text
    assert "One is on hold." in page.text


def test_hold_without_javascript(lin: Client, queue: list[Job]) -> None:
    beta = queue[1]
    assert "It keeps place #2 and is passed over until a member releases it." in Page(lin.get(url(beta, "hold"))).text

    page = followed(lin, lin.post(url(beta, "hold"), {"note": "x"}), f"/t/lab/#job-{beta.pk}")
    assert "beta is on hold." in page.text
    assert "It is on hold already." in Page(lin.get(url(beta, "hold"))).text


def test_release(lin: Client, queue: list[Job]) -> None:
    beta = queue[1]
    lin.post(url(beta, "hold"))
    page = Page(lin.post(url(beta, "release"), headers=HTMX))
    assert "beta waits again." in page.text
    assert f"hold-{beta.pk}" in page.ids

    page = Page(lin.post(url(beta, "release"), headers=HTMX))
    assert "beta is not on hold." in page.text


def test_hold_and_release_on_the_jobs_page(lin: Client, queue: list[Job]) -> None:
    beta = queue[1]
    address = f"/t/lab/jobs/{beta.pk}/"
    assert f"{url(beta, 'hold')}?from=job" in [link.get("href") for link in Page(lin.get(address)).all("a")]

    page = followed(lin, lin.post(url(beta, "hold"), {"from": "job", "note": "why not"}), address)
    assert "On hold Held by lin since" in page.text
    page = Page(lin.post(url(beta, "release"), {"from": "job"}, headers=HTMX))
    assert "Released by lin" in page.text


def test_a_hold_that_came_too_late_says_what_the_job_is(lin: Client, queue: list[Job]) -> None:
    lin.post(url(queue[0], "hold"), {"note": "x"})
    assert "alpha is on hold already." in Page(lin.post(url(queue[0], "hold"), headers=HTMX)).text

    Job.objects.filter(pk=queue[1].pk).update(state=State.RUNNING)
    assert "beta waits no longer: Running." in Page(lin.post(url(queue[1], "hold"), headers=HTMX)).text
    assert "It does not wait, so it cannot be held." in Page(lin.get(url(queue[1], "hold"))).text


def test_slots_are_for_those_that_are_not_held(lin: Client, queue: list[Job], account: ProviderAccount) -> None:
    account.max_existing = 2
    account.save()
    lin.post(url(queue[0], "hold"))
    text = Page(lin.get("/t/lab/")).text

    assert "for #2, next" in text
    assert "for #3, when the running slot is free" in text
    assert text.index("gamma") < text.index("No slot is left from here on.") < text.index("delta")
    assert "for one of them no slot is left" in text


def test_a_cancel_offers_to_put_back(lin: Client, queue: list[Job]) -> None:
    beta = queue[1]
    page = Page(lin.post(url(beta, "cancel"), {"seen": "queued"}, headers=HTMX))
    assert "beta is canceled. Put back in its place" in page.text
    assert f"back-{beta.pk}" in page.ids

    response = lin.post(url(beta, "put-back"), headers=HTMX)
    assert "beta is back in its place." in Page(response).text
    assert json.loads(response["HX-Trigger"]) == {"look": {"target": "[data-look]"}}
    assert rows(Page(lin.get("/t/lab/")))[:4] == keys(queue[0], Job.objects.get(run_of=beta), queue[2], queue[3])


def test_put_back_without_javascript(lin: Client, queue: list[Job]) -> None:
    beta = queue[1]
    for came_from in ("", "job"):
        page = Page(lin.post(url(beta, "cancel"), {"from": came_from}, follow=True))
        assert f"back-{beta.pk}" in page.ids
        response = lin.post(url(beta, "put-back"))
        again = Job.objects.get(run_of=beta)
        assert "beta is back in its place." in followed(lin, response, f"/t/lab/#job-{again.pk}").text
        beta = again


def test_too_late_to_put_back_offers_to_run_again(lin: Client, queue: list[Job]) -> None:
    beta = queue[1]
    lin.post(url(beta, "cancel"))
    Job.objects.filter(pk=beta.pk).update(ended_at=timezone.now() - timedelta(minutes=1))
    page = Page(lin.get(f"/t/lab/?canceled={beta.pk}"))
    assert f"back-{beta.pk}" not in page.ids

    for headers in ({}, HTMX):
        response = lin.post(url(beta, "put-back"), headers=headers)
        assert response.status_code == 200
        page = Page(response)
        assert "It is too late to put beta back: its place is kept for ten seconds." in page.text
        assert url(beta, "rerun") in [link.get("href") for link in page.all("a")]
    assert not Job.objects.filter(run_of=beta).exists()


def test_only_a_queued_job_is_offered_back(lin: Client, make_job: MakeJob) -> None:
    job = make_job(state=State.PENDING, provider_job_id="ft")
    page = Page(lin.post(url(job, "cancel"), headers=HTMX))

    assert f"back-{job.pk}" not in page.ids


@pytest.mark.parametrize("canceled", ["x", "-1", "999", ""])
def test_an_offer_for_nothing_is_none(lin: Client, queue: list[Job], canceled: str) -> None:
    assert lin.get(f"/t/lab/?canceled={canceled}").status_code == 200
