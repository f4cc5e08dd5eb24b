"""The worker is killed in the middle of five jobs and comes back: every job reaches its end, none is made twice."""

from __future__ import annotations

import os
import signal
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.processes import command_of, descendants
from tests.services import Portal, records
from tests.waiting import wait_for


@pytest.fixture
def demo_portal() -> Iterator[Portal]:
    with tempfile.TemporaryDirectory(prefix="portal-") as folder:
        portal = Portal.start(Path(folder), "--demo", PORTAL_SANDBOX_TIME_SCALE="20")
        try:
            assert portal.url
            yield portal
        finally:
            portal.end()


def states(portal: Portal) -> Counter[str]:
    with sqlite3.connect(f"file:{portal.data_dir}/portal.sqlite3?mode=ro", uri=True) as database:
        return Counter(state for (state,) in database.execute("SELECT state FROM jobs_job"))


def kill_worker(portal: Portal) -> None:
    """The worker and its children, as when the machine runs out of memory."""
    for pid, _ in descendants(portal.process.pid):
        if "celery" in command_of(pid) and " worker " in command_of(pid):
            os.kill(pid, signal.SIGKILL)


def test_nothing_is_lost_and_nothing_is_doubled(demo_portal: Portal) -> None:
    for ended in (1, 3):
        wait_for(lambda: states(demo_portal)["succeeded"] >= ended, seconds=90, what=f"{ended} jobs at their end")  # noqa: B023
        kill_worker(demo_portal)
    # Of the seven of the demo one fails with code 15, five fill the slots, and the last one waits for a slot.
    wait_for(lambda: states(demo_portal)["succeeded"] == 5, seconds=90, what="all jobs that have a slot at their end")
    assert states(demo_portal) == {"succeeded": 5, "failed": 1, "queued": 1}
    books = records(demo_portal)
    names = [job["job_name"] for job in books["jobs"]]
    assert len(names) == len(set(names)) == 6
    assert {user["most_running"] for user in books["users"].values()} == {1}
