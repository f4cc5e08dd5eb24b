"""Every case of `json_cases`, alone on a line and inside examples, by the judge and by the oracle."""

from __future__ import annotations

import pytest

from tests.datasets import json_cases as cases
from tests.datasets.oracle import oracle
from tests.datasets.samples import judge, spots

JSON = cases.YES | cases.TAKEN
NOT_JSON = cases.NO | cases.REFUSED

CONTENT = b'{"messages": [{"role": "user", "content": %b}, {"role": "assistant", "content": "a"}]}'
COMPLETION = b'{"prompt": "q", "completion": %b}'
BESIDE = b'{"prompt": "q", "x": %b, "completion": "a"}'


def codes(line: bytes) -> list[str]:
    """The codes of errors on the second line of a file, in which judge and oracle agree."""
    first = b"{}" + b" " * (8192 if b"\x00" in line else 0) + b"\n"  # a NUL further up makes the file a binary one
    found = [code for code, _ in spots(judge(first + line).errors)]
    assert sorted(found) == sorted(code for number, code in oracle(first + line).errors.elements() if number == 2)
    return found


def code_of_value(value: bytes) -> str:
    return "unknown_format" if value.startswith(b"{") else "not_an_object"


def test_there_are_enough() -> None:
    assert len(JSON) + len(NOT_JSON) + len(cases.NOT_UTF_8) >= 250


@pytest.mark.parametrize("name", JSON)
def test_json_is_taken(name: str) -> None:
    value = JSON[name]
    wrong = [] if value.startswith(b'"') else ["wrong_type"]
    assert codes(value) == codes(b"\t " + value + b" \r") == [code_of_value(value)]
    assert codes(CONTENT % value) == codes(COMPLETION % value) == wrong
    assert codes(BESIDE % value) == []


@pytest.mark.parametrize("name", NOT_JSON)
def test_what_is_no_json_is_refused(name: str) -> None:
    text = NOT_JSON[name]
    for line in (text, CONTENT % text, COMPLETION % text, BESIDE % text):
        assert codes(line) == ["invalid_json"]


@pytest.mark.parametrize("name", cases.NOT_UTF_8)
def test_what_is_no_utf_8_is_told_so(name: str) -> None:
    text = cases.NOT_UTF_8[name]
    for line in (text, CONTENT % text, COMPLETION % text, BESIDE % text):
        assert codes(line) == ["invalid_utf8"]


@pytest.mark.parametrize(("levels", "expected"), [(99, []), (100, ["invalid_json"]), (1000, ["invalid_json"])])
@pytest.mark.parametrize(("opening", "closing"), [(b"[", b"]"), (b'{"a":', b"}")])
def test_a_hundred_levels_are_the_deepest(opening: bytes, closing: bytes, levels: int, expected: list[str]) -> None:
    """The line's own object is one of them."""
    inside = opening * (levels - 1) + b"[]" + closing * (levels - 1)
    assert codes(BESIDE % inside) == expected


KEY_TWICE = [
    b'{"a": 1, "a": 1}', rb'{"a": 1, "\u0061": 1}', b'[[{"b": {"": 1, "": 1}}]]', rb'{"\/": 1, "/": 2}',
    rb'{"\ud83d\ude00": 1, "\uD83D\uDE00": 1}', '{"😀": 1, "\\ud83d\\ude00": 2}'.encode(),
    rb'{"\u0000": 1, "\u0000": 2}',
]  # fmt: skip


@pytest.mark.parametrize("value", KEY_TWICE)
def test_a_key_twice_is_an_error_of_its_own(value: bytes) -> None:
    for line in (value, b"[%b]" % value, CONTENT % value, COMPLETION % value, BESIDE % value):
        found = codes(line)
        assert found == (["not_an_object"] if line.startswith(b"[") else ["duplicate_key"])


FIELDS_TWICE = [
    b'{"prompt": "q", "prompt": "q", "completion": "a"}',
    rb'{"prompt": "q", "completion": "a", "complet\u0069on": "a"}',
    CONTENT.replace(b'"role": "user"', b'"role": "user", "role": "user"') % b'"q"', CONTENT % b'"q", "content": "q"',
    b"{%b, %b}" % ((CONTENT % b'"q"')[1:-1], (CONTENT % b'"q"')[1:-1]),
]  # fmt: skip


@pytest.mark.parametrize("line", FIELDS_TWICE)
def test_a_field_twice_is_so_too(line: bytes) -> None:
    assert codes(line) == ["duplicate_key"]


@pytest.mark.parametrize("name", [*cases.YES, *cases.NO, *cases.NOT_UTF_8])
def test_a_file_that_begins_with_a_case_is_judged_alike(name: str) -> None:
    data = (cases.YES | cases.NO | cases.NOT_UTF_8)[name] + b"\n{}"
    said = oracle(data)
    assert sorted(said.errors.elements(), key=str) == sorted(((i.line, i.code) for i in judge(data).errors), key=str)
