"""Bytes on their way into the storage, and what stays of them."""

import errno
import hashlib
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from datasets import storing
from datasets.storing import FileTooLarge, Incoming, StorageFull
from tests.datasets.files import stored

HELLO = hashlib.sha256(b"hello").hexdigest()


def fail_with(number: int) -> Any:
    def fail(*args: Any, **kwargs: Any) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def test_a_file_is_hashed_while_it_comes(folder: Path) -> None:
    incoming = Incoming()
    incoming.write(b"hel")
    incoming.write(b"lo")
    assert (incoming.sha256, incoming.size) == (HELLO, 5)
    incoming.discard()


def test_a_settled_file_stands_in_place(folder: Path) -> None:
    incoming = Incoming()
    incoming.write(b"hello")
    incoming.settle("datasets/x")
    incoming.discard()
    assert stored(folder) == [folder / "datasets/x"]
    with storing.open_file("datasets/x") as file:
        assert file.read() == b"hello"


def test_a_discarded_file_leaves_nothing(folder: Path) -> None:
    incoming = Incoming()
    incoming.write(b"hello")
    incoming.discard()
    incoming.discard()
    assert stored(folder) == []


def test_a_file_over_the_limit_is_refused(folder: Path, settings: Any) -> None:
    settings.PORTAL_MAX_FILE_BYTES = 4
    incoming = Incoming()
    incoming.write(b"hell")
    with pytest.raises(FileTooLarge):
        incoming.write(b"o")
    incoming.discard()


def test_a_full_disk_is_named_when_a_file_starts(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", fail_with(errno.ENOSPC))
    with pytest.raises(StorageFull):
        Incoming()


def test_a_full_disk_is_named_when_a_file_settles(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    incoming = Incoming()
    monkeypatch.setattr(os, "fsync", fail_with(errno.EDQUOT))
    with pytest.raises(StorageFull):
        incoming.settle("datasets/x")
    incoming.discard()
    assert stored(folder) == []


def test_another_failure_is_not_called_a_full_disk(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "open", fail_with(errno.EACCES))
    with pytest.raises(PermissionError):
        Incoming()


def test_only_one_holds_the_lock(folder: Path) -> None:
    order = []

    def other() -> None:
        with storing.alone():
            order.append("other")

    with storing.alone():
        thread = threading.Thread(target=other)
        thread.start()
        time.sleep(0.05)
        order.append("first")
    thread.join()
    assert order == ["first", "other"]


def test_what_a_crash_left_is_removed_after_a_day(folder: Path) -> None:
    old, young = folder / "incoming/old", folder / "incoming/young"
    old.parent.mkdir()
    old.touch()
    young.touch()
    os.utime(old, (0, 0))
    assert storing.remove_abandoned() == 1
    assert stored(folder) == [young]


def test_nothing_to_remove_is_no_trouble(folder: Path) -> None:
    assert storing.remove_abandoned() == 0
