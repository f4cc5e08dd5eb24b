"""The lines around a place, read by byte offset."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from datasets import context
from datasets.context import Line
from tests.datasets.test_visible import shown


@pytest.fixture
def file(tmp_path: Path) -> Iterator[BinaryIO]:
    path = tmp_path / "file"
    path.write_bytes("一\nzwei\r\nthree\n\nfive \u2028 still five\nsix".encode())
    with path.open("rb") as file:
        yield file


def around(file: BinaryIO, number: int, column: int | None = None, end: int | None = None) -> list[Line]:
    offset = context.find(file, number)
    assert offset is not None
    return context.around(file, number, offset, column, end)


@pytest.mark.parametrize(
    ("number", "numbers"),
    [(1, [1, 2, 3]), (2, [1, 2, 3, 4]), (3, [1, 2, 3, 4, 5]), (5, [3, 4, 5, 6]), (6, [4, 5, 6])],
)
def test_two_lines_stand_before_and_after(file: BinaryIO, number: int, numbers: list[int]) -> None:
    lines = around(file, number)
    assert [line.number for line in lines] == numbers
    assert [line.number for line in lines if line.is_hit] == [number]


def test_the_lines_are_those_of_the_file(file: BinaryIO) -> None:
    lines = [shown(line.runs) for line in around(file, 3, 2, 4)]
    assert lines == ["一", "zwei", "t[hr]ee", "<empty line>", "five <LS> still five"]


def test_without_an_end_one_character_is_marked(file: BinaryIO) -> None:
    assert shown(around(file, 1, 1)[0].runs) == "[一]"


def test_a_line_that_is_not_there_has_no_offset(file: BinaryIO) -> None:
    assert context.find(file, 7) is None
    assert context.find(BytesIO(b""), 1) is None
    assert context.find(BytesIO(b"one\n"), 2) is None


def test_a_line_is_found_from_an_earlier_one(file: BinaryIO) -> None:
    known = context.find(file, 3)
    assert known is not None
    assert context.find(file, 6, (3, known)) == context.find(file, 6)


def test_lines_are_found_across_blocks(monkeypatch: pytest.MonkeyPatch, file: BinaryIO) -> None:
    expected = [context.find(file, n) for n in range(1, 8)]
    monkeypatch.setattr(context, "BLOCK", 3)
    assert [context.find(file, n) for n in range(1, 8)] == expected
    assert [line.number for line in around(file, 5)] == [3, 4, 5, 6]


def test_all_bytes_of_a_foreign_character_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "gbk"
    path.write_bytes(b"a\xb5\xc4b\n")
    with path.open("rb") as file:
        assert shown(around(file, 1, 2, 3)[0].runs) == "a[<B5><C4>]b"


def test_a_character_that_the_file_breaks_off_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "cut"
    path.write_bytes(b"ab\xe4\xb8")
    with path.open("rb") as file:
        assert shown(around(file, 1, 3)[0].runs) == "ab[<E4><B8>]"


def test_of_a_huge_line_little_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    path.write_bytes(b"x" * 3_000_000 + b"!" + "词".encode() * 1_000_000 + b"\nlast\n")
    with path.open("rb") as file:
        lines = around(file, 1, 3_000_001)
    assert len(shown(lines[0].runs)) < 4000
    assert "[!]" in shown(lines[0].runs)
    assert shown(lines[0].runs).endswith("<999,000 characters folded>")
    assert shown(lines[1].runs) == "last"
