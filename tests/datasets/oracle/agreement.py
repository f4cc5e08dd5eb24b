"""What the judge and the oracle must agree on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace

from datasets.limits import Limits
from datasets.report import Issue, Report
from datasets.validation import Validator
from tests.datasets.oracle.whole_file import Said, oracle

WARNINGS = {"extra_key", "empty_content", "surrounding_whitespace", "duplicate_line", "deprecated_format"}
LISTED = 2


def judged(data: bytes, limits: Limits, chunk: int) -> Report:
    validator = Validator(limits)
    for start in range(0, len(data), chunk):
        validator.feed(data[start : start + chunk])
    return validator.finish()


def spots(issues: Iterable[Issue]) -> Counter[tuple[int | None, str]]:
    return Counter((issue.line, issue.code) for issue in issues)


def said_by(report: Report) -> Said:
    """The report in the oracle's shape, without warnings that the oracle knows nothing of."""
    warnings = [issue for issue in report.warnings if issue.code in WARNINGS]
    return Said(report.lines, report.examples, report.format, spots(report.errors), spots(warnings))


def first_and_last(issues: list[Issue]) -> Counter[tuple[int | None, str]]:
    """Of each code, as many as are listed and the last."""
    codes = {issue.code: [other for other in issues if other.code == issue.code] for issue in issues}
    return spots(issue for same in codes.values() for issue in same[:LISTED] + same[LISTED:][-1:])


def agree(data: bytes, limits: Limits, chunk: int) -> None:
    report = judged(data, replace(limits, listed=10**6), chunk)
    assert said_by(report) == oracle(data, file_bytes=limits.file_bytes, line_bytes=limits.line_bytes)
    assert report.counts == Counter(issue.code for issue in report.errors)
    assert report.warning_counts == Counter(issue.code for issue in report.warnings)
    assert report.errors == sorted(report.errors, key=lambda issue: (issue.line or 0, issue.column or 0))
    capped = judged(data, replace(limits, listed=LISTED), chunk)
    assert (capped.counts, capped.warning_counts) == (report.counts, report.warning_counts)
    assert (capped.lines, capped.examples, capped.format) == (report.lines, report.examples, report.format)
    assert spots(capped.errors) == first_and_last(report.errors)
    assert spots(capped.warnings) == first_and_last(report.warnings)
    assert capped.error_lines == len({issue.line for issue in report.errors} - {None})
