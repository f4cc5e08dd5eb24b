"""The order of an account's queue: where a new job goes, and how one moves.

People take turns: a person's n-th job waits behind everyone's first n jobs, and in its round it is first come, first
served. The order is stored as positions with gaps, so that whatever moves is one row. Everything here runs in the
transaction of a verb that rang the account's bell first: its sync row is locked, so no two change one queue at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from django.db.models import Q, QuerySet
from django.utils import timezone

from jobs.models import Job
from jobs.states import State

GAP = 1 << 32
# For so long a canceled job can be put back in its place, so nobody else gets its position.
PLACE_KEPT = timedelta(seconds=12)


class Standing(NamedTuple):
    """A job whose position is taken: it waits, or it may come back to wait."""

    pk: int
    person: int
    state: str
    position: int

    @property
    def waits(self) -> bool:
        return self.state == State.QUEUED


def fair_place(people: Sequence[int], person: int) -> int:
    """The index at which a new job of `person` goes into a queue of which `people` own the jobs, first to last: right
    behind the last job whose round (its ordinal among its person's) is not later than the new one's own."""
    own_round = people.count(person) + 1
    rounds: Counter[int] = Counter()
    place = 0
    for index, other in enumerate(people, start=1):
        rounds[other] += 1
        if rounds[other] <= own_round:
            place = index
    return place


def between(taken: Iterable[int], *, after: int | None = None, before: int | None = None) -> int | None:
    """A free position right behind `after` or else right in front of `before`, with neither behind all that are
    `taken`; None where the gap is used up."""
    if after is None and before is None:
        return max(taken, default=0) + GAP
    if after is not None:
        low, high = after, min((one for one in taken if one > after), default=after + 2 * GAP)
    else:
        assert before is not None
        low, high = max((one for one in taken if one < before), default=before - 2 * GAP), before
    return (low + high) // 2 if high - low > 1 else None


@dataclass(frozen=True)
class Place:
    """A job's place in its queue, from 1, how many wait in it, and how many before the job, those held left out."""

    number: int
    length: int
    ahead: int


def places(queue: Sequence[Job], length: int) -> list[Place]:
    """The places of the first jobs of a queue of that length."""
    found, ahead = [], 0
    for number, job in enumerate(queue, start=1):
        found.append(Place(number, length, ahead))
        ahead += not job.is_held
    return found


class Where(StrEnum):
    """Where a job can be moved with a click."""

    TOP = "top"
    UP = "up"
    DOWN = "down"


def place_after(where: Where, place: int, length: int) -> int:
    """The place, from 1, that a move leads to in a queue of that length."""
    match where:
        case Where.TOP:
            return 1
        case Where.UP:
            return max(1, place - 1)
        case _:
            return min(length, place + 1)


def passed(queue: Sequence[int], was: int, now: int) -> list[int]:
    """The jobs that one passes when it goes from a place to another: those that it delays on its way up, those that
    go before it on its way down."""
    return list(queue[now - 1 : was - 1] if now < was else queue[was:now])


def position_for(account_id: int, person_id: int) -> int:
    """The position of a new job of the person in the account's queue."""
    standing = standing_in(account_id)
    place = fair_place([one.person for one in standing if one.waits], person_id)
    return position_at(place, standing)


def standing_in(account_id: int) -> list[Standing]:
    """All whose positions are taken, in their order: those that wait, that may come back, that may be put back."""
    kept = Q(state=State.CANCELED, ended_at__gte=timezone.now() - PLACE_KEPT)
    jobs = Job.objects.filter(kept | Q(state__in=[State.QUEUED, State.SUBMITTING]), account=account_id)
    rows = in_order(jobs).values_list("pk", "created_by_id", "state", "position")
    return [Standing(*row) for row in rows]


def in_order(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """Jobs as the queue has them."""
    return jobs.order_by("position", "pk")


def position_at(place: int, standing: list[Standing]) -> int:
    """A position with which a job that is not among the `standing` has so many waiting jobs before it. Where no gap is
    left there, the standing ones get new positions, in the same order."""
    position = _position_at(place, standing)
    if position is None:
        position = _position_at(place, _renumbered(standing))
        assert position is not None
    return position


def _position_at(place: int, standing: list[Standing]) -> int | None:
    queue, taken = [one.position for one in standing if one.waits], [one.position for one in standing]
    if place > 0:
        return between(taken, after=queue[place - 1])
    return between(taken, before=queue[0] if queue else None)


def _renumbered(standing: list[Standing]) -> list[Standing]:
    numbered = [one._replace(position=number * GAP) for number, one in enumerate(standing, start=1)]
    Job.objects.bulk_update([Job(pk=one.pk, position=one.position) for one in numbered], ["position"])
    return numbered
