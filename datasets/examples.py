"""A good line as people read it: who says what, whatever the format."""

from __future__ import annotations

import json
from itertools import chain, pairwise
from typing import Any

import msgspec

from datasets.text_format import MARKER, ROLE_OF_MARKER, content_at


class Said(msgspec.Struct, frozen=True):
    """One message: its role is system, user or assistant."""

    role: str
    content: str


class _Example(msgspec.Struct):
    messages: list[Said] | None = None
    prompt: str | None = None
    completion: str | None = None
    text: str | None = None


_decode = msgspec.json.Decoder(_Example).decode


def read(line: bytes) -> list[Said] | None:
    """The messages of a line, or None if it has none of the formats. Of a line with errors, what can be read of it."""
    example = _example(line)
    if example is None:
        return None
    if example.messages is not None:
        return example.messages
    if example.prompt is not None and example.completion is not None:
        return [Said("user", example.prompt), Said("assistant", example.completion)]
    return None if example.text is None else _parted(example.text)


def _example(line: bytes) -> _Example | None:
    try:
        return _decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        pass
    try:  # JSON that msgspec refuses and the rules allow: numbers out of all bounds, in keys that nobody needs
        value: Any = json.loads(line, parse_int=str, parse_float=str)
        return msgspec.convert(value, _Example)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None


def _parted(text: str) -> list[Said]:
    """A text at its markers."""
    return [
        Said(ROLE_OF_MARKER[marker[1]], _between(text, marker.end(), following.start(1) if following else None))
        for marker, following in pairwise(chain(MARKER.finditer(text), [None]))
        if marker is not None
    ]


def _between(text: str, start: int, following: int | None) -> str:
    place = content_at(text, start, following)
    return text[place.start : place.end]
