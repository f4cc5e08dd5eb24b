from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from jobs.models import Job, JobEvent, StaleJob
from jobs.states import FINAL, NEXT, State
from teams.models import User
from tests.jobs.conftest import MakeJob

pytestmark = pytest.mark.django_db

EVERY_MOVE = [(one, other) for one in State for other in State]


def test_final_states_have_no_way_out() -> None:
    assert {state for state in State if not NEXT[state]} == FINAL


@pytest.mark.parametrize(("start", "target"), EVERY_MOVE)
def test_a_job_moves_along_the_table_only(make_job: MakeJob, start: State, target: State) -> None:
    job = make_job(state=start, intent_token="t")
    if target in NEXT[start]:
        job.transition(target)
        assert Job.objects.get().state == target
    else:
        with pytest.raises(ValueError, match="no way"):
            job.transition(target)
        assert Job.objects.get().state == start


def test_a_move_is_recorded_with_who_and_why(make_job: MakeJob, member: User) -> None:
    job = make_job()
    job.transition(State.CANCELED, why="canceled", actor=member, detail={"text": "no"})
    event = JobEvent.objects.get()
    assert (event.from_state, event.to_state, event.why, event.actor) == ("queued", "canceled", "canceled", member)


def test_a_late_move_changes_nothing(make_job: MakeJob) -> None:
    job = make_job(state=State.RUNNING)
    late = Job.objects.get()
    job.transition(State.SUCCEEDED)
    with pytest.raises(StaleJob):
        late.transition(State.FAILED)
    assert Job.objects.get().state == State.SUCCEEDED
    assert JobEvent.objects.count() == 1


def test_each_change_takes_the_next_cursor_of_the_team(make_job: MakeJob) -> None:
    job = make_job()
    job.change(loss=1.5)
    job.transition(State.CANCELED)
    assert Job.objects.get().cursor == job.team.cursor == 2


def test_a_stale_change_does_not_move_the_cursor(make_job: MakeJob) -> None:
    job = make_job()
    Job.objects.update(state=State.CANCELED)
    with pytest.raises(StaleJob):
        job.change(loss=1.0)
    job.team.refresh_from_db()
    assert job.team.cursor == 0


def test_the_database_knows_the_states(make_job: MakeJob) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(state="dreaming")


def test_the_database_wants_an_intent_of_a_submitting_job(make_job: MakeJob) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(state=State.SUBMITTING)


def test_the_database_binds_a_job_at_the_service_once(make_job: MakeJob) -> None:
    make_job(provider_job_id="ft-1")
    with pytest.raises(IntegrityError), transaction.atomic():
        make_job(provider_job_id="ft-1")
