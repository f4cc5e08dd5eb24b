"""JSON as RFC 8259 has it, character by character."""

from __future__ import annotations

from dataclasses import dataclass, field

DEEPEST = 100
WHITE = " \t\n\r"
ESCAPES = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


class NotJson(Exception):
    """The text is no JSON at `place`."""


@dataclass
class Object:
    """Its members in the order of the text, a key as often as it is there."""

    members: list[tuple[str, Value]] = field(default_factory=list)

    def names(self) -> list[str]:
        return [key for key, _ in self.members]

    def get(self, key: str) -> Value:
        return next(value for name, value in self.members if name == key)


@dataclass
class Scalar:
    """A number, true, false or null: no rule asks which."""

    text: str


Value = Object | list["Value"] | str | Scalar


def read(text: str) -> Value:
    """The one value of a text. Raise NotJson."""
    reader = Reader(text)
    value = reader.value(0)
    reader.skip_white()
    if reader.place < len(text):
        raise NotJson(reader.place)
    return value


def end_of_first_value(text: str) -> int:
    """Where the first value of a text ends, whatever follows. Raise NotJson."""
    reader = Reader(text)
    reader.value(0)
    return reader.place


class Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.place = 0

    def peek(self) -> str:
        """The next character, or nothing at the end."""
        return self.text[self.place : self.place + 1]

    def take(self) -> str:
        character = self.peek()
        self.place += 1
        return character

    def expect(self, word: str) -> None:
        for character in word:
            if self.take() != character:
                raise NotJson(self.place)

    def skip_white(self) -> None:
        while self.peek() and self.peek() in WHITE:
            self.take()

    def value(self, depth: int) -> Value:
        """A value inside `depth` arrays and objects."""
        self.skip_white()
        first = self.peek()
        if first in ("{", "["):
            if depth == DEEPEST:
                raise NotJson(self.place)
            return self.object(depth + 1) if first == "{" else self.array(depth + 1)
        if first == '"':
            return self.string()
        for word in ("true", "false", "null"):
            if first == word[0]:
                self.expect(word)
                return Scalar(word)
        return self.number()

    def object(self, depth: int) -> Object:
        found = Object()
        self.expect("{")
        self.skip_white()
        if self.peek() == "}":
            self.take()
            return found
        while True:
            self.skip_white()
            key = self.string()
            self.skip_white()
            self.expect(":")
            found.members.append((key, self.value(depth)))
            self.skip_white()
            if self.peek() == "}":
                self.take()
                return found
            self.expect(",")

    def array(self, depth: int) -> list[Value]:
        found: list[Value] = []
        self.expect("[")
        self.skip_white()
        if self.peek() == "]":
            self.take()
            return found
        while True:
            found.append(self.value(depth))
            self.skip_white()
            if self.peek() == "]":
                self.take()
                return found
            self.expect(",")

    def string(self) -> str:
        self.expect('"')
        characters: list[str] = []
        while True:
            character = self.take()
            if character == '"':
                return "".join(characters)
            if character == "" or character < " " or "\ud800" <= character <= "\udfff":
                raise NotJson(self.place)
            characters.append(self.escape() if character == "\\" else character)

    def escape(self) -> str:
        kind = self.take()
        if kind in ESCAPES:
            return ESCAPES[kind]
        if kind != "u":
            raise NotJson(self.place)
        unit = self.four_digits()
        if 0xDC00 <= unit <= 0xDFFF:
            raise NotJson(self.place)
        if not 0xD800 <= unit <= 0xDBFF:
            return chr(unit)
        self.expect("\\u")
        low = self.four_digits()
        if not 0xDC00 <= low <= 0xDFFF:
            raise NotJson(self.place)
        return chr(0x10000 + (unit - 0xD800) * 0x400 + (low - 0xDC00))

    def four_digits(self) -> int:
        digits = [self.take() for _ in range(4)]
        for digit in digits:
            if digit == "" or digit not in "0123456789abcdefABCDEF":
                raise NotJson(self.place)
        return int("".join(digits), 16)

    def number(self) -> Scalar:
        start = self.place
        if self.peek() == "-":
            self.take()
        if self.peek() == "0":
            self.take()
        else:
            self.digits()
        if self.peek() == ".":
            self.take()
            self.digits()
        if self.peek() in ("e", "E"):
            self.take()
            if self.peek() in ("+", "-"):
                self.take()
            self.digits()
        return Scalar(self.text[start : self.place])

    def digits(self) -> None:
        """One or more."""
        if self.peek() == "" or self.peek() not in "0123456789":
            raise NotJson(self.place)
        while self.peek() and self.peek() in "0123456789":
            self.take()
