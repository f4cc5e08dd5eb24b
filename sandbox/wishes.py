"""What an admin call can do to a job."""

from typing import Any

from sandbox import life
from sandbox.errors import ServiceError
from sandbox.jobs import Job
from sandbox.service import Service


def check(wishes: dict[str, Any]) -> None:
    """Refuse a wish that nobody knows."""
    if unknown := wishes.keys() - {"fail_code", "silent", "nan", "forget", "finish", "status"}:
        raise ServiceError("InvalidParameter", f"unknown wish: {', '.join(sorted(unknown))}")


def wish(service: Service, job: Job, wishes: dict[str, Any]) -> None:
    """Do to a job what an admin call asks: fail_code, silent, nan, forget, finish, status."""
    now = service.now()
    check(wishes)
    if "fail_code" in wishes and not life.is_final(job, now):
        _fail(job, str(wishes["fail_code"]), now, service.seconds(2))
    if "silent" in wishes:
        job.silent = _midway(job, now) if wishes["silent"] else None
    if "nan" in wishes:
        job.nan = _midway(job, now) if wishes["nan"] else None
    if "forget" in wishes:
        job.forget = {True: "all", False: ""}.get(wishes["forget"], "list")
    if "status" in wishes:
        job.shown_status = str(wishes["status"] or "")
    if wishes.get("finish") and not life.is_final(job, now):
        job.starts = job.starts if job.starts is not None else now
        job.pending = min(job.pending, now - job.starts)
        job.training = min(job.training, now - job.starts - job.pending)
        job.delivering = now - job.starts - job.pending - job.training
        job.silent = job.fails_after = None


def _midway(job: Job, now: float) -> float:
    """Now, or the middle of the training of a job that has not begun to train."""
    runs = (now if job.starts is None else job.starts) + job.pending
    return now if now >= runs else runs + job.training / 2


def _fail(job: Job, code: str, now: float, soon: float) -> None:
    """A data code strikes at the start of training, another in its middle, either at once if that is over."""
    job.fail_code = code
    after = job.pending + (soon if code in ("13", "14", "15") else job.training / 2)
    job.fails_after = after if job.starts is None else max(after, now - job.starts)
