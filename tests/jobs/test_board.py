"""The board: what it shows, to whom, and how it keeps fresh."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from datasets.models import Dataset
from jobs.models import AccountSync, Job, ProviderJob
from jobs.states import State, WaitReason
from teams.models import ProviderAccount, Team, User
from tests.jobs.conftest import MakeJob
from tests.jobs.pages import Page

BOARD = "/t/lab/"
HTMX = {"HX-Request": "true"}
SignIn = Callable[[User], Client]


@pytest.fixture
def lin(client_for: SignIn, member: User) -> Client:
    return client_for(member)


def read(lin: Client, path: str = BOARD, **options: Any) -> Page:
    response = lin.get(path, **options)
    assert response.status_code == 200
    return Page(response)


def seen(job: Job, status: str) -> ProviderJob:
    return ProviderJob.objects.create(
        account=job.account, provider_job_id=job.provider_job_id, job=job, status=status, created_at=timezone.now()
    )


def elsewhere(account: ProviderAccount, number: int = 1, **fields: Any) -> ProviderJob:
    return ProviderJob.objects.create(
        account=account, **{"provider_job_id": f"ft-else-{number}", "status": "RUNNING", **fields}
    )


def test_it_shows_every_state_in_its_section(lin: Client, make_job: MakeJob) -> None:
    made = {state: make_job(state=state, intent_token="t" * (state == State.SUBMITTING)).pk for state in State}
    page = read(lin)

    rows = [element for element in page.ids if element.startswith("job-")]
    service = [State.RUNNING, State.PENDING, State.SUBMITTING, State.LOST]
    assert rows[:5] == [f"job-{made[state]}" for state in [*service, State.QUEUED]]
    assert len(rows) == len(State)
    assert "At the service 4" in page.text
    assert "Finished 3" in page.text


def test_the_queue_says_place_and_reason(lin: Client, make_job: MakeJob) -> None:
    running = make_job(name="long one", state=State.RUNNING)
    first = make_job(wait_reason=WaitReason.RUNNING, wait_detail={"job": running.pk})
    make_job(wait_reason=WaitReason.BEHIND, wait_detail={"ahead": 1, "next": first.pk})
    text = read(lin).text

    assert "1 faq qwen-turbo · faq.jsonl v1 · lin Waits for the running slot: long one has it." in text
    assert "Waits for faq, the one before it." in text


def test_numbers_of_jobs_are_not_grouped_in_ids_and_addresses(lin: Client, make_job: MakeJob, team: Team) -> None:
    Team.objects.update(cursor=1234567)
    make_job(pk=1234567, state=State.FAILED, provider_job_id="ft", failure_code="77")
    make_job(pk=1234568)
    page = read(lin)

    assert {"job-1234567", "job-1234568", "cancel-1234568", "why-1234567"} <= set(page.ids)
    assert page.by_id("board")["hx-get"] == "/t/lab/?cursor=1234567"


def test_ids_are_unique(lin: Client, make_job: MakeJob) -> None:
    for state in (State.RUNNING, State.QUEUED, State.SUCCEEDED, State.CANCELED):
        make_job(state=state)
    page = read(lin)

    assert len(page.ids) == len(set(page.ids))


def test_nothing_new_is_204(lin: Client, make_job: MakeJob, team: Team) -> None:
    make_job(cursor=team.bump())

    response = lin.get(BOARD, {"cursor": team.cursor}, headers=HTMX)

    assert (response.status_code, response.content) == (204, b"")


def test_what_is_new_comes_as_a_fragment_with_its_rows_marked(lin: Client, make_job: MakeJob, team: Team) -> None:
    old = make_job(cursor=team.bump())
    then = team.cursor
    new = make_job(cursor=team.bump())
    page = read(lin, f"{BOARD}?cursor={then}", headers=HTMX)

    assert not page.all("html")
    assert "is-new" in page.classes(f"job-{new.pk}")
    assert "is-new" not in page.classes(f"job-{old.pk}")
    assert page.by_id("board")["hx-get"] == f"{BOARD}?cursor={team.cursor}"
    assert page.by_id("meter")["hx-swap-oob"] == "true"


def test_no_row_of_a_whole_page_is_new(lin: Client, make_job: MakeJob, team: Team) -> None:
    job = make_job(cursor=team.bump())

    assert "is-new" not in read(lin).classes(f"job-{job.pk}")


@pytest.mark.parametrize("cursor", ["", "x", "-1", "1e3", "9" * 30, "٣"])
def test_a_cursor_that_is_none_gives_the_page(lin: Client, make_job: MakeJob, cursor: str) -> None:
    make_job()

    assert read(lin, f"{BOARD}?cursor={cursor}", headers=HTMX).all("html")


def test_answers_differ_by_who_asks(lin: Client) -> None:
    assert "HX-Request" in lin.get(BOARD)["Vary"]


def test_a_change_between_cursor_and_rows_shows_again(lin: Client, make_job: MakeJob, team: Team) -> None:
    """The cursor on the page is the one read with the team, before the rows."""
    job = make_job()
    page = read(lin)
    job.change(loss=0.5)

    assert lin.get(str(page.by_id("board")["hx-get"]), headers=HTMX).status_code == 200


def test_the_rack_shows_what_holds_each_slot(lin: Client, make_job: MakeJob, account: ProviderAccount) -> None:
    seen(make_job(name="running one", state=State.RUNNING, provider_job_id="ft-1"), "RUNNING")
    make_job(name="on its way", state=State.SUBMITTING, intent_token="t")
    done = make_job(name="done", state=State.SUCCEEDED, provider_job_id="ft-2")
    seen(done, "SUCCEEDED")
    elsewhere(account, status="SUSPENDED")
    elsewhere(account, 2, status="FAILED")
    page = read(lin)

    assert "Running 2 / 1 Job slots 4 / 5" in page.text
    assert "4 of 5 job slots held, 2 of 1 running" in [svg.get("aria-label") for svg in page.all("svg")]
    assert f"/t/lab/jobs/{done.pk}/free/" in [a.get("href") for a in page.all("a")]
    assert page.text.count("Made elsewhere") == 1


def test_more_holders_than_slots_are_all_shown(lin: Client, account: ProviderAccount) -> None:
    for number in range(7):
        elsewhere(account, number)
    page = read(lin)

    assert "Job slots 7 / 5" in page.text
    assert page.text.count("Made elsewhere") == 7
    assert "no slot is free" in page.text


def test_jobs_made_elsewhere_keep_their_word(lin: Client, account: ProviderAccount) -> None:
    elsewhere(account, status="SUSPENDED", name="their name")
    page = read(lin)

    assert "SUSPENDED as the service calls it" in page.text
    assert "their name" in page.text


def test_the_sill_stands_where_slots_end(lin: Client, make_job: MakeJob, account: ProviderAccount) -> None:
    done = make_job(name="holder", state=State.SUCCEEDED, provider_job_id="ft-1")
    seen(done, "SUCCEEDED")
    for number in range(3):
        elsewhere(account, number)
    make_job(name="fits")
    make_job(name="does not")
    text = read(lin).text

    assert (
        text.index("fits") < text.index("No slot is left from here on. holder has succeeded") < text.index("does not")
    )
    assert "for 1 of them" not in text  # one is told as one
    assert "for one of them no slot is left" in text


def test_without_our_own_holders_the_sill_says_what_frees(
    lin: Client, make_job: MakeJob, account: ProviderAccount
) -> None:
    for number in range(5):
        elsewhere(account, number)
    make_job()
    text = read(lin).text

    assert "A slot is free again when a job at the service fails, is canceled or is deleted." in text
    assert "no slot is left for it" in text


def test_a_viewer_sees_all_and_can_click_nothing(client_for: SignIn, viewer: User, make_job: MakeJob) -> None:
    job = make_job(state=State.SUCCEEDED, provider_job_id="ft-1")
    seen(job, "SUCCEEDED")
    make_job()
    page = read(client_for(viewer))

    assert f"job-{job.pk}" in page.ids
    assert not [form for form in page.all("form") if "/jobs/" in (form.get("action") or "")]
    assert not [a for a in page.all("a") if "/free/" in str(a.get("href")) or "/new/" in str(a.get("href"))]


def test_an_outsider_finds_nothing(client_for: SignIn, outsider: User, make_job: MakeJob) -> None:
    job = make_job()

    assert client_for(outsider).get(BOARD).status_code == 404
    assert client_for(outsider).get(f"/t/elsewhere/jobs/{job.pk}/").status_code == 404


def test_jobs_of_other_teams_do_not_show(client_for: SignIn, outsider: User, make_job: MakeJob) -> None:
    make_job(name="ours alone")

    assert "ours alone" not in read(client_for(outsider), "/t/elsewhere/").text


def test_a_post_is_refused(lin: Client) -> None:
    assert lin.post(BOARD).status_code == 405


HOSTILE = "</li><script>alert(1)</script><img src=x onerror=alert(1) hx-get=/x>"


def test_hostile_names_stay_text(lin: Client, make_job: MakeJob, dataset: Dataset, account: ProviderAccount) -> None:
    name = HOSTILE[:64]
    Dataset.objects.update(name=HOSTILE)
    ProviderAccount.objects.update(name=name)
    running = make_job(name=name, state=State.RUNNING, base_model=HOSTILE, provider_status=name)
    seen(running, name)
    make_job(name=name, wait_reason=WaitReason.RUNNING, wait_detail={"job": None, "name": HOSTILE, "refusal": HOSTILE})
    make_job(state=State.FAILED, provider_job_id="f", failure_code=name, failure_message=HOSTILE)
    make_job(state=State.SUCCEEDED, provider_job_id="s", free_refusal=HOSTILE, finetuned_output=HOSTILE)
    elsewhere(account, name=HOSTILE, status=name, model=HOSTILE)
    AccountSync.objects.create(
        account=account, trouble="key_refused", trouble_since=timezone.now(), trouble_text=HOSTILE
    )
    page = read(lin)

    assert not page.all("img")
    assert all(script.get("src") for script in page.all("script"))
    assert {a.get("hx-get") for _, a in page.elements} & {"/x", "/x>"} == set()
    assert HOSTILE in page.text


def test_finished_jobs_come_in_pages_newest_first(lin: Client, make_job: MakeJob) -> None:
    now = timezone.now()
    for age in range(27):
        make_job(name=f"age {age:02}", state=State.CANCELED, ended_at=now - timedelta(hours=age))
    first, second = read(lin).text, read(lin, f"{BOARD}?page=2")

    assert first.index("age 00") < first.index("age 24")
    assert "age 25" not in first
    assert "1–25 of 27" in first
    assert "age 26" in second.text
    assert second.by_id("board")["hx-get"].endswith("&page=2")  # type: ignore[union-attr]
    assert "age 00" in read(lin, f"{BOARD}?page=x").text


def test_a_long_queue_leaves_room_for_the_others(lin: Client, make_job: MakeJob, team: Team) -> None:
    other = ProviderAccount.objects.create(team=team, name="Second", base_url="http://127.0.0.1:9", api_key="k")
    for _ in range(101):
        make_job()
    make_job(name="of the other", account=other, position=7)

    assert "of the other" in read(lin).text


def test_a_long_queue_is_cut_and_counted(lin: Client, make_job: MakeJob) -> None:
    for _ in range(103):
        make_job()
    text = read(lin).text

    assert "Queue 103" in text
    assert "3 more wait behind these." in text


@pytest.mark.parametrize("jobs", [1, 12])
def test_queries_do_not_grow_with_the_jobs_performance(
    lin: Client, make_job: MakeJob, django_assert_num_queries: DjangoAssertNumQueries, jobs: int
) -> None:
    for number in range(jobs):
        running = make_job(state=State.RUNNING, provider_job_id=f"ft-{number}")
        seen(running, "RUNNING")
        make_job(wait_reason=WaitReason.RUNNING, wait_detail={"job": running.pk})
        make_job(state=State.CANCELED, cancel_requested_by=running.created_by)
        make_job(state=State.FAILED, provider_job_id=f"f-{number}", failure_code="15")
    lin.get(BOARD)

    with django_assert_num_queries(15):
        lin.get(BOARD)


def test_a_poll_for_nothing_is_cheap_performance(
    lin: Client, team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lin.get(BOARD)

    with django_assert_num_queries(3):  # the session, the person, the team with the membership
        lin.get(BOARD, {"cursor": team.cursor}, headers=HTMX)


def test_a_trouble_says_the_way_out(client_for: SignIn, admin: User, member: User, account: ProviderAccount) -> None:
    AccountSync.objects.create(account=account, trouble="key_refused", trouble_since=timezone.now())

    assert "/t/lab/accounts/" in [a.get("href") for a in read(client_for(admin)).all("a")]
    assert "An admin of the team can mend it." in read(client_for(member)).text


def test_open_jobs_that_nobody_looks_after_are_told(lin: Client, make_job: MakeJob) -> None:
    job = make_job()
    sync = AccountSync.objects.create(account=job.account, looked_at=timezone.now() - timedelta(minutes=30))
    assert "Nobody has looked at the service since" in read(lin).text

    sync.looked_at = timezone.now()
    sync.save()
    assert "Nobody has looked" not in read(lin).text


def test_an_account_that_is_off_shows_while_its_jobs_wait(lin: Client, make_job: MakeJob) -> None:
    job = make_job()
    ProviderAccount.objects.update(is_active=False)
    assert "The account Main is switched off." in read(lin).text

    ProviderAccount.objects.update(paused_at=timezone.now(), paused_by=job.created_by, pause_note="leaked")
    assert "The account Main is switched off. By lin at" in read(lin).text
    assert "Why: leaked" in read(lin).text

    job.delete()
    assert "is switched off" not in read(lin).text


def test_each_account_has_its_rack_and_queue(lin: Client, make_job: MakeJob, team: Team) -> None:
    other = ProviderAccount.objects.create(team=team, name="Second", base_url="http://127.0.0.1:9", api_key="k")
    make_job(name="alpha")
    make_job(name="beta", account=other)
    text = read(lin).text

    assert text.index("Queue of Main 1") < text.index("alpha") < text.index("Queue of Second 1") < text.index("beta")


def test_an_empty_board_says_what_comes_first(lin: Client, account: ProviderAccount) -> None:
    assert "No job yet." in read(lin).text


def test_without_an_account_it_asks_for_a_key(client_for: SignIn, admin: User) -> None:
    page = read(client_for(admin))

    assert "No account of the fine-tuning service yet." in page.text
    assert "/t/lab/accounts/" in [a.get("href") for a in page.all("a")]


def test_canceling_shows_from_the_click_on(lin: Client, make_job: MakeJob, member: User) -> None:
    job = make_job(state=State.RUNNING, cancel_requested_at=timezone.now(), cancel_requested_by=member)
    page = read(lin)

    assert "Canceling… Asked by lin" in page.text
    assert f"cancel-{job.pk}" not in page.ids


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "running", "epoch": 1.29, "hyper_parameters": {"n_epochs": 3}}, "Running 43%, epoch 1.29 of 3."),
        ({"state": "running", "epoch": 0.5}, "Running 50%, epoch 0.5 of 1."),  # the model's default
        ({"state": "running", "epoch": 0.5, "base_model": "unknown"}, "Running"),
        ({"state": "running"}, "Running The log shows no training step yet."),
        ({"state": "pending", "provider_status": "QUEUING"}, "It waits at the service for another job to finish."),
        ({"state": "pending", "provider_status": "SUSPENDED"}, "SUSPENDED, as the service calls it."),
        ({"state": "succeeded", "usage": 2_100_000, "loss": 0.47}, "Holds a slot. Loss 0.47, 2.10 M tokens."),
        ({"state": "succeeded", "freed_at": timezone.now()}, "Its slot is free since"),
        ({"state": "succeeded", "free_requested_at": timezone.now()}, "Its slot is being freed…"),
        (
            {"state": "succeeded", "free_refusal": "in use"},
            'The service refused to free it. The service said: "in use"',
        ),
        ({"state": "canceled"}, "Canceled at the service. It was never sent, so it cost nothing."),
        ({"state": "canceled", "provider_job_id": "ft", "usage": 900}, "Canceled at the service. 900 tokens used."),
        ({"state": "lost"}, "The service no longer lists it."),
        ({"state": "failed", "provider_job_id": "f", "failure_code": "13"}, "Failed code 13: blank lines in the data."),
    ],
)
def test_each_state_is_told(lin: Client, make_job: MakeJob, fields: dict[str, Any], said: str) -> None:
    make_job(**fields)

    assert said in read(lin).text
