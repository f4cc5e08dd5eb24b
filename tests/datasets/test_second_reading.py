"""The second reading: contradictions with the report, tokens in the background; once, whatever is killed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from datasets import claims, reading, tasks, tokens
from datasets.claims import READINGS, Superseded, Work
from datasets.models import Dataset, Reading
from datasets.storing import remove
from finetune_portal.celery import app
from tests.datasets.files import MakeDataset, file_with, good_file, line


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, int]]:
    calls: list[tuple[Any, int]] = []
    monkeypatch.setattr(tasks, "wake", lambda task, pk: calls.append((task, pk)))
    return calls


CONFLICTING = file_with(line("Question 3?", "On Tuesday."), line("Question 3?"))


def test_contradictions_are_there_with_the_report(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(CONFLICTING)
    assert dataset.can_train
    assert dataset.warning_counts == {"duplicate_line": 1, "conflicting_duplicate": 2}
    issues = dataset.issues.filter(code="conflicting_duplicate")
    assert [(issue.line, issue.params) for issue in issues] == [(31, {"first": 4}), (32, {"first": 31})]
    assert issues[0].offset == CONFLICTING.index(line("Question 3?", "On Tuesday."))
    assert [issue.line for issue in dataset.issues.all()] == [31, 32, 32]


def test_of_a_file_with_errors_the_good_lines_are_counted(make_dataset: MakeDataset) -> None:
    """Where no list of the bad ones is complete, too: more are bad than are listed."""
    other_format = b'{"prompt": "a", "completion": "b"}'
    bad = [b"nonsense", line("x").replace(b"user", b"robot"), other_format, b"", b"\xff", b"{" * 300]
    dataset = make_dataset(file_with(*bad * 30, line("Question 3?", "word " * 9)))
    tasks.read_dataset(dataset.pk)
    found = Reading.objects.get(pk=dataset.pk)
    assert sum(found.histogram.values()) == 61
    assert found.longest[0][1] == 31 + 30 * len(bad)
    assert found.compared_at is None
    assert dataset.warning_counts == {"surrounding_whitespace": 1}


def test_a_line_over_the_limit_keeps_the_numbers_right(make_dataset: MakeDataset, settings: Any) -> None:
    settings.PORTAL_MAX_LINE_BYTES = 200
    dataset = make_dataset(file_with(line("x" * 1000), line("word " * 20 + "end")))
    tasks.read_dataset(dataset.pk)
    longest = Reading.objects.get(pk=dataset.pk).longest[0]
    assert longest[1:] == [32, file_with(line("x" * 1000)).index(line("Question 30?"))]


def test_a_file_without_examples_is_not_read_again(make_dataset: MakeDataset, woken: list[tuple[Any, int]]) -> None:
    make_dataset(b"PK\x03\x04 a spreadsheet")
    make_dataset(b"nonsense")
    tasks.sweep_datasets()
    assert not Reading.objects.exists()
    assert woken == []


def test_tokens_are_left_to_a_worker(make_dataset: MakeDataset, woken: list[tuple[Any, int]]) -> None:
    dataset = make_dataset(good_file())
    assert woken == [(tasks.read_dataset, dataset.pk)]
    assert dataset.reading.tokens is None


def test_a_worker_counts_them(make_dataset: MakeDataset) -> None:
    content = file_with(line("word " * 200))
    dataset = make_dataset(content)
    tasks.read_dataset(dataset.pk)
    found = Reading.objects.get(pk=dataset.pk)
    lengths = [tokens.count_text(f"Question {i}?") + tokens.count_text("On Monday.") + 10 for i in range(60)]
    long = tokens.count_text("word " * 200) + tokens.count_text("On Monday.") + 10
    assert found.tokens == sum(lengths) + long
    assert sum(found.histogram.values()) == 61
    assert found.histogram[str(long)] == 1
    assert found.longest[0] == [long, 31, content.index(b"word ") - line("").index(b'""') - 1]
    assert len(found.longest) == 61


def test_it_is_done_once(make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = make_dataset(CONFLICTING)
    tasks.read_dataset(dataset.pk)
    monkeypatch.setattr(tokens, "count", lambda _messages: pytest.fail("counted twice"))
    tasks.read_dataset(dataset.pk)
    reading.compare(dataset.pk)
    assert dataset.issues.filter(code="conflicting_duplicate").count() == 2


def test_a_reader_that_was_killed_is_found_by_the_sweep(make_dataset: MakeDataset, woken: list[Any]) -> None:
    dataset = make_dataset(good_file())
    assert READINGS.claim(dataset.pk) is not None
    assert READINGS.claim(dataset.pk) is None
    woken.clear()
    tasks.sweep_datasets()
    assert woken == []
    Reading.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    tasks.sweep_datasets()
    assert woken == [(tasks.read_dataset, dataset.pk)]


def test_a_late_reader_writes_nothing(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file())
    late = READINGS.claim(dataset.pk)
    assert late is not None
    Reading.objects.update(attempts=2)
    with pytest.raises(Superseded):
        READINGS.change(late, tokens=1)


def test_datasets_from_before_are_read_too(make_dataset: MakeDataset, woken: list[Any]) -> None:
    dataset = make_dataset(CONFLICTING)
    Reading.objects.all().delete()
    woken.clear()
    tasks.sweep_datasets()
    assert woken == [(tasks.read_dataset, dataset.pk)]


def test_a_dataset_that_is_gone_is_no_trouble(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file())
    remove(dataset.path)
    tasks.read_dataset(dataset.pk)
    assert Reading.objects.get(pk=dataset.pk).tokens is None
    Dataset.objects.all().delete()
    tasks.read_dataset(dataset.pk)


def test_progress_is_told(make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "SIGN_EVERY", 0.0)
    dataset = make_dataset(good_file())
    told: list[int] = []
    change = Work.change

    def tell(work: Work[Reading], row: Reading, **fields: Any) -> None:
        told.append(fields["read_bytes"])
        change(work, row, **fields)

    monkeypatch.setattr(Work, "change", tell)
    tasks.read_dataset(dataset.pk)
    assert told == sorted(told)
    assert told[-1] == dataset.size


def test_the_worker_for_files_does_it() -> None:
    assert tasks.read_dataset.name == "files.read_dataset"
    assert "files.read_dataset" in app.tasks
