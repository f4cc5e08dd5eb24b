"""JSON as RFC 8259 has it and nothing more, with the place of each value.

The standard library takes NaN, keeps the last of two equal keys, refuses long integers and runs out of stack on deep
nesting. Here `scan` proves a text in one loop without recursion; over what it has proved, `members` and `elements` walk
without making a value, so that a line costs no more memory than its text. Offsets count characters, from 0.
What is wrong at an offset is worded by `jsonfaults`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from datasets.jsonfaults import ESCAPE, SPACE, WORD, Fault, string_fault, structure_fault, value_fault, word_fault
from datasets.limits import MAX_DEPTH

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
LITERALS = frozenset({"true", "false", "null"})
# Possessive: a string of a million escapes must not leave a million places to go back to.
BODY = re.compile(rf'(?:[^"\\\x00-\x1f]++|{ESCAPE})*+')
UNIT = re.compile(rf"[^\\]+|{ESCAPE}")
STRING = rf'"{BODY.pattern}"'
WS = r"[ \t\r\n]*+"
PAIR = rf"{STRING}{WS}:{WS}{STRING}"
# Most values are objects with texts only, such as a message, and arrays of these: one match proves all of it.
FLAT = re.compile(rf"\{{{WS}{PAIR}(?:{WS},{WS}{PAIR})*+{WS}\}}")
FLATS = re.compile(rf"\[{WS}{FLAT.pattern}(?:{WS},{WS}{FLAT.pattern})*+{WS}\]")
FLAT_KEY = re.compile(rf"({STRING}){WS}:{WS}{STRING}")
KEY = re.compile(rf"({STRING}){WS}:{WS}")
COMMA = re.compile(rf"{WS},?{WS}")
TOKEN = re.compile(rf'"{BODY.pattern}"|[{{}}\[\]]')

KINDS = {'"': "string", "{": "object", "[": "array", "t": "true", "f": "false", "n": "null"}


class Span(NamedTuple):
    """Where something stands: `text[start:end]`."""

    start: int
    end: int


class Member(NamedTuple):
    """A key (unescaped) of an object and where it and its value stand."""

    key: str
    name: Span
    value: Span


class Scanned(NamedTuple):
    """Where a proved value stands, and the first key that is a second one of its name in its object, if any."""

    value: Span
    duplicate: tuple[str, Span] | None


def scan_line(text: str, start: int = 0) -> Scanned:
    """Prove that one value and white space is all there is from `start` on. Raise `Fault` if not."""
    scanned = scan(text, start)
    rest = _space(text, scanned.value.end)
    if rest < len(text):
        raise structure_fault(text, rest, "end")
    return scanned


def scan(text: str, start: int = 0) -> Scanned:
    """Prove the first value in `text` from `start` on, whatever comes after it. Raise `Fault` if there is none."""
    return _Scan(text).run(start)


def members(text: str, start: int) -> Iterator[Member]:
    """The members of the proved object that opens at `start`, in order."""
    position = _space(text, start + 1)
    while key := KEY.match(text, position):
        name = Span(*key.span(1))
        value = Span(key.end(), _skip(text, key.end()))
        yield Member(string_at(text, name), name, value)
        position = _end(COMMA.match(text, value.end), value.end)


def elements(text: str, start: int) -> Iterator[Span]:
    """The elements of the proved array that opens at `start`, in order."""
    position = _space(text, start + 1)
    while text[position] != "]":
        value = Span(position, _skip(text, position))
        yield value
        position = _end(COMMA.match(text, value.end), value.end)


def kind(text: str, value: Span) -> str:
    """What a proved value is: string, object, array, number, true, false or null."""
    return KINDS.get(text[value.start], "number")


def string_at(text: str, value: Span) -> str:
    """The proved string at `value`, unescaped."""
    raw = text[value.start + 1 : value.end - 1]
    return str(json.loads(text[value.start : value.end])) if "\\" in raw else raw


def raw_offsets(text: str, value: Span, indexes: Iterable[int]) -> Iterator[int]:
    """Where the characters `indexes` (ascending) of the proved string at `value` are written in the text."""
    units = UNIT.finditer(text, value.start + 1, value.end - 1)
    index, start, length = 0, value.start + 1, 0
    for wanted in indexes:
        while wanted >= index + length and (unit := next(units, None)):
            index, start, length = index + length, unit.start(), 1 if unit[0][0] == "\\" else len(unit[0])
        yield start + wanted - index


class _Scan:
    """One pass over a text. `open` holds, for each open bracket, the keys seen (an object) or None (an array)."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.open: list[set[str] | None] = []
        self.duplicate: tuple[str, Span] | None = None

    def run(self, start: int) -> Scanned:
        begin = position = _space(self.text, start)
        while True:
            position, opened = self._value(position)
            if not opened:
                position = self._close(position)
            if not self.open:
                return Scanned(Span(begin, position), self.duplicate)

    def _value(self, position: int) -> tuple[int, bool]:
        """Read a scalar, or step into a container up to its first value: where to go on, and whether it stepped in."""
        position = _space(self.text, position)
        first = self.text[position : position + 1]
        if first == '"':
            return self._string(position), False
        if first in ("{", "["):
            return self._container(position, first)
        word = WORD.match(self.text, position)
        if word is None:
            raise value_fault(self.text, position, self._inside())
        if word[0] not in LITERALS and not NUMBER.fullmatch(word[0]):
            raise word_fault(self.text, position, word[0])
        return word.end(), False

    def _container(self, position: int, bracket: str) -> tuple[int, bool]:
        if len(self.open) == MAX_DEPTH:
            raise Fault("too_deep", position, position + 1, {"limit": MAX_DEPTH})
        if bracket == "{" and (flat := FLAT.match(self.text, position)):
            self._check_keys(FLAT_KEY.finditer(self.text, position + 1, flat.end()))
            return flat.end(), False
        inner = _space(self.text, position + 1)
        if self.text[inner : inner + 1] == ("}" if bracket == "{" else "]"):
            return inner + 1, False
        self.open.append(set() if bracket == "{" else None)
        return (self._key(inner) if bracket == "{" else inner), True

    def _close(self, position: int) -> int:
        """After a value: close what closes here, up to where the next value begins or everything is closed."""
        while self.open:
            position = _space(self.text, position)
            character = self.text[position : position + 1]
            keys = self.open[-1]
            if character == ("]" if keys is None else "}"):
                self.open.pop()
                position += 1
            elif character == ",":
                return self._after_comma(position)
            else:
                raise structure_fault(self.text, position, self._inside())
        return position

    def _after_comma(self, comma: int) -> int:
        position = _space(self.text, comma + 1)
        if self.text[position : position + 1] in ("}", "]"):
            raise Fault("trailing_comma", comma, position + 1, {"column": comma + 1})
        return self._key(position) if self.open[-1] is not None else position

    def _key(self, position: int) -> int:
        """Read a key and its colon; where its value begins."""
        if self.text[position : position + 1] != '"':
            raise value_fault(self.text, position, "key")
        end = self._string(position)
        self._remember(Span(position, end), self.open[-1])
        colon = _space(self.text, end)
        if self.text[colon : colon + 1] != ":":
            raise structure_fault(self.text, colon, "colon")
        return colon + 1

    def _check_keys(self, found: Iterator[re.Match[str]]) -> None:
        keys: set[str] = set()
        for key in found:
            self._remember(Span(*key.span(1)), keys)

    def _remember(self, name: Span, keys: set[str] | None) -> None:
        key = string_at(self.text, name)
        if keys is None:
            return
        if key in keys and self.duplicate is None:
            self.duplicate = (key, name)
        keys.add(key)

    def _string(self, position: int) -> int:
        end = _end(BODY.match(self.text, position + 1), position + 1)
        if self.text[end : end + 1] != '"':
            raise string_fault(self.text, position, end)
        return end + 1

    def _inside(self) -> str:
        if not self.open:
            return "start"
        return "array" if self.open[-1] is None else "object"


def _space(text: str, position: int) -> int:
    return _end(SPACE.match(text, position), position)


def _end(match: re.Match[str] | None, position: int) -> int:
    return match.end() if match else position


def _skip(text: str, position: int) -> int:
    """The end of the proved value at `position`."""
    first = text[position]
    if first == '"':
        return _end(BODY.match(text, position + 1), position) + 1
    if first not in "{[":
        return _end(WORD.match(text, position), position)
    flat = (FLAT if first == "{" else FLATS).match(text, position)
    if flat:
        return flat.end()
    depth = 0
    for token in TOKEN.finditer(text, position):
        depth += {"{": 1, "[": 1, "}": -1, "]": -1}.get(token[0], 0)
        if depth == 0:
            return token.end()
    raise AssertionError("a value was walked that was never proved")
