"""Finding what became of a create call whose answer never came: the service has no idempotency key.

Each create carries a token of ours as `job_name`. Where the service knows no `job_name` (it then shows the job's id
there), a job is recognised by its files, model and hyper-parameters, if it was not in the list before the call, was
made after it, and no other job of ours could claim it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone

from jobs.dashscope import FineTune
from jobs.models import Job, JobEvent, StaleJob
from jobs.observing import observe
from jobs.passes import Pass
from jobs.quotas import ENDED_WITHOUT_SLOT
from jobs.states import FINAL, State

log = logging.getLogger(__name__)

PREFIX = "portal-"
_TOKEN = re.compile(re.escape(PREFIX) + r"(\d{1,18})-[0-9a-z]{1,32}")
# A create that is in no list is believed not made after this many complete lists over this time.
ABSENT_LISTS = 3
ABSENT_FOR = timedelta(minutes=1)
# Clocks differ, and so may the zone of the service's times, which name none. What was there before is known anyway.
CLOCK_SLACK = timedelta(days=1)


def adopt(run: Pass, unbound: Iterable[FineTune], *, complete: bool) -> None:
    """Bind listed jobs to the intents that made them, settle the intents that made none, and mark what is doubled."""
    oldest_first = sorted(unbound, key=lambda tune: (tune.create_time or timezone.now(), tune.job_id))
    left = _by_token(run, oldest_first)
    for job in run.jobs().filter(state=State.SUBMITTING):
        match = next((tune for tune in left if _resembles(tune, job)), None)
        if match is not None:
            left.remove(match)
            _bind(run, job, match)
        elif complete:
            _absent(run, job)


def _by_token(run: Pass, tunes: list[FineTune]) -> list[FineTune]:
    """Bind the jobs that carry a token of ours; the others are returned."""
    pks = [int(found.group(1)) for tune in tunes if (found := _TOKEN.fullmatch(tune.job_name))]
    jobs = {token: job for job in run.jobs().filter(pk__in=pks) for token in job.tokens}
    left = []
    for tune in tunes:
        job = jobs.get(tune.job_name)
        if job is None:
            left.append(tune)
        elif job.provider_job_id or job.is_final:
            _unwanted(run, job, tune)
        else:
            _bind(run, job, tune)
    return left


def _bind(run: Pass, job: Job, tune: FineTune) -> None:
    try:
        with run.lease.writing():
            if job.state == State.QUEUED:  # given up for absent, and now it shows after all
                job.transition(State.SUBMITTING, why="adopted", intent_token=tune.job_name, intent_at=timezone.now())
            observe(job, tune, why="adopted")
            run.saw(tune, job)
    except StaleJob:
        log.info("job %s moved while we looked", job.pk)
        run.look_again_in(0)


def _unwanted(run: Pass, job: Job, tune: FineTune) -> None:
    """A second job of one create, or the job of a create that was canceled meanwhile: cancel it, say so once."""
    known = JobEvent.objects.filter(job=job, kind=JobEvent.Kind.DUPLICATE, detail__other=tune.job_id).exists()
    if not known:
        try:
            with run.lease.writing():
                job.change(kind=JobEvent.Kind.DUPLICATE, detail={"other": tune.job_id})
        except StaleJob:
            run.look_again_in(0)
    if tune.status not in ENDED_WITHOUT_SLOT and tune.status not in ("SUCCEEDED", "CANCELING"):
        run.doubled.append(tune.job_id)


def _resembles(tune: FineTune, job: Job) -> bool:
    """Could this be what the job's create made, by all but its name?"""
    sent: dict[str, Any] = job.intent_sent
    if tune.job_name not in ("", tune.job_id) or tune.job_id in sent.get("known", []):
        return False
    made_before = job.intent_at and tune.create_time and tune.create_time < job.intent_at - CLOCK_SLACK
    return (
        not made_before
        and tune.model in ("", job.base_model)
        and tune.training_file_ids == sent.get("training_file_ids", [])
        and tune.validation_file_ids == sent.get("validation_file_ids", [])
        and same_settings(tune.hyper_parameters, job.hyper_parameters)
    )


def same_settings(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Equal hyper-parameters, compared as numbers: the service may give `2e-5` back as `"2e-05"`."""
    return {key: _number(value) for key, value in one.items()} == {key: _number(value) for key, value in other.items()}


def _number(value: Any) -> Any:
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


def _absent(run: Pass, job: Job) -> None:
    """An intent that a complete list does not show, once more; after enough of them it was not made."""
    now = timezone.now()
    try:
        with run.lease.writing():
            job.refresh_from_db()  # a cancel may have come while the list was read
            absences, since = job.absences + 1, min(job.absent_since or now, now)
            if job.state != State.SUBMITTING:
                return
            if absences >= ABSENT_LISTS and now - since >= ABSENT_FOR:
                back_to_queue(job, why="absent")
            else:
                job.change(absences=absences, absent_since=since)
                run.look_again_in(ABSENT_FOR.total_seconds() / ABSENT_LISTS)
    except StaleJob:
        log.info("job %s moved while we looked", job.pk)


def back_to_queue(job: Job, *, why: str, detail: dict[str, Any] | None = None, **fields: Any) -> None:
    """The create is known not to have made a job: wait for the next try, unless a cancel was asked for meanwhile."""
    target = State.CANCELED if job.cancel_requested_at else State.QUEUED
    if target in FINAL:
        fields |= {"ended_at": timezone.now(), "wait_reason": ""}
    job.transition(
        target,
        why="canceled" if target in FINAL else why,
        actor=job.cancel_requested_by if target in FINAL else None,
        detail=detail,
        intent_token="",
        intent_at=None,
        absences=0,
        absent_since=None,
        **fields,
    )
