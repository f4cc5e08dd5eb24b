"""A good dataset's page: figures, pictures and how far each part is."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest
from django.test import Client
from django.utils import timezone

from datasets import reading
from datasets.claims import READINGS
from datasets.models import Dataset, Reading
from datasets.statistics import Bin, Prompt, Spread, Statistics, SystemPrompts
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, good_file, line

ClientFor = Callable[[User], Client]

STATISTICS = Statistics(
    examples=61,
    turns=Spread(total=124, mean=124 / 61, median=2, largest=4, bins=[Bin(2, 2, 60), Bin(4, 4, 1)]),
    characters=Spread(total=1400, mean=23, median=22, largest=30, bins=[Bin(22, 22, 61)]),
    system_prompts=SystemPrompts(12, 1, True, [Prompt("<b hx-get=/x>\u202eBe brief.", 12)]),
    duplicates=3,
    languages={"chinese": 40, "english": 20, "mixed": 1, "other": 0},
)


@pytest.fixture
def dataset(make_dataset: MakeDataset) -> Dataset:
    dataset = make_dataset(file_with(line("word " * 100)))
    dataset.statistics = msgspec.to_builtins(STATISTICS)
    dataset.save()
    return dataset


def page(client: Client, dataset: Dataset, tail: str = "") -> str:
    answer = client.get(f"/t/lab/datasets/{dataset.pk}/{tail}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def test_figures_and_pictures(client_for: ClientFor, viewer: User, dataset: Dataset) -> None:
    reading.read_again(dataset.pk)
    shown = page(client_for(viewer), dataset)
    counted = Reading.objects.get(pk=dataset.pk)
    assert f"<dd>{counted.tokens:,}<small>exact" in shown
    assert 'aria-label="Turns per example: 1: 60; 2: 1"' in shown
    assert 'aria-label="Tokens per example: ' in shown
    assert 'aria-label="Chinese 66%, English 33%, mixed 2%"' in shown
    assert "<dt>Duplicates</dt><dd>3</dd>" in shown
    assert "in 12 examples, 20%" in shown
    assert "<b hx-get" not in shown
    assert '&lt;b hx-get=/x&gt;<span class="np">RLO</span>Be brief.' in shown


def test_each_part_says_how_far_it_is(client_for: ClientFor, viewer: User, dataset: Dataset) -> None:
    client = client_for(viewer)
    Reading.objects.update(read_bytes=dataset.size * 43 // 100 + 1)
    shown = page(client, dataset)
    assert "Checked to line 61" in shown
    assert "Answers compared" in shown
    assert "Counting tokens, 43%" in shown
    assert "Search ready" in shown
    assert client.get(f"/t/lab/datasets/{dataset.pk}/insight/?seen=43").status_code == 204
    reading.read_again(dataset.pk)
    done = page(client, dataset, "insight/?seen=43")
    assert "Counting tokens" not in done
    assert "hx-get" not in done


def test_a_count_that_was_given_up_is_told(client_for: ClientFor, viewer: User, dataset: Dataset) -> None:
    Reading.objects.update(attempts=READINGS.max_attempts)
    shown = page(client_for(viewer), dataset, "insight/")
    assert "Counting tokens broke off" in shown
    assert "hx-get" not in shown


def test_the_first_examples_are_shown(client_for: ClientFor, viewer: User, dataset: Dataset) -> None:
    shown = page(client_for(viewer), dataset)
    assert "<small>user</small><bdi>Question 2?</bdi>" in shown
    assert "Question 3?</bdi>" not in shown


def test_a_file_from_before_has_no_pictures_of_the_judge(
    client_for: ClientFor, viewer: User, make_dataset: MakeDataset
) -> None:
    dataset = make_dataset(good_file())
    Dataset.objects.update(statistics={})
    Reading.objects.all().delete()
    shown = page(client_for(viewer), dataset)
    assert "<dt>Format</dt><dd>messages</dd>" in shown
    assert "<figure" not in shown


def test_a_count_that_is_at_its_last_attempt_is_not_given_up(
    client_for: ClientFor, viewer: User, dataset: Dataset
) -> None:
    Reading.objects.update(attempts=READINGS.max_attempts, seen_at=timezone.now())
    assert "Counting tokens, 0%" in page(client_for(viewer), dataset, "insight/")


def test_a_refused_file_can_be_read_too(client_for: ClientFor, viewer: User, make_dataset: MakeDataset) -> None:
    assert "Read its examples" in page(client_for(viewer), make_dataset(file_with(b"nonsense")))


def test_of_a_refused_file_the_good_examples_are_counted(
    client_for: ClientFor, viewer: User, make_dataset: MakeDataset
) -> None:
    refused = make_dataset(file_with(b"nonsense", line("x").replace(b"user", b"robot")))
    waiting = page(client_for(viewer), refused)
    assert "Answers are compared once it has no errors" in waiting
    assert "Counting tokens, 0%" in waiting
    reading.read_again(refused.pk)
    shown = page(client_for(viewer), refused)
    assert "<dt>Good examples</dt><dd>60<small>of 62</small></dd>" in shown
    assert "Of the 60 examples without an error: the others are not counted." in shown
    assert f"<dd>{Reading.objects.get(pk=refused.pk).tokens:,}<small>exact" in shown


def test_a_file_without_a_good_example_has_nothing_to_count(
    client_for: ClientFor, viewer: User, make_dataset: MakeDataset
) -> None:
    refused = make_dataset(line("x").replace(b"user", b"robot"))
    reading.read_again(refused.pk)
    assert "there is nothing to count" in page(client_for(viewer), refused)
    assert "there is nothing to count" in page(client_for(viewer), refused, "examples/?longest=1")


def test_a_file_that_is_no_jsonl_says_why_there_is_no_count(
    client_for: ClientFor, viewer: User, make_dataset: MakeDataset
) -> None:
    shown = page(client_for(viewer), make_dataset(b"[1, 2]"))
    assert 'id="insight"' not in shown
    assert not Reading.objects.exists()
