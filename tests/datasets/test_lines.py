from __future__ import annotations

import pytest

from tests.datasets.samples import PAIR, Spots, errors, judge, many, spots, warnings


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (b"", []),
        (b"\n", [("blank_line", None)]),
        (b" \t\r\n", [("blank_line", None)]),
        (b"\x0c\n", [("invalid_json", 1)]),
        (b'{"a": "\xb5\xc4"}', [("invalid_utf8", 8)]),
        ('{"a": "我'.encode() + b'\xff"}', [("invalid_utf8", 9)]),
        (b'{"a": "\xed\xa0\x80"}', [("invalid_utf8", 8)]),
        (b'{"a": "\xe6\x88', [("invalid_utf8", 8)]),
        (b'\xef\xbb\xbf{"a": 1}', [("invalid_json", 1)]),
        (b'{"prompt": "a", "completion": "b",}', [("invalid_json", 34)]),
        (b"[]", [("not_an_object", 1)]),
        (b' "a"', [("not_an_object", 2)]),
        (b'{"a": 1, "b": {"c": 1, "c": 2}}', [("duplicate_key", 24)]),
        (b'{"prompt": "a", "completion": "b", "prompt": "c"}', [("duplicate_key", 36)]),
    ],
)
def test_what_stops_a_line(line: bytes, expected: Spots) -> None:
    assert errors(line) == expected


def test_a_carriage_return_at_the_end_is_white_space() -> None:
    line = b'{"prompt": "a", "completion": "b"}\r\n'
    assert (errors(line), warnings(line)) == ([], [])


def test_separators_of_unicode_end_no_line() -> None:
    assert judge('{"prompt": "a\u2028b\u0085c", "completion": "b"}\n'.encode()).lines == 1


def test_a_line_over_the_limit_is_judged_no_further() -> None:
    report = judge(b"{}\n" + b"x" * 11 + b"\n" + b"x" * 10, line_bytes=10)
    assert spots(report.errors) == [("line_too_long", None)]
    assert spots(report.errors, 3) == [("invalid_json", 1)]
    assert report.errors[2].params == {"limit": 10}


@pytest.mark.parametrize(
    ("bad", "params"),
    [
        (b"\xb5\xc4x", {"bytes": "B5 C4", "byte": 8, "text": "的"}),
        (b"\xb5\xc4\xb5", {"bytes": "B5 C4 B5", "byte": 8, "text": "的"}),
        ("的".encode("gbk") + "会员".encode(), {"bytes": "B5 C4", "byte": 8, "text": "的"}),
        (b"\xff", {"bytes": "FF", "byte": 8}),
    ],
)
def test_bytes_that_are_not_utf8_are_named_and_read_in_gbk(bad: bytes, params: dict[str, str | int]) -> None:
    issues = judge(b"{}\n" + b'{"a": "' + bad + b'"}').errors
    assert [issue.params for issue in issues if issue.code == "invalid_utf8"] == [params]


def test_a_byte_order_mark_at_the_start_does_not_stop_the_line() -> None:
    report = judge(b'\xef\xbb\xbf{"prompt": " "}\n' + many(PAIR))
    assert spots(report.errors, 1) == [("utf8_bom", 1), ("missing_field", 2)]
    assert report.format == "prompt_completion"


def test_a_line_behind_a_byte_order_mark_may_be_blank() -> None:
    report = judge(b"\xef\xbb\xbf\n" + many(PAIR))
    assert spots(report.errors, 1) == [("blank_line", None), ("utf8_bom", 1)]
    assert report.examples == 50


def test_a_second_byte_order_mark_is_no_json() -> None:
    assert spots(judge(b"\xef\xbb\xbf\xef\xbb\xbf{}\n").errors, 1) == [("utf8_bom", 1), ("invalid_json", 2)]


@pytest.mark.parametrize("line", [b"[" * 100_000, b'{"a":' * 100_000, b"9" * 100_000, b"\xff" * 1000])
def test_a_bomb_is_one_error(line: bytes) -> None:
    assert len(errors(line)) == 1


def test_a_nul_far_down_is_no_json() -> None:
    report = judge(many(PAIR, 500) + b'{"a": "\x00"}')
    assert spots(report.errors, 501) == [("invalid_json", 8)]
    assert "\x00" not in report.errors[0].excerpt
