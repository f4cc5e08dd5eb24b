"""The marks of an upload's lines, on disk beside it: a slice adds those of its own lines, and only the last one reads
them. Elsewhere they would be read and written with each slice."""

from __future__ import annotations

from pathlib import Path

from datasets import slices, storing
from datasets.findings import Findings
from datasets.marks import MARK_BYTES


class Lost(Exception):
    """Marks are missing: the file must be judged from its start."""


def put(findings: Findings, name: str) -> None:
    """Write the marks that are in memory behind those of before, and let go of them. Raises StorageFull."""
    with storing.full_disk_told():
        for format_name, found in findings.formats.items():
            with _path(name, format_name).open("ab", buffering=0) as file:
                size = found.marks.elsewhere * MARK_BYTES
                if file.tell() > size:
                    file.truncate(size)  # behind it stands what a killed process wrote
                slices.write(file, found.marks.let_go())


def take(findings: Findings, name: str) -> None:
    """Put the marks back in their places, for good. Raises Lost."""
    for format_name, found in findings.formats.items():
        size = found.marks.elsewhere * MARK_BYTES
        try:
            with _path(name, format_name).open("rb", buffering=0) as file:
                data = bytearray(size)
                if file.readinto(data) != size:
                    raise Lost
        except FileNotFoundError:
            raise Lost from None
        found.marks.come_back(data)


def _path(name: str, format_name: str) -> Path:
    return storing.incoming(f"{name}.marks.{format_name}")
