"""Which shape a file has, from its beginning and its name."""

from __future__ import annotations

import io
import zipfile
from enum import StrEnum
from itertools import islice
from pathlib import PurePosixPath
from typing import BinaryIO

from datasets.conversions import chats
from datasets.conversions.tables import ZIP
from datasets.conversions.values import values

LOOKED_AT = 20  # examples
HEAD = 1024 * 1024  # bytes that they are looked for in


class Kind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    OPENAI = "openai"
    SHAREGPT = "sharegpt"

    @property
    def is_table(self) -> bool:
        return self in (Kind.CSV, Kind.XLSX)


def kind_of(file: BinaryIO, name: str) -> Kind | None:
    """The shape of a file that can be converted, or None."""
    ending = PurePosixPath(name).suffix.lower()
    head = file.read(len(ZIP))
    if head == ZIP:
        return Kind.XLSX if _is_workbook(file) else None
    if ending in (".csv", ".tsv"):
        return Kind.CSV
    file.seek(0)
    found = [value for _place, value in islice(values(io.BytesIO(file.read(HEAD))), LOOKED_AT)]
    if any(chats.is_sharegpt(value) for value in found):
        return Kind.SHAREGPT
    return Kind.OPENAI if any(chats.is_openai(value) for value in found) else None


def _is_workbook(file: BinaryIO) -> bool:
    try:
        return "xl/workbook.xml" in zipfile.ZipFile(file).namelist()
    except zipfile.BadZipFile:
        return False
