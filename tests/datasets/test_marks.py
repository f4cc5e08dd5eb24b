from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import duplicates
from datasets.duplicates import Duplicates
from datasets.linereader import lines_at
from datasets.marks import Marks, mark
from tests.datasets.samples import GOOD, judge, many

LINES = st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b"e" * 50]))


def marks_of(lines: list[bytes], first: int = 1) -> Marks:
    numbers = np.arange(first, first + len(lines))
    return Marks.of(numbers, np.array([mark(line) for line in lines], np.uint64))


def repeats(lines: list[bytes]) -> list[tuple[int, int]]:
    return [(n, lines.index(line) + 1) for n, line in enumerate(lines, start=1) if lines.index(line) + 1 < n]


@pytest.mark.parametrize("bucket", [1, 3, 1000])
@given(lines=LINES, has_file=st.booleans())
def test_each_repeat_names_the_first(bucket: int, lines: list[bytes], has_file: bool) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(duplicates, "BUCKET", bucket)
        patch.setattr(duplicates, "CHUNK", bucket)
        patch.setattr(duplicates, "AT_ONCE", bucket)
        file = io.BytesIO(b"\n".join(lines)) if has_file else None
        assert duplicates.find(marks_of(lines), 1000, file) == Duplicates(len(repeats(lines)), repeats(lines), None)


@given(LINES)
def test_lines_that_share_a_mark_are_told_apart_in_the_file(lines: list[bytes]) -> None:
    marks = Marks.of(np.arange(1, len(lines) + 1), np.zeros(len(lines), np.uint64))
    found = duplicates.find(marks, 1000, io.BytesIO(b"\n".join(lines)))
    assert found.first == repeats(lines)


@given(LINES)
def test_the_first_and_the_last_are_listed(lines: list[bytes]) -> None:
    expected = repeats(lines)
    found = duplicates.find(marks_of(lines), 2)
    assert found == Duplicates(len(expected), expected[:2], expected[-1] if len(expected) > 2 else None)


@given(st.lists(LINES, max_size=4), st.integers(0, 3))
def test_marks_of_later_blocks_move_behind(blocks: list[list[bytes]], gap: int) -> None:
    together, lines = Marks(), 0
    numbers: list[int] = []
    for block in blocks:
        together.extend(marks_of(block), lines)
        numbers += range(lines + 1, lines + 1 + len(block))
        lines += len(block) + gap
    assert together.numbers(np.arange(len(numbers))).tolist() == numbers if numbers else not together.runs
    assert gap or len(together.runs) <= 1


def test_a_line_costs_eight_bytes() -> None:
    marks = marks_of([b"a"] * 1000)
    assert (len(marks.marks), len(marks.runs)) == (8000, 1)


@given(st.lists(st.sampled_from([b"", b"a", b"\r", b"bcd"])), st.sets(st.integers(0, 20)), st.integers(1, 9))
def test_lines_are_read_in_one_pass(lines: list[bytes], wanted: set[int], block: int) -> None:
    indexes = sorted(index for index in wanted if index < len(lines))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("datasets.linereader.BLOCK", block)
        file = io.BytesIO(b"".join(line + b"\n" for line in lines))
        assert list(lines_at(file, np.array(indexes, np.int64) + 1)) == [lines[index] for index in indexes]


def test_a_last_line_without_newline_is_read_too() -> None:
    assert list(lines_at(io.BytesIO(b"a\nb"), np.array([2]))) == [b"b"]


def test_repeats_are_counted_and_the_last_is_listed() -> None:
    report = judge(many(GOOD, 60) * 4)
    repeats = report.warnings
    assert (report.warning_counts, len(repeats)) == ({"duplicate_line": 180}, 101)
    assert (repeats[-1].line, repeats[-1].params, report.truncated) == (240, {"first": 60}, True)
    assert report.statistics.duplicates == 180
