"""From stored bytes to a verdict: once, whatever is killed, and with its progress told."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from datasets import checking, claims, tasks
from datasets.claims import CHECKS, Work
from datasets.models import Dataset, Issue
from finetune_portal.celery import app
from tests.datasets.files import MakeDataset, file_with, good_file


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The datasets for which a worker was called to check them."""
    calls: list[int] = []
    monkeypatch.setattr(tasks, "wake", lambda task, pk: calls.append(pk) if task is tasks.check_dataset else None)
    return calls


@pytest.fixture
def waiting(make_dataset: MakeDataset, woken: list[int], monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A dataset that is too large to be checked at once."""
    monkeypatch.setattr(tasks, "CHECKED_AT_ONCE", 100)
    return make_dataset(file_with(b"nonsense"))


def test_a_small_file_is_checked_at_once(make_dataset: MakeDataset, woken: list[int]) -> None:
    assert make_dataset(good_file()).state == Dataset.State.READY
    assert woken == []


def test_a_large_file_is_left_to_a_worker(waiting: Dataset, woken: list[int]) -> None:
    assert waiting.state == Dataset.State.CHECKING
    assert woken == [waiting.pk]


def test_the_report_is_written(waiting: Dataset) -> None:
    tasks.check_dataset(waiting.pk)
    waiting.refresh_from_db()
    assert (waiting.state, waiting.format, waiting.lines, waiting.examples) == ("refused", "messages", 61, 61)
    assert (waiting.counts, waiting.error_lines) == ({"invalid_json": 1}, 1)
    issue = waiting.issues.get()
    assert (issue.line, issue.column, issue.code, issue.is_error) == (31, 1, "invalid_json", True)


def test_an_issue_knows_where_its_line_starts(make_dataset: MakeDataset) -> None:
    content = file_with(b"nonsense")
    issue = make_dataset(content).issues.get()
    assert issue.offset == content.index(b"nonsense")


def test_a_repeated_line_is_located_too(make_dataset: MakeDataset) -> None:
    content = good_file() + good_file(3)
    offsets = make_dataset(content).issues.filter(code="duplicate_line").values_list("offset", flat=True)
    assert list(offsets) == [len(good_file(n)) + len(good_file()) for n in (0, 1, 2)]


def test_checking_twice_changes_nothing(waiting: Dataset) -> None:
    tasks.check_dataset(waiting.pk)
    checked_at = Dataset.objects.get().checked_at
    tasks.check_dataset(waiting.pk)
    assert Dataset.objects.get().checked_at == checked_at
    assert Issue.objects.count() == 1


def test_a_check_that_runs_is_not_started_again(waiting: Dataset) -> None:
    Dataset.objects.update(check_seen_at=timezone.now(), check_attempts=1)
    tasks.check_dataset(waiting.pk)
    assert Dataset.objects.get().state == Dataset.State.CHECKING


def test_the_sweep_finds_what_a_killed_worker_left(waiting: Dataset, woken: list[int]) -> None:
    Dataset.objects.update(check_seen_at=timezone.now() - timedelta(minutes=2), check_attempts=1)
    woken.clear()
    tasks.sweep_datasets()
    assert woken == [waiting.pk]
    tasks.check_dataset(waiting.pk)
    assert Dataset.objects.get().state == Dataset.State.REFUSED


def test_the_sweep_leaves_a_check_that_runs_alone(waiting: Dataset, woken: list[int]) -> None:
    Dataset.objects.update(check_seen_at=timezone.now(), check_attempts=1)
    woken.clear()
    tasks.sweep_datasets()
    assert woken == []


def test_a_file_that_kills_its_checker_is_given_up(waiting: Dataset, woken: list[int]) -> None:
    long_ago = timezone.now() - timedelta(hours=1)
    Dataset.objects.update(check_seen_at=long_ago, check_attempts=CHECKS.max_attempts)
    woken.clear()
    tasks.sweep_datasets()
    assert woken == []


def test_a_checker_that_was_taken_for_dead_writes_nothing(waiting: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    def taken_over(dataset: Dataset, recorder: Any) -> Any:
        Dataset.objects.update(check_attempts=2)
        return judge(dataset, recorder)

    judge = checking._judge
    monkeypatch.setattr(checking, "_judge", taken_over)
    tasks.check_dataset(waiting.pk)
    assert (Dataset.objects.get().state, Issue.objects.count()) == ("checking", 0)


def test_a_dataset_that_is_gone_is_no_trouble(waiting: Dataset) -> None:
    waiting.delete()
    tasks.check_dataset(waiting.pk)


def test_progress_is_written_while_it_runs(waiting: Dataset, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    change = Work.change

    def spy(work: Work[Dataset], dataset: Dataset, **fields: Any) -> None:
        seen.append(fields["checked_bytes"])
        change(work, dataset, **fields)

    monkeypatch.setattr(Work, "change", spy)
    monkeypatch.setattr(claims, "SIGN_EVERY", 0.0)
    monkeypatch.setattr(checking, "BLOCK", 1000)
    tasks.check_dataset(waiting.pk)
    assert (seen[:2], seen[-1]) == ([1000, 2000], waiting.size)


def test_the_sweeps_are_in_the_schedule() -> None:
    app.finalize()
    names = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert {"datasets.tasks.sweep_datasets", "datasets.tasks.clean_storage"} <= names


@pytest.mark.django_db
def test_what_a_crash_left_is_cleaned(folder: Path) -> None:
    tasks.clean_storage()
