"""Lines to judge, and short ways to judge them."""

from __future__ import annotations

import json
from collections.abc import Iterable

from datasets.limits import LISTED, Limits
from datasets.report import Issue, Report
from datasets.validation import Validator

GOOD = b'{"messages": [{"role": "user", "content": "q%d"}, {"role": "assistant", "content": "a"}]}\n'
PAIR = b'{"prompt": "q%d", "completion": "a"}\n'
TEXT = rb'{"text": "\n\nHuman: q%d\n\nAssistant: a"}' + b"\n"

Spots = list[tuple[str, int | None]]


def many(line: bytes, count: int = 50) -> bytes:
    """So many different lines."""
    return b"".join(line % number for number in range(count))


def judge(data: bytes, *, file_bytes: int = 2**40, line_bytes: int = 2**24, listed: int = LISTED) -> Report:
    """The report on a file."""
    validator = Validator(Limits(file_bytes, line_bytes, listed))
    validator.feed(data)
    return validator.finish()


def errors(line: str | bytes) -> Spots:
    """Codes and columns of the errors of one line, as the second of a file, in a format of its own."""
    return spots(_second(line).errors)


def warnings(line: str | bytes) -> Spots:
    return spots(_second(line).warnings)


def spots(issues: Iterable[Issue], line: int = 2) -> Spots:
    return [(issue.code, issue.column) for issue in issues if issue.line == line]


def conversation(*roles: str) -> str:
    """A line of messages, the content of each one character long."""
    return json.dumps({"messages": [{"role": role, "content": str(number)} for number, role in enumerate(roles)]})


def _second(line: str | bytes) -> Report:
    """The line after one without a format, so that it is free to have its own."""
    return judge(b"{}\n" + (line.encode() if isinstance(line, str) else line))
