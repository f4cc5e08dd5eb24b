from __future__ import annotations

import json
import re
import tracemalloc

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from datasets import verdict
from datasets.judging import EMPTY_LINES
from datasets.limits import Limits
from datasets.report import Report
from datasets.validation import Validator, judge_block
from tests.datasets.samples import GOOD, many
from tests.datasets.test_findings import FILES, LIMITS

MIB = 1024 * 1024


def at_once(data: bytes, limits: Limits = LIMITS) -> Report:
    return verdict.report(judge_block(data, 0, limits), limits)


@settings(max_examples=300)
@given(FILES, st.lists(st.integers(1, 200), min_size=1))
def test_chunks_of_any_size_give_one_report(data: bytes, sizes: list[int]) -> None:
    validator = Validator(LIMITS)
    position = 0
    for size in sizes * (len(data) + 1):
        validator.feed(data[position : position + size])
        validator = Validator.load(validator.save(), LIMITS)
        position += size
        if position >= len(data):
            break
    assert validator.finish() == at_once(data)


@given(st.binary() | st.text().map(str.encode))
@example(b"\xef\xbb\xbf")
@example(b"{" * 3000)
def test_whatever_comes_gets_a_report(data: bytes) -> None:
    validator = Validator()
    validator.feed(data)
    text = json.dumps(validator.finish().as_dict("a.jsonl"), ensure_ascii=False)
    assert "\\u0000" not in text
    assert text.encode()


@pytest.mark.parametrize("chunk", [1000, MIB, 3 * MIB])
def test_lines_behind_one_over_the_limit_keep_their_places(chunk: int) -> None:
    limits = Limits(line_bytes=1000)
    data = GOOD % 1 + b"x" * (2 * MIB) + b"\n" + b"\n" + b"y" * 1001 + b"\n[]"
    validator = Validator(limits)
    for start in range(0, len(data), chunk):
        validator.feed(data[start : start + chunk])
    report = validator.finish()
    assert report == at_once(data, limits)
    assert [
        (issue.code, issue.line, data[issue.offset or 0 : (issue.offset or 0) + 1]) for issue in report.errors[1:]
    ] == [
        ("line_too_long", 2, b"x"),
        ("blank_line", 3, b"\n"),
        ("line_too_long", 4, b"y"),
        ("not_an_object", 5, b"["),
    ]


def test_a_line_of_100_mb_is_not_kept() -> None:
    tracemalloc.start()
    validator = Validator(Limits(line_bytes=MIB))
    for _ in range(100):
        validator.feed(b"x" * MIB)
    validator.feed(b"\n" + many(GOOD))
    report = validator.finish()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert report.counts == {"line_too_long": 1}
    assert peak < 12 * MIB


def test_a_line_of_many_errors_is_counted_and_not_kept() -> None:
    line = b'{"messages": [' + b"1, " * 30_000 + b"1]}"
    tracemalloc.start()
    findings = judge_block(line)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert findings.errors["wrong_type"].count == 30_001
    assert peak < 5 * len(line)


def test_what_is_not_text_is_not_read_to_its_end() -> None:
    validator = Validator()
    validator.feed(b"PK\x03\x04" + b"\x00\n" * MIB)
    assert validator.findings.lines < MIB
    assert validator.finish().counts == {"binary_file": 1}


def test_a_report_so_far_leaves_out_what_only_the_end_can_tell() -> None:
    validator = Validator()
    validator.feed(GOOD % 1 + GOOD % 1 + b"\n" + GOOD[:20])
    report = validator.report()
    assert (report.lines, report.counts, report.warning_counts) == (3, {"blank_line": 1}, {})
    assert validator.report().format == "messages"


def test_an_archive_is_known_by_its_first_bytes() -> None:
    validator = Validator()
    validator.feed(b"\x1f\x8b\x08\x00\n")
    assert validator.report().counts == {"binary_file": 1}


@pytest.mark.parametrize("chunk", [1000, 100_000, 3 * MIB])
@pytest.mark.parametrize(
    ("beginning", "code"),
    [
        (GOOD % 1, "file_too_large"),
        (b"{}\n\x00", "binary_file"),
        (b"[1,\n", "json_array"),
        (b"[1]\n", "file_too_large"),
        (b'{"a":\n1}\n', "pretty_printed_json"),
        (b"\n", "empty_file"),
    ],
)
def test_a_large_file_gets_one_verdict_however_it_comes(beginning: bytes, code: str, chunk: int) -> None:
    data = beginning + b"\n" * (2 * MIB)
    validator = Validator(Limits(file_bytes=MIB + MIB // 2))
    for start in range(0, len(data), chunk):
        validator.feed(data[start : start + chunk])
    assert validator.finish().counts == {code: 1}


def test_a_run_of_empty_lines_is_sought_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """For each line that is listed it would take a hundred times as long."""
    sought: list[int] = []

    class Counted:
        @staticmethod
        def match(block: bytes, start: int) -> re.Match[bytes] | None:
            sought.append(start)
            return EMPTY_LINES.match(block, start)

    monkeypatch.setattr("datasets.judging.EMPTY_LINES", Counted)
    findings = judge_block(b"\n" * 100_000)
    assert (findings.lines, sought) == (100_000, [100])


def test_the_state_between_two_chunks_is_small() -> None:
    validator = Validator()
    validator.feed(many(GOOD, 10_000))
    assert len(validator.save()) < 10_000 * 16 + 50_000
