"""Why a job waits, in words, in both languages: what for, who can change it, whether waiting helps."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.utils import translation

from jobs.models import Job
from jobs.reasons import jobs_named, wait_reason
from jobs.states import WaitReason
from teams.models import ProviderAccount, User
from tests.jobs.conftest import MakeJob
from tests.jobs.test_wording import bare

NAMES = {7: "first", 8: "second", 9: "third", 10: "fourth"}
HELPS, NO_HELP = "Waiting helps", "Waiting does not help"
TWO = "2026-11-25T14:02:00+00:00"
# reason, what the scheduler stored, jobs ahead, what it says, and whether waiting helps.
TABLE: list[tuple[str, dict[str, Any], int, str, bool]] = [
    ("new", {}, 0, "Just queued. Waiting helps.", True),
    (
        "held",
        {},
        0,
        'Held by wei since 14:10. Why: "new labels" Waiting does not help: any member can release it.',
        False,
    ),
    (
        "behind",
        {"next": 7},
        1,
        "Waits for first, the one before it. Waiting helps; any member can move it up.",
        True,
    ),
    ("behind", {"next": 99}, 1, "Waits for the job before it. Waiting helps", True),
    ("behind", {"next": 99}, 3, "Waits for the 3 jobs before it. Waiting helps", True),
    ("behind", {"next": 7}, 3, "Waits for the 3 jobs before it; first is the next. Waiting helps", True),
    (
        "running",
        {"job": 7, "name": "old name"},
        0,
        "Waits for the running slot: first has it. Waiting helps; to cancel that one would start this one sooner.",
        True,
    ),
    (
        "running",
        {"job": None, "name": "ft-1"},
        0,
        "Waits for the running slot: ft-1, made elsewhere, has it. Waiting helps",
        True,
    ),
    ("running", {}, 0, "Waits for the running slot. Waiting helps.", True),
    (
        "slots",
        {"jobs": [7]},
        0,
        "Waits for a free slot: first has succeeded and holds one. Waiting does not help: a member must free one.",
        False,
    ),
    ("slots", {"jobs": [7, 8]}, 0, "Waits for a free slot: first and second have succeeded and hold one each.", False),
    ("slots", {"jobs": [7, 8, 9, 10]}, 0, "Waits for a free slot: first, second, third and 1 more have", False),
    ("slots", {"jobs": []}, 0, "Waits for a free slot. A slot is free again when a job at the service fails", False),
    ("slots", {"jobs": [7], "retry_at": TWO}, 0, "Next try at 14:02.", False),
    ("uploading", {"dataset": "faq v2"}, 0, "Its file faq v2 is on its way to the service. Waiting helps.", True),
    (
        "uploading",
        {"dataset": "faq v2", "text": "cut off", "retry_at": TWO},
        0,
        'The last try met: "cut off" Waiting helps: the portal tries again by itself. Next try at 14:02.',
        True,
    ),
    (
        "paused",
        {},
        0,
        'wei switched the account Main off at 14:05. Why: "key leaked" '
        "Waiting does not help: an admin can switch it on in the accounts.",
        False,
    ),
    (
        "too_fast",
        {"retry_at": TWO},
        0,
        "The service asked us to slow down. Waiting helps: the portal tries again by itself. Next try at 14:02.",
        True,
    ),
    ("retry_at", {"retry_at": TWO}, 0, "The service had no room when it was asked", True),
    ("unreachable", {"since": TWO}, 0, "The service cannot be reached since 14:02. Waiting helps", True),
    ("unreachable", {"since": ""}, 0, "The service cannot be reached. Waiting helps", True),
    (
        "key_refused",
        {"since": TWO, "text": "Invalid API-key provided."},
        0,
        'The key of Main is refused since 14:02. The service said: "Invalid API-key provided." '
        "Waiting does not help: an admin must check it in the accounts.",
        False,
    ),
    ("money", {"text": ""}, 0, "The service asks for money. Waiting does not help: once it is paid", False),
    ("", {}, 0, "Waits for the next look at the service. Waiting helps.", True),
]


def text_of(html: str) -> str:
    """What is read: without markup, and without the isolates around names."""
    return bare(unescape(re.sub(r"<[^>]*>", "", html)))


@pytest.fixture
def waiting(make_job: MakeJob, account: ProviderAccount, admin: User) -> Job:
    """A job that is held, of an account that is off."""
    at = datetime(2026, 11, 25, 14, 5, tzinfo=UTC)
    account.is_active, account.paused_at, account.paused_by, account.pause_note = False, at, admin, "key leaked"
    account.save()
    held_at = at.replace(minute=10)
    return make_job(account=account, held_at=held_at, held_by=admin, hold_note="new labels")


@pytest.mark.parametrize(("reason", "detail", "ahead", "said", "helps"), TABLE)
@pytest.mark.usefixtures("quarter_past_two")
def test_every_reason_is_told(
    waiting: Job, reason: str, detail: dict[str, Any], ahead: int, said: str, helps: bool
) -> None:
    waiting.wait_reason, waiting.wait_detail = reason, detail
    found = wait_reason(waiting, NAMES, ahead=ahead)

    assert said in text_of(found.whole)
    assert found.waiting_helps == helps


@pytest.mark.parametrize(("reason", "detail", "ahead", "said", "helps"), TABLE)
@pytest.mark.usefixtures("quarter_past_two")
def test_every_reason_is_told_in_chinese(
    waiting: Job, reason: str, detail: dict[str, Any], ahead: int, said: str, helps: bool
) -> None:
    waiting.wait_reason, waiting.wait_detail = reason, detail
    with translation.override("zh-hans"):
        text = text_of(wait_reason(waiting, NAMES, ahead=ahead).whole)

    for known in [*NAMES.values(), "wei", "Main", "ft-1", "faq v2", "new labels", "key leaked", "cut off", "14:0"]:
        assert (known in text) == (known in text_of(wait_reason(waiting, NAMES, ahead=ahead).whole))
    assert not re.search(r"[A-Za-z]{3,}", re.sub("|".join([*NAMES.values(), *KEPT]), "", text))
    assert "。" in text


KEPT = ["wei", "Main", "ft-1", "faq", "new labels", "key leaked", "cut off", "Invalid API-key provided"]


def test_the_table_has_every_reason() -> None:
    assert {reason for reason, *_ in TABLE} == {*WaitReason.values, ""}


@pytest.mark.parametrize(("reason", "detail", "ahead", "said", "helps"), TABLE)
def test_each_says_whether_waiting_helps_and_who_can_change_it(
    waiting: Job, reason: str, detail: dict[str, Any], ahead: int, said: str, helps: bool
) -> None:
    waiting.wait_reason, waiting.wait_detail = reason, detail
    remedy = text_of(wait_reason(waiting, NAMES, ahead=ahead).remedy)

    if not helps:
        assert "A slot is free again when" in remedy or re.search(NO_HELP + ": .*(member|admin)", remedy)
    else:
        assert remedy.startswith(HELPS)


@pytest.mark.parametrize(
    ("reason", "detail", "to"),
    [
        ("behind", {"next": 7}, ["jobs/7/"]),
        ("running", {"job": 7}, ["jobs/7/"]),
        ("slots", {"jobs": [7, 8]}, ["jobs/7/", "jobs/8/"]),
        ("paused", {}, ["accounts/"]),
        ("key_refused", {}, ["accounts/"]),
    ],
)
def test_it_leads_to_what_can_be_done(waiting: Job, reason: str, detail: dict[str, Any], to: list[str]) -> None:
    waiting.wait_reason, waiting.wait_detail = reason, detail

    assert re.findall('href="/t/lab/([^"]*)"', wait_reason(waiting, NAMES, ahead=1).whole) == to


def test_without_who_and_why_less_is_said(make_job: MakeJob, account: ProviderAccount) -> None:
    job = make_job(wait_reason="paused")
    account.is_active = False
    job.account = account
    assert text_of(wait_reason(job, {}).text) == "The account Main is switched off."

    account.is_active, account.source = True, ProviderAccount.Source.ENVIRONMENT
    assert text_of(wait_reason(job, {}).text) == "The account Main rests: the portal works with another key now."

    job.wait_reason, job.held_at = "held", datetime(2026, 1, 1, tzinfo=UTC)
    assert "Held by someone since" in text_of(wait_reason(job, {}).text)


def test_names_stay_text(waiting: Job) -> None:
    hostile = '<img src=x onerror="alert(1)"> {0} {name} %s'
    waiting.wait_detail = {"job": 7, "jobs": [7], "next": 7, "text": hostile, "dataset": hostile, "name": hostile}
    waiting.hold_note = waiting.account.name = waiting.account.pause_note = hostile
    for reason in WaitReason:
        waiting.wait_reason = reason
        html = wait_reason(waiting, {7: hostile}, ahead=2).whole
        assert "<img" not in html
        assert (hostile in unescape(html)) == (reason not in (WaitReason.NEW, *WITHOUT_NAMES))


WITHOUT_NAMES = (WaitReason.TOO_FAST, WaitReason.RETRY_AT, WaitReason.UNREACHABLE)


def test_names_stand_between_isolates(make_job: MakeJob) -> None:
    job = make_job(wait_reason="running", wait_detail={"job": 7})

    assert "<bdi>first</bdi>" in wait_reason(job, NAMES).whole


def test_it_knows_whose_names_a_reason_needs(make_job: MakeJob) -> None:
    assert jobs_named(make_job(wait_detail={"jobs": [1, 2], "next": 3, "job": 4})) == {1, 2, 3, 4}
    assert jobs_named(make_job(wait_detail={"job": None, "jobs": ["x"]})) == set()


def test_words_do_not_depend_on_the_language_at_import(make_job: MakeJob) -> None:
    with translation.override("zh-hans"):
        wait_reason(make_job(), {})
    assert wait_reason(make_job(), {}).text == "Just queued."
