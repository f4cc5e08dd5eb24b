"""Carrying out what people want ended: cancel a job at the service, delete one to free its slot."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone

from jobs.dashscope import DashScopeError, NotFound, Refused
from jobs.following import follow
from jobs.models import Job, JobEvent, ProviderJob, StaleJob
from jobs.passes import Pass
from jobs.reconcile import write_observation
from jobs.states import FINAL, OF_SERVICE, State
from jobs.submission import words
from jobs.trouble import asked_to_wait

log = logging.getLogger(__name__)

# A cancel that shows no effect is sent again after this long.
SEND_AGAIN_AFTER = timedelta(seconds=60)


def cancel_wanted(run: Pass) -> None:
    """Send the cancels that people asked for, and those of jobs at the service that nobody wants."""
    now = timezone.now()
    not_lately = Q(cancel_sent_at=None) | ~Q(cancel_sent_at__range=(now - SEND_AGAIN_AFTER, now))
    live = run.jobs().filter(not_lately, state__in=[State.PENDING, State.RUNNING], cancel_requested_at__isnull=False)
    for job in live.exclude(provider_status="CANCELING"):
        _cancel(run, job)
    for job_id in run.doubled:
        run.lease.renew()
        try:
            run.client.cancel_fine_tune(job_id)
        except DashScopeError as error:
            log.warning("cancel of the doubled %s: %s", job_id, error)
        run.look_again_in(5)


def _cancel(run: Pass, job: Job) -> None:
    run.lease.renew()
    try:
        run.client.cancel_fine_tune(job.provider_job_id)
    except Refused as error:
        _cancel_refused(run, job, error)
    except DashScopeError as error:  # sent or not, sending it again does no harm
        log.info("cancel of job %s: %s", job.pk, error)
        run.look_again_in(max(10, asked_to_wait(error)))
    else:
        _write(run, job, kind=JobEvent.Kind.CANCEL_SENT, cancel_sent_at=timezone.now())
        run.look_again_in(2)


def _cancel_refused(run: Pass, job: Job, error: Refused) -> None:
    """Mostly it has finished meanwhile: show what it really became. If it has not, the wish has failed: say so."""
    try:
        tune = run.client.get_fine_tune(job.provider_job_id)
    except DashScopeError as unanswered:
        log.info("look at job %s after its cancel was refused: %s", job.pk, unanswered)
        return
    if OF_SERVICE.get(tune.status) in FINAL or tune.status == "CANCELING":
        write_observation(run, job, tune)
    elif not isinstance(error, NotFound):
        _write(
            run,
            job,
            kind=JobEvent.Kind.CANCEL_REFUSED,
            detail=words(error),
            cancel_requested_at=None,
            cancel_refusal=error.message,
        )


def free_wanted(run: Pass) -> None:
    """Delete at the service the succeeded jobs whose slots people want; our record stays."""
    for job in run.jobs().filter(state=State.SUCCEEDED, free_requested_at__isnull=False, freed_at=None):
        follow(run, job)  # what is not read now is gone with the job
        run.lease.renew()
        try:
            run.client.delete_fine_tune(job.provider_job_id)
        except NotFound:
            _freed(run, job)
        except Refused as error:
            _write(
                run,
                job,
                kind=JobEvent.Kind.FREE_REFUSED,
                detail=words(error),
                free_requested_at=None,
                free_refusal=error.message,
            )
        except DashScopeError as error:  # the next list shows whether it was done
            log.info("delete of job %s: %s", job.pk, error)
            run.look_again_in(5)
        else:
            _freed(run, job)


def _freed(run: Pass, job: Job) -> None:
    with run.lease.writing():
        job.change(kind=JobEvent.Kind.FREED, actor=job.free_requested_by, freed_at=timezone.now())
        ProviderJob.objects.filter(account=run.account, provider_job_id=job.provider_job_id).delete()


def _write(run: Pass, job: Job, **change: object) -> None:
    try:
        with run.lease.writing():
            job.change(**change)  # type: ignore[arg-type]
    except StaleJob:
        run.look_again_in(0)
