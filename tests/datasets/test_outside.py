"""What the file alone does not tell, as rows of the three levels: examples too long for a model, shared lines."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from datasets import dismissals, reading, tasks
from datasets.models import Dataset
from jobs.models import BaseModel
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, good_file, line

Page = Callable[..., str]


def words(count: int) -> bytes:
    return line(" ".join(["word"] * count))


@pytest.fixture
def dataset(make_dataset: MakeDataset) -> Dataset:
    """Lines 31 and 33 are long, 33 the longer one; no model has a limit."""
    made = make_dataset(file_with(words(200), line("short"), words(400)))
    reading.read_again(made.pk)
    return made


@pytest.fixture
def turbo(dataset: Dataset) -> None:
    BaseModel.objects.filter(name="qwen-turbo").update(max_length=100)
    BaseModel.objects.filter(name="qwen-7b-chat").update(max_length=300)


@pytest.fixture
def validation(make_dataset: MakeDataset, dataset: Dataset) -> Dataset:
    made = make_dataset(b"".join(line(f"v{n}") + b"\n" for n in range(60)) + line("short"), name="v.jsonl")
    tasks.overlap_of(dataset, made)
    return made


@pytest.fixture
def text_of(client_for: Callable[[User], Client], member: User, dataset: Dataset) -> Page:
    client = client_for(member)

    def get(tail: str = "", of: Dataset = dataset, **query: Any) -> str:
        return client.get(f"/t/lab/datasets/{of.pk}/{tail}", query).content.decode()

    return get


def report(text: str) -> Any:
    return json.loads(text)


def test_no_limit_no_warning(text_of: Page) -> None:
    assert "too_long" not in text_of()
    assert "Lines of the file" in text_of()


@pytest.mark.usefixtures("turbo")
def test_the_codes_have_the_exact_count_for_the_lowest_limit(text_of: Page) -> None:
    text = text_of()
    assert '<a href="?code=too_long"><code>too_long</code> 2</a>' in text
    assert "Warning 1 of 2" in text
    assert "tokens, more than the 100 that qwen-turbo takes." in text


@pytest.mark.usefixtures("turbo")
def test_the_lines_of_the_code_in_their_order(text_of: Page) -> None:
    first, second = text_of(code="too_long"), text_of(code="too_long", start=2)
    assert first.index('id="L31"') < first.index('id="L33"')
    assert 'rel="next" data-key="j" href="?code=too_long&amp;start=2"' in first
    assert 'id="L31"' not in second
    assert 'id="L33"' in second


@pytest.mark.usefixtures("turbo")
def test_a_model_can_be_chosen(text_of: Page) -> None:
    text = text_of(code="too_long", limit=300)
    assert "Warning 1 of 1" in text
    assert "more than the 300 that qwen-7b-chat takes." in text
    assert 'href="?code=too_long&amp;limit=100"' in text
    assert 'name="limit" value="300"' in text


def test_so_can_a_limit_that_is_no_models(text_of: Page) -> None:
    assert "more than the 250 that were asked for." in text_of(code="too_long", limit=250)


@pytest.mark.usefixtures("turbo")
def test_the_line_itself_says_it(text_of: Page) -> None:
    text = text_of("lines/33/")
    assert "<code>too_long</code>" in text
    assert 'id="L33"' in text


@pytest.mark.usefixtures("turbo")
def test_they_stand_among_the_other_warnings(text_of: Page, make_dataset: MakeDataset, dataset: Dataset) -> None:
    content = file_with(line(" x"), words(200), line(" y"))
    other = make_dataset(content, name="b.jsonl")
    reading.read_again(other.pk)
    text = text_of(of=other)
    assert "Warning 1 of 3" in text
    assert text.index('id="L31"') < text.index('id="L32"') < text.index('id="L33"')
    assert "Warning 3 of 3" in text_of(of=other, line=33)


@pytest.mark.usefixtures("turbo")
def test_counts_are_exact_where_only_the_longest_are_listed(
    text_of: Page, make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "LONGEST", 5)
    many = make_dataset(b"\n".join(words(100 + n) for n in range(60)), name="many.jsonl")
    reading.read_again(many.pk)
    text = text_of(of=many, code="too_long")
    assert "Warning 1 of 60" in text
    assert "the 5 longest are listed" in text
    assert 'id="L56"' in text
    found = report(text_of("report/", of=many))
    assert (found["warning_counts"], found["truncated"]) == ({"too_long": 60}, True)


def test_shared_lines_are_rows_too(text_of: Page, validation: Dataset) -> None:
    assert f'href="?code=validation_overlap&amp;validation={validation.pk}"' in text_of()
    text = text_of(code="validation_overlap", validation=validation.pk)
    assert "Warning 1 of 1" in text
    assert 'id="L32"' in text
    assert "The line is in the validation data too, as line 61 of v.jsonl v1." in text


def test_another_file_is_another_row(text_of: Page, validation: Dataset, make_dataset: MakeDataset) -> None:
    other = make_dataset(good_file(55), name="w.jsonl")
    tasks.overlap_of(Dataset.objects.get(name="a.jsonl"), other)
    text = text_of(code="validation_overlap", validation=validation.pk)
    assert "Warning 1 of 1" in text
    assert "<small><bdi>w.jsonl v1</bdi></small>" in text
    assert "Warning 1 of 56" in text_of(code="validation_overlap")


@pytest.mark.usefixtures("turbo")
def test_the_report_has_them(text_of: Page, validation: Dataset) -> None:
    found = report(text_of("report/"))
    assert found["warning_counts"] == {"too_long": 2, "validation_overlap": 1}
    assert [(issue["line"], issue["code"]) for issue in found["warnings"]] == [
        (31, "too_long"),
        (32, "validation_overlap"),
        (33, "too_long"),
    ]
    assert report(text_of("report/", limit=300))["warning_counts"]["too_long"] == 1
    assert "validation_overlap" not in report(text_of("report/", validation=validation.pk + 1))["warning_counts"]


@pytest.mark.usefixtures("turbo")
def test_they_are_dismissed_as_the_others(text_of: Page, dataset: Dataset, member: User) -> None:
    dismissals.dismiss(dataset, "too_long", "Manuals.", actor=member)
    text = text_of()
    assert "2 warnings, which do not stop" not in text
    assert "Dismissed by <bdi>lin</bdi>" in text


def test_the_job_form_and_the_comparison_lead_to_the_lines(
    client_for: Callable[[User], Client], member: User, turbo: None, dataset: Dataset, validation: Dataset
) -> None:
    client, address = client_for(member), f"/t/lab/datasets/{dataset.pk}/"
    asked: dict[str, str | int] = {"base_model": "qwen-turbo", "dataset": dataset.pk}
    assert f"{address}?code=too_long&amp;limit=100" in client.get("/t/lab/jobs/new/estimate/", asked).content.decode()
    compared = client.get(f"{address}overlap/", {"with": validation.pk}).content.decode()
    assert f"{address}?code=validation_overlap&amp;validation={validation.pk}" in compared
