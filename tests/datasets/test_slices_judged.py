"""What is known of a file while it comes in slices, and who finds it out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from datasets import arriving, checking, slices, storing, tasks, uploads
from datasets.models import Dataset, Upload
from datasets.validation import Validator
from tests.datasets.files import file_with, good_file, line, stored
from tests.datasets.sending import Begin


@pytest.fixture
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What was asked of a worker: there is none in these tests."""
    asked: list[Any] = []
    monkeypatch.setattr(uploads, "wake", lambda task, *args: asked.append((task, *args)))
    return asked


@pytest.fixture
def no_time(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """A request has time for the smallest piece only, and that is ten bytes."""
    monkeypatch.setattr(arriving, "REQUEST_SECONDS", 0)
    monkeypatch.setattr(arriving, "SMALLEST", 10)


def test_the_errors_are_known_on_the_way(begin: Begin) -> None:
    sender = begin(b"not json\n" + good_file())
    assert sender.send(0, 200)["Portal-Errors"] == "1"
    page = sender.client.get(sender.url).content.decode()
    assert "1 error so far" in page
    assert "Line 1" in page
    assert "invalid_json" in page
    assert "<mark>not</mark> json" in page


def test_a_long_line_is_cut_on_the_way(begin: Begin) -> None:
    wrong = line("x" * 5000).replace(b"assistant", b"robot")
    sender = begin(wrong + b"\n" + good_file())
    sender.send(0, len(wrong) + 100)
    page = sender.client.get(sender.url).content.decode()
    assert "robot" in page
    assert len(page) < 3000
    assert "/text/" not in page  # there is no dataset yet to ask for all of it


def test_a_fragment_before_the_first_slice_is_there(begin: Begin) -> None:
    sender = begin(good_file())
    assert sender.client.get(sender.url).status_code == 200


def test_what_a_request_has_no_time_for_is_for_a_worker(begin: Begin, no_time: None, woken: list[Any]) -> None:
    sender = begin(file_with(b"not json"))
    assert sender.send(0, 3000)["Portal-Errors"] == "0"
    pk = Upload.objects.get().pk
    assert woken == [(tasks.judge_upload, pk)]
    tasks.judge_upload(pk)
    assert arriving.so_far(pk).judged == 3000


def test_a_slice_does_not_wait_for_a_judge_that_is_at_it(begin: Begin, woken: list[Any]) -> None:
    sender = begin(good_file())
    with slices.held(storing.incoming(Upload.objects.get().pk + slices.JUDGE)):
        assert sender.send(0, 1000).status_code == 204
        arriving.catch_up(Upload.objects.get().pk)
    assert len(woken) == 1


def test_a_check_goes_on_where_the_judge_of_the_upload_was(
    begin: Begin, no_time: None, woken: list[Any], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = file_with(b"not json")
    begin(content).send_all()
    dataset = Dataset.objects.get()
    assert (dataset.state, woken[-1]) == ("checking", (tasks.check_dataset, dataset.pk))
    begun: list[int] = []
    monkeypatch.setattr(checking, "_begin", record_start(begun, checking._begin))
    tasks.check_dataset(dataset.pk)
    dataset.refresh_from_db()
    assert dataset.counts == {"invalid_json": 1}
    assert 0 < begun[0] < len(content)
    assert len(stored(folder)) == 1


def record_start(into: list[int], begin: Callable[..., tuple[Validator, int]]) -> Any:
    def recorded(*args: Any) -> tuple[Validator, int]:
        validator, start = begin(*args)
        into.append(start)
        return validator, start

    return recorded


def test_a_worker_for_an_upload_that_is_over_does_nothing(begin: Begin) -> None:
    begin(good_file()).send_all()
    tasks.judge_upload(Upload.objects.get().pk)
    assert Dataset.objects.get().state == "ready"


def test_lines_that_are_there_twice_are_found_across_slices(begin: Begin) -> None:
    content = good_file() + line("first") + b"\n" + b"not json\n" + line("first") + b"\n" + good_file(2)
    begin(content).send_all(300)
    repeated = Dataset.objects.get().issues.filter(code="duplicate_line")
    assert list(repeated.values_list("line", "params__first")) == [(63, 61), (64, 1), (65, 2)]


def test_a_slice_writes_the_marks_of_its_own_lines_only(begin: Begin) -> None:
    sender = begin(good_file())
    sender.send(0, 3000)
    pk = Upload.objects.get().pk
    lines = good_file()[:3000].count(b"\n")
    assert storing.incoming(f"{pk}.marks.messages").stat().st_size == 8 * lines


@pytest.mark.parametrize("tail", [b"", b"xxx", None])
def test_marks_of_a_killed_process_do_no_harm(tail: bytes | None, begin: Begin, woken: list[Any]) -> None:
    """Too many of them are cut off; where some are missing the file is judged from its start."""
    content = good_file() + line("first") + b"\n" + line("first") + b"\n"
    sender = begin(content)
    sender.send(0, len(content) - 10)
    path = storing.incoming(f"{Upload.objects.get().pk}.marks.messages")
    path.write_bytes(b"" if tail is None else path.read_bytes() + tail)
    sender.send(len(content) - 10)
    dataset = Dataset.objects.get()
    if woken:
        tasks.check_dataset(dataset.pk)
        dataset.refresh_from_db()
    assert (dataset.lines, dataset.warning_counts) == (62, {"duplicate_line": 1})
