"""How a job's state looks: the class that hands on its colours, and its icon. The word always stands beside it."""

from __future__ import annotations

from typing import NamedTuple

from jobs.models import Job
from jobs.states import State


class Look(NamedTuple):
    css: str
    icon: str


LOOKS = {
    State.QUEUED: Look("", "pend"),
    State.SUBMITTING: Look("is-idle", "send"),
    State.PENDING: Look("is-wait", "pend"),
    State.RUNNING: Look("is-run", "run"),
    State.SUCCEEDED: Look("is-good", "ok"),
    State.FAILED: Look("is-bad", "fail"),
    State.CANCELED: Look("is-idle", "stop"),
    State.LOST: Look("is-lost", "lost"),
}
HELD = Look("is-idle", "hold")
CANCELING = Look("is-wait", "stopping")
ELSEWHERE = Look("is-idle", "ext")


def look_of(job: Job) -> Look:
    if job.is_held:
        return HELD
    return CANCELING if job.is_canceling else LOOKS[State(job.state)]
