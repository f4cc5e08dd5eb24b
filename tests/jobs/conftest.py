"""A dataset that can train and a way to make jobs in any state."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest
import time_machine

from datasets.models import Dataset
from jobs.models import Job
from teams.models import ProviderAccount, Team, User


class MakeJob(Protocol):
    def __call__(self, **fields: Any) -> Job: ...


@pytest.fixture
def dataset(team: Team, member: User) -> Dataset:
    """Ready to train; its bytes are nowhere, since most tests need none."""
    return Dataset.objects.create(
        team=team,
        name="faq.jsonl",
        sha256="a" * 64,
        size=1000,
        state=Dataset.State.READY,
        format="messages",
        lines=60,
        examples=60,
        uploaded_by=member,
    )


@pytest.fixture
def make_job(account: ProviderAccount, dataset: Dataset, member: User) -> MakeJob:
    """Make a job, by default a queued one."""

    def make(**fields: Any) -> Job:
        defaults = {
            "team": account.team,
            "account": account,
            "dataset": dataset,
            "base_model": "qwen-turbo",
            "name": "faq",
            "created_by": member,
        }
        return Job.objects.create(**(defaults | fields))

    return make


@pytest.fixture
def quarter_past_two() -> Iterator[None]:
    """The clock stands at 14:15 on 25 November 2026, in UTC."""
    with time_machine.travel(datetime(2026, 11, 25, 14, 15, tzinfo=UTC), tick=False):
        yield
