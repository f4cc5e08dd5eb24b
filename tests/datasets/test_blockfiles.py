"""A line that is saved in a large file has only its block judged, and the blocks live as long as the file."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.test import Client
from django.utils import timezone

from datasets import blockfiles, checking, editing, judging, removing, storing, tasks
from datasets.models import Dataset, Issue, Lines
from datasets.storing import ABANDONED_AFTER, Incoming, StorageFull
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, line

LARGE = file_with(b"nonsense", *(line(f"{number} " + "word " * 200) for number in range(5000)), b"[")


@pytest.fixture
def large(make_dataset: MakeDataset) -> Dataset:
    """About 5 MB, checked, with a wrong line near its start and one near its end."""
    dataset = make_dataset(LARGE)
    tasks.check_dataset(dataset.pk)
    dataset.refresh_from_db()
    return dataset


def save(dataset: Dataset, number: int, text: str, actor: User) -> Dataset:
    made = editing.save(dataset, editing.original(dataset, number), text, actor=actor)
    assert made is not None
    made.refresh_from_db()
    return made


def judged_again(*args: Any) -> tuple[Dataset, int]:
    """What `save` makes, and how many bytes are judged for it."""
    with patch("datasets.blocks.judge_block", wraps=judging.judge_block) as judge:
        made = save(*args)
    return made, sum(len(call.args[0]) for call in judge.call_args_list)


def report_of(dataset: Dataset) -> dict[str, Any]:
    fields = ("state", "format", "lines", "examples", "error_lines", "counts", "warning_counts", "truncated",
              "error_map", "statistics", "crlf_lines", "checked_bytes")  # fmt: skip
    issues = Issue.objects.filter(dataset=dataset).values_list(
        "is_error", "code", "line", "column", "end_column", "offset", "params", "excerpt"
    )
    return {name: getattr(dataset, name) for name in fields} | {"issues": list(issues)}


def judged_anew(dataset: Dataset) -> dict[str, Any]:
    """The report when all of the dataset is judged."""
    Issue.objects.filter(dataset=dataset).delete()
    Lines.objects.filter(dataset=dataset).delete()
    Dataset.objects.filter(pk=dataset.pk).update(state="checking", check_seen_at=None, crlf_lines=0, counts={})
    checking.check(dataset.pk)
    dataset.refresh_from_db()
    return report_of(dataset)


def forbid_waking(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    woken: list[Any] = []
    monkeypatch.setattr(tasks, "wake", lambda task, *args: woken.append((task, *args)))
    return woken


def test_a_saved_line_has_its_block_judged_and_the_rest_taken_over(large: Dataset, member: User) -> None:
    made, judged = judged_again(large, 5032, line("Fixed?").decode(), member)
    assert made.counts == {"invalid_json": 1}
    assert 0 < judged < 3_000_000
    assert report_of(made) == judged_anew(made)


def test_the_verdict_is_there_at_once(
    large: Dataset, member: User, client_for: Callable[[User], Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    woken = forbid_waking(monkeypatch)
    made = save(save(large, 31, "", member), 5031, "", member)
    assert made.state == "ready"
    assert {task for task, *_ in woken} <= {tasks.read_dataset}
    assert "Ready to train" in client_for(member).get(f"/t/lab/datasets/{made.pk}/").content.decode()


def test_lines_are_found_in_the_version_that_was_saved(large: Dataset, member: User) -> None:
    made = save(large, 31, f"{line('One?').decode()}\n{line('Two?').decode()}", member)
    assert editing.original(made, 5033).body == b"["


def test_line_ends_are_counted_on(make_dataset: MakeDataset, member: User) -> None:
    dataset = make_dataset(LARGE.replace(b"\n", b"\r\n"))
    tasks.check_dataset(dataset.pk)
    dataset.refresh_from_db()
    assert save(dataset, 31, "", member).crlf_lines == dataset.crlf_lines - 1 > 5000


def test_without_blocks_a_worker_judges_all_of_it(
    large: Dataset, member: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    storing.remove(large.blocks_path)
    woken = forbid_waking(monkeypatch)
    made = save(large, 31, "", member)
    assert (made.state, woken) == ("checking", [(tasks.check_dataset, made.pk)])
    tasks.check_dataset(made.pk)
    made.refresh_from_db()
    assert made.counts == {"invalid_json": 1}
    assert save(made, 5031, "", member).state == "ready"


def test_a_check_that_was_claimed_meanwhile_is_left_to_whoever_did(large: Dataset, member: User) -> None:
    def judge(*args: Any) -> Any:
        Dataset.objects.filter(version=2).update(check_seen_at=timezone.now())
        return judging.judge_block(*args)

    with patch("datasets.blocks.judge_block", side_effect=judge):
        made = save(large, 31, "", member)
    assert made.state == "checking"


# The blocks and the file


def test_a_small_file_has_none(make_dataset: MakeDataset) -> None:
    assert not storing.exists(make_dataset(file_with(b"wrong")).blocks_path)


def test_a_file_of_which_no_line_is_judged_has_none(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(LARGE.decode().encode("utf-16"))
    tasks.check_dataset(dataset.pk)
    assert not storing.exists(dataset.blocks_path)


def test_blocks_go_with_the_file(large: Dataset, member: User) -> None:
    assert storing.exists(large.blocks_path)
    removing.remove(large, actor=member)
    assert not storing.exists(large.blocks_path)


def test_blocks_stay_as_long_as_a_row_shares_the_file(
    large: Dataset, make_dataset: MakeDataset, outsider: User, member: User
) -> None:
    other = make_dataset(LARGE, of=outsider.memberships.get().team)
    removing.remove(large, actor=member)
    assert storing.exists(other.blocks_path)


def test_blocks_that_lost_their_file_are_cleaned_away(large: Dataset, folder: Path) -> None:
    old = time.time() - ABANDONED_AFTER - 60
    path = folder / large.blocks_path
    Dataset.objects.all().delete()
    (folder / large.path).unlink()
    os.utime(path, (old, old))
    assert removing.remove_orphans() == 1
    assert not path.exists()


def test_a_file_that_is_deleted_while_it_is_judged_leaves_no_blocks(large: Dataset, folder: Path) -> None:
    storing.remove(large.blocks_path)
    with blockfiles.recording(large) as recorder:
        assert recorder is not None
        recorder.size = large.size
        Dataset.objects.all().delete()
    assert not storing.exists(large.blocks_path)
    assert not list((folder / "incoming").iterdir())


def test_a_full_disk_costs_the_blocks_and_not_the_check(
    make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = make_dataset(LARGE)

    def full(incoming: Incoming, chunk: bytes) -> None:
        raise StorageFull

    monkeypatch.setattr(Incoming, "write", full)
    tasks.check_dataset(dataset.pk)
    dataset.refresh_from_db()
    assert dataset.state == "refused"
    assert not storing.exists(dataset.blocks_path)


def test_what_came_in_slices_gets_its_blocks_from_a_worker(large: Dataset) -> None:
    storing.remove(large.blocks_path)
    tasks.keep_blocks(large.pk)
    assert storing.exists(large.blocks_path)
