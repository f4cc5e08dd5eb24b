"""A good file in a browser that enforces the content security policy: figures that come, costs that follow the form."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from datasets import reading
from datasets.models import Dataset, Reading
from jobs.costs import cost_of
from jobs.models import BaseModel
from teams.models import ProviderAccount, Team, User
from tests.browser.conftest import Enter
from tests.datasets.files import file_with, line, make_dataset

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def dataset(team: Team, member: User, settings: Any, tmp_path: Path) -> Dataset:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    thinking = line("Why?", "<think>\nBecause.\n</think>\n\nSo.")
    return make_dataset(team, member, file_with(line("<img src=x onerror=alert(1)>"), thinking, line(" spaces ")))


@pytest.fixture
def tab(enter: Enter, member: User) -> Iterator[Page]:
    """A page of a browser in which lin has signed in; no script may fail in it."""
    tab = enter(member).new_page()
    broken: list[str] = []
    tab.on("pageerror", lambda error: broken.append(str(error)))
    tab.on("dialog", lambda dialog: broken.append(dialog.message))
    yield tab
    assert broken == []


@pytest.fixture
def turbo(db: None) -> BaseModel:
    BaseModel.objects.filter(name="qwen-turbo").update(price_per_million_tokens=Decimal(1200))
    return BaseModel.objects.get(name="qwen-turbo")


def test_tokens_and_costs_come_by_themselves(tab: Page, dataset: Dataset, turbo: BaseModel) -> None:
    tab.goto(f"/t/lab/datasets/{dataset.pk}/")
    expect(tab.get_by_text("Counting tokens, 0%")).to_be_visible()
    expect(tab.get_by_text("Tokens are being counted, 0%.")).to_be_visible()
    reading.read_again(dataset.pk)
    cost = cost_of(Reading.objects.get(pk=dataset.pk), turbo)
    expect(tab.locator("#insight").get_by_text(f"{cost.tokens:,}")).to_be_visible()
    expect(tab.get_by_text("Counting tokens")).to_have_count(0)
    expect(tab.get_by_role("cell", name=cost.for_epochs(3))).to_be_visible()
    expect(tab.get_by_role("img", name="Tokens per example")).to_be_visible()


def test_the_estimate_follows_the_form(tab: Page, dataset: Dataset, turbo: BaseModel, account: ProviderAccount) -> None:
    reading.read_again(dataset.pk)
    cost = cost_of(Reading.objects.get(pk=dataset.pk), turbo)
    tab.goto(f"/t/lab/jobs/new/?dataset={dataset.pk}")
    expect(tab.get_by_text(f"about {cost.for_epochs(1)}")).to_be_visible()
    tab.get_by_label("n_epochs").fill("3")
    expect(tab.get_by_text(f"about {cost.for_epochs(3)}")).to_be_visible()
    tab.get_by_label("qwen-72b-chat").check()
    expect(tab.get_by_text("no price set, so no estimate")).to_be_visible()


def test_examples_are_searched_and_thinking_unfolds(tab: Page, dataset: Dataset) -> None:
    tab.goto(f"/t/lab/datasets/{dataset.pk}/")
    tab.get_by_label("Search the text").fill("SO.")
    tab.get_by_role("button", name="Search").click()
    expect(tab.locator("mark")).to_have_text("So.")
    expect(tab.get_by_text("Because.")).to_be_hidden()
    tab.get_by_text("thinking, 8 characters").click()
    expect(tab.get_by_text("Because.")).to_be_visible()


def test_random_examples_can_be_shared(tab: Page, dataset: Dataset) -> None:
    tab.goto(f"/t/lab/datasets/{dataset.pk}/examples/")
    expect(tab.locator("article")).to_have_count(20)
    tab.get_by_role("link", name="Random 20").click()
    expect(tab.locator("article")).to_have_count(20)
    shown = tab.locator("article h3").all_inner_texts()
    tab.goto(tab.url)
    assert tab.locator("article h3").all_inner_texts() == shown


def test_markup_in_an_example_is_text(tab: Page, dataset: Dataset) -> None:
    tab.goto(f"/t/lab/datasets/{dataset.pk}/examples/?line=31")
    expect(tab.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()


def test_a_warning_is_dismissed_and_taken_back(tab: Page, dataset: Dataset) -> None:
    tab.goto(f"/t/lab/datasets/{dataset.pk}/")
    tab.get_by_role("link", name="Dismiss surrounding_whitespace").click()
    tab.get_by_label("Reason").fill("They are quoted.")
    tab.get_by_role("button", name="Dismiss").click()
    expect(tab.locator("#warnings").get_by_text("They are quoted.")).to_be_visible()
    tab.get_by_role("button", name="Take back").click()
    expect(tab.get_by_text("They are quoted.")).to_have_count(0)
