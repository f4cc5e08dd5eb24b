"""What is odd about one content of an example without errors: the rules of the warnings, whatever the format.

`special_token`: each `<|im_start|>`, `<|im_end|>` and `<|endoftext|>`. The service puts these around every message, so
in a content they end it early. `broken_think`: the first wrong `<think>` or `</think>` of what the assistant says:
opened and not closed before the next or the end, closed and not opened, or (an empty pair may stand anywhere) thinking
before the last answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import Enum
from typing import NamedTuple

from datasets.report import Params

SPECIAL_TOKEN = re.compile(r"<\|(?:im_start|im_end|endoftext)\|>")
THINK_TAG = re.compile(r"</?think>")
OPENING = "<think>"


class Speaker(Enum):
    """Whose content it is, as far as it matters here."""

    OTHER = "other"
    ANSWER = "answer"
    LAST_ANSWER = "last_answer"


class Oddity(NamedTuple):
    """A code, the characters of the content that it is about, and its params."""

    code: str
    start: int
    end: int
    params: Params = {}


def whole_warning(content: str) -> str | None:
    """The code of the warning that the content as a whole deserves, if any."""
    stripped = content.strip()
    if not stripped:
        return "empty_content"
    return "surrounding_whitespace" if stripped != content else None


def may_be_odd(text: str) -> bool:
    """A cheap look at a content, or at a whole line in which nothing is escaped: without these nothing is odd."""
    return "<|" in text or "think>" in text


def oddities(content: str, speaker: Speaker) -> Iterator[Oddity]:
    """What is odd in the content; those of one code in their order."""
    for token in SPECIAL_TOKEN.finditer(content):
        yield Oddity("special_token", *token.span(), {"token": token[0]})
    if speaker is not Speaker.OTHER and (broken := _broken_think(content, speaker)) is not None:
        yield broken


def _broken_think(content: str, speaker: Speaker) -> Oddity | None:
    opened: re.Match[str] | None = None
    for tag in THINK_TAG.finditer(content):
        if tag[0] == OPENING:
            if opened is not None:
                break
            opened = tag
        elif opened is None:
            return Oddity("broken_think", *tag.span(), {"reason": "unopened"})
        elif speaker is Speaker.ANSWER and content[opened.end() : tag.start()].strip():
            return Oddity("broken_think", *opened.span(), {"reason": "early"})
        else:
            opened = None
    return Oddity("broken_think", *opened.span(), {"reason": "unclosed"}) if opened is not None else None
