"""What was found in a dataset, a page of it: the issues at their lines, the filter by code, the way to the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from datasets import causes, context, filemap, places, storing
from datasets.causes import Cause
from datasets.context import Line
from datasets.filemap import FileMap
from datasets.models import Dataset, Issue
from datasets.records import issue_of
from datasets.report import Issue as Finding

PAGE = 20


@dataclass(frozen=True)
class Choice:
    """What the reader asked for: only one code, from the n-th issue on, or at a line of the file."""

    code: str = ""
    start: int = 1
    line: int | None = None


@dataclass(frozen=True)
class Code:
    """A code of the filter, with how often it was found."""

    code: str
    count: int
    is_error: bool
    is_current: bool


@dataclass(frozen=True)
class Case:
    """An issue to show, or (without one) a line that the reader asked for."""

    issue: Issue | None
    words: Finding | None
    lines: list[Line]
    line: int | None
    anchor: str = ""

    @property
    def place(self) -> str:
        """`Line 1,207, column 57`."""
        if self.line is None:
            return _("The whole file")
        line = number_format(self.line, force_grouping=True)
        if self.issue is None or self.issue.column is None:
            return _("Line %(line)s") % {"line": line}
        column = number_format(self.issue.column, force_grouping=True)
        return _("Line %(line)s, column %(column)s") % {"line": line, "column": column}


class Cases:
    """The issues of a dataset that `choice` selects: errors, or warnings if there is no error to show."""

    def __init__(self, dataset: Dataset, choice: Choice) -> None:
        self.dataset = dataset
        self.choice = choice
        if not (dataset.counts or dataset.warning_counts) and choice.line is None:
            self.choice = Choice(line=1)  # nothing to point at: the first lines, then
        if choice.code:
            self.is_error = choice.code in dataset.counts
        else:
            self.is_error = bool(dataset.error_count)

    @property
    def found(self) -> int:
        """How many there are; `listed` may be fewer."""
        counts = self.dataset.counts if self.is_error else self.dataset.warning_counts
        return counts.get(self.choice.code, 0) if self.choice.code else sum(counts.values())

    @cached_property
    def listed(self) -> int:
        return self._issues.count()

    @cached_property
    def start(self) -> int:
        """The number of the first issue on the page, from 1."""
        number = self.choice.start
        if self.choice.line is not None:
            number = self._issues.filter(line__lt=self.choice.line).count() + 1
        return max(1, min(number, self.listed))

    @property
    def end(self) -> int:
        return min(self.start + PAGE - 1, self.listed)

    @property
    def previous(self) -> int | None:
        return self.start - 1 if self.start > 1 else None

    @property
    def next(self) -> int | None:
        return self.start + 1 if self.start < self.listed else None

    @property
    def next_page(self) -> int | None:
        return self.end + 1 if self.end < self.listed else None

    @property
    def previous_page(self) -> int | None:
        return max(1, self.start - PAGE) if self.start > 1 else None

    @property
    def codes(self) -> list[Code]:
        return self._codes(self.dataset.counts, is_error=True) + self._codes(
            self.dataset.warning_counts, is_error=False
        )

    @property
    def last(self) -> int | None:
        return self.listed if self.start < self.listed else None

    @cached_property
    def cases(self) -> list[Case]:
        try:
            with storing.open_file(self.dataset.path) as file:
                return _anchored(self._asked_line(file) + [_case(issue, file) for issue in self._page])
        except FileNotFoundError:
            return _anchored([_case(issue, None) for issue in self._page])

    @property
    def current_line(self) -> int | None:
        return self.cases[0].line if self.cases else None

    @property
    def map(self) -> FileMap:
        places = self.dataset.issues.filter(line__isnull=False).values_list("is_error", "line")
        listed = ((is_error, line) for is_error, line in places if line)
        return filemap.draw(self.dataset.error_map, listed, self.dataset.lines, self.current_line)

    @property
    def _issues(self) -> QuerySet[Issue]:
        issues = self.dataset.issues.filter(is_error=self.is_error)
        return issues.filter(code=self.choice.code) if self.choice.code else issues

    @cached_property
    def _page(self) -> list[Issue]:
        return list(self._issues[self.start - 1 : self.start - 1 + PAGE])

    def _asked_line(self, file: BinaryIO) -> list[Case]:
        """The line that the reader asked for, unless the page starts with an issue of it anyway."""
        number = self.choice.line
        if number is None or (self._page and self._page[0].line == number):
            return []
        offset = places.start_of(self.dataset, file, number)
        return [] if offset is None else [Case(None, None, context.around(file, number, offset), number)]

    @cached_property
    def cause(self) -> Cause | None:
        """What lies behind many of the errors."""
        return causes.find(self.dataset)

    @property
    def cause_share(self) -> str:
        return causes.share(self.cause, self.dataset) if self.cause else ""

    def _codes(self, counts: dict[str, int], *, is_error: bool) -> list[Code]:
        ordered = sorted(counts.items(), key=lambda item: causes.rank(item[0], item[1], self.cause))
        return [Code(code, count, is_error, code == self.choice.code) for code, count in ordered]


def of_line(dataset: Dataset, number: int, offset: int) -> list[Case]:
    """What is wrong with a line, which starts at byte `offset`; without an issue, the line alone."""
    issues = list(dataset.issues.filter(line=number)[:PAGE])
    with storing.open_file(dataset.path) as file:
        found = [_case(issue, file) for issue in issues]
        return _anchored(found or [Case(None, None, context.around(file, number, offset), number)])


def next_error(dataset: Dataset, number: int) -> int | None:
    """The line of the next error behind line `number`, from the start again if there is none; None without errors."""
    errors = dataset.issues.filter(is_error=True, line__isnull=False).order_by("line")
    line = errors.filter(line__gt=number).values_list("line", flat=True).first()
    return line or errors.values_list("line", flat=True).first()


def _case(issue: Issue, file: BinaryIO | None) -> Case:
    lines: list[Line] = []
    if file is not None and issue.line is not None and issue.offset is not None:
        lines = context.around(file, issue.line, issue.offset, issue.column, issue.end_column)
    return Case(issue, issue_of(issue), lines, issue.line)


def _anchored(cases: list[Case]) -> list[Case]:
    """The cases, the first of each line with an anchor of its own: `L48213`."""
    seen: set[int] = set()
    anchored = []
    for case in cases:
        is_first = case.line is not None and case.line not in seen
        anchored.append(replace(case, anchor=f"L{case.line}" if is_first else ""))
        seen.add(case.line or 0)
    return anchored
