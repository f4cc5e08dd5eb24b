"""A file that was edited has the report that it would have if all of it were judged anew."""

from __future__ import annotations

import io
from collections.abc import Sequence
from unittest.mock import patch

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets import blocks, judging, verdict
from datasets.blocks import Edit, NotKept, Recorder, judge_again
from datasets.findings import Findings
from datasets.limits import Limits
from datasets.report import Report
from datasets.validation import Validator
from tests.datasets.oracle.made import FILES, TIDY_LINES, UNTIDY
from tests.datasets.samples import GOOD, PAIR, TEXT, many

LIMITS = Limits(line_bytes=300, listed=3)

BAD = [b"", b" \r", b"{}", b"[", b"[1]", b"{", b"}", b'{"a": 1, "a": 2}', b"\xff", b"\x00", b"x" * 400, b"\xef\xbb\xbf"]
ODD = [b'{"prompt": " ", "completion": "a", "x": 1}', b'{"messages": [1, 2]}', b'{"text": 1, "prompt": 1}', PAIR % 1]
LINES = st.sampled_from([*BAD, *ODD, *(good % number for good in (GOOD, PAIR, TEXT) for number in range(3))])
LONG = st.lists(LINES.map(lambda line: line.rstrip(b"\n")), max_size=40).map(b"\n".join)
EDITS = st.lists(st.tuples(st.integers(0), st.lists(LINES | TIDY_LINES, max_size=3)), min_size=1, max_size=4)
SIZES = st.sampled_from([1, 50, 200, 1000, 10**6])


def recorded(data: bytes, chunk: int, least: int, limits: Limits = LIMITS) -> tuple[Validator, bytes]:
    """The judge of a file, cut into blocks of about that many bytes, and its blocks."""
    file = io.BytesIO()
    validator = Validator(limits, Recorder(file, limits, least))
    for start in range(0, len(data), chunk):
        validator.feed(data[start : start + chunk])
        validator.catch_up()
    report(validator, data)
    assert validator.recorder
    validator.recorder.flush()
    return validator, file.getvalue()


def report(validator: Validator, data: bytes) -> Report:
    return validator.finish(io.BytesIO(data))


def fresh(data: bytes, limits: Limits = LIMITS) -> Report:
    validator = Validator(limits)
    validator.feed(data)
    return report(validator, data)


def edited(data: bytes, number: int, lines: Sequence[bytes]) -> tuple[bytes, Edit]:
    """The file with these lines in place of one of its own."""
    starts = [0, *(at + 1 for at, byte in enumerate(data) if byte == ord("\n") and at + 1 < len(data))]
    start = starts[number % len(starts)]
    end = data.find(b"\n", start) + 1 or len(data)
    new = b"".join(line.rstrip(b"\n") + b"\n" for line in lines)
    return data[:start] + new + data[end:], Edit(start, end - start, len(new))


def again(kept: bytes, edit: Edit, data: bytes, limits: Limits = LIMITS) -> tuple[Findings, bytes]:
    """The findings of the edited file, and its blocks."""
    file = io.BytesIO()
    return judge_again(io.BytesIO(kept), edit, io.BytesIO(data), Recorder(file, limits)), file.getvalue()


def check(data: bytes, edits: list[tuple[int, list[bytes]]], chunk: int, least: int) -> None:
    validator, kept = recorded(data, chunk, least)
    assert validator.recorder
    if validator.recorder.size < len(data):
        return  # not all of it was judged: no lines, or one that is far too long
    for number, lines in edits:
        if not data:
            return
        data, edit = edited(data, number, lines)
        findings, kept = again(kept, edit, data)
        said = verdict.report(findings, LIMITS, file=io.BytesIO(data))
        assert msgspec.json.encode(said) == msgspec.json.encode(fresh(data))
        for line, offset in findings.index.starts:
            assert data[:offset].count(b"\n") == line - 1


@settings(max_examples=300)
@given(LONG | FILES, EDITS, SIZES, SIZES)
def test_it_is_as_if_all_were_judged_anew(
    data: bytes, edits: list[tuple[int, list[bytes]]], chunk: int, least: int
) -> None:
    check(data, edits, chunk, least)


@pytest.mark.deep
@settings(max_examples=10_000)
@given(LONG | FILES | UNTIDY, EDITS, SIZES, SIZES)
def test_it_is_so_for_many_more(data: bytes, edits: list[tuple[int, list[bytes]]], chunk: int, least: int) -> None:
    check(data, edits, chunk, least)


def judged_in(kept: bytes, edit: Edit, data: bytes, limits: Limits = LIMITS) -> int:
    """How many bytes are judged again."""
    with patch.object(blocks, "judge_block", wraps=judging.judge_block) as judge:
        again(kept, edit, data, limits)
    return sum(len(call.args[0]) for call in judge.call_args_list)


def test_only_the_block_of_the_line_is_judged() -> None:
    data = many(GOOD, 2000)
    _, kept = recorded(data, 10_000, 10_000)
    data, edit = edited(data, 1000, [b"wrong"])
    assert 0 < judged_in(kept, edit, data) < 25_000


def test_where_an_error_makes_room_the_block_of_the_next_one_is_judged_too() -> None:
    data = many(GOOD, 500) + many(b"%d\n", 100) + many(PAIR, 500) + b"wrong\n"
    _, kept = recorded(data, 5000, 5000)
    data, edit = edited(data, 500, [GOOD % 1000])
    assert 0 < judged_in(kept, edit, data) < 25_000


@pytest.mark.parametrize(
    "kept",
    [
        b"",
        b"nonsense",
        recorded(many(GOOD), 100, 100)[1][:-1],
        recorded(many(GOOD), 100, 100)[1][:-300],
        recorded(many(GOOD), 100, 100, Limits(line_bytes=301, listed=3))[1],
        recorded(many(GOOD), 100, 100, Limits(line_bytes=300, listed=4))[1],
        recorded(many(GOOD, 5), 100, 100)[1],
    ],
)
def test_blocks_that_are_not_whole_or_of_another_judge_are_none(kept: bytes) -> None:
    data, edit = edited(many(GOOD), 30, [])
    with pytest.raises(NotKept):
        again(kept, edit, data)
