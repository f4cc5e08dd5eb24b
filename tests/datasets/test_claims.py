"""Work that is claimed: each kind of it, by its rows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from datasets import claims
from datasets.claims import CHECKS, CONVERSIONS, FIXINGS, OVERLAPS, READINGS, Superseded, Work
from datasets.models import Conversion, Dataset, Fixing, Overlap, Reading
from teams.models import User
from tests.datasets.files import MakeDataset, good_file

LATER = timedelta(hours=1)

Rows = dict[str, tuple[Work[Any], int]]


@pytest.fixture
def rows(make_dataset: MakeDataset, member: User) -> Rows:
    """A row of each kind that waits, and is not claimed."""
    dataset = make_dataset(good_file())
    Dataset.objects.update(state=Dataset.State.CHECKING, check_seen_at=None, check_attempts=0)
    return {
        "check": (CHECKS, dataset.pk),
        "reading": (READINGS, Reading.objects.get_or_create(dataset=dataset)[0].pk),
        "overlap": (OVERLAPS, Overlap.objects.create(training=dataset, validation=dataset).pk),
        "conversion": (CONVERSIONS, Conversion.objects.create(source=dataset, asked_by=member, kind="csv").pk),
        "fixing": (FIXINGS, Fixing.objects.create(dataset=dataset, fixes=[], is_preview=True, requested_by=member).pk),
    }


@pytest.fixture(params=["check", "reading", "overlap", "conversion", "fixing"])
def waiting(request: pytest.FixtureRequest, rows: Rows) -> tuple[Work[Any], int]:
    return rows[request.param]


def pass_away(work: Work[Any], pk: int) -> None:
    """Let its worker die: no sign of life for long."""
    work.model.objects.filter(pk=pk).update(**{work.seen_at: timezone.now() - LATER})


def test_one_has_it_at_a_time(waiting: tuple[Work[Any], int]) -> None:
    work, pk = waiting
    assert list(work.forsaken().values_list("pk", flat=True)) == [pk]
    claimed = work.claim(pk)
    assert claimed is not None
    assert claimed.pk == pk
    assert work.claim(pk) is None
    assert not work.forsaken().exists()


def test_without_a_sign_of_life_another_has_it_and_the_late_one_is_told(waiting: tuple[Work[Any], int]) -> None:
    work, pk = waiting
    late = work.claim(pk)
    pass_away(work, pk)
    assert work.claim(pk) is not None
    with pytest.raises(Superseded):
        work.change(late, **{work.seen_at: timezone.now()})


def test_it_is_given_up_when_all_attempts_are_used_up(waiting: tuple[Work[Any], int]) -> None:
    work, pk = waiting
    for _ in range(work.max_attempts):
        pass_away(work, pk)
        assert not work.is_given_up(work.model.objects.get(pk=pk))
        assert work.claim(pk) is not None
    assert not work.is_given_up(work.model.objects.get(pk=pk))  # the last may be at it
    pass_away(work, pk)
    assert work.claim(pk) is None
    assert work.is_given_up(work.model.objects.get(pk=pk))


def test_who_is_at_it_is_not_taken_for_dead(waiting: tuple[Work[Any], int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "SIGN_EVERY", 0.0)
    work, pk = waiting
    sign = work.signs(work.claim(pk))
    pass_away(work, pk)
    sign(7)
    assert not work.forsaken().exists()
    assert not work.progress or work.model.objects.filter(**{"pk": pk, work.progress: 7}).exists()


def test_a_sign_is_written_no_more_often_than_needed(rows: Rows, django_assert_num_queries: Any) -> None:
    work, pk = rows["check"]
    sign = work.signs(work.claim(pk))
    with django_assert_num_queries(0):
        for done in range(1000):
            sign(done)


def test_what_is_gone_is_nobodys(rows: Rows) -> None:
    work, pk = rows["fixing"]
    claimed = work.claim(pk)
    Fixing.objects.all().delete()
    assert work.claim(pk) is None
    with pytest.raises(Superseded):
        work.change(claimed, trouble="gone")
