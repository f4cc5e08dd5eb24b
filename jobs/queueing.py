"""What people do to the queue: move a job in it.

As in `jobs.wishes`, the bell comes first: it locks the account, and so the order of its queue.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from jobs.bell import ring
from jobs.models import Job, JobEvent
from jobs.order import Where, passed, place_after, position_at, standing_in
from teams import audit
from teams.models import User


@dataclass(frozen=True)
class Moved:
    """A job's places before and after, from 1, and the ids of the jobs that it passed, in their order."""

    was: int
    now: int
    passed: list[int]

    @property
    def went_up(self) -> bool:
        return self.now < self.was


@transaction.atomic
def move(job: Job, actor: User, where: Where) -> Moved | None:
    """Move a job that waits; where it is there already, nothing is changed. None: it waits no longer."""
    ring(job.account)
    standing = standing_in(job.account_id)
    queue = [one.pk for one in standing if one.waits]
    if job.pk not in queue:
        return None
    was = queue.index(job.pk) + 1
    now = place_after(where, was, len(queue))
    if now != was:
        position = position_at(now - 1, [one for one in standing if one.pk != job.pk])
        job.refresh_from_db()
        job.change(kind=JobEvent.Kind.MOVED, actor=actor, detail={"was": was, "now": now}, position=position)
        audit.record(job.team, actor, "job_moved", job.name, job=job.pk, was=was, now=now)
    return Moved(was, now, passed(queue, was, now))
