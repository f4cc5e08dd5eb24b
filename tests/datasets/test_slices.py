"""Sending a file in slices: the protocol, who may, and how much."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from datasets import queries, storing
from datasets.lineindex import LineIndex
from datasets.models import Dataset, Upload
from teams.models import AuditEntry, Team, User
from tests.datasets.files import MakeDataset, file_with, good_file, stored
from tests.datasets.sending import SLICE, TUS, URL, Begin, ClientFor


def test_a_file_comes_in_slices(begin: Begin) -> None:
    sender = begin(good_file())
    answer = sender.send_all()
    dataset = Dataset.objects.get()
    assert answer["Portal-Location"] == f"/t/lab/datasets/{dataset.pk}/"
    assert (dataset.name, dataset.state, dataset.examples) == ("a.jsonl", "ready", 60)
    with storing.open_file(dataset.path) as file:
        assert file.read() == good_file()


def test_it_is_the_same_as_by_the_form(begin: Begin, make_dataset: MakeDataset, outsider: User) -> None:
    content = file_with(b"", b"not json", b"\xff") + good_file(3)
    begin(content).send_all(77)
    other = make_dataset(content, of=Team.objects.get(slug="elsewhere"))
    mine = Dataset.objects.get(team__slug="lab")
    fields = ("sha256", "size", "state", "format", "lines", "examples", "error_lines", "counts", "warning_counts")
    assert [getattr(mine, field) for field in fields] == [getattr(other, field) for field in fields]
    listed = [list(d.issues.values_list("code", "line", "column", "offset", "excerpt")) for d in (mine, other)]
    assert listed[0] == listed[1]
    assert mine.statistics == other.statistics != {}
    assert queries.line_index(mine) == queries.line_index(other) != LineIndex()


def test_it_is_recorded_once(begin: Begin) -> None:
    begin(good_file()).send_all()
    assert [(entry.verb, entry.target) for entry in AuditEntry.objects.all()] == [("dataset.upload", "a.jsonl v1")]


def test_nothing_but_the_file_stays(begin: Begin, folder: Path) -> None:
    begin(good_file()).send_all()
    assert len(stored(folder)) == 1


def test_an_empty_file_is_whole_at_once(begin: Begin, folder: Path) -> None:
    sender = begin(b"")
    assert sender.made["Portal-Location"] == f"/t/lab/datasets/{Dataset.objects.get().pk}/"
    assert Dataset.objects.get().counts == {"empty_file": 1}


def test_it_says_what_it_speaks(client_for: ClientFor, member: User) -> None:
    answer = client_for(member).options(URL)
    assert answer.status_code == 204
    told = {name: answer[name] for name in ("Tus-Version", "Tus-Extension", "Tus-Max-Size")}
    assert told == {
        "Tus-Version": "1.0.0",
        "Tus-Extension": "creation,termination",
        "Tus-Max-Size": str(300 * 2**20),
    }


def test_another_version_of_the_protocol_is_refused(client_for: ClientFor, member: User) -> None:
    answer = client_for(member).post(URL, headers={"tus-resumable": "0.2.0", "upload-length": "1"})
    assert (answer.status_code, answer["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize("length", ["", "-1", "x", "1e3", "²", "9" * 30])
def test_a_length_that_is_none_is_refused(length: str, client_for: ClientFor, member: User, folder: Path) -> None:
    assert client_for(member).post(URL, headers={**TUS, "upload-length": length}).status_code == 400
    assert stored(folder) == []


def test_a_name_that_cannot_be_read_is_refused(client_for: ClientFor, member: User, folder: Path) -> None:
    headers = {**TUS, "upload-length": "1", "upload-metadata": "filename %%%"}
    assert client_for(member).post(URL, headers=headers).status_code == 400


def test_a_hostile_name_is_made_safe(begin: Begin) -> None:
    begin(good_file(), name="../../<img src=x>\u202e.jsonl").send_all()
    assert Dataset.objects.get().name == "_img src=x_.jsonl"


def test_a_file_over_the_limit_is_refused_before_a_byte(begin: Begin, folder: Path, settings: Any) -> None:
    settings.PORTAL_MAX_FILE_BYTES = 2048
    assert begin(b"x" * 2049).made.status_code == 413
    assert (stored(folder), Upload.objects.count()) == ([], 0)


def test_more_than_was_announced_is_refused(begin: Begin) -> None:
    sender = begin(b"x" * 10)
    sender.content = b"x" * 11
    assert sender.send(0).status_code == 413
    assert sender.offset() == 0


@pytest.mark.parametrize("start", [0, 50, 101, 10**9])
def test_a_wrong_offset_is_refused(start: int, begin: Begin) -> None:
    sender = begin(b"x" * 200)
    sender.send(0, 100)
    assert sender.send(start).status_code == 409
    assert sender.offset() == 100


def test_another_content_type_is_refused(begin: Begin) -> None:
    sender = begin(b"xy")
    answer = sender.client.patch(sender.url, b"xy", content_type="text/plain", headers={**TUS, "upload-offset": "0"})
    assert answer.status_code == 415


def test_a_client_that_missed_the_last_answer_learns_where_the_file_is(begin: Begin) -> None:
    sender = begin(good_file())
    sender.send_all()
    answer = sender.client.head(sender.url, headers=TUS)
    assert answer["Upload-Offset"] == answer["Upload-Length"] == str(len(good_file()))
    assert answer["Portal-Location"] == f"/t/lab/datasets/{Dataset.objects.get().pk}/"


def test_the_last_slice_twice_adds_nothing(begin: Begin) -> None:
    sender = begin(good_file())
    sender.send(0)
    assert sender.send(0).status_code == 409
    assert Dataset.objects.count() == 1


def test_given_up_it_leaves_nothing(begin: Begin, folder: Path) -> None:
    sender = begin(good_file())
    sender.send(0, 100)
    assert sender.client.delete(sender.url, headers=TUS).status_code == 204
    assert (stored(folder), Upload.objects.count()) == ([], 0)
    assert sender.client.head(sender.url, headers=TUS).status_code == 404
    assert sender.send(100).status_code == 404


def test_given_up_late_the_dataset_stays(begin: Begin, folder: Path) -> None:
    sender = begin(good_file())
    sender.send_all()
    sender.client.delete(sender.url, headers=TUS)
    assert (Dataset.objects.count(), len(stored(folder))) == (1, 1)


def test_nobody_else_finds_it(begin: Begin, client_for: ClientFor, admin: User, outsider: User, viewer: User) -> None:
    sender = begin(good_file())
    for person, status in ((admin, 404), (outsider, 404), (viewer, 403)):
        client = client_for(person)
        assert client.head(sender.url).status_code == status
        told = {**TUS, "upload-offset": "0"}
        assert client.patch(sender.url, b"x", content_type=SLICE, headers=told).status_code == status
        assert client.delete(sender.url, headers=TUS).status_code == status
    assert sender.offset() == 0


def test_a_slice_without_a_csrf_token_is_refused(begin: Begin, member: User) -> None:
    sender = begin(good_file())
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(member)
    told = {**TUS, "upload-offset": "0"}
    assert strict.patch(sender.url, b"x", content_type=SLICE, headers=told).status_code == 403


def test_it_becomes_the_next_version_of_what_it_names(begin: Begin, make_dataset: MakeDataset) -> None:
    first = make_dataset(good_file())
    begin(good_file(61), name="other.jsonl", of=str(first.pk)).send_all()
    second = Dataset.objects.get(version=2)
    assert (second.name, second.parent) == ("a.jsonl", first)


def test_a_version_of_what_is_not_there_is_not_begun(begin: Begin) -> None:
    assert begin(good_file(), of="99").made.status_code == 404


def test_two_people_send_the_same_file(begin: Begin, admin: User, folder: Path) -> None:
    first, second = begin(good_file()), begin(good_file(), by=admin)
    first.send(0, 500)
    second.send_all()
    answer = first.send(500)
    assert answer["Portal-Location"] == f"/t/lab/datasets/{Dataset.objects.get().pk}/"
    assert len(stored(folder)) == 1
    page = first.client.get(answer["Portal-Location"]).content.decode()
    assert "You already have this file" in page


def test_a_person_has_so_many_unfinished_uploads(begin: Begin, admin: User, settings: Any, folder: Path) -> None:
    settings.PORTAL_MAX_UPLOADS = 2
    first, _second = begin(good_file()), begin(good_file())
    refused = begin(b"x").made
    assert refused.status_code == 422
    assert refused.content.decode() == (
        "You have 2 unfinished uploads, and cannot begin another. Finish one or give it up, in the browser where "
        "it was begun. One that gets no byte for a day is removed."
    )
    assert (Upload.objects.count(), begin(b"x", by=admin).made.status_code) == (2, 201)
    first.send_all()
    assert begin(b"x").made.status_code == 201


def test_the_page_says_how_many(client_for: ClientFor, member: User, settings: Any) -> None:
    settings.PORTAL_MAX_UPLOADS = 7
    page = client_for(member).get("/t/lab/datasets/new/").content.decode()
    assert "You can have 7 unfinished uploads at a time." in page
    assert "You have 7 unfinished uploads, and cannot begin another." in page
