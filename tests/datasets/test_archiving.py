"""Datasets that are put away: out of the list and of what a job can be made with, until they are brought back."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from datasets.models import Archived, Dataset
from teams.models import AuditEntry, User
from tests.datasets.files import MakeDataset, Upload, good_file, line

ClientFor = Callable[[User], Client]


@pytest.fixture
def client(client_for: ClientFor, member: User) -> Client:
    return client_for(member)


@pytest.fixture
def dataset(make_dataset: MakeDataset) -> Dataset:
    return make_dataset(good_file(), name="old.jsonl")


def text(client: Client, path: str) -> str:
    return client.get(f"/t/lab/{path}").content.decode()


def put_away(client: Client, dataset: Dataset) -> None:
    assert client.post(f"/t/lab/datasets/{dataset.pk}/archive/").status_code == 302


def test_it_leaves_the_list_with_all_its_versions(client: Client, dataset: Dataset, make_dataset: MakeDataset) -> None:
    make_dataset(good_file() + line("more") + b"\n", name="old.jsonl")
    make_dataset(good_file() + line("other") + b"\n", name="other.jsonl")
    put_away(client, dataset)
    shown = text(client, "datasets/")
    assert "old.jsonl" not in shown
    assert "other.jsonl" in shown
    assert '<a class="btn is-bare" href="?archived=1">Archive (1)</a>' in shown
    archive = text(client, "datasets/?archived=1")
    assert "old.jsonl" in archive
    assert "other.jsonl" not in archive


def test_its_page_says_who_put_it_away_and_brings_it_back(client: Client, dataset: Dataset) -> None:
    put_away(client, dataset)
    put_away(client, dataset)
    shown = text(client, f"datasets/{dataset.pk}/")
    assert "Put there by <bdi>lin</bdi>" in shown
    assert f"/datasets/{dataset.pk}/archive/" not in shown
    assert client.post(f"/t/lab/datasets/{dataset.pk}/unarchive/").status_code == 302
    assert f"/datasets/{dataset.pk}/archive/" in text(client, f"datasets/{dataset.pk}/")
    assert "old.jsonl" in text(client, "datasets/")
    verbs = AuditEntry.objects.filter(verb__contains="archive").values_list("verb", flat=True)
    assert list(verbs) == ["dataset.unarchive", "dataset.archive"]


def test_a_job_form_offers_it_no_more_but_takes_what_its_address_names(client: Client, dataset: Dataset) -> None:
    put_away(client, dataset)
    assert "old.jsonl" not in text(client, "jobs/new/")
    assert "selected>old.jsonl" in text(client, f"jobs/new/?dataset={dataset.pk}")


def test_a_list_whose_datasets_are_all_put_away_says_so(client: Client, dataset: Dataset) -> None:
    put_away(client, dataset)
    assert "All datasets are in the archive." in text(client, "datasets/")
    assert "Nothing is in the archive." not in text(client, "datasets/?archived=1")
    client.post(f"/t/lab/datasets/{dataset.pk}/unarchive/")
    assert "Nothing is in the archive." in text(client, "datasets/?archived=1")


@pytest.mark.parametrize("more", [b"", line("more") + b"\n"])
def test_an_upload_brings_it_back(client: Client, dataset: Dataset, upload: Upload, member: User, more: bytes) -> None:
    put_away(client, dataset)
    upload(member, good_file() + more, name="old.jsonl")
    assert not Archived.objects.exists()
    assert "old.jsonl" in text(client, "datasets/")


def test_a_viewer_sees_no_button(client_for: ClientFor, viewer: User, client: Client, dataset: Dataset) -> None:
    put_away(client, dataset)
    shown = text(client_for(viewer), f"datasets/{dataset.pk}/")
    assert "In the archive" in shown
    assert "Bring it back" not in shown


def test_each_version_is_downloaded_under_a_name_of_its_own(
    client: Client, dataset: Dataset, make_dataset: MakeDataset
) -> None:
    later = make_dataset(good_file() + line("more") + b"\n", name="old.jsonl")
    shown = text(client, f"datasets/{later.pk}/")
    for version, name in ((dataset, "old.jsonl"), (later, "old.v2.jsonl")):
        address = f"/t/lab/datasets/{version.pk}/download/"
        assert f'<a href="{address}" hx-boost="false">download</a>' in shown
        answer = client.get(address)
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert len(b"".join(answer.streaming_content)) == version.size  # type: ignore[attr-defined]
