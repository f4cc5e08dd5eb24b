"""How a file writes its lines outside their strings: the white space and the order of keys that its tool chose."""

from __future__ import annotations

import re
from typing import NamedTuple

from datasets.findings import Format

WS = rb"[ \t\r]*"
LONGEST = 256  # bytes of a part
STRING = rb'"(?:[^"\\]|\\.)*+'


def _spaced(*tokens: bytes) -> bytes:
    return WS.join(tokens)


_MESSAGES = re.compile(
    rb"(?P<head>" + _spaced(b"", rb"\{", b'"messages"', b":", rb"\[", rb"\{", b'"(?P<key>role|content)"', b":", b")")
    + STRING
    + rb"(?P<middle>" + _spaced(b'"', b",", b'"(?:role|content)"', b":", b'")')
    + STRING[1:]
    + rb"(?P<next>" + _spaced(b'"', rb"\}", b",", rb"\{", b'"(?P=key)"', b":", b'")')
)  # fmt: skip
_PAIR = re.compile(
    rb"(?P<head>" + _spaced(b"", rb"\{", b'"(?P<key>prompt|completion)"', b":", b")")
    + STRING
    + rb"(?P<middle>" + _spaced(b'"', b",", b'"(?:prompt|completion)"', b":", b'")')
)  # fmt: skip
_MESSAGES_TAIL = re.compile(_spaced(b'"', rb"\}", rb"\]", rb"\}", b""))
_PAIR_TAIL = re.compile(_spaced(b'"', rb"\}", b""))


class Dialect(NamedTuple):
    """What stands before the first string, between the two of a message, between messages, and behind the last string.

    Each includes the quotes at its ends. `role_first` is whether a message has its role before its content. A pair of
    prompt and completion has no `next`.
    """

    format: Format
    head: bytes
    middle: bytes
    next: bytes
    tail: bytes
    role_first: bool = True


def learn(line: bytes, name: Format) -> Dialect | None:
    """The dialect of a line that begins as one of the format does."""
    is_pair = name == "prompt_completion"
    begun = (_PAIR if is_pair else _MESSAGES).match(line)
    tail = line[line.rfind(b'"') :]
    if not begun or not (_PAIR_TAIL if is_pair else _MESSAGES_TAIL).fullmatch(tail):
        return None
    key = begun["key"]
    if b'"' + key + b'"' in begun["middle"]:
        return None  # twice the same key
    parts = begun["head"] + b'"', begun["middle"], b"" if is_pair else begun["next"], tail
    return Dialect(name, *parts, role_first=key == b"role") if max(map(len, parts)) <= LONGEST else None
