"""Why each queued job waits: decided here, after a pass has done what it could, and stored; a view never guesses."""

from __future__ import annotations

from typing import Any

from jobs.files import last_error, ready_files
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
    """Store the reason of every queued job of the account; only rows whose reason is another now are written."""
    queued = list(in_order(run.jobs().filter(state=State.QUEUED)))
    reasons = _reasons(run, queued)
    changed = [job for job, reason in zip(queued, reasons, strict=True) if _shown(job) != reason]
    if not changed:
        return
    with run.lease.writing():
        cursor = run.account.team.bump()
        for job, (reason, detail) in zip(queued, reasons, strict=True):
            if _shown(job) != (reason, detail):
                # On the condition that it still waits: a cancel may have come between.
                Job.objects.filter(pk=job.pk, state=State.QUEUED).update(
                    wait_reason=reason, wait_detail=detail, cursor=cursor
                )


def _shown(job: Job) -> tuple[str, dict[str, Any]]:
    return job.wait_reason, job.wait_detail


def _reasons(run: Pass, queued: list[Job]) -> list[Reason]:
    if not queued:
        return []
    whole = _of_account(run)
    if whole is not None:
        return [whole] * len(queued)
    quota, slots = run.quota(), _slots_full(run)
    return [
        slots if place >= quota.free_slots else _of_place(run, queued, place, may_run=quota.may_run)
        for place in range(len(queued))
    ]


def _of_account(run: Pass) -> Reason | None:
    """A reason that holds the whole queue of the account."""
    if not run.account.is_usable:
        return WaitReason.PAUSED, {}
    if run.sync.trouble:
        trouble = AccountSync.Trouble(run.sync.trouble)
        since = run.sync.trouble_since
        return _OF_TROUBLE[trouble], {"since": since.isoformat() if since else "", "text": run.sync.trouble_text}
    return None


def _of_place(run: Pass, queued: list[Job], place: int, *, may_run: bool) -> Reason:
    if place > 0:
        return WaitReason.BEHIND, {"ahead": place, "next": queued[0].pk}
    if not may_run:
        return _running(run)
    if ready_files(run, queued[0]) is None:
        return WaitReason.UPLOADING, {"dataset": str(queued[0].dataset), "text": last_error(run, queued[0])}
    return _refused_lately(run) or (WaitReason.NEW, {})


def _refused_lately(run: Pass) -> Reason | None:
    """The service has refused a create although our count had room: its word counts until the next try."""
    at = run.create_waits_until()
    if at is None:
        return None
    match run.sync.create_wait:
        case WaitReason.RUNNING:
            return _running(run)
        case WaitReason.SLOTS:
            return _slots_full(run)
        case reason:
            return WaitReason(reason), {"retry_at": at.isoformat()}


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
