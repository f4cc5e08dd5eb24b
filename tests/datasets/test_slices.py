"""Sending a file in slices: the protocol, who may, what is known on the way, and what becomes of trouble."""

from __future__ import annotations

import base64
import errno
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from datasets import arriving, checking, queries, slices, storing, tasks, uploads
from datasets.lineindex import LineIndex
from datasets.models import Dataset, Upload
from datasets.storing import StorageFull
from datasets.validation import Validator
from teams.models import AuditEntry, Team, User
from tests.datasets.files import MakeDataset, file_with, good_file, line, stored

ClientFor = Callable[[User], Client]
URL = "/t/lab/datasets/uploads/"
TUS = {"tus-resumable": "1.0.0"}
SLICE = "application/offset+octet-stream"


class Sender:
    """A client that sends one file by the protocol."""

    def __init__(self, client: Client, content: bytes, *, name: str = "a.jsonl", **metadata: str) -> None:
        self.client, self.content = client, content
        pairs = {"filename": name, **metadata}.items()
        told = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs)
        self.made = client.post(URL, headers={**TUS, "upload-length": str(len(content)), "upload-metadata": told})
        self.url = self.made.headers.get("Location", "")

    def send(self, start: int, end: int | None = None, **headers: str) -> Any:
        told = {**TUS, "upload-offset": str(start), **headers}
        body = self.content[start:end]
        return self.client.patch(self.url, body, content_type=SLICE, headers=told, CONTENT_TYPE=SLICE)

    def offset(self) -> int:
        return int(self.client.head(self.url, headers=TUS)["Upload-Offset"])

    def send_all(self, slice_bytes: int = 1000) -> Any:
        for start in range(0, len(self.content), slice_bytes):
            answer = self.send(start, start + slice_bytes)
            assert answer.status_code == 204
        return answer


@pytest.fixture
def begin(client_for: ClientFor, member: User, folder: Path) -> Callable[..., Sender]:
    """Begin to send: `begin(content, name="a.jsonl", by=member)`."""

    def make(content: bytes, *, by: User = member, **options: str) -> Sender:
        return Sender(client_for(by), content, **options)

    return make


Begin = Callable[..., Sender]


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was asked of a worker: there is none in these tests."""
    asked: list[Any] = []
    monkeypatch.setattr(uploads, "wake", lambda task, *args: asked.append((task, *args)))
    return asked


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A request has time for the smallest piece only, and that is ten bytes."""
    monkeypatch.setattr(arriving, "REQUEST_SECONDS", 0)
    monkeypatch.setattr(arriving, "SMALLEST", 10)


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


def test_the_errors_are_known_on_the_way(begin: Begin) -> None:
    sender = begin(b"not json\n" + good_file())
    assert sender.send(0, 200)["Portal-Errors"] == "1"
    page = sender.client.get(sender.url).content.decode()
    assert "1 error so far" in page
    assert "Line 1" in page
    assert "invalid_json" in page
    assert "<mark>not</mark> json" in page


def test_a_long_line_is_cut_on_the_way(begin: Begin) -> None:
    wrong = line("x" * 5000).replace(b"assistant", b"robot")
    sender = begin(wrong + b"\n" + good_file())
    sender.send(0, len(wrong) + 100)
    page = sender.client.get(sender.url).content.decode()
    assert "robot" in page
    assert len(page) < 3000
    assert "/text/" not in page  # there is no dataset yet to ask for all of it


def test_a_fragment_before_the_first_slice_is_there(begin: Begin) -> None:
    sender = begin(good_file())
    assert sender.client.get(sender.url).status_code == 200


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


@pytest.mark.parametrize("what", ["write", "fsync"])
def test_a_full_disk_is_said_and_leaves_nothing(
    what: str, begin: Begin, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise OSError(errno.ENOSPC, "full")

    sender = begin(good_file())
    sender.send(0, 100)
    monkeypatch.setattr(*((slices, "write") if what == "write" else (os, "fsync")), full)
    answer = sender.send(100)
    assert answer.status_code == 507
    assert "disk is full" in answer.content.decode()
    assert (stored(folder), Upload.objects.count(), Dataset.objects.count()) == ([], 0, 0)


def test_a_process_killed_in_a_slice_loses_no_byte_that_it_wrote(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: Any) -> None:
        raise SystemExit

    sender = begin(good_file())
    with monkeypatch.context() as patch:
        patch.setattr(arriving, "judge", die)
        with pytest.raises(SystemExit):
            sender.send(0, 1000)
    assert sender.offset() == 1000
    sender.send(1000)
    assert Dataset.objects.get().state == "ready"


def test_a_process_killed_after_the_last_byte_is_made_up_for(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(*args: Any, **kwargs: Any) -> None:
        raise SystemExit

    sender = begin(good_file())
    with monkeypatch.context() as patch:
        patch.setattr(uploads, "_finish", die)
        with pytest.raises(SystemExit):
            sender.send(0)
    answer = sender.send(len(good_file()))  # nothing more, but that
    assert answer["Portal-Location"] == f"/t/lab/datasets/{Dataset.objects.get().pk}/"


@pytest.mark.parametrize("kept", [0, 5, 20])
def test_a_judge_killed_while_it_saves_begins_anew(kept: int, begin: Begin) -> None:
    sender = begin(file_with(b"not json"))
    sender.send(0, 1000)
    path = storing.incoming(Upload.objects.get().pk + slices.JUDGE)
    path.write_bytes(path.read_bytes()[:kept])
    sender.send(1000)
    assert Dataset.objects.get().counts == {"invalid_json": 1}


@pytest.mark.django_db(transaction=True)
def test_two_slices_at_once_are_taken_once(begin: Begin) -> None:
    sender = begin(good_file())
    found: list[int] = []

    def send() -> None:
        found.append(sender.send(0, 2000).status_code)
        connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [204, 409, 409, 409]
    assert sender.offset() == 2000


def test_what_a_request_has_no_time_for_is_for_a_worker(begin: Begin, no_time: None, woken: list[Any]) -> None:
    sender = begin(file_with(b"not json"))
    assert sender.send(0, 3000)["Portal-Errors"] == "0"
    pk = Upload.objects.get().pk
    assert woken == [(tasks.judge_upload, pk)]
    tasks.judge_upload(pk)
    assert arriving.so_far(pk).judged == 3000


def test_a_slice_does_not_wait_for_a_judge_that_is_at_it(begin: Begin, woken: list[Any]) -> None:
    sender = begin(good_file())
    with slices.held(storing.incoming(Upload.objects.get().pk + slices.JUDGE)):
        assert sender.send(0, 1000).status_code == 204
        arriving.catch_up(Upload.objects.get().pk)
    assert len(woken) == 1


def test_a_check_goes_on_where_the_judge_of_the_upload_was(
    begin: Begin, no_time: None, woken: list[Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = file_with(b"not json")
    begin(content).send_all()
    dataset = Dataset.objects.get()
    assert (dataset.state, woken[-1]) == ("checking", (tasks.check_dataset, dataset.pk))
    begun: list[int] = []
    monkeypatch.setattr(checking, "_begin", record_start(begun, checking._begin))
    tasks.check_dataset(dataset.pk)
    dataset.refresh_from_db()
    assert dataset.counts == {"invalid_json": 1}
    assert 0 < begun[0] < len(content)
    assert len(stored(folder)) == 1


def record_start(into: list[int], begin: Callable[..., tuple[Validator, int]]) -> Any:
    def recorded(*args: Any) -> tuple[Validator, int]:
        validator, start = begin(*args)
        into.append(start)
        return validator, start

    return recorded


def test_a_worker_for_an_upload_that_is_over_does_nothing(begin: Begin) -> None:
    begin(good_file()).send_all()
    tasks.judge_upload(Upload.objects.get().pk)
    assert Dataset.objects.get().state == "ready"


def make_old(*paths: Path) -> None:
    long_ago = time.time() - storing.ABANDONED_AFTER - 60
    for path in paths:
        os.utime(path, (long_ago, long_ago))


def test_what_was_abandoned_is_removed_after_a_day(begin: Begin, folder: Path) -> None:
    begin(good_file()).send(0, 100)
    Upload.objects.update(created_at="2020-01-01T00:00Z")
    tasks.clean_storage()
    assert Upload.objects.count() == 1
    make_old(*stored(folder))
    tasks.clean_storage()
    assert (stored(folder), Upload.objects.count()) == ([], 0)


def test_a_disk_that_is_full_at_the_start_says_so(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise StorageFull

    monkeypatch.setattr(slices, "start", full)
    assert begin(b"x").made.status_code == 507


def test_lines_that_are_there_twice_are_found_across_slices(begin: Begin) -> None:
    content = good_file() + line("first") + b"\n" + b"not json\n" + line("first") + b"\n" + good_file(2)
    begin(content).send_all(300)
    repeated = Dataset.objects.get().issues.filter(code="duplicate_line")
    assert list(repeated.values_list("line", "params__first")) == [(63, 61), (64, 1), (65, 2)]


def test_a_slice_writes_the_marks_of_its_own_lines_only(begin: Begin) -> None:
    sender = begin(good_file())
    sender.send(0, 3000)
    pk = Upload.objects.get().pk
    lines = good_file()[:3000].count(b"\n")
    assert storing.incoming(f"{pk}.marks.messages").stat().st_size == 8 * lines


@pytest.mark.parametrize("tail", [b"", b"xxx", None])
def test_marks_of_a_killed_process_do_no_harm(tail: bytes | None, begin: Begin, woken: list[Any]) -> None:
    """Too many of them are cut off; where some are missing the file is judged from its start."""
    content = good_file() + line("first") + b"\n" + line("first") + b"\n"
    sender = begin(content)
    sender.send(0, len(content) - 10)
    path = storing.incoming(f"{Upload.objects.get().pk}.marks.messages")
    path.write_bytes(b"" if tail is None else path.read_bytes() + tail)
    sender.send(len(content) - 10)
    dataset = Dataset.objects.get()
    if woken:
        tasks.check_dataset(dataset.pk)
        dataset.refresh_from_db()
    assert (dataset.lines, dataset.warning_counts) == (62, {"duplicate_line": 1})


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
