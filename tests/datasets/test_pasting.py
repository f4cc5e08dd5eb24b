"""Lines from the clipboard, and the sample files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from datasets import samples, storing
from datasets.models import Dataset
from teams.models import User
from tests.datasets.files import MakeDataset, good_file, stored
from tests.datasets.samples import judge

ClientFor = Callable[[User], Client]
PASTE = "/t/lab/datasets/new/paste/"


@pytest.fixture
def paste(client_for: ClientFor, member: User, folder: Path) -> Callable[..., Any]:
    def send(text: str, **fields: str) -> Any:
        return client_for(member).post(PASTE, {"text": text, **fields})

    return send


Paste = Callable[..., Any]


def test_pasted_lines_become_a_file(paste: Paste) -> None:
    answer = paste(good_file().decode())
    dataset = Dataset.objects.get()
    assert answer["Location"] == f"/t/lab/datasets/{dataset.pk}/"
    assert (dataset.name, dataset.state) == ("pasted.jsonl", "ready")


def test_line_ends_of_the_browser_become_what_was_pasted(paste: Paste) -> None:
    paste(good_file().decode().replace("\n", "\r\n"))
    with storing.open_file(Dataset.objects.get().path) as file:
        assert file.read() == good_file()


def test_nothing_is_stripped(paste: Paste) -> None:
    paste("  \n\0\n ")
    with storing.open_file(Dataset.objects.get().path) as file:
        assert file.read() == b"  \n\0\n "


def test_it_has_the_name_that_was_given(paste: Paste) -> None:
    paste(good_file().decode(), name="../b.jsonl")
    assert Dataset.objects.get().name == "b.jsonl"


def test_it_becomes_a_version(paste: Paste, make_dataset: MakeDataset) -> None:
    first = make_dataset(b"x\n")
    paste(good_file().decode(), of=str(first.pk))
    assert Dataset.objects.get(version=2).parent == first


def test_nothing_pasted_is_said(paste: Paste) -> None:
    answer = paste("")
    assert answer.status_code == 422
    assert "Paste some lines first." in answer.content.decode()


def test_too_much_is_said_and_leaves_nothing(paste: Paste, folder: Path) -> None:
    answer = paste("x" * (4 * 1024 * 1024 + 1))
    assert answer.status_code == 422
    assert "at most 4 MB can be pasted" in answer.content.decode()
    assert stored(folder) == []


@pytest.mark.parametrize("name", [sample.format for sample in samples.ALL])
def test_a_sample_file_can_train(name: str, client_for: ClientFor, viewer: User) -> None:
    answer = client_for(viewer).get(f"/t/lab/datasets/samples/{name}/")
    assert answer["Content-Disposition"] == f'attachment; filename="sample-{name}.jsonl"'
    report = judge(answer.content)
    assert (report.ok, report.format, report.examples) == (True, name, 60)
    assert set(report.warning_counts) <= {"deprecated_format"}


def test_there_is_no_sample_of_another_format(client_for: ClientFor, viewer: User) -> None:
    assert client_for(viewer).get("/t/lab/datasets/samples/csv/").status_code == 404
