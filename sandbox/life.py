"""A job's states over time, worked out from what is stored and the clock: a restart goes on where the clock is.

PENDING → RUNNING → SUCCEEDED or FAILED; QUEUING before, while another job runs; CANCELING → CANCELED after a cancel.
"""

import math

from sandbox.jobs import Job

FINAL = ("SUCCEEDED", "FAILED", "CANCELED")
PENDING_SECONDS = 10.0
LONGEST_SECONDS = 1800.0


def durations(lines: int, epochs: float) -> tuple[float, float, float]:
    """Seconds of life of pending, training and delivering: a minute for 300 lines; the last third delivers."""
    total = min(50 + lines * max(epochs, 1) / 30, LONGEST_SECONDS)
    delivering = total / 3
    return PENDING_SECONDS, total - PENDING_SECONDS - delivering, delivering


def moments(job: Job) -> list[tuple[str, float]]:
    """Each state that the job enters with its time, in order; those to come included, if nothing intervenes."""
    states = [] if job.starts == job.created else [(job.waits_as, job.created)]
    if job.starts is not None:
        runs = job.starts + job.pending
        states += [("PENDING", job.starts), ("RUNNING", runs)]
        if job.fails_after is not None:
            states.append(("FAILED", max(job.starts + job.fails_after, runs)))
        else:
            states.append(("SUCCEEDED", runs + job.training + job.delivering))
    if job.silent is not None:
        states = [(state, at) for state, at in states if state not in FINAL or at < job.silent]
    if job.canceled is not None:
        states = [(state, at) for state, at in states if at < job.canceled or at == job.created]
        if job.canceling:
            states.append(("CANCELING", job.canceled))
        states.append(("CANCELED", job.canceled + job.canceling))
    return states


def status(job: Job, now: float) -> str:
    """The true state now."""
    reached = [state for state, at in moments(job) if at <= now]
    return reached[-1] if reached else moments(job)[0][0]


def ended(job: Job) -> float:
    """When it is final; infinity if nothing says that it ever will be."""
    state, at = moments(job)[-1]
    return at if state in FINAL else math.inf


def is_final(job: Job, now: float) -> bool:
    return ended(job) <= now


def is_waiting(job: Job, now: float) -> bool:
    """Whether it still waits for another job to make room."""
    return job.starts is None and not is_final(job, now)


def is_running(job: Job, now: float) -> bool:
    """Whether it counts as running: it has its place and is not final."""
    return job.starts is not None and not is_final(job, now)


def holds_slot(job: Job, now: float) -> bool:
    """Whether it exists for the quota: SUCCEEDED does, FAILED and CANCELED do not."""
    return status(job, now) not in ("FAILED", "CANCELED")


def admit(jobs: list[Job], now: float, max_running: int) -> list[Job]:
    """Give a user's waiting jobs their places, oldest first, as of when they came free; the jobs that got one."""
    started = [job for job in jobs if job.starts is not None]
    admitted = []
    for job in sorted((job for job in jobs if is_waiting(job, now)), key=lambda job: job.created):
        times = sorted({job.created, *(ended(other) for other in started)})
        free = [at for at in times if job.created <= at <= now and _busy(started, at) < max_running]
        if not free:
            break
        job.starts = free[0]
        started.append(job)
        admitted.append(job)
    return admitted


def _busy(started: list[Job], at: float) -> int:
    return sum(1 for job in started if job.starts is not None and job.starts <= at < ended(job))


def usage(job: Job, now: float) -> int:
    """Tokens that it has consumed: all of them once trained, a share if it was canceled before."""
    if job.starts is None:
        return 0
    trained = (min(now, ended(job)) - job.starts - job.pending) / max(job.training, 1e-9)
    return round(job.tokens * min(max(trained, 0.0), 1.0))
