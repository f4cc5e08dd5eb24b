"""Converting a dataset: its stored bytes into a new dataset that knows its parent. Safe to run twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import PurePosixPath
from typing import Any, BinaryIO

import msgspec

from datasets import adding, names, storing
from datasets.claims import CONVERSIONS, Superseded
from datasets.conversions import chats, tables
from datasets.conversions.kinds import Kind, kind_of
from datasets.conversions.tables import Columns
from datasets.conversions.tally import Tally, Unreadable
from datasets.models import Conversion, Dataset
from datasets.storing import FileTooLarge, StorageFull
from datasets.tasks import convert_dataset
from finetune_portal.doorbell import wake
from teams.models import User

AT_ONCE = 4 * 1024 * 1024  # bytes; the conversion takes less time than a second look at the page would
XLSX_AT_ONCE = 256 * 1024  # packed, and slow to read


def kind(dataset: Dataset) -> Kind | None:
    """What the dataset can be converted from; None for what needs it not."""
    if not (dataset.counts or "extra_key" in dataset.warning_counts or dataset.state == Dataset.State.CHECKING):
        return None
    try:
        with storing.open_file(dataset.path) as file:
            return kind_of(file, dataset.name)
    except FileNotFoundError:
        return None


def ask(source: Dataset, asked_by: User, kind: Kind, columns: Columns | None = None) -> Conversion:
    """Convert a small file right here; have a worker convert a large one."""
    chosen = msgspec.to_builtins(columns) if columns else {}
    conversion = Conversion.objects.create(source=source, asked_by=asked_by, kind=kind, columns=chosen)
    if source.size <= (XLSX_AT_ONCE if kind == Kind.XLSX else AT_ONCE):
        convert(conversion.pk)
        conversion.refresh_from_db()
    else:
        wake(convert_dataset, conversion.pk)
    return conversion


def convert(conversion_id: int) -> None:
    """Do it, unless it is done, or being done by someone else."""
    conversion = CONVERSIONS.claim(conversion_id)
    if conversion is not None:
        with suppress(Superseded):
            CONVERSIONS.change(conversion, **_outcome(conversion))


def _outcome(conversion: Conversion) -> dict[str, Any]:
    """The fields that say how it ended."""
    if conversion.attempts == CONVERSIONS.max_attempts:
        return {"state": Conversion.State.FAILED, "trouble": "broke_off"}
    tally = Tally()
    try:
        result = _make(conversion, tally)
    except Unreadable as unreadable:
        outcome: dict[str, Any] = {"state": Conversion.State.FAILED, "trouble": unreadable.reason}
    except (FileTooLarge, StorageFull, FileNotFoundError) as trouble:
        outcome = {"state": Conversion.State.FAILED, "trouble": _TROUBLES[type(trouble)]}
    else:
        outcome = {"state": Conversion.State.DONE, "result": result}
    return outcome | {"tally": msgspec.to_builtins(tally)}


_TROUBLES = {FileTooLarge: "too_large", StorageFull: "disk_full", FileNotFoundError: "gone"}


def result_name(source: Dataset) -> str:
    """A file of lines keeps its name and becomes the next version; another gets a name of its own."""
    return names.clean(f"{PurePosixPath(source.name).stem}.jsonl")


def _make(conversion: Conversion, tally: Tally) -> Dataset | None:
    """The dataset that comes of it; None if not one example could be kept."""
    source = conversion.source
    incoming = storing.Incoming()
    sign = CONVERSIONS.signs(conversion)
    try:
        with storing.open_file(source.path) as file:
            for line in _lines(conversion, file, tally):
                incoming.write(line)
                sign(incoming.size)
        if not tally.kept:
            return None
        dataset, _is_new = adding.add(
            team=source.team,
            uploaded_by=conversion.asked_by,
            name=result_name(source),
            incoming=incoming,
            parent=source,
        )
    finally:
        incoming.discard()
    return dataset


def _lines(conversion: Conversion, file: BinaryIO, tally: Tally) -> Iterator[bytes]:
    chosen = Kind(conversion.kind)
    if chosen.is_table:
        return tables.lines(file, msgspec.convert(conversion.columns, Columns), tally)
    return chats.lines(file, chats.from_openai if chosen == Kind.OPENAI else chats.from_sharegpt, tally)
