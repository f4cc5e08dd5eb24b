"""Warnings that a team lives with: dismissed for all versions of a name, with a reason, and taken back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from datasets import dismissals
from datasets.models import Dataset, Dismissal
from teams.models import AuditEntry, User
from tests.datasets.files import MakeDataset, good_file, line

ClientFor = Callable[[User], Client]
CODE = "surrounding_whitespace"


@pytest.fixture
def dataset(make_dataset: MakeDataset) -> Dataset:
    return make_dataset(good_file() + line(" q") + b"\n" + line("Question 3?", "x") + b"\n")


def page(client: Client, dataset: Dataset) -> str:
    return client.get(f"/t/lab/datasets/{dataset.pk}/").content.decode()


def dismiss(client: Client, dataset: Dataset, reason: str = "Quotes keep it.", code: str = CODE) -> int:
    return client.post(f"/t/lab/datasets/{dataset.pk}/dismiss/{code}/", {"reason": reason}).status_code


def test_a_member_dismisses_a_warning(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    client = client_for(member)
    assert "2 warnings, which do not stop training:" in page(client, dataset)
    assert dismiss(client, dataset) == 302
    shown = page(client, dataset)
    assert "1 warning, which does not stop training:" in shown
    assert "Dismissed by <bdi>lin</bdi>" in shown
    assert "<bdi>Quotes keep it.</bdi>" in shown


def test_it_holds_for_every_version_of_the_name(
    client_for: ClientFor, member: User, dataset: Dataset, make_dataset: MakeDataset
) -> None:
    dismiss(client_for(member), dataset)
    later, other = make_dataset(good_file() + line(" q")), make_dataset(good_file() + line(" r"), name="b.jsonl")
    assert (later.name, later.version) == (dataset.name, 2)
    assert [warned.code for warned in dismissals.warnings_of(later).active] == []
    assert [warned.code for warned in dismissals.warnings_of(other).active] == [CODE]


def test_it_can_be_taken_back(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    client = client_for(member)
    dismiss(client, dataset)
    assert client.post(f"/t/lab/datasets/{dataset.pk}/dismiss/{CODE}/undo/").status_code == 302
    assert "Dismissed by" not in page(client, dataset)
    assert [entry.verb for entry in AuditEntry.objects.filter(verb__contains="dismiss")] == [
        "dataset.undismiss",
        "dataset.dismiss",
    ]


def test_a_reason_is_needed(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    assert dismiss(client_for(member), dataset, " ") == 422
    assert dismiss(client_for(member), dataset, "x" * 301) == 422
    assert not Dismissal.objects.exists()


def test_dismissing_again_changes_the_reason(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    dismiss(client_for(member), dataset)
    dismiss(client_for(member), dataset, "Better.")
    assert Dismissal.objects.get().reason == "Better."


@pytest.mark.parametrize("code", ["blank_line", "nonsense"])
def test_errors_cannot_be_dismissed(client_for: ClientFor, member: User, dataset: Dataset, code: str) -> None:
    assert dismiss(client_for(member), dataset, code=code) == 404


def test_a_viewer_only_reads(client_for: ClientFor, member: User, viewer: User, dataset: Dataset) -> None:
    assert dismiss(client_for(viewer), dataset) == 403
    assert "/dismiss/" not in page(client_for(viewer), dataset)
    dismiss(client_for(member), dataset)
    assert client_for(viewer).post(f"/t/lab/datasets/{dataset.pk}/dismiss/{CODE}/undo/").status_code == 403
    assert "Take back" not in page(client_for(viewer), dataset)


def test_an_outsider_finds_nothing(client_for: ClientFor, outsider: User, dataset: Dataset) -> None:
    assert dismiss(client_for(outsider), dataset) == 404


def test_a_reason_is_text(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    client = client_for(member)
    dismiss(client, dataset, "<img src=x hx-get='/x'>\u202e")
    shown = page(client, dataset)
    assert "<img" not in shown
    assert "&lt;img src=x hx-get=&#x27;/x&#x27;&gt;" in shown
