"""The order of the queue: people take turns, and positions keep what was asked for."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Protocol

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from datasets.models import Dataset
from jobs import order, wishes
from jobs.models import Job
from jobs.order import GAP, PLACE_KEPT, between, fair_place
from jobs.states import State
from teams.models import ProviderAccount, User
from tests.conftest import make_user
from tests.jobs.conftest import MakeJob


class QueueFor(Protocol):
    def __call__(self, person: User, name: str) -> Job: ...


people = st.integers(1, 4)
# A person queues a job, or (0 to 99) one of those that wait leaves.
histories = st.lists(st.tuples(st.booleans(), people, st.integers(0, 99)), max_size=60)


def rounds_in(queue: list[int]) -> list[int]:
    """Of each job the ordinal among its person's."""
    seen: Counter[int] = Counter()
    rounds = []
    for person in queue:
        seen[person] += 1
        rounds.append(seen[person])
    return rounds


@given(st.lists(people, max_size=30))
def test_people_take_turns_and_come_first_in_their_round(arrivals: list[int]) -> None:
    queue: list[tuple[int, int]] = []  # who, and the how manyth arrival
    for arrival, person in enumerate(arrivals):
        queue.insert(fair_place([one for one, _ in queue], person), (person, arrival))

    rounds = rounds_in(arrivals)
    assert [arrival for _, arrival in queue] == sorted(range(len(arrivals)), key=lambda one: (rounds[one], one))


@given(histories)
def test_no_insert_gives_a_person_more_turns_before_another(history: list[tuple[bool, int, int]]) -> None:
    """Whatever was queued and has left: whoever is passed over has had a turn more before it than the one who passes,
    so nobody is passed over twice between two jobs of one person."""
    queue: list[int] = []
    for leaves, person, which in history:
        if leaves and queue:
            del queue[which % len(queue)]
            continue
        place = fair_place(queue, person)
        queue.insert(place, person)
        own_round = rounds_in(queue)[place]
        assert own_round == queue.count(person), "the last of its person"
        assert all(later > own_round for later in rounds_in(queue)[place + 1 :])


@given(st.sets(st.integers(-50, 50), min_size=1), st.data())
def test_a_free_position_lies_right_there(taken: set[int], data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(sorted(taken)))
    behind, before = between(taken, after=one), between(taken, before=one)

    if behind is None:
        assert one + 1 in taken
    else:
        assert one < behind < min((other for other in taken if other > one), default=behind + 1)
    if before is None:
        assert one - 1 in taken
    else:
        assert max((other for other in taken if other < one), default=before - 1) < before < one
    assert (between(taken) or 0) > max(taken)


@pytest.fixture
def queue_for(account: ProviderAccount, dataset: Dataset) -> QueueFor:
    def queue(person: User, name: str) -> Job:
        return wishes.queue_job(
            team=account.team,
            account=account,
            name=name,
            dataset=dataset,
            base_model="qwen-turbo",
            hyper_parameters={},
            created_by=person,
        )

    return queue


def names(account: ProviderAccount) -> str:
    queued = Job.objects.filter(account=account, state=State.QUEUED)
    return " ".join(order.in_order(queued).values_list("name", flat=True))


def test_the_second_person_waits_for_one_job_not_for_all(
    queue_for: QueueFor, account: ProviderAccount, member: User, admin: User
) -> None:
    for number in range(3):
        queue_for(member, f"lin{number}")
    queue_for(admin, "wei0")
    queue_for(admin, "wei1")

    assert names(account) == "lin0 wei0 lin1 wei1 lin2"


def test_each_account_has_its_own_turns(
    queue_for: QueueFor, make_job: MakeJob, account: ProviderAccount, member: User
) -> None:
    other = ProviderAccount.objects.create(team=account.team, name="Second", base_url="http://x", api_key="k")
    make_job(account=other, created_by=member)
    queue_for(member, "a")

    assert Job.objects.get(name="a").position == GAP


def test_no_position_of_a_job_that_may_come_back_is_given_away(
    make_job: MakeJob, queue_for: QueueFor, member: User, admin: User
) -> None:
    first = make_job(position=GAP, created_by=member)
    sent = make_job(position=GAP + 1, state=State.SUBMITTING, intent_token="t")
    make_job(position=GAP + 2, state=State.CANCELED, ended_at=timezone.now())
    make_job(position=GAP + 3, created_by=member)
    queue_for(admin, "between")

    places = list(order.in_order(Job.objects.all()).values_list("pk", "name"))
    assert [name for _, name in places] == ["faq", "between", "faq", "faq", "faq"]
    assert [pk for pk, _ in places][0::2][:2] == [first.pk, sent.pk]
    assert len(set(Job.objects.values_list("position", flat=True))) == 5


def test_a_place_is_kept_for_a_while_only(make_job: MakeJob, queue_for: QueueFor, member: User) -> None:
    make_job(position=5 * GAP, state=State.CANCELED, ended_at=timezone.now() - 2 * PLACE_KEPT)

    assert queue_for(member, "a").position == GAP


def test_new_positions_change_nothing_that_is_seen(make_job: MakeJob, account: ProviderAccount, member: User) -> None:
    jobs = [make_job(name=f"j{number}", position=number) for number in range(5)]
    cursor = account.team.cursor

    place = order.position_at(2, order.standing_in(account.pk))
    make_job(name="new", position=place)

    assert names(account) == "j0 j1 new j2 j3 j4"
    jobs[0].team.refresh_from_db()
    assert jobs[0].team.cursor == cursor


def test_many_jobs_queued_at_once_have_a_position_each(
    queue_for: QueueFor, account: ProviderAccount, transactional_db: None
) -> None:
    crowd = [make_user(f"p{number}") for number in range(4)]
    errors: list[Exception] = []

    def queue(person: User) -> None:
        try:
            for number in range(5):
                queue_for(person, f"{person.username}-{number}")
        except Exception as error:
            errors.append(error)
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=queue, args=[person]) for person in crowd]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    assert len(set(Job.objects.values_list("position", flat=True))) == 20
    in_turn = list(order.in_order(Job.objects.all()).values_list("created_by_id", flat=True))
    assert [Counter(in_turn[at : at + 4]) for at in range(0, 20, 4)] == [Counter(one.pk for one in crowd)] * 5


def test_a_thousand_jobs_cost_no_more_queries_performance(
    make_job: MakeJob, queue_for: QueueFor, account: ProviderAccount, member: User, admin: User
) -> None:
    job = make_job()
    queue_for(member, "first")
    with CaptureQueriesContext(connection) as few:
        queue_for(member, "second")
    copies = [Job(**fields_of(job), position=number * GAP) for number in range(3, 1001)]
    Job.objects.bulk_create(copies)
    with CaptureQueriesContext(connection) as many:
        queue_for(admin, "late")

    assert len(many) == len(few)
    assert names(account).split()[:2] == ["faq", "late"]


def fields_of(job: Job) -> dict[str, object]:
    kept = ("team_id", "account_id", "dataset_id", "base_model", "name", "created_by_id")
    return {name: getattr(job, name) for name in kept}
