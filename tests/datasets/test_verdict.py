from __future__ import annotations

import gzip
import json

import pytest

from tests.datasets.samples import GOOD, PAIR, TEXT, judge, many, spots

ROWS = [{"prompt": str(number), "completion": "a"} for number in range(60)]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\n \t\r\n", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (b"\xef\xbb\xbf\n", "empty_file"),
        (b"PK\x03\x04 anything", "binary_file"),
        (gzip.compress(b"{}", mtime=0), "binary_file"),
        (b"{}\n\x00", "binary_file"),
        (b"\x00" * 9000, "binary_file"),
        ("{}\n我".encode("utf-16-le"), "binary_file"),
        ("{}\n".encode("utf-16"), "utf16"),
        ("\ufeff{}\n".encode("utf-16-be"), "utf16"),
        ("{}\n".encode("utf-32"), "utf16"),
        ("\ufeff{}\n".encode("utf-32-be"), "utf16"),
        ("{}\n".encode("utf-16-le"), "utf16"),
        ("{}\n".encode("utf-16-be"), "utf16"),
        ("{}\n".encode("utf-32-be"), "utf16"),
        (json.dumps(ROWS).encode(), "json_array"),
        (json.dumps(ROWS, indent=2).encode(), "json_array"),
        (b"\xef\xbb\xbf\n [1, 2", "json_array"),
        (b"[]\n\n", "json_array"),
        (b"[1,\n" + many(PAIR), "json_array"),
        (json.dumps(ROWS[0], indent=2).encode(), "pretty_printed_json"),
        ("\ufeff\n".encode() + json.dumps(ROWS[0], indent=2).encode(), "pretty_printed_json"),
        (b"\n".join(json.dumps(row, indent=1).encode() for row in ROWS), "pretty_printed_json"),
        (b"{\n" + b'"a": 1,\n' * 10_000 + b'"b": 2}\n', "pretty_printed_json"),
    ],
)
def test_what_is_no_jsonl_at_all_is_the_only_error(data: bytes, code: str) -> None:
    report = judge(data)
    assert [(issue.code, issue.line) for issue in report.errors] == [(code, None)]
    assert (report.counts, report.warnings, report.examples, report.format) == ({code: 1}, [], 0, None)


def test_blank_lines_of_an_empty_file_are_counted() -> None:
    assert judge(b"\n\n").lines == 2


@pytest.mark.parametrize(
    "data",
    [
        b"[1]\n" + many(PAIR),  # an array that is complete, and other lines
        b'{"prompt": "a",\n' + many(PAIR),  # cut off, and never completed
        b'{"a": [\n' + many(PAIR) + b"]}\n",  # the lines between have no commas
        b"{\n" + b" " * 1024 * 1024 + b"}\n" + many(PAIR),  # complete, but too far down
        b"{} {\n}\n" + many(PAIR),  # complete on line 1
    ],
)
def test_what_only_begins_like_it_is_judged_by_line(data: bytes) -> None:
    assert spots(judge(data).errors, 1)


def test_a_file_over_the_limit_is_too_large() -> None:
    data = many(GOOD)
    assert judge(data, file_bytes=len(data)).ok
    report = judge(data, file_bytes=len(data) - 1)
    assert report.counts == {"file_too_large": 1}
    assert report.errors[0].params == {"limit": len(data) - 1}


@pytest.mark.parametrize(("count", "expected"), [(49, {"too_few_lines": 1}), (50, {})])
def test_fifty_examples_are_enough(count: int, expected: dict[str, int]) -> None:
    assert judge(many(GOOD, count)).counts == expected


def test_a_blank_line_is_no_example_and_a_last_newline_no_line() -> None:
    report = judge(many(GOOD, 49) + b"\n" + GOOD.rstrip(b"\n") % 99)
    assert (report.lines, report.examples, report.counts) == (51, 50, {"blank_line": 1})


def test_the_first_line_with_a_format_gives_the_files() -> None:
    report = judge(b'{"id": 1}\n{"text": 1, "prompt": 1}\n' + PAIR % 1 + GOOD % 1 + b'{"messages": []}\n' + PAIR % 2)
    assert report.format == "prompt_completion"
    assert spots(report.errors, 3) == spots(report.errors, 6) == []
    assert spots(report.errors, 4) == [("mixed_formats", 2)]
    assert spots(report.errors, 5) == [("mixed_formats", 2), ("empty_messages", 14)]
    assert (report.counts["mixed_formats"], report.error_lines) == (3, 4)


def test_a_line_of_another_format_names_both() -> None:
    issue = judge(GOOD % 1 + PAIR % 1).errors[1]
    assert issue.params == {"format": "prompt_completion", "other": "messages", "whole_line": 1}


def test_lines_of_another_format_get_no_warnings() -> None:
    odd = b'{"prompt": "", "completion": "", "id": 1}\n'
    report = judge(many(GOOD) + odd + odd)
    assert (report.counts, report.warning_counts) == ({"mixed_formats": 2}, {})


def test_the_text_format_is_deprecated_once() -> None:
    report = judge(many(TEXT))
    assert [(issue.code, issue.line) for issue in report.warnings] == [("deprecated_format", None)]
    assert (report.ok, report.format) == (True, "text")


def test_a_duplicate_names_the_first_line_like_it() -> None:
    report = judge(many(GOOD) + GOOD % 7 + GOOD % 8 + (GOOD % 7).rstrip(b"\n"))
    assert [(issue.line, issue.params) for issue in report.warnings] == [
        (51, {"first": 8}),
        (52, {"first": 9}),
        (53, {"first": 8}),
    ]


def test_white_space_makes_a_difference_and_an_error_no_duplicate() -> None:
    report = judge(many(GOOD) + (GOOD % 7).replace(b"\n", b"\r\n") + b"{}\n{}\n")
    assert report.warning_counts == {}


def test_errors_stand_in_order_of_line_then_column() -> None:
    report = judge(b'{"messages": [{"role": "x"}, {"role": "system", "content": 1}]}\n\n[]')
    places = [(issue.line or 0, issue.column or 0) for issue in report.errors]
    assert places == sorted(places)
    assert places[0] == (0, 0)


def test_a_list_has_the_first_hundred_and_the_last() -> None:
    report = judge(many(GOOD) + b"\n" * 500)
    assert [issue.line for issue in report.errors] == [*range(51, 151), 550]
    assert (report.counts, report.truncated, report.error_lines) == ({"blank_line": 500}, True, 500)


def test_a_hundred_and_one_are_all_listed() -> None:
    report = judge(many(GOOD) + b"\n" * 101)
    assert (len(report.errors), report.truncated) == (101, False)


def test_all_are_listed_if_asked() -> None:
    report = judge(many(GOOD) + b"\n" * 500, listed=1000)
    assert (len(report.errors), report.truncated) == (500, False)
