"""A whole file: its lines, its format, and what makes it no JSONL at all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from tests.datasets.oracle.examples import errors_of, formats_of, has_duplicate_key, warnings_of
from tests.datasets.oracle.reader import NotJson, Object, Value, end_of_first_value, read

MIB = 1024 * 1024
BOM = b"\xef\xbb\xbf"
UTF_16_AND_32 = [b"\xff\xfe", b"\xfe\xff", b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff"]
ARCHIVES = [b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08", b"\x1f\x8b"]  # zip, empty, in parts; gzip

Codes = Counter[tuple[int | None, str]]


@dataclass
class Said:
    """What is said of a file. A code is there as often as it was found on its line."""

    lines: int = 0
    examples: int = 0
    format: str | None = None
    errors: Codes = field(default_factory=Counter)
    warnings: Codes = field(default_factory=Counter)


def oracle(data: bytes, *, file_bytes: int = 300 * MIB, line_bytes: int = 16 * MIB) -> Said:
    lines = data.split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    judged = [Line(line, number == 1, line_bytes) for number, line in enumerate(lines, start=1)]
    code = whole_file_code(data, judged, file_bytes)
    if code:
        # Silent: how many lines a file has that is no JSONL. None, unless all that is wrong is that they are blank.
        return Said(lines=len(lines) if code == "empty_file" else 0, errors=Counter({(None, code): 1}))
    said = Said(lines=len(lines), examples=sum(not line.is_blank for line in judged))
    if said.examples < 50:
        said.errors[None, "too_few_lines"] += 1
    said.format = next((line.format for line in judged if line.format), None)
    for number, line in enumerate(judged, start=1):
        errors = line.errors + (["mixed_formats"] if line.format not in (None, said.format) else [])
        said.errors.update((number, code) for code in errors)
        if not errors:
            said.warnings.update((number, code) for code in line.warnings)
            if lines[number - 1] in lines[: number - 1]:
                said.warnings[number, "duplicate_line"] += 1
    if any(line.format == "text" for line in judged):
        said.warnings[None, "deprecated_format"] += 1
    return said


def is_blank(line: bytes) -> bool:
    return line.strip(b" \t\r") == b""


def whole_file_code(data: bytes, lines: list[Line], file_bytes: int) -> str | None:
    """Silent: which of two such codes is said. They are asked for in the order of the contract's table."""
    head = data[: 8 * 1024]
    written = [line for line in lines if not line.is_blank]
    if not written:
        return "empty_file"
    if any(data.startswith(magic) for magic in ARCHIVES):
        return "binary_file"
    if any(data.startswith(mark) for mark in UTF_16_AND_32) or nul_at_every_other_byte(head):
        return "utf16"
    if 0 in head:
        return "binary_file"
    # Silent: what "line 1" is if it is blank. The first line that is not, since that is where the first byte stands.
    first = written[0]
    if first.opens_with(b"["):
        # Silent: whether a blank line is another line that follows. It is none: what is there is still one array.
        # Silent: which code is said of one array over the limit. What is over the limit is not read to its end.
        alone = len(written) == 1 and len(data) <= file_bytes
        if alone or not first.is_json:
            return "json_array"
    if first.opens_with(b"{") and is_complete_on_a_later_line(data[:MIB]):
        return "pretty_printed_json"
    return "file_too_large" if len(data) > file_bytes else None


def nul_at_every_other_byte(head: bytes) -> bool:
    """Silent: what a file of nothing but NUL is. Not text in any encoding."""
    even, odd = head[0::2], head[1::2]
    return (any(even) and odd != b"" and not any(odd)) or (any(odd) and not any(even))


def is_complete_on_a_later_line(beginning: bytes) -> bool:
    # Silent: an object over several lines that is not UTF-8 either. Its shape is said, as the first thing to mend.
    text = beginning.removeprefix(BOM).decode(errors="replace").lstrip(" \t\r\n")
    try:
        end = end_of_first_value(text)
    except NotJson:
        return False
    return "\n" in text[:end]


class Line:
    """What is said of a line, as far as it alone can tell."""

    def __init__(self, line: bytes, first: bool, line_bytes: int) -> None:
        self.format: str | None = None
        self.errors: list[str] = []
        self.warnings: list[str] = []
        self.is_blank = False
        self.is_json = False
        self.rest = line.removeprefix(BOM) if first else line
        if len(line) > line_bytes:
            # Silent: a byte order mark before a line that is too long, and one that is all blank. It is not looked at.
            self.errors.append("line_too_long")
            return
        if first and line.startswith(BOM):
            self.errors.append("utf8_bom")
        self.judge(self.rest)

    def opens_with(self, bracket: bytes) -> bool:
        return self.rest.lstrip(b" \t\r").startswith(bracket)

    def judge(self, line: bytes) -> None:
        if is_blank(line):
            self.is_blank = True
            self.errors.append("blank_line")
            return
        try:
            value = read(line.decode())
        except UnicodeDecodeError:
            self.errors.append("invalid_utf8")
        except NotJson:
            self.errors.append("invalid_json")
        else:
            self.is_json = True
            self.judge_value(value)

    def judge_value(self, value: Value) -> None:
        if not isinstance(value, Object):
            self.errors.append("not_an_object")
        elif has_duplicate_key(value):
            self.errors.append("duplicate_key")
        else:
            self.judge_example(value)

    def judge_example(self, example: Object) -> None:
        formats = formats_of(example)
        if not formats:
            self.errors.append("unknown_format")
        elif len(formats) > 1:
            self.errors.append("mixed_formats")
        else:
            self.format = formats[0]
            errors = errors_of(example, self.format)
            self.errors += errors
            if not errors:
                self.warnings = warnings_of(example, self.format)
