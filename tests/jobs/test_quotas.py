from __future__ import annotations

import pytest

from jobs.quotas import count


@pytest.mark.parametrize(
    ("statuses", "intents", "running", "existing"),
    [
        ([], 0, 0, 0),
        (["FAILED", "CANCELED"], 0, 0, 0),
        (["SUCCEEDED", "SUCCEEDED"], 0, 0, 2),
        (["PENDING"], 0, 1, 1),
        (["QUEUING"], 0, 1, 1),
        (["CANCELING"], 0, 1, 1),
        (["SUSPENDED"], 0, 0, 1),  # a word that we do not know exists, and nothing says that it runs
        ([], 1, 1, 1),  # a create whose answer is open may have made a job
    ],
)
def test_what_counts(statuses: list[str], intents: int, running: int, existing: int) -> None:
    quota = count(statuses, intents=intents, max_running=1, max_existing=5)
    assert (quota.running, quota.existing) == (running, existing)


def test_there_is_room_while_both_limits_allow() -> None:
    assert count(["SUCCEEDED"] * 4, intents=0, max_running=1, max_existing=5).has_room
    assert not count(["SUCCEEDED"] * 5, intents=0, max_running=1, max_existing=5).has_room
    assert not count(["RUNNING"], intents=0, max_running=1, max_existing=5).has_room


def test_more_jobs_than_the_limit_leave_no_slot() -> None:
    assert count(["SUCCEEDED"] * 9, intents=0, max_running=1, max_existing=5).free_slots == 0
