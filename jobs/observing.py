"""One job as the service shows it, written into ours: the only place where the service's words become states.

Call it in `Lease.writing()`: what a move brings with it is done in the same transaction."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from jobs.dashscope import FineTune
from jobs.models import Job
from jobs.reruns import run_again_if_asked
from jobs.states import OF_SERVICE, State


def observe(job: Job, tune: FineTune, *, why: str = "seen") -> None:
    """Move `job` to where `tune` is. A late answer never moves a finished job, and an unknown word moves nothing.

    Raises StaleJob if someone else moved it meanwhile: the next pass looks again.
    """
    if job.is_final:
        return
    target = OF_SERVICE.get(tune.status)
    if target is None and job.state == State.SUBMITTING:
        target = State.PENDING  # it was made, whatever the service calls the state that it is in
    fields = _changed(job, _echo(job, tune, target))
    if target is not None and target != job.state:
        was = State(job.state)
        job.transition(target, why=why, detail={"word": tune.status, "request_id": tune.request_id}, **fields)
        if target == State.FAILED:
            run_again_if_asked(job, was=was)
    elif fields:
        job.change(**fields)


def _echo(job: Job, tune: FineTune, target: State | None) -> dict[str, Any]:
    """What the service says of the job, as fields of ours."""
    fields: dict[str, Any] = {
        "provider_job_id": tune.job_id,
        "provider_status": tune.status[:64],
        "absences": 0,
        "absent_since": None,
        "wait_reason": "",
        "wait_detail": {},
        "intent_token": "",
        "intent_at": None,
    }
    if tune.hyper_parameters or tune.training_type:
        fields["provider_settings"] = {"hyper_parameters": tune.hyper_parameters, "training_type": tune.training_type}
    if target == State.RUNNING and job.started_at is None:
        fields["started_at"] = timezone.now()
    if tune.status == "CANCELING" and job.cancel_requested_at is None:
        fields["cancel_requested_at"] = timezone.now()
    if target in (State.SUCCEEDED, State.FAILED, State.CANCELED):
        fields |= _ending(tune, target)
    return fields


def _ending(tune: FineTune, target: State) -> dict[str, Any]:
    fields: dict[str, Any] = {"ended_at": tune.end_time or timezone.now(), "usage": tune.usage}
    if target == State.SUCCEEDED:
        fields["finetuned_output"] = tune.finetuned_output[:255]
    if target == State.FAILED:  # a canceled job can carry a code too
        fields |= {
            "failure_code": tune.code[:64],
            "failure_message": tune.message,
            "request_id": tune.request_id[:128],
        }
    return fields


def _changed(job: Job, fields: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if getattr(job, name) != value}
