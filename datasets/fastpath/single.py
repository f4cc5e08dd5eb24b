"""Counts what is wrong with a single line, without saying where: enough for all but the lines that are listed.

A parser in C makes the values. It keeps the last of two equal keys, which the number of quotes gives away.
"""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from datasets.contents import Speaker, may_be_odd, oddities, whole_warning
from datasets.findings import Format
from datasets.formats import FIELDS, FORMAT_OF_KEY, MESSAGE_FIELDS, ROLES
from datasets.limits import MAX_DEPTH

BLANK = b" \t\r"
NUMBER = 2**32  # more than a line has strings


class Counted(NamedTuple):
    """The codes of a line, as often as they are there; of one without errors also what it says."""

    errors: list[str]
    warnings: list[str] = []
    format: Format | None = None
    turns: int = 0
    contents: list[str] = []
    system: str | None = None


def judge_line(line: bytes) -> Counted | None:
    """Count what the judge finds on a line that is within the limit and not the file's first; None if not sure."""
    if not line.strip(BLANK):
        return Counted(["blank_line"])
    try:
        value = _decoder.decode(line)
        numbers, strings = divmod(_scalars(value), NUMBER)
        if _may_be_deep(line, value):
            return None
        if numbers:
            _looser.decode(line.decode())  # of what is a number, each parser has its own idea
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return _refused(line)
    if type(value) is not dict:
        return Counted(["not_an_object"])
    if 2 * strings != _quotes(line):
        return Counted(["duplicate_key"])
    return _object(value)


def _refused(line: bytes) -> Counted | None:
    try:
        text = line.decode()
    except UnicodeDecodeError:
        return Counted(["invalid_utf8"])
    try:
        _looser.decode(text)
    except json.JSONDecodeError:
        return Counted(["invalid_json"])
    except (ValueError, RecursionError):
        return None
    return None


def _quotes(line: bytes) -> int:
    """The quotes of valid JSON that are not escaped."""
    if b"\\" not in line:
        return line.count(b'"')
    return line.count(b'"') - line.replace(b"\\\\", b"").count(b'\\"')


def _scalars(value: Any) -> int:
    """How many strings a value has, keys too; each number adds NUMBER to that."""
    kind = type(value)
    if kind is str:
        return 1
    if kind is dict:
        return len(value) + sum(map(_scalars, value.values()))
    if kind is list:
        return sum(map(_scalars, value))
    return 0 if value is None or kind is bool else NUMBER


def _may_be_deep(line: bytes, value: Any) -> bool:
    return line.count(b"[") + line.count(b"{") > MAX_DEPTH and not _is_flat(value)


def _is_flat(value: Any) -> bool:
    """Whether nothing stands deeper than a message's members."""
    flat = (str, type(None), bool, int, float)
    if type(value) is not dict:
        return False
    for element in value.values():
        if type(element) is not list:
            if not isinstance(element, flat):
                return False
            continue
        for message in element:
            inside = message.values() if type(message) is dict else [message]
            if not all(isinstance(part, flat) for part in inside):
                return False
    return True


def _object(value: dict[str, Any]) -> Counted | None:
    names = {FORMAT_OF_KEY[key] for key in value if key in FORMAT_OF_KEY}
    if len(names) != 1:
        return Counted(["mixed_formats" if names else "unknown_format"])
    (name,) = names
    if name == "text":
        return None
    errors = ["missing_field" for field in FIELDS[name] if field not in value]
    warnings = ["extra_key" for key in value if key not in FIELDS[name]]
    if name == "messages":
        return _messages(value["messages"], errors, warnings)
    contents = [value[field] for field in FIELDS[name] if field in value]
    errors += ["wrong_type" for content in contents if type(content) is not str]
    return _counted(name, errors, warnings, 2, contents)


def _messages(messages: Any, errors: list[str], warnings: list[str]) -> Counted:
    if type(messages) is not list:
        return Counted(["wrong_type"], format="messages")
    roles: list[str | None] = []
    contents: list[str] = []
    for message in messages:
        if type(message) is not dict:
            errors.append("wrong_type")
            roles.append(None)
            continue
        errors += ["missing_field" for field in MESSAGE_FIELDS if field not in message]
        errors += ["wrong_type" for field in MESSAGE_FIELDS if type(message.get(field, "")) is not str]
        role = message.get("role")
        known = role if type(role) is str and role in ROLES else None
        if known is None and type(role) is str:
            errors.append("unknown_role")
        roles.append(known)
        contents.append(message.get("content", ""))
        if len(message) > len(MESSAGE_FIELDS):
            warnings += ["extra_key" for key in message if key not in MESSAGE_FIELDS]
    errors += _order(roles)
    system = contents[0] if roles[:1] == ["system"] and not errors else None
    return _counted("messages", errors, warnings, len(roles) - (system is not None), contents, system)


def _order(roles: list[str | None]) -> list[str]:
    if not roles:
        return ["empty_messages"]
    errors = ["misplaced_system" for role in roles[1:] if role == "system"]
    if None in roles:
        return errors
    turns = [role for role in roles if role != "system"]
    if not turns:
        return [*errors, "no_user_message"]
    if turns[0] == "assistant":
        errors.append("starts_with_assistant")
    errors += [f"consecutive_{role}" for before, role in pairwise(turns) if before == role]
    if turns[-1] == "user":
        errors.append("ends_with_user")
    return errors


def _counted(
    name: Format, errors: list[str], warnings: list[str], turns: int, contents: list[str], system: str | None = None
) -> Counted:
    if errors:
        return Counted(errors, format=name)
    return Counted([], warnings + _content_warnings(contents), name, turns, contents, system)


def _content_warnings(contents: list[str]) -> list[str]:
    """The codes of contents in good order: a user's and an assistant's in turn, maybe after a system prompt."""
    codes = [code for content in contents if (code := whole_warning(content)) is not None]
    if any(map(may_be_odd, contents)):
        speakers = [Speaker.OTHER, Speaker.ANSWER] * (len(contents) // 2)
        speakers[-1] = Speaker.LAST_ANSWER
        speakers = [Speaker.OTHER] * (len(contents) % 2) + speakers
        for content, speaker in zip(contents, speakers, strict=True):
            codes += [oddity.code for oddity in oddities(content, speaker)]
    return codes


_decoder = msgspec.json.Decoder()
_looser = json.JSONDecoder()
