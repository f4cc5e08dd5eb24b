"""The quota of a provider account, counted from what the service's list shows and our own open intents.

FAILED and CANCELED jobs do not count. SUCCEEDED ones hold a slot until they are deleted at the service; so does a job
in a state that we do not know.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ENDED_WITHOUT_SLOT = frozenset({"FAILED", "CANCELED"})
IN_RUNNING_SLOT = frozenset({"PENDING", "QUEUING", "RUNNING", "CANCELING"})


@dataclass(frozen=True)
class Quota:
    """Numbers of jobs: those that run, those that exist, and the account's limits of both."""

    running: int
    existing: int
    max_running: int
    max_existing: int

    @property
    def may_run(self) -> bool:
        return self.running < self.max_running

    @property
    def free_slots(self) -> int:
        return max(0, self.max_existing - self.existing)

    @property
    def has_room(self) -> bool:
        return self.may_run and self.free_slots > 0


def count(statuses: Iterable[str], *, intents: int, max_running: int, max_existing: int) -> Quota:
    """Count the service's own words `statuses`; an intent whose outcome is unknown counts as a running job."""
    words = list(statuses)
    return Quota(
        running=sum(word in IN_RUNNING_SLOT for word in words) + intents,
        existing=sum(word not in ENDED_WITHOUT_SLOT for word in words) + intents,
        max_running=max_running,
        max_existing=max_existing,
    )
