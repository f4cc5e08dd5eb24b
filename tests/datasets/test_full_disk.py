"""A disk that has no more room, as the system says it: whatever writes says so and leaves nothing behind."""

from __future__ import annotations

import json
import resource
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from django.db import connection
from django.test import Client

from datasets import tasks
from datasets.conversions.kinds import Kind
from datasets.conversions.tables import Columns
from datasets.fixes import applying
from datasets.models import Conversion, Fixing
from teams.models import User
from tests.datasets.files import MakeDataset, Upload, file_with, line, stored
from tests.datasets.sending import Begin

MB = 1_000_000
ROOM = 5 * MB  # the largest file that there is room for; the tests' own database is smaller
NEARLY = b"".join(line(f"{i} " + "x" * 1000) + b"\n" for i in range(4500))
TOO_MUCH = NEARLY + NEARLY.replace(b"On Monday", b"On Tuesday")


@pytest.fixture
def no_room() -> Iterator[Callable[[], None]]:
    """From the call on, files of the test's process end at ROOM."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, before[1]))
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.fixture
def client(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


def test_a_form(upload: Upload, member: User, folder: Path, no_room: Callable[[], None]) -> None:
    no_room()
    answer = upload(member, TOO_MUCH)
    assert answer.status_code == 422
    assert "disk is full" in answer.content.decode()
    assert stored(folder) == []


@pytest.mark.parametrize("at", [4 * MB, 6 * MB])
def test_a_slice(at: int, begin: Begin, folder: Path, no_room: Callable[[], None]) -> None:
    sender = begin(TOO_MUCH)
    assert sender.send(0, at).status_code == 204
    no_room()
    assert sender.send(at).status_code == 507
    assert stored(folder) == []


def test_an_edit(client: Client, make_dataset: MakeDataset, folder: Path, no_room: Callable[[], None]) -> None:
    dataset = make_dataset(NEARLY)
    tasks.check_dataset(dataset.pk)
    before = stored(folder)
    no_room()
    text = line("y" * 400_000).decode()
    answer = client.post(f"/t/lab/datasets/{dataset.pk}/lines/3/save/", {"text": text})
    assert answer.status_code == 422
    assert "disk is full" in answer.content.decode()
    assert stored(folder) == before


def test_a_fix(make_dataset: MakeDataset, member: User, folder: Path, no_room: Callable[[], None]) -> None:
    pairs = [json.dumps({"prompt": f"{i}", "completion": "On Monday."}) + "\n" for i in range(90_000)]
    dataset = make_dataset("".join(pairs).encode())
    fixing = applying.ask(dataset, ["prompt_to_messages"], actor=member, is_preview=False)
    no_room()
    tasks.fix_dataset(fixing.pk)
    assert Fixing.objects.get().trouble == "full"
    assert len(stored(folder)) == 1


def test_lines_set_aside(make_dataset: MakeDataset, member: User, folder: Path, no_room: Callable[[], None]) -> None:
    dataset = make_dataset(file_with(*(b"x" * 1000 for _ in range(6000))))
    fixing = applying.ask(dataset, ["drop_bad"], actor=member, is_preview=False)
    no_room()
    tasks.fix_dataset(fixing.pk)
    assert Fixing.objects.get().trouble == "full"
    assert len(stored(folder)) == 1


def test_a_conversion(make_dataset: MakeDataset, member: User, folder: Path, no_room: Callable[[], None]) -> None:
    table = "question,answer\n" + "".join(f"question {i},answer\n" for i in range(120_000))
    dataset = make_dataset(table.encode(), name="faq.csv")
    columns = msgspec.to_builtins(Columns(user=0, assistant=1))
    conversion = Conversion.objects.create(source=dataset, asked_by=member, kind=Kind.CSV, columns=columns)
    no_room()
    tasks.convert_dataset(conversion.pk)
    assert Conversion.objects.get().trouble == "disk_full"
    assert len(stored(folder)) == 1


def test_the_database_has_room(db: None) -> None:
    """Or the other tests here would fail for its sake."""
    if connection.vendor == "sqlite":
        assert Path(str(connection.settings_dict["NAME"])).stat().st_size < ROOM
