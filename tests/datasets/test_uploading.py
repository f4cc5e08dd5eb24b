"""Sending a file with the form: who may, what becomes of it, and that nothing stays of what fails."""

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from datasets import storing
from datasets.models import Dataset
from datasets.storing import Incoming, StorageFull
from teams.models import AuditEntry, Team, User
from tests.datasets.files import MakeDataset, Upload, good_file, stored

ClientFor = Callable[[User], Client]
NEW = "/t/lab/datasets/new/"


def test_a_member_uploads_a_file(upload: Upload, member: User) -> None:
    answer = upload(member, good_file())
    dataset = Dataset.objects.get()
    assert answer["Location"] == f"/t/lab/datasets/{dataset.pk}/"
    assert (dataset.name, dataset.version, dataset.state, dataset.examples) == ("a.jsonl", 1, "ready", 60)
    assert dataset.uploaded_by == member


def test_the_bytes_are_kept_as_they_came(upload: Upload, member: User) -> None:
    upload(member, good_file())
    with storing.open_file(Dataset.objects.get().path) as file:
        assert file.read() == good_file()


def test_it_is_recorded(upload: Upload, member: User) -> None:
    upload(member, good_file())
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.verb, entry.target) == (member, "dataset.upload", "a.jsonl v1")


def test_a_file_with_errors_is_kept_but_cannot_train(upload: Upload, member: User) -> None:
    upload(member, b"not json\n")
    dataset = Dataset.objects.get()
    assert dataset.state == Dataset.State.REFUSED
    assert dataset.counts == {"invalid_json": 1, "too_few_lines": 1}


def test_a_viewer_may_not(upload: Upload, viewer: User, folder: Path) -> None:
    assert upload(viewer, good_file()).status_code == 403
    assert stored(folder) == []


def test_an_outsider_finds_nothing(upload: Upload, outsider: User, folder: Path) -> None:
    assert upload(outsider, good_file()).status_code == 404
    assert stored(folder) == []


def test_without_a_csrf_token_nothing_is_kept(member: User, folder: Path) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(member)
    form = {"file": SimpleUploadedFile("a.jsonl", good_file())}
    assert client.post(NEW, form).status_code == 403
    assert stored(folder) == []


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_it_rejects_other_methods(client_for: ClientFor, member: User, method: str) -> None:
    assert getattr(client_for(member), method)(NEW).status_code == 405


def test_the_same_name_makes_the_next_version(upload: Upload, member: User) -> None:
    upload(member, good_file(60))
    upload(member, good_file(61))
    first, second = Dataset.objects.order_by("version")
    assert (second.version, second.parent) == (2, first)


def test_a_new_version_of_a_dataset_takes_its_name(upload: Upload, make_dataset: MakeDataset, member: User) -> None:
    first = make_dataset(good_file(), name="train.jsonl")
    upload(member, good_file(70), name="other.jsonl", form={"of": first.pk})
    assert str(Dataset.objects.first()) == "train.jsonl v2"


def test_a_new_version_of_anothers_dataset_is_not_found(
    upload: Upload, make_dataset: MakeDataset, member: User, outsider: User, folder: Path
) -> None:
    foreign = make_dataset(good_file(), of=Team.objects.get(slug="elsewhere"))
    assert upload(member, good_file(70), form={"of": foreign.pk}).status_code == 404
    assert len(stored(folder)) == 1


def test_the_same_content_is_recognised(upload: Upload, client_for: ClientFor, member: User) -> None:
    upload(member, good_file())
    answer = upload(member, good_file(), name="again.jsonl")
    dataset = Dataset.objects.get()
    assert answer["Location"] == f"/t/lab/datasets/{dataset.pk}/"
    again = upload(member, good_file(), name="again.jsonl", follow=True)
    assert "You already have this file: a.jsonl v1." in again.content.decode()


def test_two_teams_share_the_bytes_but_not_the_row(
    upload: Upload, make_dataset: MakeDataset, member: User, outsider: User, folder: Path
) -> None:
    make_dataset(good_file(), of=Team.objects.get(slug="elsewhere"))
    upload(member, good_file())
    assert Dataset.objects.count() == 2
    assert len(stored(folder)) == 1


def test_a_form_without_a_file_comes_back(client_for: ClientFor, member: User) -> None:
    answer = client_for(member).post(NEW)
    assert answer.status_code == 422
    assert "Choose a file first." in answer.content.decode()


def test_a_file_that_is_too_large_is_refused_with_the_limit(
    upload: Upload, member: User, folder: Path, settings: Any
) -> None:
    settings.PORTAL_MAX_FILE_BYTES = 2048
    answer = upload(member, b"x" * 3072)
    assert answer.status_code == 422
    assert "The file has 3 KB, and at most 2 KB can be used." in answer.content.decode()
    assert (stored(folder), Dataset.objects.count()) == ([], 0)


@pytest.mark.parametrize(("where", "what"), [(Incoming, "write"), (os, "fsync")])
def test_a_full_disk_is_said_and_leaves_nothing(
    upload: Upload, member: User, folder: Path, monkeypatch: pytest.MonkeyPatch, where: Any, what: str
) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "full") if where is os else StorageFull

    monkeypatch.setattr(where, what, full)
    answer = upload(member, good_file())
    assert answer.status_code == 422
    assert "disk is full" in answer.content.decode()
    assert (stored(folder), Dataset.objects.count()) == ([], 0)


def test_a_row_that_cannot_be_written_leaves_no_file(
    upload: Upload, member: User, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(Dataset, "save", fail)
    with pytest.raises(RuntimeError):
        upload(member, good_file())
    assert stored(folder) == []


def test_a_form_that_is_cut_leaves_nothing(client_for: ClientFor, member: User, folder: Path) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.jsonl"\r\n\r\nhalf a fi'
    answer = client_for(member).post(NEW, body, content_type="multipart/form-data; boundary=y")
    assert answer.status_code == 422
    assert stored(folder) == []


def test_its_script_gets_the_address(upload: Upload, member: User) -> None:
    answer = upload(member, good_file(), headers={"accept": "application/json"})
    assert answer.json() == {"location": f"/t/lab/datasets/{Dataset.objects.get().pk}/"}


def test_its_script_gets_the_errors(client_for: ClientFor, member: User) -> None:
    answer = client_for(member).post(NEW, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()) == (422, {"errors": ["Choose a file first."]})


def test_an_empty_file_is_judged_like_any_other(upload: Upload, member: User) -> None:
    upload(member, b"")
    assert Dataset.objects.get().counts == {"empty_file": 1}


def test_the_page_says_the_limits_before(client_for: ClientFor, member: User) -> None:
    page = client_for(member).get(NEW).content.decode()
    assert "UTF-8, one JSON object a line, at least 50 lines, up to 300 MB." in page


def test_the_page_says_which_version_it_will_be(client_for: ClientFor, make_dataset: MakeDataset, member: User) -> None:
    make_dataset(good_file())
    client = client_for(member)
    assert "Will be v2 of" in client.get(f"{NEW}next/", {"name": "a.jsonl"}).content.decode()
    assert "Will be v1 of" in client.get(f"{NEW}next/", {"name": "b.jsonl"}).content.decode()
