"""A dataset's report between the judge and the database: rows from a report, and the report from its rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import msgspec

from datasets import models
from datasets.outside import NOTHING_ASKED, Asked, Outside, outside_of
from datasets.report import Issue, Report


def rows(dataset: models.Dataset, report: Report) -> Iterator[models.Issue]:
    """The issues of a report, as rows in its order."""
    for is_error, issues in ((True, report.errors), (False, report.warnings)):
        for issue in issues:
            yield models.Issue(
                dataset=dataset,
                is_error=is_error,
                code=issue.code,
                line=issue.line,
                column=issue.column,
                end_column=issue.end_column,
                offset=issue.offset,
                params=issue.params,
                excerpt=issue.excerpt,
            )


def issue_of(row: models.Issue) -> Issue:
    """The issue of a row, which knows its sentences."""
    return Issue(
        code=row.code,
        line=row.line,
        column=row.column,
        end_column=row.end_column,
        offset=row.offset,
        params=row.params,
        excerpt=row.excerpt,
    )


def report_of(dataset: models.Dataset, asked: Asked = NOTHING_ASKED) -> Report:
    """The report of a dataset that has been checked, with what the file alone does not tell: for a limit and a
    validation file that were `asked` for, else for the lowest limit of a model and all files it was compared with."""
    report = Report(
        lines=dataset.lines,
        examples=dataset.examples,
        format=dataset.format or None,
        errors=[],
        warnings=[],
        counts=dataset.counts,
        warning_counts=dataset.warning_counts,
        error_lines=dataset.error_lines,
        truncated=dataset.truncated,
    )
    for row in dataset.issues.all():
        (report.errors if row.is_error else report.warnings).append(issue_of(row))
    _add(report, [found for found in outside_of(dataset, asked) if found.fits(asked)])
    return report


def as_json(dataset: models.Dataset, asked: Asked = NOTHING_ASKED) -> bytes:
    """The report as programs read it, with the sentences in the active language."""
    return msgspec.json.format(msgspec.json.encode(report_of(dataset, asked).as_dict(dataset.name)), indent=2)


def _add(report: Report, outside: list[Outside]) -> None:
    counts = Counter(report.warning_counts)
    for found in outside:
        counts[found.code] += found.count
        report.truncated |= found.count > len(found.issues)
    report.warning_counts = dict(counts)
    report.warnings += [issue_of(issue) for found in outside for issue in found.issues]
    report.warnings.sort(key=lambda issue: issue.order)
