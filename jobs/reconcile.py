"""Compare the service's list with our jobs and write each difference.

A job of ours is known by its id at the service, or, before that is known, by the token of its create call.
"""

from __future__ import annotations

import logging

from django.utils import timezone

from jobs import adoption
from jobs.dashscope import DashScopeError, FineTune, FineTuneList, NotFound
from jobs.models import Job, JobEvent, ProviderJob, StaleJob
from jobs.observing import observe
from jobs.passes import Pass
from jobs.states import State

log = logging.getLogger(__name__)

# Speech hot words are made through the same calls and stand in the same list; they are not fine-tunes.
OTHER_KINDS = frozenset({"compile_asr_phrase"})

ABSENCES_UNTIL_LOST = 2


def reconcile(run: Pass, listed: FineTuneList) -> None:
    """Take in a whole list. Absence means something only if the list is complete."""
    tunes = {tune.job_id: tune for tune in listed.jobs if tune.training_type not in OTHER_KINDS}
    ours = _ours(run, tunes)
    adoption.adopt(run, [tune for job_id, tune in tunes.items() if job_id not in ours], complete=listed.complete)
    ours = _ours(run, tunes)
    _snapshot(run, tunes, ours, complete=listed.complete)
    for job_id, job in ours.items():
        if job_id in tunes and job.is_final:
            continue
        if job_id in tunes:
            write_observation(run, job, tunes[job_id])
        elif listed.complete:
            _absent(run, job)


def write_observation(run: Pass, job: Job, tune: FineTune) -> None:
    """Write what one answer says of one job, and of its slot, so that a free one is filled in this pass; a job that
    moved under our hands is left to the next look."""
    try:
        with run.lease.writing():
            observe(job, tune)
            run.saw(tune, job)
    except StaleJob:
        log.info("job %s moved while we looked", job.pk)
        run.look_again_in(0)


def _ours(run: Pass, tunes: dict[str, FineTune]) -> dict[str, Job]:
    """Our jobs by their id at the service: those in the list, and those that should be."""
    bound = run.jobs().exclude(provider_job_id="")
    expected = bound.filter(state__in=[State.PENDING, State.RUNNING, State.LOST])
    holding = bound.filter(state=State.SUCCEEDED, freed_at=None)
    found = bound.filter(provider_job_id__in=list(tunes))
    return {job.provider_job_id: job for query in (found, expected, holding) for job in query}


def _snapshot(run: Pass, tunes: dict[str, FineTune], ours: dict[str, Job], *, complete: bool) -> None:
    """Keep the list for the quota and the board; jobs that a complete list no longer shows go."""
    before = {seen.provider_job_id: seen for seen in ProviderJob.objects.filter(account=run.account)}
    with run.lease.writing():
        changed = False
        for job_id, tune in tunes.items():
            job = ours.get(job_id)
            seen = before.get(job_id)
            if seen is None or seen.status != tune.status or seen.job_id != (job.pk if job else None):
                run.saw(tune, job)
                changed = True
        open_still = {job_id for job_id, job in ours.items() if not job.is_final}  # `_absent` looks into these
        gone = [job_id for job_id in before if job_id not in tunes and job_id not in open_still] if complete else []
        if gone:
            ProviderJob.objects.filter(account=run.account, provider_job_id__in=gone).delete()
        if changed or gone:
            # What the service refused for its quota may have room now.
            run.remember(create_after=None, create_refusals=0)
            run.account.team.bump()


def _absent(run: Pass, job: Job) -> None:
    """A job that a complete list does not show: ask for it by name before believing it."""
    if job.state == State.LOST:
        return
    run.lease.renew()
    try:
        tune = run.client.get_fine_tune(job.provider_job_id)
    except NotFound:
        _count_absence(run, job)
    except DashScopeError as error:
        log.info("job %s is not in the list, and asking for it failed: %s", job.pk, error)
        run.look_again_in(5)
    else:
        write_observation(run, job, tune)


def _count_absence(run: Pass, job: Job) -> None:
    absences = job.absences + 1
    since = job.absent_since or timezone.now()
    try:
        with run.lease.writing():
            if absences < ABSENCES_UNTIL_LOST:
                job.change(absences=absences, absent_since=since)
            elif job.state == State.SUCCEEDED:
                job.change(kind=JobEvent.Kind.FREED, freed_at=timezone.now(), detail={"elsewhere": True})
            else:
                job.transition(State.LOST, why="lost", absences=absences, absent_since=since)
                ProviderJob.objects.filter(account=run.account, provider_job_id=job.provider_job_id).delete()
    except StaleJob:
        log.info("job %s moved while we looked", job.pk)
    run.look_again_in(5)
