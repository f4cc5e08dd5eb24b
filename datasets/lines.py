"""One line of a training file: what is wrong with it, whatever stands on the other lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

from datasets import formats
from datasets.excerpts import EXCERPT, shown
from datasets.findings import Format
from datasets.jsonfaults import Fault
from datasets.report import Params
from datasets.spots import Spot
from datasets.strictjson import Span, kind, scan_line

BLANK = b" \t\r"
BOM = b"\xef\xbb\xbf"
BOM_SPOT = Spot("utf8_bom", Span(0, 1))


@dataclass(slots=True)
class Line:
    """What judging a line found.

    `text` is the decoded line, or what of it can be shown. `of_format` is the spot to report if the file's format is
    another, `place` that of the object. `errors` and `warnings` are lazy; warnings count only if there was no error.
    """

    text: str
    errors: Iterator[Spot]
    warnings: Iterator[Spot] = field(default_factory=lambda: iter(()))
    format: Format | None = None
    of_format: Spot | None = None
    place: Span | None = None
    is_blank: bool = False
    is_json: bool = False

    def said(self) -> formats.Said:
        """What a line of a format says that has no error."""
        assert self.place is not None
        assert self.format is not None
        return formats.said(self.text, self.place, self.format)


def judge_line(line: bytes, max_bytes: int, *, first: bool = False) -> Line:
    """Judge a line, its newline left off. The `first` of a file may begin with a byte order mark (an error, though)."""
    if len(line) > max_bytes:
        params: Params = {"limit": max_bytes}
        if b"}\r{" in line:
            params["carriage_return"] = 1
        return _stopped(_prefix(line, 0), Spot("line_too_long", None, params))
    marked = first and line.startswith(BOM)
    if not line.removeprefix(BOM if marked else b"").strip(BLANK):
        stopped = _stopped(_prefix(line, 0), Spot("blank_line"), marked=marked)
        stopped.is_blank = True
        return stopped
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return _not_utf8(line, error.start, marked=marked)
    return _judge_text(text, marked=marked)


def _judge_text(text: str, *, marked: bool) -> Line:
    try:
        scanned = scan_line(text, start=int(marked))
    except Fault as fault:
        place = Span(fault.start, fault.end)
        return _stopped(text, Spot("invalid_json", place, {"reason": fault.reason, **fault.params}), marked=marked)
    if (found := kind(text, scanned.value)) != "object":
        line = _stopped(text, Spot("not_an_object", scanned.value, {"found": found}), marked=marked)
    elif scanned.duplicate is not None:
        key, place = scanned.duplicate
        line = _stopped(text, Spot("duplicate_key", place, {"key": shown(key)}), marked=marked)
    else:
        line = _judge_object(text, scanned.value, marked=marked)
    line.is_json = True
    return line


def _judge_object(text: str, place: Span, *, marked: bool) -> Line:
    example = formats.read(text, place)
    name, spot = formats.format_of(example)
    if name is None:
        return _stopped(text, spot, marked=marked)
    return Line(
        text=text,
        errors=chain([BOM_SPOT] if marked else [], formats.errors(example, name)),
        warnings=formats.warnings(text, place, name),
        format=name,
        of_format=spot,
        place=place,
    )


# A character of three bytes or four. Pairs are left out: two bytes of another encoding often look like one.
_CHARACTER = re.compile(rb"[\xe1-\xef][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}")


def _not_utf8(line: bytes, bad: int, *, marked: bool) -> Line:
    """The bad byte and those of its kind after it, with what they say in GBK if they say something there."""
    before = len(line[:bad].decode())
    run = line[bad : bad + 8]
    high = len(run) - len(run.lstrip(bytes(range(0x80, 0x100))))
    good = _CHARACTER.search(line[: bad + high + 2], bad + 1)  # where the line goes on in UTF-8
    run = run[: max(min(high, good.start() - bad if good else high), 1)]
    params: Params = {"bytes": run.hex(" ").upper(), "byte": bad + 1}
    in_gbk = _in_gbk(run)
    if in_gbk:
        params["text"] = in_gbk
    return _stopped(_prefix(line, bad), Spot("invalid_utf8", Span(before, before + 1), params), marked=marked)


def _in_gbk(run: bytes) -> str | None:
    for length in (len(run), len(run) - 1):
        try:
            text = run[:length].decode("gbk")
        except UnicodeDecodeError:
            continue
        if text and text.isalpha():
            return text
    return None


def _prefix(line: bytes, position: int) -> str:
    """The line as text up to an excerpt's length behind the byte at `position`, what cannot be decoded replaced."""
    return line[: position + 4 * EXCERPT].decode(errors="replace")


def _stopped(text: str, spot: Spot, *, marked: bool = False) -> Line:
    return Line(text, iter([BOM_SPOT, spot] if marked else [spot]))
