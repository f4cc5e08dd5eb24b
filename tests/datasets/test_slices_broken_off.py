"""What becomes of a file that comes in slices when something breaks off."""

from __future__ import annotations

import errno
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from datasets import arriving, slices, storing, tasks, uploads
from datasets.models import Dataset, Upload
from datasets.storing import StorageFull
from tests.datasets.files import file_with, good_file, stored
from tests.datasets.sending import Begin


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


def test_a_disk_that_is_full_at_the_start_says_so(begin: Begin, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: Any) -> None:
        raise StorageFull

    monkeypatch.setattr(slices, "start", full)
    assert begin(b"x").made.status_code == 507


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
