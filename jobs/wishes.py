"""What people want of jobs: queue, cancel, free a slot, run again.

Each verb only writes the wish into the database and rings the account's bell; `jobs.sync` carries it out. The bell
comes first: everyone locks an account's sync row, then the team, then the job, so no two can wait for one another.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from datasets.models import Dataset
from jobs.bell import ring
from jobs.models import Job, JobEvent, StaleJob
from jobs.order import position_for
from jobs.states import State
from teams import audit
from teams.models import ProviderAccount, Team, User


def queue_job(
    *,
    team: Team,
    account: ProviderAccount,
    name: str,
    dataset: Dataset,
    base_model: str,
    hyper_parameters: dict[str, Any],
    created_by: User,
    validation_dataset: Dataset | None = None,
    training_type: str = "",
    run_of: Job | None = None,
    reruns_left: int = 0,
) -> Job:
    """Put a job into the account's queue, where its person's next turn is. The form has judged the values; the
    database guards the rest."""
    with transaction.atomic():
        ring(account)
        job = Job.objects.create(
            team=team,
            account=account,
            name=name,
            dataset=dataset,
            validation_dataset=validation_dataset,
            base_model=base_model,
            training_type=training_type,
            hyper_parameters=hyper_parameters,
            created_by=created_by,
            run_of=run_of,
            reruns_left=reruns_left,
            position=position_for(account.pk, created_by.pk),
            cursor=team.bump(),
        )
        JobEvent.objects.create(job=job, actor=created_by, kind=JobEvent.Kind.STATE, to_state=State.QUEUED)
        audit.record(team, created_by, "job_queued", job.name, job=job.pk)
    return job


def request_cancel(job: Job, actor: User) -> bool:
    """Cancel a queued job at once; ask the service to cancel one that it may know. False: it had ended already, or
    is being canceled (nothing is changed).

    Where the job moves at the same moment the wish is tried again on what it has become.
    """
    while not job.is_final and job.cancel_requested_at is None:
        try:
            with transaction.atomic():
                ring(job.account)
                _cancel_as_read(job, actor)
                audit.record(job.team, actor, "job_canceled", job.name, job=job.pk, state=job.state)
        except StaleJob:
            job.refresh_from_db()
        else:
            return True
    return False


def _cancel_as_read(job: Job, actor: User) -> None:
    wish: dict[str, Any] = {"cancel_requested_at": timezone.now(), "cancel_requested_by": actor, "cancel_refusal": ""}
    if job.state == State.QUEUED:
        job.transition(State.CANCELED, actor=actor, why="canceled", ended_at=timezone.now(), wait_reason="", **wish)
    else:
        job.change(kind=JobEvent.Kind.CANCEL_REQUESTED, actor=actor, **wish)


def request_free(job: Job, actor: User) -> bool:
    """Ask for the slot of a succeeded job: it is deleted at the service, our record stays. False: it holds none."""
    if not job.holds_slot:
        return False
    with transaction.atomic():
        ring(job.account)
        job.change(
            kind=JobEvent.Kind.FREE_REQUESTED,
            actor=actor,
            free_requested_at=timezone.now(),
            free_requested_by=actor,
            free_refusal="",
        )
        audit.record(job.team, actor, "slot_freed", job.name, job=job.pk)
    return True


def run_again(job: Job, actor: User, *, with_defaults: bool = False) -> Job:
    """Queue a new job with the settings of this one, or with none (the service's defaults)."""
    return queue_job(
        team=job.team,
        account=job.account,
        name=job.name,
        dataset=job.dataset,
        validation_dataset=job.validation_dataset,
        base_model=job.base_model,
        training_type=job.training_type,
        hyper_parameters={} if with_defaults else job.hyper_parameters,
        created_by=actor,
        run_of=job,
    )
