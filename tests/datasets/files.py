"""Files for the tests, good and bad."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from datasets import adding, storing
from datasets.models import Dataset
from teams.models import Team, User

Upload = Callable[..., Any]
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


def make_dataset(team: Team, member: User, content: bytes, name: str = "a.jsonl") -> Dataset:
    incoming = storing.Incoming()
    incoming.write(content)
    dataset, _ = adding.add(team=team, uploaded_by=member, name=name, incoming=incoming)
    dataset.refresh_from_db()
    return dataset


def stored(folder: Path) -> list[Path]:
    """The files that the storage holds, those on their way in too."""
    return [path for path in folder.rglob("*") if path.is_file() and path.name != "lock"]


def newest() -> Dataset:
    """The dataset with the highest version."""
    found = Dataset.objects.order_by("-version").first()
    assert found is not None
    return found


def content(dataset: Dataset) -> bytes:
    """What the storage holds of it."""
    with storing.open_file(dataset.path) as file:
        return file.read()
