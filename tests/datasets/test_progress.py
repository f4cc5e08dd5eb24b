"""The page of a dataset that is still being checked."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from datasets import tasks
from datasets.claims import CHECKS
from datasets.models import Dataset
from teams.models import User
from tests.datasets.files import MakeDataset, good_file


@pytest.fixture
def dataset(make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    monkeypatch.setattr(tasks, "CHECKED_AT_ONCE", 0)
    monkeypatch.setattr(tasks, "wake", lambda *_: None)
    return make_dataset(good_file(400))


@pytest.fixture
def ask(client_for: Callable[[User], Client], viewer: User, dataset: Dataset) -> Callable[..., Any]:
    client = client_for(viewer)
    return lambda path="", **query: client.get(f"/t/lab/datasets/{dataset.pk}/{path}", query)


def test_the_page_asks_each_second(ask: Callable[..., Any]) -> None:
    assert 'hx-trigger="every 1s"' in ask().content.decode()


def test_without_script_the_page_reloads_itself(ask: Callable[..., Any]) -> None:
    assert '<noscript><meta http-equiv="refresh"' in ask().content.decode()


def test_nothing_new_is_a_204(ask: Callable[..., Any]) -> None:
    assert ask("progress/", seen=0).status_code == 204


def test_progress_is_told(ask: Callable[..., Any], dataset: Dataset) -> None:
    Dataset.objects.update(checked_bytes=dataset.size // 2)
    text = ask("progress/", seen=0).content.decode()
    assert "49%" in text or "50%" in text
    assert "<html" not in text


def test_the_verdict_takes_the_place_of_the_page(ask: Callable[..., Any], dataset: Dataset) -> None:
    tasks.check_dataset(dataset.pk)
    answer = ask("progress/", seen=0)
    assert "Ready to train." in answer.content.decode()
    assert answer["HX-Retarget"] == "#main"
    assert 'hx-trigger="every 1s"' not in answer.content.decode()


def test_a_check_that_is_given_up_says_so_and_asks_no_more(ask: Callable[..., Any]) -> None:
    Dataset.objects.update(check_attempts=CHECKS.max_attempts)
    text = ask().content.decode()
    assert "The check broke off each time it was tried." in text
    assert "every 1s" not in text


def test_there_is_no_report_yet(ask: Callable[..., Any]) -> None:
    assert ask("report/").status_code == 404
