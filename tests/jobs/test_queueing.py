"""What people do to the queue: the verbs."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from jobs import order, queueing, wishes
from jobs.models import AccountSync, Job, JobEvent
from jobs.order import GAP, PLACE_KEPT, Where, passed, place_after
from jobs.states import State, WaitReason
from teams.models import AuditEntry, ProviderAccount, User
from tests.jobs.conftest import MakeJob

pytestmark = pytest.mark.django_db


@pytest.fixture
def queue(make_job: MakeJob) -> dict[str, Job]:
    """Five that wait, one behind the other, without any gap between their positions."""
    return {name: make_job(name=name, position=number) for number, name in enumerate("abcde")}


def names(account: ProviderAccount) -> str:
    queued = Job.objects.filter(account=account, state=State.QUEUED)
    return "".join(order.in_order(queued).values_list("name", flat=True))


@pytest.mark.parametrize(
    ("name", "where", "after", "passes"),
    [
        ("d", Where.TOP, "dabce", "abc"),
        ("d", Where.UP, "abdce", "c"),
        ("b", Where.DOWN, "acbde", "c"),
        ("d", Where.DOWN, "abced", "e"),
        ("b", Where.UP, "bacde", "a"),
        ("a", Where.UP, "abcde", ""),
        ("a", Where.TOP, "abcde", ""),
        ("e", Where.DOWN, "abcde", ""),
    ],
)
def test_a_move_puts_a_job_exactly_where_asked(
    queue: dict[str, Job], account: ProviderAccount, member: User, name: str, where: Where, after: str, passes: str
) -> None:
    moved = queueing.move(queue[name], member, where)

    assert moved is not None
    assert names(account) == after
    assert (moved.was, moved.now) == ("abcde".index(name) + 1, after.index(name) + 1)
    assert moved.passed == [queue[one].pk for one in passes]


@given(st.permutations("abcdef"), st.sampled_from(Where), st.data())
def test_a_move_passes_those_between_its_places(queue: list[str], where: Where, data: st.DataObject) -> None:
    was = data.draw(st.integers(1, len(queue)))
    now = place_after(where, was, len(queue))
    after = [one for one in queue if one != queue[was - 1]]
    after.insert(now - 1, queue[was - 1])
    numbers = {name: number for number, name in enumerate(queue)}

    between = passed([numbers[name] for name in queue], was, now)
    turned = {name for name in queue if (queue.index(name) < was - 1) != (after.index(name) < now - 1)}
    assert {queue[number] for number in between} == turned - {queue[was - 1]}


def test_moving_up_and_down_for_ever_finds_room(queue: dict[str, Job], account: ProviderAccount, member: User) -> None:
    for _ in range(60):
        queueing.move(queue["c"], member, Where.UP)
        queueing.move(queue["c"], member, Where.DOWN)

    assert names(account) == "abcde"
    assert len(set(Job.objects.values_list("position", flat=True))) == 5


def test_a_move_is_recorded_and_rings(queue: dict[str, Job], member: User) -> None:
    queueing.move(queue["d"], member, Where.TOP)

    assert JobEvent.objects.get().detail == {"was": 4, "now": 1}
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.target, entry.detail["was"], entry.detail["now"]) == ("job_moved", "d", 4, 1)
    assert AccountSync.objects.get().rings == 1
    assert queue["d"].cursor == queue["d"].team.cursor


def test_a_move_that_changes_nothing_is_not_recorded(queue: dict[str, Job], member: User) -> None:
    queueing.move(queue["a"], member, Where.TOP)

    assert not JobEvent.objects.exists()
    assert not AuditEntry.objects.exists()


def test_a_job_that_waits_no_longer_is_not_moved(queue: dict[str, Job], member: User) -> None:
    Job.objects.filter(name="d").update(state=State.RUNNING)

    assert queueing.move(queue["d"], member, Where.TOP) is None
    assert Job.objects.get(name="d").position == 3


def test_a_thousand_jobs_cost_a_move_no_more_queries_performance(make_job: MakeJob, member: User) -> None:
    first, last = make_job(position=GAP), make_job(position=5000 * GAP)
    queueing.move(last, member, Where.TOP)
    with CaptureQueriesContext(connection) as few:
        queueing.move(Job.objects.get(pk=first.pk), member, Where.TOP)
    kept = ("team_id", "account_id", "dataset_id", "base_model", "name", "created_by_id")
    fields = {name: getattr(first, name) for name in kept}
    Job.objects.bulk_create([Job(**fields, position=number * GAP) for number in range(2, 1001)])
    with CaptureQueriesContext(connection) as many:
        queueing.move(Job.objects.get(pk=last.pk), member, Where.TOP)

    assert len(many) == len(few)


def test_a_held_job_keeps_its_place_and_says_who_and_why(
    queue: dict[str, Job], account: ProviderAccount, member: User
) -> None:
    assert queueing.hold(queue["b"], member, "waiting for the new labels")
    held = Job.objects.get(name="b")

    assert (held.is_held, held.held_by, held.hold_note) == (True, member, "waiting for the new labels")
    assert (held.wait_reason, held.wait_detail) == (WaitReason.HELD, {})
    assert names(account) == "abcde"
    assert JobEvent.objects.get().detail == {"note": "waiting for the new labels"}
    assert AuditEntry.objects.get().verb == "job_held_because"
    assert AccountSync.objects.get().rings == 1


def test_releasing_takes_the_hold_away(queue: dict[str, Job], admin: User, member: User) -> None:
    queueing.hold(queue["b"], member, "x")
    assert queueing.release(queue["b"], admin)
    free = Job.objects.get(name="b")

    assert (free.held_at, free.held_by, free.hold_note, free.wait_reason) == (None, None, "", WaitReason.NEW)
    assert list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "job_held_because",
        "job_released",
    ]


def test_holding_twice_and_releasing_twice_are_once(queue: dict[str, Job], member: User, admin: User) -> None:
    assert queueing.hold(queue["b"], member, "first")
    assert not queueing.hold(queue["b"], admin, "second")
    assert Job.objects.get(name="b").hold_note == "first"

    assert queueing.release(queue["b"], member)
    assert not queueing.release(queue["b"], member)
    assert JobEvent.objects.count() == 2


@pytest.mark.parametrize("state", [State.SUBMITTING, State.RUNNING, State.CANCELED])
def test_only_what_waits_is_held(make_job: MakeJob, member: User, state: State) -> None:
    job = make_job()
    Job.objects.update(state=state, intent_token="t")

    assert not queueing.hold(job, member)
    assert Job.objects.get().held_at is None


def test_a_held_job_may_be_moved(queue: dict[str, Job], account: ProviderAccount, member: User) -> None:
    queueing.hold(queue["b"], member)
    queueing.move(queue["b"], member, Where.TOP)

    assert names(account) == "bacde"
    assert Job.objects.get(name="b").is_held


def test_a_canceled_job_is_put_back_in_its_place(queue: dict[str, Job], account: ProviderAccount, member: User) -> None:
    wishes.request_cancel(queue["b"], member)
    again = queueing.put_back(queue["b"], member)

    assert again is not None
    assert names(account) == "abcde"
    assert (again.position, again.run_of, again.created_by) == (1, queue["b"], queue["b"].created_by)
    assert again.events.get().why == "put_back"
    assert Job.objects.get(pk=queue["b"].pk).state == State.CANCELED
    assert AuditEntry.objects.filter(verb="job_put_back", target="b").exists()


def test_it_comes_back_as_it_was(make_job: MakeJob, member: User) -> None:
    job = make_job(hyper_parameters={"n_epochs": 3}, validation_dataset=None, reruns_left=2)
    queueing.hold(job, member, "labels")
    wishes.request_cancel(job, member)
    again = queueing.put_back(job, member)

    assert again is not None
    assert (again.hyper_parameters, again.reruns_left) == ({"n_epochs": 3}, 2)
    assert (again.is_held, again.hold_note, again.cancel_requested_at) == (True, "labels", None)


def test_its_place_is_still_free(queue: dict[str, Job], account: ProviderAccount, member: User, admin: User) -> None:
    wishes.request_cancel(queue["b"], member)
    queueing.move(queue["e"], admin, Where.TOP)
    queueing.move(queue["e"], admin, Where.DOWN)
    again = queueing.put_back(queue["b"], member)

    assert again is not None
    assert names(account) in ("aebcd", "abecd")
    assert Job.objects.filter(position=again.position).exclude(state=State.CANCELED).count() == 1


def test_two_clicks_put_back_one(queue: dict[str, Job], member: User, admin: User) -> None:
    wishes.request_cancel(queue["b"], member)

    assert queueing.put_back(queue["b"], member) == queueing.put_back(queue["b"], admin)
    assert Job.objects.filter(run_of=queue["b"]).count() == 1


def test_after_a_while_it_is_too_late(queue: dict[str, Job], member: User) -> None:
    wishes.request_cancel(queue["b"], member)
    Job.objects.filter(name="b").update(ended_at=timezone.now() - PLACE_KEPT)

    assert queueing.put_back(queue["b"], member) is None


@pytest.mark.parametrize(
    "fields", [{"state": State.CANCELED, "provider_job_id": "ft"}, {"state": State.FAILED}, {"state": State.QUEUED}]
)
def test_only_what_was_canceled_in_the_queue_is_put_back(
    make_job: MakeJob, member: User, fields: dict[str, str]
) -> None:
    assert queueing.put_back(make_job(ended_at=timezone.now(), **fields), member) is None
