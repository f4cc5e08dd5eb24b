"""What an example must be, format by format: messages, prompt and completion, text.

All of it looks at one line that is proved to be a JSON object without a key twice. The functions yield, lazily: a line
of 16 MiB can have millions of spots.
"""

from __future__ import annotations

from collections.abc import Container, Generator, Iterable, Iterator
from difflib import get_close_matches
from itertools import chain, islice, pairwise
from typing import NamedTuple

from datasets.contents import Speaker, may_be_odd, oddities, whole_warning
from datasets.excerpts import shown
from datasets.findings import Format
from datasets.report import Params
from datasets.spots import Spot
from datasets.strictjson import Member, Span, elements, kind, members, raw_offsets, string_at
from datasets.text_format import count_markers, text_errors, text_warnings
from datasets.turns import Turn, order_errors

FORMAT_OF_KEY: dict[str, Format] = {
    "messages": "messages",
    "prompt": "prompt_completion",
    "completion": "prompt_completion",
    "text": "text",
}
FIELDS: dict[Format, tuple[str, ...]] = {
    "messages": ("messages",),
    "prompt_completion": ("prompt", "completion"),
    "text": ("text",),
}
MESSAGE_FIELDS = ("role", "content")
KEYS_LOOKED_AT = 20  # for one that is misspelt
LONGEST_KEY = 20
ALIKE = 0.75
ROLES = frozenset({"system", "user", "assistant"})
SPEAKERS = {"prompt": Speaker.OTHER, "completion": Speaker.LAST_ANSWER}


class Example(NamedTuple):
    """A line's object, and those of its members whose keys belong to a format."""

    line: str
    place: Span
    known: dict[str, Member]


def read(line: str, place: Span) -> Example:
    """The object at `place`, proved before."""
    known = {member.key: member for member in members(line, place.start) if member.key in FORMAT_OF_KEY}
    return Example(line, place, known)


def format_of(example: Example) -> tuple[Format | None, Spot]:
    """The format that the keys say, with the spot that says so; None with the error if they say none, or two."""
    if not example.known:
        return None, Spot(
            "unknown_format", _opening(example.place), _misspelt(example.line, example.place, FORMAT_OF_KEY)
        )
    first, *rest = example.known.values()
    name = FORMAT_OF_KEY[first.key]
    for member in rest:
        if (other := FORMAT_OF_KEY[member.key]) != name:
            return None, Spot("mixed_formats", member.name, {"format": name, "other": other})
    return name, Spot("mixed_formats", first.name, {"format": name, "whole_line": 1})


def errors(example: Example, name: Format) -> Iterator[Spot]:
    """What keeps the example from being a good one of its format; the spots of one code in their order in the line."""
    line = example.line
    yield from _missing(line, example.place, FIELDS[name], example.known)
    for field, member in example.known.items():
        wrong = _wrong_type(line, field, member.value, "array" if name == "messages" else "string")
        if wrong is not None:
            yield wrong
        elif name == "messages":
            yield from _messages_errors(line, member.value)
        elif name == "text":
            yield from text_errors(line, member.value)


class Said(NamedTuple):
    """What an example without errors says: its contents, unescaped, and how many of them are a user's or assistant's.

    The first is a system prompt if `has_system`. The content of a text is all of it.
    """

    turns: int
    contents: list[str]
    has_system: bool = False


def said(line: str, place: Span, name: Format) -> Said:
    """What the example at `place` says, proved to be without errors."""
    values = [member.value for member in members(line, place.start) if member.key in FIELDS[name]]
    if name == "text":
        text = string_at(line, values[0])
        return Said(count_markers(text), [text])
    if name == "prompt_completion":
        return Said(len(values), [string_at(line, value) for value in values])
    fields = [
        {member.key: string_at(line, member.value) for member in members(line, message.start) if _is_field(member)}
        for message in elements(line, values[0].start)
    ]
    has_system = fields[0]["role"] == "system"
    return Said(len(fields) - has_system, [message["content"] for message in fields], has_system)


def _is_field(member: Member) -> bool:
    return member.key in MESSAGE_FIELDS


def warnings(line: str, place: Span, name: Format) -> Iterator[Spot]:
    """What is odd about an example without errors, at `place`; the spots of one code in their order in the line."""
    for member in members(line, place.start):
        if member.key not in FIELDS[name]:
            yield Spot("extra_key", member.name, {"key": shown(member.key)})
        elif name == "messages":
            for message, following in pairwise(chain(elements(line, member.value.start), [None])):
                if message is not None:
                    yield from _message_warnings(line, message, is_last=following is None)
        elif name == "text":
            yield from text_warnings(line, member.value)
        else:
            yield from _content_warnings(line, member, SPEAKERS[member.key])


def _messages_errors(line: str, value: Span) -> Iterator[Spot]:
    turns: list[Turn] = []
    count = 0
    ordered = True  # as long as every message is an object with a known role
    for count, message in enumerate(elements(line, value.start), start=1):
        role = yield from _message_errors(line, message)
        if role == "system" and count > 1:
            yield Spot("misplaced_system", message)
        ordered = ordered and role is not None
        if ordered and role is not None and role != "system":
            turns.append(Turn(role, message))
    if not count:
        yield Spot("empty_messages", value)
    elif ordered and turns:
        yield from order_errors(turns)
    elif ordered:
        yield Spot("no_user_message", value)


def _message_errors(line: str, place: Span) -> Generator[Spot, None, str | None]:
    """Judge one message; returns its role if it is a known one."""
    wrong = _wrong_type(line, "messages", place, "object")
    if wrong is not None:
        yield wrong
        return None
    fields = {member.key: member.value for member in members(line, place.start) if member.key in MESSAGE_FIELDS}
    yield from _missing(line, place, MESSAGE_FIELDS, fields)
    role: str | None = None
    for field, value in fields.items():
        wrong = _wrong_type(line, field, value, "string")
        if wrong is not None:
            yield wrong
        elif field == "role":
            role = string_at(line, value)
            if role not in ROLES:
                yield Spot("unknown_role", value, {"role": shown(role)})
                role = None
    return role


def _message_warnings(line: str, place: Span, *, is_last: bool) -> Iterator[Spot]:
    speaker = _speaker(line, place, is_last=is_last)
    for member in members(line, place.start):
        if member.key not in MESSAGE_FIELDS:
            yield Spot("extra_key", member.name, {"key": shown(member.key)})
        elif member.key == "content":
            yield from _content_warnings(line, member, speaker)


def _speaker(line: str, place: Span, *, is_last: bool) -> Speaker:
    role = next(string_at(line, member.value) for member in members(line, place.start) if member.key == "role")
    if role != "assistant":
        return Speaker.OTHER
    return Speaker.LAST_ANSWER if is_last else Speaker.ANSWER


def _content_warnings(line: str, member: Member, speaker: Speaker) -> Iterator[Spot]:
    content = string_at(line, member.value)
    code = whole_warning(content)
    if code is not None:
        yield Spot(code, member.value, {"field": member.key})
    if may_be_odd(content):
        for oddity in oddities(content, speaker):
            start, end = raw_offsets(line, member.value, (oddity.start, oddity.end))
            yield Spot(oddity.code, Span(start, end), oddity.params)


def _missing(line: str, place: Span, fields: Iterable[str], there: Container[str]) -> Iterator[Spot]:
    for field in fields:
        if field not in there:
            yield Spot("missing_field", _opening(place), {"field": field, **_misspelt(line, place, [field])})


def _misspelt(line: str, place: Span, fields: Iterable[str]) -> Params:
    """A `key` of the object that is nearly one of the missing fields, and which `field` that is; nothing if none is."""
    for member in islice(members(line, place.start), KEYS_LOOKED_AT):
        if member.key not in FORMAT_OF_KEY and member.key not in MESSAGE_FIELDS and len(member.key) <= LONGEST_KEY:
            meant = get_close_matches(member.key.strip().lower(), fields, n=1, cutoff=ALIKE)
            if meant:
                return {"key": shown(member.key), "field": meant[0]}
    return {}


def _wrong_type(line: str, field: str, value: Span, wanted: str) -> Spot | None:
    found = kind(line, value)
    if found == wanted:
        return None
    return Spot("wrong_type", value, {"field": field, "wanted": wanted, "found": found})


def _opening(place: Span) -> Span:
    """The bracket that opens an object in which something is missing."""
    return Span(place.start, place.start + 1)
