"""`manage.py validate FILE`: what the portal would say of a training file, in the shell."""

from __future__ import annotations

import json
import os
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from datasets import conflicts
from datasets.limits import ALL, LISTED, configured
from datasets.report import Issue, Report
from datasets.validation import Validator

CHUNK_BYTES = 1024 * 1024
CONFLICTING = "conflicting_duplicate"


class Command(BaseCommand):
    help = (
        "Check a training file. Leaves with 0 if it has no errors, 1 if it has, 2 if it cannot be read. A file without "
        "errors is read again for examples that contradict each other (not from a pipe), in 8 bytes of memory a line."
    )
    requires_system_checks: list[str] = []
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="a JSONL file")
        parser.add_argument("--format", choices=["text", "json"], default="text", help="how to report (text)")
        parser.add_argument("--all", action="store_true", help="list every issue, not 100 and the last of each kind")

    def handle(self, *args: Any, file: str, format: str, all: bool, **options: Any) -> None:
        path = Path(file)
        file = os.fsencode(file).decode(errors="replace")  # a name need not be UTF-8
        try:
            report = judge_file(path, listed=ALL if all else LISTED)
        except OSError as error:
            self._cannot_read(f"{file}: {error.strerror or error}", as_json=format == "json")
            sys.exit(2)
        if format == "json":
            self.stdout.write(json.dumps(report.as_dict(file)))
        else:
            self._write_lines(file, report)
        if not report.ok:
            sys.exit(1)

    def _cannot_read(self, problem: str, *, as_json: bool) -> None:
        self.stderr.write(problem)
        if as_json:
            self.stdout.write(json.dumps({"ok": False, "error": problem}))

    def _write_lines(self, file: str, report: Report) -> None:
        """One line an issue, errors first, without the line or column that makes no sense for it."""
        for issue in (*report.errors, *report.warnings):
            self.stdout.write(f"{where(file, issue)}: {issue.code} {issue.message}")
        self.stdout.write(summary(file, report))


def judge_file(path: Path, *, listed: int) -> Report:
    """Judge a file under the limits of the settings. Raise OSError if it cannot be read."""
    validator = Validator(configured(listed=listed))
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            validator.feed(chunk)
        report = validator.finish(stream if stream.seekable() else None)
        del validator  # and with it the marks of the lines: the next ones take their room
        if report.ok and stream.seekable():
            _add_conflicts(report, conflicts.of_file(stream, listed))
        return report


def _add_conflicts(report: Report, found: conflicts.Conflicts) -> None:
    if found.total:
        report.warnings += [Issue(CONFLICTING, line=line, params={"first": first}) for line, first in found.listed]
        report.warnings.sort(key=lambda issue: issue.order)
        report.warning_counts[CONFLICTING] = found.total
        report.truncated |= found.total > len(found.listed)


def where(file: str, issue: Issue) -> str:
    """FILE:LINE:COLUMN, without what makes no sense for the issue."""
    return ":".join(str(part) for part in (file, issue.line, issue.column) if part is not None)


def summary(file: str, report: Report) -> str:
    """The last line: what the file is, and how many issues there are, the unlisted ones included."""
    errors, warnings = sum(report.counts.values()), sum(report.warning_counts.values())
    return f"{file}: {report.format or 'no format'}, examples {report.examples}, errors {errors}, warnings {warnings}"
