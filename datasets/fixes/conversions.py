r"""Fixes of one line: bytes without a line end in, the fixed bytes out; others come out as they are.

Strings that can stay stay byte for byte. Keys outside a line's format are kept: they are for a person to judge.
"""

from __future__ import annotations

import json

from datasets import formats
from datasets.findings import Format
from datasets.formats import Example
from datasets.jsonfaults import Fault
from datasets.strictjson import kind, members, scan_line, string_at
from datasets.text_format import BREAK, MARKER, ROLE_OF_MARKER


def prompt_to_messages(line: bytes) -> bytes:
    """`prompt` and `completion` as the messages of user and assistant; only of a line without errors."""
    example = _good(line, "prompt_completion", b'"prompt"')
    if example is None:
        return line
    texts = {name: example.line[member.value.start : member.value.end] for name, member in example.known.items()}
    return _messages(example, [("user", texts["prompt"]), ("assistant", texts["completion"])])


def text_to_messages(line: bytes) -> bytes:
    """A `text` as messages, one for each of its markers; only of a line without errors."""
    example = _good(line, "text", b'"text"')
    if example is None:
        return line
    text = string_at(example.line, example.known["text"].value)
    markers = list(MARKER.finditer(text))
    ends = [marker.start() - len(BREAK) for marker in markers[1:]] + [len(text)]
    turns = [
        (ROLE_OF_MARKER[marker[1]], _string(text[marker.end() : end].removeprefix(" ")))
        for marker, end in zip(markers, ends, strict=True)
    ]
    return _messages(example, turns)


def space_markers(line: bytes) -> bytes:
    """Two newlines before each marker of a `text`, and no other white space; unless other text begins it."""
    example = _read(line, "text", b'"text"')
    if example is None or "text" not in example.known:
        return line
    value = example.known["text"].value
    if kind(example.line, value) != "string" or not _has_bad_spacing(example):
        return line
    text = string_at(example.line, value)
    spaced = _spaced(text)
    fixed = (example.line[: value.start] + _string(spaced) + example.line[value.end :]).encode()
    after = _read(fixed, "text", b'"text"')
    return line if after is None or _has_bad_spacing(after) else fixed


def _spaced(text: str) -> str:
    markers = list(MARKER.finditer(text))
    if not markers or text[: markers[0].start()].strip():
        return text
    starts = [marker.start(1) for marker in markers]
    pieces = [text[start:end] for start, end in zip(starts, [*starts[1:], len(text)], strict=True)]
    return BREAK + BREAK.join([*(piece.rstrip() for piece in pieces[:-1]), pieces[-1]])


def _has_bad_spacing(example: Example) -> bool:
    return any(spot.code == "bad_marker_spacing" for spot in formats.errors(example, "text"))


def _good(line: bytes, wanted: Format, key: bytes) -> Example | None:
    """The line's object if it is of the wanted format and has no error."""
    example = _read(line, wanted, key)
    if example is None or next(formats.errors(example, wanted), None) is not None:
        return None
    return example


def _read(line: bytes, wanted: Format, key: bytes) -> Example | None:
    """The line's object if it is of the wanted format; `key` is looked for first, for most lines do not have it."""
    if key not in line and b"\\" not in line:
        return None
    try:
        text = line.decode()
        scanned = scan_line(text)
    except (UnicodeDecodeError, Fault):
        return None
    if kind(text, scanned.value) != "object" or scanned.duplicate is not None:
        return None
    example = formats.read(text, scanned.value)
    return example if formats.format_of(example)[0] == wanted else None


def _messages(example: Example, turns: list[tuple[str, str]]) -> bytes:
    """The line with these turns (a role, and a string as JSON) in place of its format's keys."""
    written = ", ".join(f'{{"role": "{role}", "content": {content}}}' for role, content in turns)
    others = [
        f"{example.line[member.name.start : member.name.end]}: {example.line[member.value.start : member.value.end]}"
        for member in members(example.line, example.place.start)
        if member.key not in example.known
    ]
    inner = ", ".join([f'"messages": [{written}]', *others])
    return f"{{{inner}}}".encode()


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
