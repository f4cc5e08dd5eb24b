"""Following the logs of jobs that run: new lines are kept under their numbers, and progress is read from them.

A log that cannot be had is no trouble of the account: it often lags behind the job.
"""

from __future__ import annotations

import logging

from django.db.models import Q

from jobs.dashscope import DashScopeError, Logs, Refused
from jobs.logs import Progress
from jobs.models import Job, LogLine, StaleJob
from jobs.passes import Pass
from jobs.states import State

log = logging.getLogger(__name__)

PAGE = 1000
PAGES_A_PASS = 5


def follow_logs(run: Pass) -> None:
    """Fetch what is new for each job that runs, and the rest of those that have ended."""
    ended = Q(state__in=[State.SUCCEEDED, State.FAILED, State.CANCELED], log_complete=False, freed_at=None)
    for job in run.jobs().filter(Q(state=State.RUNNING) | ended).exclude(provider_job_id=""):
        try:
            follow(run, job)
        except StaleJob:
            run.look_again_in(0)


def follow(run: Pass, job: Job) -> None:
    """Fetch what is new of one job's log. Raises StaleJob."""
    if job.log_complete:
        return
    for _ in range(PAGES_A_PASS):
        run.lease.renew()
        try:
            page = run.client.logs(job.provider_job_id, offset=job.log_total, line=PAGE)
        except DashScopeError as error:
            log.info("log of job %s: %s", job.pk, error)
            if job.is_final and isinstance(error, Refused):
                _complete(run, job)  # the service keeps no log of it, or no longer
            return
        _keep(run, job, page)
        if job.log_total >= page.total or not page.lines:
            if job.is_final:
                _complete(run, job)
            return


def _keep(run: Pass, job: Job, page: Logs) -> None:
    if not page.lines:
        return
    first = job.log_total + 1
    progress = Progress(job.epoch, job.loss, job.eval_loss)
    progress.read(page.lines)
    with run.lease.writing():
        LogLine.objects.bulk_create(
            [LogLine(job=job, number=first + i, text=text) for i, text in enumerate(page.lines)],
            ignore_conflicts=True,
        )
        job.change(
            log_total=job.log_total + len(page.lines),
            epoch=progress.epoch,
            loss=progress.loss,
            eval_loss=progress.eval_loss,
        )


def _complete(run: Pass, job: Job) -> None:
    with run.lease.writing():
        job.change(log_complete=True)
