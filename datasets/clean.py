"""A short way to tell that a line has no error: most lines are like that.

The standard library's parser is many times as fast as `strictjson`, and looser. What it lets through is looked for
here, so a line that passes is one in which the judge would find no error; the judge takes every other.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

from datasets.contents import may_be_odd
from datasets.findings import Format
from datasets.limits import MAX_DEPTH
from datasets.spots import Spot
from datasets.strictjson import Span

MAX_CHARACTERS = 1024 * 1024
SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
FIRST_KEY = re.compile(r'\s*\{\s*("[^"]*")')


class Passed(NamedTuple):
    """A line without errors. It has no warnings either if it is `silent`."""

    format: Format
    silent: bool


def without_errors(text: str) -> Passed | None:
    """The line's format if it is plain that it has no error, and no key outside its format."""
    if len(text) > MAX_CHARACTERS or text.count("[") + text.count("{") > MAX_DEPTH or SURROGATE.search(text):
        return None
    try:
        value = _decoder.decode(text)
    except ValueError:
        return None
    contents: list[object] | None
    name: Format
    match value:
        case (("messages", list(messages)),) if type(value) is tuple:
            name, contents = "messages", _contents(messages)
        case (("prompt", prompt), ("completion", completion)) if type(value) is tuple:
            name, contents = "prompt_completion", [prompt, completion]
        case _:
            return None
    if contents is None:
        return None
    silent = True
    for content in contents:
        if not isinstance(content, str):
            return None
        silent = silent and content != "" and content.strip() == content and not may_be_odd(content)
    return Passed(name, silent)


def place_of(text: str) -> Span:
    """Where the object of such a line stands."""
    start = len(text) - len(text.lstrip())
    return Span(start, len(text.rstrip()))


def format_spot(text: str, name: Format) -> Spot:
    """Where such a line says its format: its first key."""
    key = FIRST_KEY.match(text)
    place = Span(*key.span(1)) if key else None
    return Spot("mixed_formats", place, {"format": name, "whole_line": 1})


def _contents(messages: list[object]) -> list[object] | None:
    """The contents, if the roles are in order (a system message or none, then pairs) and there are no other keys."""
    contents: list[object] = []
    wanted = "user"
    for index, message in enumerate(messages):
        if type(message) is not tuple or len(message) != 2:
            return None
        (role_key, role), (content_key, content) = message
        if role_key != "role" or content_key != "content":
            return None
        contents.append(content)
        if role == wanted:
            wanted = "assistant" if wanted == "user" else "user"
        elif index or role != "system":
            return None
    return contents if wanted == "user" and len(messages) > 1 else None


def _refuse(constant: str) -> None:
    raise ValueError(constant)


# An object becomes a tuple of its pairs, so that a key that is there twice is seen; an array stays a list.
_decoder = json.JSONDecoder(object_pairs_hook=tuple, parse_constant=_refuse)
