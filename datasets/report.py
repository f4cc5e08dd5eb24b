"""What the judge says of a file: issues without a language, and the report in the shape that programs read."""

from __future__ import annotations

from typing import Any

import msgspec

from datasets.codes import RANKS, words
from datasets.statistics import Statistics

Params = dict[str, str | int]


class Issue(msgspec.Struct, frozen=True):
    """One error or warning.

    `line`, `column` and `end_column` count from 1, columns in characters of the decoded line (a byte order mark is
    one), and are None where none makes sense; the spot ends before `end_column`. `offset` is where the line starts in
    the file, in bytes. The excerpt begins at column `excerpt_column` and has a character for each of the line's.
    """

    code: str
    line: int | None = None
    column: int | None = None
    end_column: int | None = None
    offset: int | None = None
    params: Params = {}
    excerpt: str = ""
    excerpt_column: int = 1

    @property
    def message(self) -> str:
        """What is wrong, in the active language."""
        return str(words(self.code, self.params).message) % self.params

    @property
    def hint(self) -> str:
        """What to do, in the active language."""
        return str(words(self.code, self.params).hint) % self.params

    @property
    def order(self) -> tuple[int, int, int]:
        """Sorts by line, then column, what has none first; then as `codes` lists them."""
        return self.line or 0, self.column or 0, RANKS[self.code]

    def moved(self, lines: int, size: int) -> Issue:
        """The same issue behind so many lines and bytes."""
        if self.line is None or self.offset is None:
            return self
        return msgspec.structs.replace(self, line=self.line + lines, offset=self.offset + size)

    def as_dict(self) -> dict[str, Any]:
        """As in the report that programs read."""
        return {
            "line": self.line,
            "column": self.column,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
            "excerpt": self.excerpt,
        }


class Report(msgspec.Struct):
    """The verdict on a file. Lists are in order and capped; the counts, by code, are exact.

    `error_map` has how many lines with errors there are in each of PARTS equal parts of the file, in each line if these
    are fewer; nothing if there are none.

    `msgspec.to_builtins(report)` is a dict for a JSON column, `msgspec.convert(value, Report)` takes it back.
    """

    lines: int = 0
    examples: int = 0
    format: str | None = None
    errors: list[Issue] = []
    warnings: list[Issue] = []
    counts: dict[str, int] = {}
    warning_counts: dict[str, int] = {}
    error_lines: int = 0
    error_map: list[int] = []
    truncated: bool = False
    statistics: Statistics = msgspec.field(default_factory=Statistics)

    @property
    def ok(self) -> bool:
        """No error: training may start, as far as the file goes."""
        return not self.counts

    def as_dict(self, file: str) -> dict[str, Any]:
        """The report that programs read, in the active language."""
        return {
            "ok": self.ok,
            "file": file,
            "lines": self.lines,
            "examples": self.examples,
            "format": self.format,
            "truncated": self.truncated,
            "errors": [issue.as_dict() for issue in self.errors],
            "warnings": [issue.as_dict() for issue in self.warnings],
            "counts": self.counts,
            "warning_counts": self.warning_counts,
        }
