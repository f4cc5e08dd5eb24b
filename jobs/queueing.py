"""What people do to the queue: move a job in it, hold it, release it, put a canceled one back.

As in `jobs.wishes`, the bell comes first: it locks the account, and so the order of its queue.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from jobs.bell import ring
from jobs.models import Job, JobEvent
from jobs.order import PLACE_KEPT, Where, passed, place_after, position_at, standing_in
from jobs.states import State, WaitReason
from teams import audit
from teams.models import User

NOTE_LENGTH = 200
PUT_BACK = "put_back"
# What a job that is put back has of the canceled one.
KEPT = (
    "team",
    "account",
    "name",
    "dataset",
    "validation_dataset",
    "base_model",
    "training_type",
    "hyper_parameters",
    "created_by",
    "reruns_left",
    "position",
    "held_at",
    "held_by",
    "hold_note",
)


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


@transaction.atomic
def hold(job: Job, actor: User, note: str = "") -> bool:
    """Keep a job that waits from being submitted; it keeps its place. False: it waits no longer, or is held already."""
    ring(job.account)
    job.refresh_from_db()
    if job.state != State.QUEUED or job.is_held:
        return False
    detail = {"note": note} if note else {}
    job.change(
        kind=JobEvent.Kind.HELD,
        actor=actor,
        detail=detail,
        held_at=timezone.now(),
        held_by=actor,
        hold_note=note[:NOTE_LENGTH],
        wait_reason=WaitReason.HELD,
        wait_detail={},
    )
    audit.record(job.team, actor, "job_held_because" if note else "job_held", job.name, job=job.pk, **detail)
    return True


@transaction.atomic
def release(job: Job, actor: User) -> bool:
    """Let a job that is held go its way again. False: it is not held."""
    ring(job.account)
    job.refresh_from_db()
    if not job.is_held:
        return False
    job.change(
        kind=JobEvent.Kind.RELEASED,
        actor=actor,
        held_at=None,
        held_by=None,
        hold_note="",
        wait_reason=WaitReason.NEW,
        wait_detail={},
    )
    audit.record(job.team, actor, "job_released", job.name, job=job.pk)
    return True


@transaction.atomic
def put_back(job: Job, actor: User) -> Job | None:
    """Queue a job again that was canceled a moment ago while it waited: a new one with its settings, in its place. A
    second click finds the first one's. None: it is too late for that."""
    ring(job.account)
    job.refresh_from_db()
    again = Job.objects.filter(run_of=job, events__why=PUT_BACK).first()
    if again is not None or not can_be_put_back(job):
        return again
    again = Job.objects.create(**{name: getattr(job, name) for name in KEPT}, run_of=job, cursor=job.team.bump())
    detail = {"job": job.pk}
    JobEvent.objects.create(
        job=again, actor=actor, kind=JobEvent.Kind.STATE, to_state=State.QUEUED, why=PUT_BACK, detail=detail
    )
    audit.record(job.team, actor, "job_put_back", job.name, job=again.pk)
    return again


def can_be_put_back(job: Job) -> bool:
    """Was it canceled just now, before anything was sent?"""
    is_recent = job.ended_at is not None and timezone.now() - job.ended_at <= PLACE_KEPT
    return job.state == State.CANCELED and not job.provider_job_id and is_recent
