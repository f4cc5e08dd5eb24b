"""Judging a line while it is typed: by the judge itself, as a part of the file that it belongs to."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import ngettext

from datasets import verdict
from datasets.editing import lines_of
from datasets.findings import Format
from datasets.formats import FIELDS
from datasets.limits import HEAD_BYTES, configured
from datasets.models import Dataset
from datasets.report import Issue
from datasets.validation import judge_block
from finetune_portal.phrases import series

AFTER_HEAD = HEAD_BYTES  # an offset at which nothing is looked at as the beginning of a file
SHOWN = 5


@dataclass(frozen=True)
class Typed:
    """What a text would be in the dataset: `count` lines with these issues, and in words what a good one holds."""

    count: int
    errors: list[Issue]
    warnings: list[Issue]
    holds: str

    @property
    def shown(self) -> list[Issue]:
        """The errors to show; where there is none, the warnings."""
        return (self.errors or self.warnings)[:SHOWN]

    @property
    def hidden(self) -> int:
        return len(self.errors or self.warnings) - len(self.shown)


def judge(dataset: Dataset, text: str) -> Typed:
    """Judge the text of an edited line, which may be several lines, or none."""
    lines = lines_of(text)
    limits = configured()
    findings = judge_block(b"\n".join(lines), AFTER_HEAD, limits)
    findings.first_line = None  # whether the file as a whole is JSONL is not asked here
    findings.first_format = _format(dataset) or findings.first_format
    report = verdict.report(findings, limits, complete=False)
    warnings = [issue for issue in report.warnings if issue.line is not None]
    holds = _holds(lines[0]) if len(lines) == 1 and report.ok else ""
    return Typed(len(lines), report.errors, warnings, holds)


def _format(dataset: Dataset) -> Format | None:
    return next((name for name in FIELDS if name == dataset.format), None)


def _holds(line: bytes) -> str:
    """`1 user, 1 assistant` for a good line."""
    match json.loads(line):
        case {"messages": list(messages)}:
            roles = Counter(str(message["role"]) for message in messages)
            parts = [f"{number_format(roles[role])} {role}" for role in ("system", "user", "assistant") if roles[role]]
            return series(parts)
        case {"prompt": str(prompt), "completion": str(completion)}:
            return series([_sized("prompt", prompt), _sized("completion", completion)])
    return ""


def _sized(field: str, text: str) -> str:
    words = ngettext("%(field)s of %(n)s character", "%(field)s of %(n)s characters", len(text))
    return words % {"field": field, "n": number_format(len(text), force_grouping=True)}
