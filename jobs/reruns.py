"""Running a job again by itself, where its person asked for that: code 1 is an internal error, which may pass."""

from __future__ import annotations

from jobs.models import Job, JobEvent
from jobs.order import position_for
from jobs.states import State
from teams import audit

# So often at most, whatever is asked for: each run is paid.
MOST_RERUNS = 3
INTERNAL_ERROR = "1"
RERUN = "rerun"


def run_again_if_asked(failed: Job, *, was: State) -> Job | None:
    """Queue a job again that has just failed; call it in the transaction of that move, so that it is done once. Never
    after a wish to cancel, and never for one that was lost: nobody knows what became of it meanwhile."""
    failed.refresh_from_db(fields=["cancel_requested_at", "cancel_refusal"])  # a cancel may have come
    wanted_to_end = failed.cancel_requested_at is not None or bool(failed.cancel_refusal)
    if failed.failure_code != INTERNAL_ERROR or failed.reruns_left == 0 or wanted_to_end or was == State.LOST:
        return None
    left = failed.reruns_left - 1
    again = Job.objects.create(
        team=failed.team,
        account=failed.account,
        name=failed.name,
        dataset=failed.dataset,
        validation_dataset=failed.validation_dataset,
        base_model=failed.base_model,
        training_type=failed.training_type,
        hyper_parameters=failed.hyper_parameters,
        created_by=failed.created_by,
        run_of=failed,
        reruns_left=left,
        position=position_for(failed.account_id, failed.created_by_id),
        cursor=failed.cursor,
    )
    JobEvent.objects.create(job=failed, kind=JobEvent.Kind.RUN_AGAIN, detail={"job": again.pk, "left": left})
    JobEvent.objects.create(job=again, kind=JobEvent.Kind.STATE, to_state=State.QUEUED, why=RERUN)
    audit.record(failed.team, None, "job_run_again", failed.name, job=again.pk)
    return again
