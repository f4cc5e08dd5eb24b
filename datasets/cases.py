"""What was found in a dataset, a page of it: the issues at their lines, the filter by code, the way to the next one."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import BinaryIO
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from datasets import causes, context, filemap, places, storing
from datasets.causes import Cause
from datasets.context import Line
from datasets.filemap import FileMap
from datasets.models import Dataset, Issue
from datasets.outside import NOTHING_ASKED, TOO_LONG, Asked, Limit, Outside, limits, outside_of
from datasets.records import issue_of
from datasets.report import Issue as Finding

PAGE = 20


@dataclass(frozen=True)
class Choice:
    """What the reader asked for: only one code (of one limit, or one validation file), from the n-th issue on, or at a
    line of the file. `wrong_line` was typed for a line and is none."""

    code: str = ""
    start: int = 1
    line: int | None = None
    asked: Asked = NOTHING_ASKED
    wrong_line: str = ""

    @property
    def kept(self) -> dict[str, str | int]:
        """What of the query the links to other issues carry on."""
        chosen = {name: value for name, value in self.asked._asdict().items() if value is not None}
        return {"code": self.code, **chosen}


@dataclass(frozen=True)
class Code:
    """A code of the filter, with how often it was found; `detail` tells two of the same code apart."""

    code: str
    count: int
    is_error: bool
    is_current: bool
    query: str
    detail: str = ""


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
        if choice.line is not None and choice.line > dataset.lines:
            choice = replace(choice, line=None, wrong_line=str(choice.line))
        self.choice = choice
        self.outside = outside_of(dataset, choice.asked)
        if not (dataset.counts or dataset.warning_counts or self.outside) and choice.line is None:
            self.choice = replace(choice, line=1)  # nothing to point at: the first lines, then
        if choice.code:
            self.is_error = choice.code in dataset.counts
        else:
            self.is_error = bool(dataset.error_count)

    @property
    def found(self) -> int:
        """How many there are; `listed` may be fewer."""
        counts = self.dataset.counts if self.is_error else self.dataset.warning_counts
        known: int = counts.get(self.choice.code, 0) if self.choice.code else sum(counts.values())
        return known + sum(found.count for found in self._made_here)

    @property
    def warning_count(self) -> int:
        """All warnings, whatever is chosen."""
        return self.dataset.warning_count + sum(found.count for found in self.outside)

    @property
    def query(self) -> str:
        return urlencode(self.choice.kept)

    @property
    def limits(self) -> list[Limit]:
        """What can be chosen for `too_long`."""
        return limits() if self.choice.code == TOO_LONG else []

    @cached_property
    def listed(self) -> int:
        return len(self._merged) if self._made_here else self._issues.count()

    @cached_property
    def start(self) -> int:
        """The number of the first issue on the page, from 1."""
        number = self.choice.start
        if self.choice.line is not None:
            number = self._before(self.choice.line) + 1
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
        known = self._codes(self.dataset.counts, is_error=True) + self._codes(
            self.dataset.warning_counts, is_error=False
        )
        return known + [
            Code(found.code, found.count, False, self._is_chosen(found), found.query, found.detail)
            for found in self.outside
        ]

    @property
    def last(self) -> int | None:
        return self.listed if self.start < self.listed else None

    @cached_property
    def cases(self) -> list[Case]:
        try:
            with storing.open_file(self.dataset.path) as file:
                return _anchored(self._asked_line(file) + [self._case(issue, file) for issue in self._page])
        except FileNotFoundError:
            return _anchored([_case(issue, None) for issue in self._page])

    @property
    def current_line(self) -> int | None:
        return self.cases[0].line if self.cases else None

    @property
    def map(self) -> FileMap:
        places = self.dataset.issues.filter(line__isnull=False).values_list("is_error", "line")
        outside = ((False, issue.line) for found in self.outside for issue in found.issues)
        listed = ((is_error, line) for is_error, line in [*places, *outside] if line)
        return filemap.draw(self.dataset.error_map, listed, self.dataset.lines, self.current_line)

    @property
    def _issues(self) -> QuerySet[Issue]:
        issues = self.dataset.issues.filter(is_error=self.is_error)
        return issues.filter(code=self.choice.code) if self.choice.code else issues

    @cached_property
    def _made_here(self) -> list[Outside]:
        """What belongs to the choice and has no rows."""
        if self.is_error:
            return []
        return [found for found in self.outside if not self.choice.code or self._is_chosen(found)]

    @cached_property
    def _merged(self) -> list[Issue]:
        """All that is listed, those without rows in their places: some hundred of each code at most."""
        made = [issue for found in self._made_here for issue in found.issues]
        return sorted([*self._issues, *made], key=lambda issue: issue.line or 0)

    @cached_property
    def _page(self) -> list[Issue]:
        listed = self._merged if self._made_here else self._issues
        return list(listed[self.start - 1 : self.start - 1 + PAGE])

    def _before(self, line: int) -> int:
        """How many of the listed are on earlier lines."""
        if self._made_here:
            return sum((issue.line or 0) < line for issue in self._merged)
        return self._issues.filter(Q(line__lt=line) | Q(line=None)).count()

    def _is_chosen(self, found: Outside) -> bool:
        return found.code == self.choice.code and found.fits(self.choice.asked)

    def _case(self, issue: Issue, file: BinaryIO) -> Case:
        if issue.offset is None and issue.line is not None:
            issue.offset = places.start_of(self.dataset, file, issue.line)
        return _case(issue, file)

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
        return [
            Code(code, count, is_error, code == self.choice.code, urlencode({"code": code})) for code, count in ordered
        ]


def of_line(dataset: Dataset, number: int, offset: int) -> list[Case]:
    """What is wrong with a line, which starts at byte `offset`; without an issue, the line alone."""
    issues = list(dataset.issues.filter(line=number)[:PAGE])
    issues += [issue for found in outside_of(dataset) for issue in found.issues if issue.line == number]
    for issue in issues:
        issue.offset = offset
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
