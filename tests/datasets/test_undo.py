"""Going back to an earlier version: a new one with the old bytes and the old report."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from datasets import reading
from datasets.models import Dataset
from teams.models import AuditEntry, User
from tests.datasets.files import MakeDataset, file_with, good_file, line, stored


@pytest.fixture
def client(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


@pytest.fixture
def versions(make_dataset: MakeDataset) -> list[Dataset]:
    return [make_dataset(file_with(b"", b"")), make_dataset(good_file())]


def restore(client: Client, dataset: Dataset, seen: Dataset) -> Any:
    return client.post(f"/t/lab/datasets/{dataset.pk}/restore/", {"seen": seen.pk}, follow=True)


def test_the_old_content_is_the_newest_version(client: Client, versions: list[Dataset], folder: Path) -> None:
    answer = restore(client, versions[0], versions[1])
    made = Dataset.objects.get(version=3)
    assert "v3 is v1 again. Nothing was taken away." in answer.content.decode()
    assert (made.sha256, made.parent, made.made_by) == (
        versions[0].sha256, versions[1], {"kind": "undo", "version": 1},
    )  # fmt: skip
    assert len(stored(folder)) == 2


def test_the_report_comes_with_it(client: Client, versions: list[Dataset]) -> None:
    restore(client, versions[0], versions[1])
    made = Dataset.objects.get(version=3)
    assert (made.state, made.counts, made.lines) == ("refused", {"blank_line": 2}, 62)
    assert [issue.line for issue in made.issues.all()] == [31, 32]
    assert versions[0].issues.count() == 2
    assert made.statistics == versions[0].statistics != {}
    assert made.line_starts.starts == versions[0].line_starts.starts


def test_one_that_was_not_checked_yet_is_checked(client: Client, versions: list[Dataset]) -> None:
    Dataset.objects.filter(pk=versions[0].pk).update(state="checking", check_seen_at=None, check_attempts=0)
    versions[0].issues.all().delete()
    restore(client, versions[0], versions[1])
    assert Dataset.objects.get(version=3).counts == {"blank_line": 2}


def test_what_was_made_meanwhile_is_shown_first(client: Client, versions: list[Dataset]) -> None:
    answer = restore(client, versions[0], versions[0])
    assert "a.jsonl v2 was made meanwhile" in answer.content.decode()
    assert Dataset.objects.count() == 2


def test_an_old_version_says_so_and_offers_it(client: Client, versions: list[Dataset]) -> None:
    old, new = (client.get(f"/t/lab/datasets/{version.pk}/").content.decode() for version in versions)
    assert "This is v1; the newest is v2." in old
    assert "Go back to v1" in old
    assert "Go back" not in new
    assert "Fix in place" not in old
    assert "<textarea" not in old
    assert "Safe fixes" not in old


def test_an_edit_can_be_undone_on_its_own_page(client: Client, versions: list[Dataset]) -> None:
    client.post(f"/t/lab/datasets/{versions[1].pk}/lines/1/save/", {"text": ""})
    made = Dataset.objects.get(version=3)
    text = client.get(f"/t/lab/datasets/{made.pk}/").content.decode()
    assert "line 1 edited" in text
    assert "Undo: back to v2" in text
    restore(client, versions[1], made)
    assert Dataset.objects.get(version=4).sha256 == versions[1].sha256


def test_a_viewer_may_not(client_for: Callable[[User], Client], versions: list[Dataset], viewer: User) -> None:
    client = client_for(viewer)
    assert restore(client, versions[0], versions[1]).status_code == 403
    assert "Go back" not in client.get(f"/t/lab/datasets/{versions[0].pk}/").content.decode()


def test_it_is_recorded(client: Client, versions: list[Dataset], member: User) -> None:
    restore(client, versions[0], versions[1])
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.actor, entry.verb, entry.detail) == (member, "dataset.undo", {"version": 1})


def test_what_was_read_a_second_time_is_not_read_again(client: Client, make_dataset: MakeDataset) -> None:
    same_question = [line("Why?", "So."), line("Why?", "Just so.")]
    earlier = make_dataset(file_with(*same_question))
    later = make_dataset(file_with(line("Other")))
    restore(client, earlier, later)
    again = Dataset.objects.get(version=3)
    before = again.warning_counts["conflicting_duplicate"]
    reading.compare(again.pk)
    again.refresh_from_db()
    assert again.warning_counts["conflicting_duplicate"] == before
    assert again.reading.compared_at == earlier.reading.compared_at
