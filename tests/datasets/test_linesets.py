"""Where in a file its lines with errors are, exactly, however large it is and however it was judged."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets.linesets import LineSet, spread
from datasets.verdict import PARTS
from tests.datasets.oracle.made import FILES
from tests.datasets.samples import GOOD, PAIR, judge, many

FLAGS = st.lists(st.booleans(), max_size=40)


def line_set(flags: list[bool]) -> LineSet:
    flagged = [number for number, flag in enumerate(flags, start=1) if flag]
    return LineSet.of(flagged, [1] * len(flagged), len(flags))


def numbers(lines: LineSet) -> list[int]:
    return [number for some in lines.numbers() for number in some.tolist()]


@given(FLAGS, FLAGS, FLAGS)
def test_parts_add_up(a: list[bool], b: list[bool], c: list[bool]) -> None:
    whole = LineSet()
    whole.extend(line_set(a), 0)
    whole.extend(line_set(b), len(a))
    whole.extend(line_set(c), len(a) + len(b))
    assert whole == line_set(a + b + c)
    assert numbers(whole) == [number for number, flag in enumerate(a + b + c, start=1) if flag]


def test_runs_are_lines() -> None:
    assert numbers(LineSet.of([2, 7], [3, 1], 9)) == [2, 3, 4, 7]


@pytest.mark.parametrize(
    ("bad", "lines", "expected"),
    [([1, 3], 3, [1, 0, 1]), ([1, 2, 3, 4], 8, [2, 2, 0, 0]), ([8], 8, [0, 0, 0, 1]), ([], 0, [])],
)
def test_a_file_is_counted_in_equal_parts(bad: list[int], lines: int, expected: list[int]) -> None:
    assert spread([np.array(bad, np.int64)], lines, 4) == expected


@given(FILES)
def test_each_line_with_errors_is_on_the_map(data: bytes) -> None:
    report = judge(data, listed=10**6)
    lines = sorted({issue.line for issue in report.errors if issue.line})
    parts = min(PARTS, report.lines)
    expected = [0] * parts
    for line in lines:
        expected[(line - 1) * parts // report.lines] += 1
    assert report.error_map == (expected if lines else [])


def test_errors_that_are_not_listed_are_on_the_map() -> None:
    report = judge(many(GOOD, 1000) + many(b"%d\n", 2000) + many(PAIR, 1000))
    assert (len(report.error_map), sum(report.error_map)) == (PARTS, report.error_lines) == (250, 3000)
    assert report.error_map[:62] == [0] * 62
    assert report.error_map[63:] == [16] * 187
