"""A dataset's report between the judge and the database: rows from a report, and the report from its rows."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from datasets import models
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


def report_of(dataset: models.Dataset) -> Report:
    """The report of a dataset that has been checked."""
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
    return report


def as_json(dataset: models.Dataset) -> bytes:
    """The report as programs read it, with the sentences in the active language."""
    return msgspec.json.format(msgspec.json.encode(report_of(dataset).as_dict(dataset.name)), indent=2)
