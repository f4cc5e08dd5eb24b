"""A storage of the test's own, and files for it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from datasets import adding, storing
from datasets.models import Dataset
from teams.models import Team, User

Upload = Callable[..., HttpResponse]
MakeDataset = Callable[..., Dataset]


def line(question: str = "When?", answer: str = "On Monday.") -> bytes:
    messages = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return json.dumps({"messages": messages}, ensure_ascii=False).encode()


def good_file(examples: int = 60) -> bytes:
    return b"".join(line(f"Question {i}?") + b"\n" for i in range(examples))


def file_with(*lines: bytes) -> bytes:
    """A good file whose lines 31, 32, … are `lines`."""
    good = good_file().splitlines(keepends=True)
    return b"".join(good[:30] + [wrong + b"\n" for wrong in lines] + good[30:])


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the storage keeps its files."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    return tmp_path


@pytest.fixture
def upload(client_for: Callable[[User], Client], team: Team) -> Upload:
    """Send a file as a browser does: `upload(member, content, name="a.jsonl")`."""

    def send(user: User, content: bytes, *, name: str = "a.jsonl", **options: Any) -> Any:
        form = {"file": SimpleUploadedFile(name, content)} | options.pop("form", {})
        return client_for(user).post(f"/t/{team.slug}/datasets/new/", form, **options)

    return send


@pytest.fixture
def make_dataset(team: Team, member: User) -> MakeDataset:
    """Add a file to the team: `make_dataset(content, name="a.jsonl")`."""

    def make(content: bytes, *, name: str = "a.jsonl", of: Team = team) -> Dataset:
        incoming = storing.Incoming()
        incoming.write(content)
        dataset, _ = adding.add(team=of, uploaded_by=member, name=name, incoming=incoming)
        dataset.refresh_from_db()
        return dataset

    return make


def stored(folder: Path) -> list[Path]:
    """The files that the storage holds, those on their way in too."""
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]
