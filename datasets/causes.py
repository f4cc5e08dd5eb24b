"""What lies behind many of a dataset's errors at once, so that it is said first: ORDER tries one cause after the other.

Only what is certain is said, and of how many errors, as far as they are listed. Nothing is hidden for it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from datasets import storing
from datasets.formats import FORMAT_OF_KEY
from datasets.models import Dataset, Issue
from datasets.report import Params

# Codes that stand before all others, for they say what the file as a whole is, or how it was saved.
FIRST = ("empty_file", "binary_file", "utf16", "json_array", "pretty_printed_json", "file_too_large", "utf8_bom")

OPENED = {"cut_off", "unclosed_string"}  # reasons of a line that another one may go on from
JOINED = 50  # lines
LONGEST = 64 * 1024  # bytes that are parsed for one start,
PARSED = 2 * 1024 * 1024  # and in all


@dataclass(frozen=True)
class Cause:
    """`explained` are errors that go with it, at least; `line` is where it is best seen."""

    code: str
    words: Promise
    params: Params
    explained: int
    line: int | None = None

    @property
    def sentence(self) -> str:
        """In the active language."""
        return str(self.words) % self.params


def find(dataset: Dataset) -> Cause | None:
    """The first cause of ORDER that there is."""
    rows = list(dataset.issues.filter(is_error=True, line__isnull=False)) if dataset.error_count > 1 else []
    found = (look(dataset, rows) for look in ORDER) if rows else iter(())
    return next((cause for cause in found if cause is not None), None)


def share(cause: Cause, dataset: Dataset) -> str:
    """`This explains 998 of the 1,000 errors.`"""
    numbers = {"n": _number(cause.explained), "total": _number(dataset.error_count)}
    if cause.explained == dataset.error_count:
        return _("This explains all %(total)s errors.") % numbers
    if dataset.truncated:
        return _("This explains at least %(n)s of the %(total)s errors.") % numbers
    return _("This explains %(n)s of the %(total)s errors.") % numbers


def rank(code: str, count: int, cause: Cause | None) -> tuple[int, int, str]:
    """Sorts codes: what says how the file was saved, then the cause, then what there is most of."""
    if code in FIRST:
        return FIRST.index(code) - len(FIRST), 0, code
    return int(cause is None or code != cause.code), -count, code


def _carriage_returns(dataset: Dataset, rows: list[Issue]) -> Cause | None:
    """All of the file is one line, in which only carriage returns stand between the examples."""
    row = rows[0]
    if dataset.lines != 1 or not (row.params.get("reason") == "carriage_return" or "carriage_return" in row.params):
        return None
    words = gettext_lazy("The lines end with a carriage return alone, so that the whole file is one line.")
    return Cause(row.code, words, {}, dataset.error_count, 1)


def _first_line(dataset: Dataset, rows: list[Issue]) -> Cause | None:
    """The first line has another format than most of the others."""
    count = dataset.counts.get("mixed_formats", 0)
    mixed = [row.params for row in rows if row.code == "mixed_formats"]
    if 2 * count <= dataset.examples or len({(found["format"], "whole_line" in found) for found in mixed}) != 1:
        return None
    if "whole_line" not in mixed[0]:
        return None
    words = gettext_lazy("The file began as %(other)s, and most of its lines are %(format)s: the first line decides.")
    params = {name: mixed[0][name] for name in ("format", "other")}
    return Cause("mixed_formats", words, params, min(count, len(mixed)) if dataset.truncated else count, 1)


def _misspelt_key(dataset: Dataset, rows: list[Issue]) -> Cause | None:
    """A key is written wrong, always in the same way."""
    misspelt = [row for row in rows if row.code in ("missing_field", "unknown_format") and "key" in row.params]
    for row in misspelt[:1]:
        same = [other for other in misspelt if (other.code, other.params) == (row.code, row.params)]
        words = gettext_lazy('The key "%(key)s" stands where "%(field)s" is meant.')
        if len(same) > 1:
            return Cause(row.code, words, row.params, len(same), row.line)
    return None


def _joined_files(dataset: Dataset, rows: list[Issue]) -> Cause | None:
    """Byte order marks in the middle."""
    marked = [row for row in rows if row.params.get("reason") == "byte_order_mark"]
    if len(marked) < 2:
        return None
    words = gettext_lazy("Files that each start with a byte order mark were joined.")
    return Cause("invalid_json", words, {}, len(marked), marked[0].line)


def _broken_lines(dataset: Dataset, rows: list[Issue]) -> Cause | None:
    """Objects, or texts in them, that were broken over several lines: together these are one again."""
    starts = [row for row in rows if row.params.get("reason") in OPENED]
    if not starts:
        return None
    try:
        with storing.open_file(dataset.path) as file:
            whole = list(_wholes(file, starts))
    except FileNotFoundError:
        return None
    if not whole:
        return None
    explained = sum(any(first <= (row.line or 0) <= last for first, last in whole) for row in rows)
    words = gettext_lazy("Objects are broken over several lines, the first from line %(line)s to line %(last)s.")
    params: Params = {"line": _number(whole[0][0]), "last": _number(whole[0][1])}
    return Cause("invalid_json", words, params, explained, whole[0][0])


ORDER: list[Callable[[Dataset, list[Issue]], Cause | None]] = [
    _carriage_returns,
    _first_line,
    _joined_files,
    _broken_lines,
    _misspelt_key,
]


def _wholes(file: BinaryIO, starts: list[Issue]) -> Iterator[tuple[int, int]]:
    """The first and last line of each object that begins on one of the lines and ends on a later one."""
    last = 0
    left = PARSED
    for row in starts:
        if row.line is None or row.offset is None or row.line <= last or left <= 0:
            continue
        file.seek(row.offset)
        lines, parsed = _joined([file.readline(LONGEST) for _ in range(JOINED)])
        left -= parsed
        if lines:
            last = row.line + lines - 1
            yield row.line, last


def _joined(lines: list[bytes]) -> tuple[int, int]:
    """How many of the lines are one object, 0 if that is not to be found out; and how many bytes were parsed for it."""
    text, parsed = lines[0], 0
    for count, line in enumerate(lines[1:], start=2):
        if _is_example(line):
            break
        text += line
        if line.rstrip().endswith(b"}"):
            parsed += len(text)
            if _object(text) is not None:
                return count, parsed
        if len(text) + parsed > LONGEST:
            break
    return 0, parsed


def _is_example(line: bytes) -> bool:
    found = _object(line) if line.lstrip().startswith(b"{") else None
    return found is not None and bool(found.keys() & FORMAT_OF_KEY.keys())


def _object(text: bytes) -> dict[str, object] | None:
    """The object that the text is, where line breaks in its strings are let pass."""
    try:
        found = json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _number(number: int) -> str:
    return number_format(number, use_l10n=True, force_grouping=True)
