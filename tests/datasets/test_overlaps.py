"""Lines that a training and a validation file share: exact, in the background if they are large."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from datasets import overlaps, tasks
from datasets.models import Dataset, Overlap
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, good_file, line

ClientFor = Callable[[User], Client]


def find(ours: bytes, theirs: bytes, keep: int = 100) -> overlaps.Shared:
    return overlaps.find(io.BytesIO(ours), io.BytesIO(theirs), keep)


@given(st.lists(st.sampled_from("abcd"), max_size=9), st.lists(st.sampled_from("abef"), max_size=9))
def test_they_are_what_an_obvious_search_finds(ours: list[str], theirs: list[str]) -> None:
    expected = [(i, theirs.index(text) + 1) for i, text in enumerate(ours, start=1) if text in theirs]
    assert find("\n".join(ours).encode(), "\n".join(theirs).encode()).listed == expected


def test_buckets_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    files = good_file(60), good_file(30)
    monkeypatch.setattr(overlaps, "BUCKET", 3)
    assert find(*files) == (30, [(n, n) for n in range(1, 31)])


def test_the_first_and_the_last_are_listed() -> None:
    assert find(good_file(60), good_file(60), keep=2) == (60, [(1, 1), (2, 2), (60, 60)])


def test_line_ends_and_blank_lines_are_no_content() -> None:
    assert find(b"a\r\n\r\n \nb", b"\n\nb\na") == (2, [(1, 4), (4, 3)])


@pytest.fixture
def pair(make_dataset: MakeDataset) -> tuple[Dataset, Dataset]:
    return make_dataset(file_with(line("x"), line("y")), name="a.jsonl"), make_dataset(
        b"".join(line(f"v{n}") + b"\n" for n in range(60)) + line("y"), name="b.jsonl"
    )


def page(client: Client, pair: tuple[Dataset, Dataset], **headers: str) -> str:
    answer = client.get(f"/t/lab/datasets/{pair[0].pk}/overlap/?with={pair[1].pk}", headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_small_files_are_compared_at_once(client_for: ClientFor, viewer: User, pair: tuple[Dataset, Dataset]) -> None:
    shown = page(client_for(viewer), pair)
    assert "1 line of the training data is in the validation data too." in shown
    assert f"/t/lab/datasets/{pair[0].pk}/?line=32" in shown
    assert f"/t/lab/datasets/{pair[1].pk}/?line=61" in shown


def test_large_ones_by_a_worker(
    client_for: ClientFor, member: User, pair: tuple[Dataset, Dataset], monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(tasks, "CHECKED_AT_ONCE", 100)
    monkeypatch.setattr(tasks, "wake", lambda task, pk: woken.append((task, pk)))
    client = client_for(member)
    assert "Comparing…" in page(client, pair)
    overlap = Overlap.objects.get()
    assert woken == [(tasks.compare_datasets, overlap.pk)]
    tasks.sweep_datasets()
    assert woken.count((tasks.compare_datasets, overlap.pk)) == 2
    tasks.compare_datasets(overlap.pk)
    assert "1 line of the training data" in page(client, pair, **{"HX-Request": "true"})


def test_it_can_be_dismissed(client_for: ClientFor, member: User, pair: tuple[Dataset, Dataset]) -> None:
    client = client_for(member)
    client.post(f"/t/lab/datasets/{pair[0].pk}/dismiss/validation_overlap/", {"reason": "Greetings."})
    assert "Dismissed by <bdi>lin</bdi>" in page(client, pair)


def test_a_file_with_errors_is_not_compared(
    client_for: ClientFor, member: User, make_dataset: MakeDataset, pair: tuple[Dataset, Dataset]
) -> None:
    refused = make_dataset(b"nonsense", name="c.jsonl")
    assert "Fix it first." in page(client_for(member), (refused, pair[0]))
    page(client_for(member), (pair[0], refused))
    assert not Overlap.objects.exists()


def test_other_teams_data_cannot_be_asked_for(
    client_for: ClientFor, outsider: User, make_dataset: MakeDataset, pair: tuple[Dataset, Dataset]
) -> None:
    elsewhere = make_dataset(good_file(), of=outsider.teams.get())
    page(client_for(pair[0].uploaded_by), (pair[0], elsewhere))
    assert not Overlap.objects.exists()
    assert client_for(outsider).get(f"/t/lab/datasets/{pair[0].pk}/overlap/").status_code == 404
