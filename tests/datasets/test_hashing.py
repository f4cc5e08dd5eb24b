"""The hash of a file that arrives in slices, whichever process takes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from datasets import hashing

SLICES = [b"abc", b"", b"d" * 3_000_000, b"e"]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[BinaryIO]:
    with (tmp_path / "upload").open("w+b", buffering=0) as file:
        yield file


@pytest.mark.parametrize("forgotten_at", range(len(SLICES)))
def test_it_is_that_of_the_whole_file(forgotten_at: int, file: BinaryIO, tmp_path: Path) -> None:
    for index, data in enumerate(SLICES):
        if index == forgotten_at:  # as in a process that takes the upload over
            hashing._begun.cache_clear()
        file.seek(0, 2)
        file.write(data)
        digest = hashing.go_on(str(tmp_path), file)
    assert digest.digest() == hashlib.sha256(b"".join(SLICES)).digest()


def test_what_another_process_wrote_counts(file: BinaryIO, tmp_path: Path) -> None:
    file.write(b"abc")
    hashing.go_on(str(tmp_path), file)
    file.write(b"by another, and then this one: ")
    file.write(b"d")
    assert (
        hashing.go_on(str(tmp_path), file).digest() == hashlib.sha256(b"abcby another, and then this one: d").digest()
    )


def test_the_last_slice_does_not_read_the_file_again(file: BinaryIO, tmp_path: Path) -> None:
    file.write(b"abc")
    hashing.go_on(str(tmp_path), file)
    file.seek(0)
    file.write(b"xyz")  # would be seen by one who reads it again
    file.write(b"d")
    assert hashing.go_on(str(tmp_path), file).digest() == hashlib.sha256(b"abcd").digest()
