"""How a file writes its lines outside their strings: the white space and the order of keys that its tool chose."""

from __future__ import annotations

import re
from typing import NamedTuple

from datasets.fastpath.layout import LONGEST
from datasets.findings import Format

WS = rb"[ \t\r]*"
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
    """What a line begins with, what joins one content to the next, and what it ends with, newline and all.

    All but the end go from a quote to a quote, both included. A joint is named by whose content stands before it; roles
    are in it, in whatever order the tool writes them. A pair of prompt and completion is as a user and an assistant.
    """

    format: Format
    head: bytes
    system_head: bytes
    after_user: bytes
    after_assistant: bytes
    after_system: bytes
    tail: bytes

    @property
    def joint(self) -> bytes:
        """What a joint begins with, whoever spoke."""
        return self.after_user[: alike(self.after_user, self.after_assistant or self.after_user)]


def alike(one: bytes, other: bytes) -> int:
    """How many bytes both begin with."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def learn(line: bytes, name: Format) -> Dialect | None:
    """The dialect of a line, its newline left off, that begins as one of the format does."""
    is_pair = name == "prompt_completion"
    begun = (_PAIR if is_pair else _MESSAGES).match(line)
    tail = line[line.rfind(b'"') :]
    if not begun or not (_PAIR_TAIL if is_pair else _MESSAGES_TAIL).fullmatch(tail):
        return None
    head, middle, key = begun["head"] + b'"', begun["middle"], begun["key"]
    if b'"' + key + b'"' in middle:
        return None  # twice the same key
    tail += b"\n"
    if is_pair:
        dialect = Dialect(name, head, b"", middle, b"", b"", tail)
    elif key == b"role":
        to_user, to_assistant = (begun["next"] + role + middle for role in (b"user", b"assistant"))
        heads = head + b"user" + middle, head + b"system" + middle
        dialect = Dialect(name, *heads, to_assistant, to_user, to_user, tail)
    else:
        user, assistant, system = (middle + role + begun["next"] for role in (b"user", b"assistant", b"system"))
        dialect = Dialect(name, head, head, user, assistant, system, middle + b"assistant" + tail)
    return dialect if max(map(len, dialect[1:])) <= LONGEST else None
