"""A dataset split into training and validation data: which example comes where, the pages, and what a worker does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from datasets import splitting, tasks
from datasets.models import Dataset, Split
from datasets.storing import open_file
from teams.models import AuditEntry, User
from tests.datasets.files import MakeDataset, file_with, line

ClientFor = Callable[[User], Client]


def asked(questions: list[str]) -> bytes:
    """A file with these questions, each with an answer of its own, and without a last newline."""
    return b"\n".join(line(question, f"answer {number}") for number, question in enumerate(questions))


@pytest.fixture
def dataset(make_dataset: MakeDataset) -> Dataset:
    return make_dataset(asked([f"question {i // 2}" for i in range(600)]))


def split(client: Client, dataset: Dataset, share: int = 10, seed: int = 1) -> Split:
    address = client.post(f"/t/lab/datasets/{dataset.pk}/split/", {"share": share, "seed": seed})["Location"]
    return Split.objects.get(pk=address.rstrip("/").rpartition("/")[2])


def lines(dataset: Dataset | None) -> list[bytes]:
    assert dataset is not None
    with open_file(dataset.path) as file:
        return file.read().splitlines()


def test_the_parts_are_the_whole(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    made = split(client_for(member), dataset)
    training, validation = lines(made.training), lines(made.validation)
    assert (len(training), len(validation)) == (540, 60)
    assert sorted(training + validation) == sorted(lines(dataset))
    assert training == [each for each in lines(dataset) if each in set(training)], "in the order of the file"


def test_the_same_question_stays_in_one_part(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    made = split(client_for(member), dataset)
    overlap = {each.partition(b'"assistant"')[0] for each in lines(made.training)} & {
        each.partition(b'"assistant"')[0] for each in lines(made.validation)
    }
    assert overlap == set()


def test_a_seed_makes_the_same_parts_on_every_machine(
    client_for: ClientFor, member: User, make_dataset: MakeDataset
) -> None:
    made = split(client_for(member), make_dataset(asked([f"question {i}" for i in range(500)])), seed=42)
    assert made.validation is not None
    assert made.validation.sha256 == "45023e9920bfb0ce8441c0fd023e3eab6c54b0ac78870604dcd30e18bacb013a"


def test_the_same_split_again_makes_nothing_new(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    one, again = (split(client_for(member), dataset) for _ in range(2))
    assert (one.training, one.validation) == (again.training, again.validation)
    other = split(client_for(member), dataset, seed=2)
    assert (other.training.version, other.training.name) == (2, "a-train.jsonl")  # type: ignore[union-attr]
    assert Dataset.objects.count() == 5


def test_both_parts_say_where_they_come_from(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    client = client_for(member)
    made = split(client, dataset)
    page = client.get(f"/t/lab/datasets/splits/{made.pk}/").content.decode()
    assert f"?dataset={made.training_id}&amp;validation_dataset={made.validation_id}" in page
    part = client.get(f"/t/lab/datasets/{made.validation_id}/").content.decode()
    assert "split from a.jsonl v1: 10% for validation, seed 1" in part
    assert "/restore/" not in part, "there is no earlier version to go back to"
    form = client.get(f"/t/lab/jobs/new/?dataset={made.training_id}&validation_dataset={made.validation_id}")
    assert form.content.decode().count(" selected>a-") == 2
    assert AuditEntry.objects.filter(verb="dataset.split").count() == 2


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"share": "5", "seed": "1"}, "5% of 600 examples are too few: take 9% or more."),
        ({"share": "51", "seed": "1"}, "less than or equal to 50"),
        ({"share": "10", "seed": "-1"}, "greater than or equal to 0"),
        ({"share": "10", "seed": "x"}, "whole number"),
        ({}, "required"),
    ],
)
def test_what_cannot_be_is_refused_and_kept(
    client_for: ClientFor, member: User, dataset: Dataset, typed: dict[str, str], said: str
) -> None:
    answer = client_for(member).post(f"/t/lab/datasets/{dataset.pk}/split/", typed)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert all(f'value="{value}"' in answer.content.decode() for value in typed.values())
    assert Split.objects.count() == 0


def test_too_few_examples_are_said_before_anything_is_typed(
    client_for: ClientFor, member: User, make_dataset: MakeDataset
) -> None:
    few = make_dataset(asked([f"question {i}" for i in range(99)]))
    page = client_for(member).get(f"/t/lab/datasets/{few.pk}/split/").content.decode()
    assert "it takes 100 to split a dataset. This one has 99." in page
    assert client_for(member).post(f"/t/lab/datasets/{few.pk}/split/", {"share": 50, "seed": 1}).status_code == 422


def test_a_file_with_errors_is_not_split(client_for: ClientFor, member: User, make_dataset: MakeDataset) -> None:
    wrong = make_dataset(file_with(b"x"))
    assert client_for(member).get(f"/t/lab/datasets/{wrong.pk}/split/").status_code == 404


def test_one_question_cannot_be_parted(client_for: ClientFor, member: User, make_dataset: MakeDataset) -> None:
    client = client_for(member)
    made = split(client, make_dataset(asked(["the same"] * 200)), share=50)
    assert made.trouble == Split.Trouble.FEW
    assert (
        "Too many examples ask the same question" in client.get(f"/t/lab/datasets/splits/{made.pk}/").content.decode()
    )


def test_a_worker_splits_what_is_large(
    client_for: ClientFor, member: User, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(splitting, "AT_ONCE", 0)
    client = client_for(member)
    made = split(client, dataset)
    assert "Being split, 0%." in client.get(f"/t/lab/datasets/splits/{made.pk}/").content.decode()
    tasks.split_dataset(made.pk)
    tasks.split_dataset(made.pk)
    made.refresh_from_db()
    assert (made.attempts, len(lines(made.validation))) == (1, 60)


def test_it_is_said_when_it_broke_off_each_time(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    made = Split.objects.create(source=dataset, share=10, seed=1, requested_by=member, attempts=5)
    made.seen_at = timezone.now() - timedelta(hours=1)
    made.save()
    assert "broke off each time" in client_for(member).get(f"/t/lab/datasets/splits/{made.pk}/").content.decode()


def test_a_part_stays_when_what_was_split_is_deleted(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    client = client_for(member)
    made = split(client, dataset)
    client.post(f"/t/lab/datasets/{dataset.pk}/delete/")
    assert not Split.objects.exists()
    assert "/datasets/splits/" not in client.get(f"/t/lab/datasets/{made.training_id}/").content.decode()


def test_a_part_that_was_deleted_is_told_of(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    client = client_for(member)
    made = split(client, dataset)
    client.post(f"/t/lab/datasets/{made.training_id}/delete/")
    assert "A part was deleted since." in client.get(f"/t/lab/datasets/splits/{made.pk}/").content.decode()
