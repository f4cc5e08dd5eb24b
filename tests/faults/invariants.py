"""What must hold after every step, whatever happened in it."""

from __future__ import annotations

from collections import Counter

from jobs.models import Job, JobEvent
from jobs.states import FINAL, NEXT, State
from tests.faults.world import World, token_of

# A state's words at the service.
ENDS = {State.SUCCEEDED: "SUCCEEDED", State.FAILED: "FAILED", State.CANCELED: "CANCELED"}


def always(world: World) -> None:
    assert world.overruns == []
    jobs = list(Job.objects.all())
    _one_each(world, jobs)
    _along_the_table(jobs)


def at_the_end(world: World) -> None:
    """Nothing is lost, nothing is doubled, and our books say what the service's say."""
    for job in Job.objects.all():
        assert job.is_final, f"{job.pk} is {job.state} {job.wait_reason} for ever"
        wanted = [tune for tune in world.made_for(job) if world.status(tune) != "CANCELED"]
        assert len(wanted) <= 1, f"{job.pk} was made {len(wanted)} times"
        assert not any(world.is_live(tune) for tune in wanted), f"{job.pk} ended here and lives there"
        if job.provider_job_id:
            assert ENDS[State(job.state)] == world.status(world.service.jobs[job.provider_job_id])
        elif job.state == State.CANCELED:
            assert wanted == []


def _one_each(world: World, jobs: list[Job]) -> None:
    live = Counter(token_of(tune).rpartition("-")[0] for tune in world.service.jobs.values() if world.is_live(tune))
    assert all(number == 1 for token, number in live.items() if token.startswith("portal-")), live
    ids = [(job.account_id, job.provider_job_id) for job in jobs if job.provider_job_id]
    assert len(ids) == len(set(ids))


def _along_the_table(jobs: list[Job]) -> None:
    reached = {job.pk: "" for job in jobs}
    for event in JobEvent.objects.filter(kind=JobEvent.Kind.STATE).order_by("pk"):
        assert event.from_state == reached[event.job_id]
        assert not event.from_state or State(event.to_state) in NEXT[State(event.from_state)]
        assert event.from_state not in FINAL
        reached[event.job_id] = event.to_state
    assert reached == {job.pk: job.state for job in jobs}
