"""Submitting queued jobs: an intent is committed before the create call, so that no outcome of it can make two.

| what the create call met | the job |
|---|---|
| an answer with a job | as it says |
| surely not made: no route, 429, money, key | QUEUED again; the account waits or has a trouble |
| refused for good | FAILED, in the service's words |
| unknown | stays SUBMITTING; `jobs.adoption` settles it from the lists to come |
"""

from __future__ import annotations

import logging
import secrets
from datetime import timedelta
from typing import Any

from django.utils import timezone

from jobs import trouble
from jobs.adoption import PREFIX, back_to_queue
from jobs.dashscope import (
    AccountTrouble,
    DashScopeError,
    FineTune,
    NotFound,
    NotNow,
    QuotaFull,
    Refused,
    Unreachable,
)
from jobs.files import a_file_waits, files_are_there, ready_files, request_uploads
from jobs.models import Job, JobEvent, ProviderFile, ProviderJob, StaleJob
from jobs.observing import observe
from jobs.order import in_order
from jobs.passes import Pass
from jobs.states import State, WaitReason

log = logging.getLogger(__name__)

# Seconds that creates wait at first, growing: after a 429 that our own count did not foresee (someone else uses the key
# too), and after the others.
AFTER_QUOTA = 15.0
AFTER_OTHERS = 8.0
# Files are brought to the service ahead of the turn of this many jobs, so that a free slot does not wait for an upload.
UPLOAD_AHEAD = 3


def submit_queued(run: Pass) -> None:
    """Bring the files of the next jobs on their way, and submit what the quota has room for, in the queue's order."""
    queued = in_order(run.jobs().filter(state=State.QUEUED, held_at=None))
    for job in queued.exclude(files_are_there(run)).exclude(a_file_waits(run))[:UPLOAD_AHEAD]:
        request_uploads(run, job)
    while _may_create(run):
        # A job whose file is still on its way is passed over: the slot does not stay empty for it.
        ready = queued.filter(files_are_there(run)).first()
        if ready is None or not _submit(run, ready):
            return


def _may_create(run: Pass) -> bool:
    return run.create_waits_until() is None and not run.sync.needs_admin and run.quota().has_room


def _submit(run: Pass, job: Job) -> bool:
    """Make one create call for `job`; False if the pass should make no more."""
    files = ready_files(run, job)
    assert files is not None
    token = f"{PREFIX}{job.pk}-{secrets.token_hex(4)}"
    sent = {
        "training_file_ids": [files[0]],
        "validation_file_ids": files[1:],
        "known": list(ProviderJob.objects.filter(account=run.account).values_list("provider_job_id", flat=True)),
    }
    try:
        with run.lease.writing():
            job.transition(
                State.SUBMITTING,
                why="submitted",
                intent_token=token,
                intent_at=timezone.now(),
                intent_sent=sent,
                tokens=[*job.tokens, token],
            )
    except StaleJob:  # canceled in this moment
        return True
    run.lease.renew()
    try:
        tune = run.client.create_fine_tune(
            model=job.base_model,
            training_file_ids=sent["training_file_ids"],
            validation_file_ids=sent["validation_file_ids"] or None,
            hyper_parameters=job.hyper_parameters,
            job_name=token,
            training_type=job.training_type,
        )
    except DashScopeError as error:
        return _settle(run, job, error)
    _made(run, job, tune)
    return True


def _made(run: Pass, job: Job, tune: FineTune) -> None:
    """Only this pass may move a SUBMITTING job, so the write cannot be stale; a wish to cancel may have come."""
    with run.lease.writing():
        job.refresh_from_db()
        observe(job, tune, why="made")
        run.saw(tune, job)
        run.remember(create_refusals=0)
    run.look_again_in(2)


def _settle(run: Pass, job: Job, error: DashScopeError) -> bool:
    """Write what a failed create means for the job and the account; False if no more creates make sense now."""
    log.info("create of job %s: %s", job.pk, error)
    with run.lease.writing():
        job.refresh_from_db()  # a cancel may have come while the call was under way
        match error:
            case _ if error.outcome == "unknown":
                job.change(kind=JobEvent.Kind.OUTCOME_UNKNOWN, detail=words(error))
                run.look_again_in(2)
            case NotNow() | AccountTrouble() | Unreachable():
                _not_yet(run, job, error)
            case NotFound() if not _file_was_forgotten_before(job):
                _forget_files(run, job, error)
                return True
            case Refused():
                _refused(job, error)
                return True
            case _:
                raise error
    return False


def _not_yet(run: Pass, job: Job, error: DashScopeError) -> None:
    """The service made nothing: "not yet" for the job, a pause for the account."""
    tokens = [token for token in job.tokens if token != job.intent_token]  # nothing at the service carries it
    back_to_queue(job, why="not_made", detail={"reason": type(error).__name__, **words(error)}, tokens=tokens)
    if isinstance(error, AccountTrouble):
        trouble.note(run, error, needs_admin=True)
        return
    if isinstance(error, Unreachable):
        trouble.note(run, error)
    refusals = run.sync.create_refusals + 1
    first = AFTER_QUOTA if isinstance(error, QuotaFull) else AFTER_OTHERS
    seconds = max(trouble.pause(refusals, first), trouble.asked_to_wait(error))
    run.remember(
        create_after=timezone.now() + timedelta(seconds=seconds), create_wait=_wait(error), create_refusals=refusals
    )
    run.look_again_in(seconds)


def _wait(error: DashScopeError) -> WaitReason:
    match error:
        case QuotaFull(kind="existing"):
            return WaitReason.SLOTS
        case QuotaFull():
            return WaitReason.RUNNING
        case Unreachable():
            return WaitReason.UNREACHABLE
        case _:
            return WaitReason.TOO_FAST


def _refused(job: Job, error: DashScopeError) -> None:
    job.transition(
        State.FAILED,
        why="refused",
        detail=words(error),
        ended_at=timezone.now(),
        intent_token="",
        intent_at=None,
        failure_code=error.code[:64],
        failure_message=error.message,
        request_id=error.request_id[:128],
    )


def _file_was_forgotten_before(job: Job) -> bool:
    return JobEvent.objects.filter(job=job, why="file_forgotten").exists()


def _forget_files(run: Pass, job: Job, error: DashScopeError) -> None:
    """The service no longer has a file of ours: upload it again, once."""
    sent: dict[str, list[str]] = job.intent_sent
    file_ids = sent["training_file_ids"] + sent["validation_file_ids"]
    ProviderFile.objects.filter(account=run.account, file_id__in=file_ids).update(file_id="", uploaded_at=None)
    back_to_queue(job, why="file_forgotten", detail=words(error))


def words(error: DashScopeError) -> dict[str, Any]:
    """The service's own words, for the timeline."""
    return {"text": error.message, "code": error.code, "status": error.status, "request_id": error.request_id}
