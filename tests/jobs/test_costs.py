"""Tokens × epochs × price: exact where a price is set, silent where none is; on the dataset's page and on the form."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.contrib.admin.sites import site
from django.test import Client, RequestFactory
from django.utils import timezone

from datasets import dismissals, reading
from datasets.claims import READINGS
from datasets.models import Dataset, Reading
from jobs.admin import BaseModelAdmin
from jobs.costs import cost_of, costs_of, within
from jobs.models import BaseModel, HyperParameter, Job
from jobs.numbers import money
from teams.models import ProviderAccount, Team, User
from tests.datasets.files import good_file, line, make_dataset

ClientFor = Callable[[User], Client]


@pytest.fixture
def dataset(team: Team, member: User, settings: Any, tmp_path: Path) -> Dataset:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    return make_dataset(team, member, good_file() + line("word " * 300))


@pytest.fixture
def counted(dataset: Dataset) -> Reading:
    reading.read_again(dataset.pk)
    return Reading.objects.get(pk=dataset.pk)


@pytest.fixture
def turbo(db: None) -> BaseModel:
    model = BaseModel.objects.get(name="qwen-turbo")
    model.price_per_million_tokens = Decimal(12)
    model.price_set_at = timezone.now()
    model.save()
    return model


def made_up(histogram: dict[str, int]) -> Reading:
    return Reading(histogram=histogram, tokens=sum(int(length) * times for length, times in histogram.items()))


def test_the_look_agrees(turbo: BaseModel) -> None:
    cost = cost_of(made_up({"3920416": 1}), turbo)
    assert (cost.price, cost.for_epochs(1), cost.for_epochs(3)) == ("¥12.00", "¥47.04", "¥141.13")


def test_without_a_price_there_is_no_estimate(db: None) -> None:
    cost = cost_of(made_up({"100": 60}), BaseModel.objects.get(name="qwen-72b-chat"))
    assert (cost.price, cost.for_epochs(1)) == ("", "")


def test_a_price_of_nothing_is_a_price() -> None:
    assert money("¥", Decimal(0)) == "¥0.00"
    assert money("$", Decimal("1234567.891")) == "$1,234,567.89"


@pytest.mark.parametrize(
    ("limit", "expected"), [(None, (650, 0)), (300, (650, 0)), (299, (350, 1)), (50, (50, 4)), (49, (0, 5))]
)
def test_what_is_too_long_is_neither_trained_nor_paid(limit: int | None, expected: tuple[int, int]) -> None:
    assert within({"50": 1, "100": 3, "300": 1}, limit) == expected


def test_the_models_own_limit_counts(turbo: BaseModel) -> None:
    turbo.max_length = 100
    assert cost_of(made_up({"100": 2, "101": 3}), turbo).dropped == 3
    assert cost_of(made_up({"100": 2, "101": 3}), turbo, limit=200).dropped == 0


def test_the_last_time_a_price_was_set_is_shown(turbo: BaseModel) -> None:
    BaseModel.objects.filter(name="qwen-7b-chat").update(
        price_per_million_tokens=6, price_set_at=timezone.now() - timedelta(days=9)
    )
    assert costs_of(made_up({})).set_at == turbo.price_set_at


def test_an_administrator_sets_prices(turbo: BaseModel) -> None:
    admin = BaseModelAdmin(BaseModel, site)
    request = RequestFactory().post("/")
    before = turbo.price_set_at
    form = SimpleNamespace(changed_data=["order"])
    admin.save_model(request, turbo, form, change=True)
    assert turbo.price_set_at == before
    form.changed_data = ["price_per_million_tokens"]
    admin.save_model(request, turbo, form, change=True)
    assert turbo.price_set_at is not None
    assert turbo.price_set_at != before


def costs(client: Client, dataset: Dataset, query: str = "") -> Any:
    return client.get(f"/t/lab/jobs/costs/{dataset.pk}/{query}")


def test_the_fragment_tells_how_far_the_count_is(client_for: ClientFor, viewer: User, dataset: Dataset) -> None:
    Reading.objects.update(read_bytes=dataset.size * 43 // 100 + 1)
    client = client_for(viewer)
    shown = costs(client, dataset).content.decode()
    assert "Tokens are being counted, 43%." in shown
    assert "?seen=43" in shown
    assert costs(client, dataset, "?seen=43").status_code == 204
    assert costs(client, dataset, "?seen=42").status_code == 200


def test_the_fragment_shows_the_price_of_each_model(
    client_for: ClientFor, viewer: User, counted: Reading, turbo: BaseModel
) -> None:
    shown = costs(client_for(viewer), counted.dataset).content.decode()
    assert f"<td>¥12.00</td><td>{cost_of(counted, turbo).for_epochs(1)}</td>" in shown
    assert shown.count("no price set, so no estimate") == 2
    assert "hx-get" not in shown
    assert f'?line=61">line 61</a></dt><dd>{counted.longest[0][0]} tokens' in shown


def test_too_long_examples_are_told_and_can_be_dismissed(
    client_for: ClientFor, member: User, counted: Reading, turbo: BaseModel
) -> None:
    BaseModel.objects.filter(pk=turbo.pk).update(max_length=100)
    client = client_for(member)
    assert (
        "1 example has more than the 100 tokens that qwen-turbo takes"
        in costs(client, counted.dataset).content.decode()
    )
    dismissals.dismiss(counted.dataset, "too_long", "Manuals.", actor=member)
    assert "Dismissed by <bdi>lin</bdi>" in costs(client, counted.dataset).content.decode()


def test_a_file_without_examples_costs_nothing(
    client_for: ClientFor, member: User, team: Team, dataset: Dataset
) -> None:
    refused = make_dataset(team, member, b"nonsense", "b.jsonl")
    assert "No tokens are counted: no line of it" in costs(client_for(member), refused).content.decode()


def test_the_page_itself_has_prices_and_jobs(
    client_for: ClientFor, viewer: User, counted: Reading, turbo: BaseModel, account: ProviderAccount
) -> None:
    """Without JavaScript nothing is missing from it."""
    dataset = counted.dataset
    Job.objects.create(
        team=dataset.team, account=account, dataset=dataset, name="faq", base_model="x", created_by=viewer
    )
    shown = client_for(viewer).get(f"/t/lab/datasets/{dataset.pk}/").content.decode()
    assert f"<td>¥12.00</td><td>{cost_of(counted, turbo).for_epochs(1)}</td>" in shown
    assert "<bdi>faq</bdi>" in shown
    assert 'hx-trigger="load"' not in shown


def test_a_count_that_was_given_up_is_not_asked_for_again(
    client_for: ClientFor, viewer: User, dataset: Dataset
) -> None:
    Reading.objects.update(attempts=READINGS.max_attempts)
    shown = costs(client_for(viewer), dataset).content.decode()
    assert "broke off each time" in shown
    assert "hx-get" not in shown


def test_an_outsider_finds_nothing(client_for: ClientFor, outsider: User, dataset: Dataset) -> None:
    assert costs(client_for(outsider), dataset).status_code == 404


def estimate(client: Client, **fields: str | int) -> str:
    answer = client.get("/t/lab/jobs/new/estimate/", {"base_model": "qwen-turbo", **fields})
    assert answer.status_code == 200
    return str(answer.content.decode())


@pytest.mark.parametrize(("typed", "epochs"), [("", 1), ("3", 3), ("３", 3), ("99", 1), ("x", 1)])
def test_the_form_says_what_it_costs(
    client_for: ClientFor, member: User, counted: Reading, turbo: BaseModel, typed: str, epochs: int
) -> None:
    shown = estimate(client_for(member), dataset=counted.pk, hp_n_epochs=typed)
    assert f"about {cost_of(counted, turbo).for_epochs(epochs)}" in shown
    assert f"{counted.tokens} × {epochs} epoch" in shown.replace(",", "")


def test_the_forms_own_max_length_counts(
    client_for: ClientFor, member: User, counted: Reading, turbo: BaseModel
) -> None:
    HyperParameter.objects.create(base_model=turbo, name="max_length", kind="integer", default="2048")
    client = client_for(member)
    assert "out without a word" not in estimate(client, dataset=counted.pk)
    assert "1 example has more than 200 tokens" in estimate(client, dataset=counted.pk, hp_max_length="200")
    dismissals.dismiss(counted.dataset, "too_long", "Manuals.", actor=member)
    assert "out without a word" not in estimate(client, dataset=counted.pk, hp_max_length="200")


def test_lines_shared_with_the_validation_data_are_told(
    client_for: ClientFor, member: User, team: Team, counted: Reading, turbo: BaseModel
) -> None:
    other = make_dataset(team, member, good_file(55), "b.jsonl")
    shown = estimate(client_for(member), dataset=counted.pk, validation_dataset=other.pk)
    assert "55 lines of the training data are in the validation data too." in shown
    dismissals.dismiss(counted.dataset, "validation_overlap", "Known.", actor=member)
    assert "validation data too" not in estimate(client_for(member), dataset=counted.pk, validation_dataset=other.pk)


def test_the_form_waits_for_the_count(client_for: ClientFor, member: User, dataset: Dataset) -> None:
    shown = estimate(client_for(member), dataset=dataset.pk)
    assert "counting, 0%" in shown
    assert 'hx-trigger="every 2s"' in shown


def test_without_a_file_there_is_nothing_to_say(client_for: ClientFor, member: User) -> None:
    assert "<dl" not in estimate(client_for(member), dataset="x")


def test_the_page_of_the_form_has_it_from_the_start(
    client_for: ClientFor, member: User, counted: Reading, turbo: BaseModel, account: ProviderAccount
) -> None:
    shown = client_for(member).get(f"/t/lab/jobs/new/?dataset={counted.pk}").content.decode()
    assert f"about {cost_of(counted, turbo).for_epochs(1)}" in shown
    assert "¥12.00<small>per M tokens</small>" in shown
    assert shown.count(">no price</span>") == 2
