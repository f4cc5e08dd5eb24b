"""Strings that have broken programs are contents like others; as a role or a key each gets its code, and no crash."""

from __future__ import annotations

import json

import pytest

from datasets.report import Report
from tests.datasets.oracle import oracle
from tests.datasets.oracle.agreement import said_by
from tests.datasets.samples import GOOD, PAIR, TEXT, errors, judge, many
from tests.naughty import NAUGHTY

EACH = pytest.mark.parametrize("text", NAUGHTY, ids=range(len(NAUGHTY)))


def written(value: object, *, raw: bool) -> bytes:
    return json.dumps(value, ensure_ascii=not raw).encode()


def spellings(value: object) -> list[bytes]:
    """With every character as itself, and with escapes."""
    return [written(value, raw=raw) for raw in (True, False)]


def messages(role: str, content: str, **more: str) -> dict[str, object]:
    return {"messages": [{"role": role, "content": content, **more}, {"role": "assistant", "content": "a"}]}


def judged(line: bytes) -> Report:
    """The report on a file of the line alone, as the oracle sees it too; it can be stored, printed and sent."""
    report = judge(line)
    assert said_by(report) == oracle(line)
    for issue in (*report.errors, *report.warnings):
        told = issue.message + issue.hint + issue.excerpt
        assert "\x00" not in told  # PostgreSQL does not take it
        assert len(told.encode()) < 4000
    return report


def test_there_are_enough() -> None:
    assert len(set(NAUGHTY)) == len(NAUGHTY) >= 100


# Warnings that say what some of the strings are.
OF_CONTENT = {"special_token", "broken_think"}


@EACH
def test_as_a_content(text: str) -> None:
    code = "empty_content" if not text.strip() else "surrounding_whitespace" if text != text.strip() else None
    for example in (messages("user", text), {"prompt": text, "completion": "a"}):
        for line in spellings(example):
            report = judged(line)
            assert report.counts == {"too_few_lines": 1}
            assert report.warning_counts.keys() - OF_CONTENT == ({code} if code else set())


@EACH
def test_as_a_text(text: str) -> None:
    allowed = {"too_few_lines", "bad_marker_spacing", "consecutive_user", "consecutive_assistant"}
    for line in spellings({"text": f"\n\nHuman: q{text}\n\nAssistant: a"}):
        assert set(judged(line).counts) <= allowed


@EACH
def test_as_a_role(text: str) -> None:
    for line in spellings(messages(text, "q")):
        assert judged(line).counts == {"too_few_lines": 1, "unknown_role": 1}


@EACH
def test_as_a_key(text: str) -> None:
    extra = {} if text in {"messages", "role", "content"} else {text: "x"}
    for line in spellings(messages("user", "q", **extra) | extra):
        report = judged(line)
        assert report.counts == {"too_few_lines": 1}
        assert report.warning_counts == ({"extra_key": 2} if extra else {})


@EACH
def test_as_a_key_that_is_there_twice(text: str) -> None:
    for name in spellings(text):
        report = judged(b'{"x": {%b: 1, "y": 2, %b: 3}}' % (name, written(text, raw=True)))
        assert report.counts == {"too_few_lines": 1, "duplicate_key": 1}


@EACH
def test_as_the_only_key(text: str) -> None:
    for line in spellings({text: 1}):
        code = "wrong_type" if text == "messages" else "unknown_format"
        assert set(judged(line).counts) == {"too_few_lines", code}


@EACH
def test_as_a_line(text: str) -> None:
    """Bare, so not JSON unless it happens to be."""
    judged(b"{}\n" + text.encode())
    judged(text.encode())


SEPARATORS = ["\u2028", "\u2029", "\u0085", "\x0b", "\x0c", "\x1c", "\x1d", "\x1e", "\r"]
SHOWN = SEPARATORS[:3]  # the others are control characters, which JSON takes as escapes only


@pytest.mark.parametrize("separator", SEPARATORS, ids=ascii)
@pytest.mark.parametrize("line", [GOOD, PAIR, TEXT])
def test_only_a_newline_ends_a_line(separator: str, line: bytes) -> None:
    data = separator.encode().join((line % number).removesuffix(b"\n") for number in range(60))
    report = judged(data)
    assert (report.lines, report.examples) == (1, 1)
    assert report.counts == {"too_few_lines": 1, "invalid_json": 1}


@pytest.mark.parametrize("separator", SHOWN, ids=ascii)
def test_a_separator_in_a_content_is_a_character(separator: str) -> None:
    line = written({"prompt": f"a{separator}b", "completion": "a"}, raw=True)
    report = judged(b"\n".join(line.replace(b'"a', b'"%da' % number, 1) for number in range(60)))
    assert (report.ok, report.lines, report.warning_counts) == (True, 60, {})


@pytest.mark.parametrize("separator", SEPARATORS[3:], ids=ascii)
def test_a_control_character_is_taken_as_an_escape_only(separator: str) -> None:
    for raw in (True, False):
        assert errors(written(messages("user", f"a{separator}b"), raw=raw)) == []  # `json.dumps` escapes it either way
    assert [code for code, _ in errors(f'{{"prompt": "a{separator}b", "completion": "a"}}')] == ["invalid_json"]


@pytest.mark.parametrize("separator", SHOWN + SEPARATORS[3:5], ids=ascii)
def test_a_line_of_a_separator_is_not_blank(separator: str) -> None:
    assert [code for code, _ in errors(separator)] == ["invalid_json"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b" \r\n", b"\r\r\n", b"\t\n"])
def test_the_last_line_needs_no_end(end: bytes) -> None:
    data = many(GOOD, 60).replace(b"\n", end)
    with_end, without = judge(data), judge(data.removesuffix(b"\n"))
    assert with_end == without == judge(data.removesuffix(end))
    assert (with_end.ok, with_end.lines, with_end.examples) == (True, 60, 60)


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_file_of_carriage_returns_alone_is_one_line(end: str) -> None:
    report = judged(many(GOOD, 60).replace(b"\n", b"\r") + end.encode())
    assert (report.lines, report.examples, report.counts) == (1, 1, {"too_few_lines": 1, "invalid_json": 1})
