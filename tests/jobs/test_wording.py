"""Why a job waits and what ails an account, in words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils import timezone, translation

from jobs.models import AccountSync
from jobs.states import WaitReason
from jobs.wording import clock, jobs_named, listed, trouble, wait_reason
from teams.models import ProviderAccount
from tests.jobs.conftest import MakeJob

NAMES = {7: "first", 8: "second"}


def bare(text: str) -> str:
    """Without the isolates around names, which no one sees."""
    return text.replace("\u2068", "").replace("\u2069", "")


@pytest.mark.parametrize(
    ("reason", "detail", "said"),
    [
        ("new", {}, "Just queued."),
        ("behind", {"ahead": 1, "next": 7}, "Waits for first, the one before it."),
        ("behind", {"ahead": 1, "next": 99}, "Waits for the job before it."),
        ("behind", {"ahead": 3, "next": 7}, "Waits for the 3 jobs before it."),
        ("running", {"job": 7, "name": "old name"}, "Waits for the running slot: first has it."),
        ("running", {"job": None, "name": "ft-1"}, "Waits for the running slot: ft-1, made elsewhere, has it."),
        ("running", {}, "Waits for the running slot."),
        ("slots", {"jobs": [7]}, "Waits for a free slot: first has succeeded and holds one."),
        ("slots", {"jobs": [7, 8]}, "Waits for a free slot: first and second have succeeded and hold one each."),
        ("slots", {"jobs": []}, "Waits for a free slot."),
        ("uploading", {"dataset": "faq v2"}, "Its file faq v2 is on its way to the service."),
        ("uploading", {}, "Its file is on its way to the service."),
        ("paused", {}, "Its account is off or rests: the page of accounts says which."),
        (
            "too_fast",
            {"retry_at": "2026-11-25T14:16:00+00:00"},
            "The service asked us to slow down. Next try at 14:16.",
        ),
        ("unreachable", {"since": "2026-11-25T14:02:00+00:00"}, "The service cannot be reached since 14:02."),
        ("unreachable", {"since": ""}, "The service cannot be reached."),
        (
            "key_refused",
            {"since": "2026-11-25T14:02:00+00:00", "text": "Invalid API-key provided."},
            'The key is refused since 14:02. An admin must check it. The service said: "Invalid API-key provided."',
        ),
        ("money", {"text": ""}, "The service asks for money. Waiting does not help."),
        ("", {}, "Waits for the next look at the service."),
        (
            "running",
            {"job": 7, "refusal": "Too many fine-tune job in running"},
            'Waits for the running slot: first has it. The service said: "Too many fine-tune job in running"',
        ),
    ],
)
@pytest.mark.usefixtures("quarter_past_two")
def test_every_reason_is_a_sentence(make_job: MakeJob, reason: str, detail: dict[str, Any], said: str) -> None:
    job = make_job(wait_reason=reason, wait_detail=detail)

    assert bare(wait_reason(job, NAMES)) == said


def test_no_reason_is_without_words(make_job: MakeJob) -> None:
    for reason in WaitReason:
        assert wait_reason(make_job(wait_reason=reason), {}) != "Waits for the next look at the service."


def test_names_stand_between_isolates(make_job: MakeJob) -> None:
    job = make_job(wait_reason="running", wait_detail={"job": 7})

    assert "\u2068first\u2069" in wait_reason(job, NAMES)


def test_it_knows_whose_names_a_reason_needs(make_job: MakeJob) -> None:
    assert jobs_named(make_job(wait_detail={"jobs": [1, 2], "next": 3, "job": 4})) == {1, 2, 3, 4}
    assert jobs_named(make_job(wait_detail={"job": None, "jobs": ["x"]})) == set()


def test_long_lists_are_counted() -> None:
    assert bare(listed("abcde")) == "a, b, c and 2 more"
    assert bare(listed("a")) == "a"
    assert listed([]) == ""


@pytest.mark.parametrize("broken", [None, "", "yesterday", "2026-13-99T00:00:00"])
def test_a_time_that_cannot_be_read_is_left_out(broken: str | None) -> None:
    assert clock(broken) == ""


@pytest.mark.usefixtures("quarter_past_two")
def test_a_time_of_another_day_names_it() -> None:
    assert clock(datetime(2026, 11, 24, 9, 5, tzinfo=UTC)) == "November 24 09:05"
    assert clock("2026-11-25T09:05:00") == "09:05"


@pytest.mark.usefixtures("quarter_past_two")
def test_times_are_the_viewers_own() -> None:
    with timezone.override("Asia/Shanghai"):
        assert clock(datetime(2026, 11, 25, 1, 0, tzinfo=UTC)) == "09:00"


@pytest.mark.parametrize("kind", AccountSync.Trouble.values)
@pytest.mark.usefixtures("quarter_past_two")
def test_every_trouble_says_since_when(account: ProviderAccount, kind: str) -> None:
    since = datetime(2026, 11, 25, 13, 50, tzinfo=UTC)
    said = trouble(AccountSync(account=account, trouble=kind, trouble_since=since, trouble_text="its words"))

    assert "13:50" in said.title
    assert ("its words" in said.text) == (kind in ("key_refused", "money"))


def test_words_do_not_depend_on_the_language_at_import(make_job: MakeJob) -> None:
    with translation.override("zh-hans"):
        wait_reason(make_job(), {})
    assert wait_reason(make_job(), {}) == "Just queued."
