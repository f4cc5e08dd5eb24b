"""Where a file is cut on its way changes nothing: inside a character, inside an escape, between CR and newline."""

from __future__ import annotations

import pytest

from datasets.limits import Limits
from datasets.report import Report
from datasets.validation import Validator
from tests.datasets.oracle import oracle
from tests.datasets.oracle.agreement import said_by
from tests.datasets.samples import judge

PAIR = '{"prompt": "中文😀é", "completion": "\\ud83d\\ude00\\u4e2d\\n\\"\\\\"}'.encode()
FILES = {
    "characters and escapes": b"\n".join([PAIR, PAIR.replace(b"p", b"\\u0070", 1), PAIR + b"\r", b"", PAIR]),
    "CR and newline": b"\r\n".join([PAIR, b"", b" ", b"\r", b'{"text": "\xe4\xb8"}', b"{}"]) + b"\r\n",
    "a mark": b"\xef\xbb\xbf" + PAIR + b"\n\xef\xbb\xbf" + PAIR,
    "half characters": b'"\xe4\xb8"\n"\xf0\x9f\x98\n\xe4\n\xb8\xad\n"\xed\xa0\xbd\xed\xb8\x80"',
    "half escapes": rb'{"prompt": "\ud83d' + b"\n" + rb'\ude00"}' + b"\n" + rb'["\u00' + b"\n" + rb'41"]' + b'\n"\\\n"',
    "an array": b'[{"a": 1},\n {"a": "\xe4\xb8\xad"}]\n',
    "an object over lines": '{\n "键": "中",\r\n "b": [\n]}\n{}'.encode(),
    "UTF-16": '{"a": "中"}\n{}'.encode("utf-16"),
    "UTF-16 without a mark": '{"a": "中"}\n{}'.encode("utf-16-le"),
    "UTF-32": '{"a": 1}\n'.encode("utf-32"),
    "an archive": b"PK\x03\x04\n\n\x00",
    "a NUL": b"{}\n\x00\n{}",
    "blank": b"\xef\xbb\xbf\r\n \n\t\n",
    "a long line": PAIR + b"\n" + b"\xe4\xb8\xad" * 40 + b"\n\n" + PAIR,
}
LIMITS = Limits(line_bytes=100)


def fed(*chunks: bytes, limits: Limits) -> Report:
    validator = Validator(limits)
    for chunk in chunks:
        validator.feed(chunk)
    return validator.finish()


def carried_over(first: bytes, second: bytes) -> Report:
    """As an upload in slices does it, each in a request of its own."""
    validator = Validator(LIMITS)
    validator.feed(first)
    validator.report()
    validator = Validator.load(validator.save(), LIMITS)
    validator.feed(second)
    return validator.finish()


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("limits", [Limits(), LIMITS, Limits(file_bytes=60)], ids=["usual", "short lines", "small"])
def test_byte_by_byte_is_at_once(name: str, limits: Limits) -> None:
    data = FILES[name]
    at_once = fed(data, limits=limits)
    assert fed(*(bytes([byte]) for byte in data), limits=limits) == at_once
    assert said_by(at_once) == oracle(data, file_bytes=limits.file_bytes, line_bytes=limits.line_bytes)


@pytest.mark.parametrize("name", FILES)
def test_a_cut_anywhere_changes_nothing(name: str) -> None:
    data = FILES[name]
    at_once = fed(data, limits=LIMITS)
    for cut in range(len(data) + 1):
        assert fed(data[:cut], data[cut:], limits=LIMITS) == at_once
        assert carried_over(data[:cut], data[cut:]) == at_once


@pytest.mark.parametrize("name", FILES)
def test_a_cut_anywhere_between_good_lines_changes_nothing(name: str) -> None:
    """Blocks are cut by size, so it is the size of what comes before that moves the cut."""
    good = b"".join(b'{"prompt": "%d", "completion": "a"}\n' % number for number in range(20))
    data = good + FILES[name] + b"\n" + good
    at_once = judge(data)
    for cut in range(len(good) - 1, len(data) - len(good) + 2):
        validator = Validator()
        validator.feed(data[:cut])
        validator.feed(data[cut:])
        assert validator.finish() == at_once
    assert said_by(at_once) == oracle(data)
