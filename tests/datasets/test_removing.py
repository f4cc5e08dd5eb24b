"""Deleting a dataset: after a question, never under a job, and the bytes with the last row that shares them."""

import os
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

from datasets import tasks
from datasets.claims import FIXINGS
from datasets.models import Dataset, Fixing
from jobs.models import Job
from teams.models import AuditEntry, ProviderAccount, Team, User
from tests.datasets.files import MakeDataset, file_with, good_file, stored


@pytest.fixture
def dataset(make_dataset: MakeDataset) -> Dataset:
    return make_dataset(good_file())


@pytest.fixture
def client(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


def test_it_asks_first(client: Client, dataset: Dataset) -> None:
    answer = client.get(f"/t/lab/datasets/{dataset.pk}/delete/")
    assert "Delete for good" in answer.content.decode()
    assert Dataset.objects.exists()


def test_the_row_and_the_bytes_go(client: Client, dataset: Dataset, folder: Path) -> None:
    answer = client.post(f"/t/lab/datasets/{dataset.pk}/delete/", follow=True)
    assert "a.jsonl v1 was deleted." in answer.content.decode()
    assert (Dataset.objects.count(), stored(folder)) == (0, [])


def test_it_is_recorded(client: Client, dataset: Dataset, member: User) -> None:
    client.post(f"/t/lab/datasets/{dataset.pk}/delete/")
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.actor, entry.verb, entry.target) == (member, "dataset.delete", "a.jsonl v1")


def test_bytes_that_another_row_shares_stay(
    client: Client, dataset: Dataset, make_dataset: MakeDataset, outsider: User, folder: Path
) -> None:
    make_dataset(good_file(), of=Team.objects.get(slug="elsewhere"))
    client.post(f"/t/lab/datasets/{dataset.pk}/delete/")
    assert len(stored(folder)) == 1


def test_a_later_version_stays(client: Client, dataset: Dataset, make_dataset: MakeDataset) -> None:
    second = make_dataset(good_file(61))
    client.post(f"/t/lab/datasets/{dataset.pk}/delete/")
    second.refresh_from_db()
    assert second.parent is None


def test_what_a_job_uses_stays(
    client: Client, dataset: Dataset, account: ProviderAccount, team: Team, member: User, folder: Path
) -> None:
    Job.objects.create(team=team, account=account, name="j", dataset=dataset, base_model="m", created_by=member)
    answer = client.post(f"/t/lab/datasets/{dataset.pk}/delete/")
    assert answer.status_code == 409
    assert "1 job was made with it, and what a job was trained on stays." in answer.content.decode()
    assert (Dataset.objects.count(), len(stored(folder))) == (1, 1)
    assert not AuditEntry.objects.filter(verb="dataset.delete").exists()


def test_a_viewer_may_not(client_for: Callable[[User], Client], dataset: Dataset, viewer: User) -> None:
    assert client_for(viewer).post(f"/t/lab/datasets/{dataset.pk}/delete/").status_code == 403
    assert Dataset.objects.exists()


def test_an_outsider_finds_nothing(client_for: Callable[[User], Client], dataset: Dataset, outsider: User) -> None:
    assert client_for(outsider).post(f"/t/elsewhere/datasets/{dataset.pk}/delete/").status_code == 404
    assert Dataset.objects.exists()


def make_old(path: Path) -> None:
    os.utime(path, (0, 0))


def test_lines_set_aside_for_no_version_are_removed(client: Client, make_dataset: MakeDataset, folder: Path) -> None:
    """A process can be killed between the two."""
    dataset = make_dataset(file_with(b"nonsense"))
    client.post(f"/t/lab/datasets/{dataset.pk}/fixes/apply/", {"fix": "drop_bad"})
    (kept,) = (folder / "aside").glob("*")
    (lost := folder / "aside" / "lost").write_bytes(b"nonsense")
    new = folder / "aside" / "new"
    new.write_bytes(b"nonsense")
    make_old(kept)
    make_old(lost)
    tasks.clean_storage()
    assert sorted((folder / "aside").glob("*")) == sorted([kept, new])


def test_fixings_are_forgotten_after_a_day(dataset: Dataset, member: User) -> None:
    now = timezone.now()
    common = {"dataset": dataset, "fixes": ["crlf"], "requested_by": member, "is_preview": True}
    old, new = (Fixing.objects.create(finished_at=now - timedelta(hours=hours), **common) for hours in (25, 23))
    dead = Fixing.objects.create(seen_at=now - timedelta(hours=25), attempts=FIXINGS.max_attempts, **common)
    asked = Fixing.objects.create(**common)
    tasks.clean_storage()
    assert set(Fixing.objects.all()) == {new, asked}
    assert {old, dead}.isdisjoint(Fixing.objects.all())
