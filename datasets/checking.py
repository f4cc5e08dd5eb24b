"""Checking a dataset: its stored bytes through the judge, the report into the database. Safe to run twice."""

from __future__ import annotations

from contextlib import suppress

import msgspec
from django.db import transaction
from django.utils import timezone

from datasets import arriving, blockfiles, context, records, storing, verdict
from datasets.blocks import Edit, NotKept, Recorder, judge_again
from datasets.claims import CHECKS, Superseded
from datasets.limits import configured
from datasets.lineindex import LineIndex
from datasets.models import Dataset, Issue, Lines, Reading, Upload
from datasets.report import Report
from datasets.validation import Validator

BLOCK = 1024 * 1024
ROWS_AT_ONCE = 500


def check(dataset_id: int) -> None:
    """Judge the dataset and write what was found, unless that is done, or being done by someone else."""
    dataset = CHECKS.claim(dataset_id)
    if dataset is None:
        return
    try:
        with blockfiles.recording(dataset) as recorder:
            report, index = _judge(dataset, recorder)
            _write(dataset, report, index, _crlf_lines(dataset))
    except Superseded:
        return


def check_edited(dataset: Dataset, base: Dataset, edit: Edit) -> bool:
    """Write the report of a dataset that is `base` but for an edit, if the blocks of `base` are kept; False if not."""
    try:
        with (
            blockfiles.open_file(base) as kept,
            blockfiles.recording(dataset) as recorder,
            storing.open_file(dataset.path) as file,
        ):
            if recorder is None:
                return False
            findings = judge_again(kept, edit, file, recorder)
            report = verdict.report(findings, recorder.limits, file=file)
    except (FileNotFoundError, NotKept):
        return False
    claimed = CHECKS.claim(dataset.pk)
    if claimed is not None:
        with suppress(Superseded):
            _write(claimed, report, findings.index, base.crlf_lines + edit.crlf)
    return True


def record(dataset: Dataset, validator: Validator) -> None:
    """Write the report of a judge that has been given all of the dataset, unless a check has begun meanwhile."""
    claimed = CHECKS.claim(dataset.pk)
    if claimed is not None:
        with suppress(Superseded):
            with storing.open_file(claimed.path) as file:
                report = validator.finish(file)
            _write(claimed, report, validator.findings.index, _crlf_lines(claimed))


def _judge(dataset: Dataset, recorder: Recorder | None) -> tuple[Report, LineIndex]:
    validator, done = _begin(dataset, recorder)
    sign = CHECKS.signs(dataset)
    with storing.open_file(dataset.path) as file:
        file.seek(done)
        while block := file.read(BLOCK):
            validator.feed(block)
            done += len(block)
            sign(done)
        return validator.finish(file), validator.findings.index


def _begin(dataset: Dataset, recorder: Recorder | None) -> tuple[Validator, int]:
    """The judge, and how many bytes it has judged: if the file came in slices it has begun before this."""
    upload = Upload.objects.filter(dataset=dataset).first()
    if upload is None:
        return Validator(configured(), recorder), 0
    judge = arriving.take_over(upload.pk)
    return judge.validator, judge.judged


def _crlf_lines(dataset: Dataset) -> int:
    """How many lines end with CR LF. Counting is quick, so a file that was judged in slices is just read once more."""
    count, last = 0, b""
    with storing.open_file(dataset.path) as file:
        while block := file.read(BLOCK):
            if b"\r" in block:  # one byte is found many times faster than two
                count += block.count(b"\r\n")
            count += last == b"\r" and block.startswith(b"\n")
            last = block[-1:]
    return count


def _write(dataset: Dataset, report: Report, index: LineIndex, crlf_lines: int) -> None:
    issues = list(records.rows(dataset, report))
    _locate(dataset, issues, index)
    with transaction.atomic():
        CHECKS.change(
            dataset,
            state=Dataset.State.READY if report.ok else Dataset.State.REFUSED,
            format=report.format or "",
            lines=report.lines,
            examples=report.examples,
            error_lines=report.error_lines,
            counts=report.counts,
            warning_counts=report.warning_counts,
            truncated=report.truncated,
            error_map=report.error_map,
            crlf_lines=crlf_lines,
            statistics=msgspec.to_builtins(report.statistics),
            checked_at=timezone.now(),
            checked_bytes=dataset.size,
        )
        Issue.objects.bulk_create(issues, batch_size=ROWS_AT_ONCE)
        Lines.objects.create(dataset=dataset, starts=index.encode())
        if report.format:
            Reading.objects.get_or_create(dataset=dataset)


def _locate(dataset: Dataset, issues: list[Issue], index: LineIndex) -> None:
    """Find the offsets that the judge does not give: a repeated line is known only at the end."""
    lost = [issue for issue in issues if issue.line and issue.offset is None]
    if lost:
        with storing.open_file(dataset.path) as file:
            for issue in lost:
                issue.offset = context.find(file, issue.line or 1, index.before(issue.line or 1))
