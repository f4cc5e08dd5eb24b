"""Why each queued job waits: decided here, after a pass has done what it could, and stored; a view never guesses."""

from __future__ import annotations

import json
from typing import Any

from jobs.files import ready_files, upload_trouble
from jobs.models import AccountSync, Job, ProviderJob
from jobs.order import in_order
from jobs.passes import Pass
from jobs.quotas import IN_RUNNING_SLOT
from jobs.states import State, WaitReason

Reason = tuple[WaitReason, dict[str, Any]]

_OF_TROUBLE = {
    AccountSync.Trouble.KEY_REFUSED: WaitReason.KEY_REFUSED,
    AccountSync.Trouble.MONEY: WaitReason.MONEY,
    AccountSync.Trouble.UNREACHABLE: WaitReason.UNREACHABLE,
    AccountSync.Trouble.SERVICE_DOWN: WaitReason.UNREACHABLE,
    AccountSync.Trouble.TOO_FAST: WaitReason.TOO_FAST,
}


def explain(run: Pass) -> None:
    """Store the reason of every queued job of the account; only rows whose reason is another now are written, those
    with the same new reason at once."""
    queued = list(in_order(run.jobs().filter(state=State.QUEUED)))
    changed: dict[str, tuple[Reason, list[int]]] = {}
    for job, reason in zip(queued, _reasons(run, queued), strict=True):
        if (job.wait_reason, job.wait_detail) != reason:
            changed.setdefault(json.dumps(reason), (reason, []))[1].append(job.pk)
    if not changed:
        return
    with run.lease.writing():
        cursor = run.account.team.bump()
        for (why, detail), pks in changed.values():
            # On the condition that they still wait: a cancel or a hold may have come between.
            waiting = Job.objects.filter(pk__in=pks, state=State.QUEUED, held_at__isnull=why != WaitReason.HELD)
            waiting.update(wait_reason=why, wait_detail=detail, cursor=cursor)


def _reasons(run: Pass, queued: list[Job]) -> list[Reason]:
    """Jobs that are held are passed over: none waits behind them, and they take no slot."""
    going = [job for job in queued if not job.is_held]
    reasons = dict(zip((job.pk for job in going), _of_going(run, going), strict=True))
    return [reasons.get(job.pk, (WaitReason.HELD, {})) for job in queued]


def _of_going(run: Pass, going: list[Job]) -> list[Reason]:
    if not going:
        return []
    whole = _of_account(run)
    if whole is not None:
        return [whole] * len(going)
    quota, slots = run.quota(), _slots_full(run)
    behind = WaitReason.BEHIND, {"next": going[0].pk}
    first = slots if quota.free_slots == 0 else _of_first(run, going[0], may_run=quota.may_run)
    return [first, *(slots if place >= quota.free_slots else behind for place in range(1, len(going)))]


def _of_account(run: Pass) -> Reason | None:
    """A reason that holds the whole queue of the account."""
    if not run.account.is_usable:
        return WaitReason.PAUSED, {}
    if run.sync.trouble:
        trouble = AccountSync.Trouble(run.sync.trouble)
        since = run.sync.trouble_since
        return _OF_TROUBLE[trouble], {"since": since.isoformat() if since else "", "text": run.sync.trouble_text}
    return None


def _of_first(run: Pass, job: Job, *, may_run: bool) -> Reason:
    """The reason of the job whose turn is next, while a slot is left for it."""
    if not may_run:
        return _running(run)
    if ready_files(run, job) is None:
        return WaitReason.UPLOADING, {"dataset": str(job.dataset), **upload_trouble(run, job)}
    return _refused_lately(run) or (WaitReason.NEW, {})


def _refused_lately(run: Pass) -> Reason | None:
    """The service has refused a create although our count had room: its word counts until the next try."""
    at = run.create_waits_until()
    if at is None:
        return None
    again = {"retry_at": at.isoformat()}
    match run.sync.create_wait:
        case WaitReason.RUNNING:
            reason, detail = _running(run)
            return (reason, {**detail, **again}) if detail["name"] else (WaitReason.RETRY_AT, again)
        case WaitReason.SLOTS:
            reason, detail = _slots_full(run)
            return reason, {**detail, **again}
        case other:
            return WaitReason(other), again


def _running(run: Pass) -> Reason:
    """Names what is in the running slot: a job of ours, or one made elsewhere (`job` is then null)."""
    ours = run.jobs().filter(state__in=[State.SUBMITTING, State.PENDING, State.RUNNING]).first()
    if ours is not None:
        return WaitReason.RUNNING, {"job": ours.pk, "name": ours.name}
    seen = ProviderJob.objects.filter(account=run.account, status__in=IN_RUNNING_SLOT).first()
    return WaitReason.RUNNING, {"job": None, "name": seen.provider_job_id if seen else ""}


def _slots_full(run: Pass) -> Reason:
    holding = run.jobs().filter(state=State.SUCCEEDED, freed_at=None).order_by("ended_at")
    return WaitReason.SLOTS, {"jobs": list(holding.values_list("pk", flat=True))}
