"""What is put in place of text: a payload, or plain letters of the same length and the same white space."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable
from typing import Any

from django.db import connection

SUM = "424242"  # what TEMPLATE comes to if anyone works it out

TEMPLATE = "{{ 41|add:424201 }}"
# Short, since most fields are; and no page has elements like theirs of its own.
PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</script><script x>alert(1)</script>",
    '" hx-get="/x" hx-trigger="load" x="',
    "' onmouseover='alert(1)' x='",
    TEMPLATE,
    "</title></textarea><svg onload=alert(1)>",
    "</td></li></ol></main><b hx-post=/x>",
    "javascript:alert(1)//<a x href=x>",
    "--><!--<b x1>",
    "\u202e<b x2>gpj.exe</b>\u2066",
    "&lt;b x3&gt;&#60;b x3&#62;&quot; x=&quot;",
    "{% now 'Y' %}</bdi><u hx-on:load=x>",
    "%s%(name)s{0}{target}<i x4>",
    "</code></option></select><input autofocus>",
    "</noscript><plaintext>",
    "`<s x5>`'\"><b x6 ",
]
UNSEEN = "a\x00b\x1b[31m<b x7>\r\n\u2028"  # PostgreSQL refuses the NUL


def payloads() -> list[str]:
    return PAYLOADS + ([UNSEEN] if connection.vendor == "sqlite" else [])


def plain(payload: str) -> str:
    """The text with nothing in it that markup, quotes or templates are made of. What cannot be seen stays."""
    return "".join(char if unicodedata.category(char)[0] in "CZ" else "x" for char in payload)


def taking_turns(first: int, *, is_plain: bool) -> Callable[[], str]:
    """The payloads one after the other, from the `first` on."""
    turns = itertools.islice(itertools.cycle(payloads()), first, None)
    return lambda: plain(next(turns)) if is_plain else next(turns)


def within(value: Any, text: Callable[[], str]) -> Any:
    """A value of a JSON field with other text in all its strings; keys are ours, but for a new one."""
    if isinstance(value, str):
        return text()
    if isinstance(value, list):
        return [within(inner, text) for inner in value]
    if isinstance(value, dict):
        return {key: within(inner, text) for key, inner in value.items()}
    return value
