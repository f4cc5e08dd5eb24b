"""A storage of the test's own, and ways to fill it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import hypothesis
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from datasets.models import Dataset
from teams.models import Team, User
from tests.datasets import files
from tests.datasets.files import MakeDataset, Upload
from tests.datasets.sending import Begin, Sender

# Property tests here judge whole files: how long that takes says nothing on a shared machine.
hypothesis.settings.register_profile("datasets", deadline=None)
hypothesis.settings.load_profile("datasets")


@pytest.fixture
def folder(settings: Any, tmp_path: Path) -> Path:
    """Where the storage keeps its files."""
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    return tmp_path


@pytest.fixture
def upload(client_for: Callable[[User], Client], team: Team, folder: Path) -> Upload:
    """Send a file as a browser does: `upload(member, content, name="a.jsonl")`."""

    def send(user: User, content: bytes, *, name: str = "a.jsonl", **options: Any) -> Any:
        form = {"file": SimpleUploadedFile(name, content)} | options.pop("form", {})
        return client_for(user).post(f"/t/{team.slug}/datasets/new/", form, **options)

    return send


@pytest.fixture
def make_dataset(team: Team, member: User, folder: Path) -> MakeDataset:
    """Add a file to the team: `make_dataset(content, name="a.jsonl")`."""

    def make(content: bytes, *, name: str = "a.jsonl", of: Team = team) -> Dataset:
        return files.make_dataset(of, member, content, name)

    return make


@pytest.fixture
def begin(client_for: Callable[[User], Client], member: User, folder: Path) -> Begin:
    """Begin to send: `begin(content, name="a.jsonl", by=member)`."""

    def make(content: bytes, *, by: User = member, **options: str) -> Sender:
        return Sender(client_for(by), content, **options)

    return make


@pytest.fixture
def broken(make_dataset: MakeDataset) -> Dataset:
    """60 good lines with two wrong ones at 31 and 32."""
    return make_dataset(files.file_with(b'{"messages": [},]', b"nonsense"))
