"""The list of a team's datasets."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from datasets.models import Dataset
from teams.models import Team, User
from tests.datasets.files import MakeDataset, good_file

List = Callable[..., str]


@pytest.fixture
def text_of(client_for: Callable[[User], Client], viewer: User) -> List:
    client = client_for(viewer)
    return lambda **query: client.get("/t/lab/datasets/", query).content.decode()


def add_rows(team: Team, user: User, names: list[str], version: int = 1) -> None:
    rows = [Dataset(team=team, name=n, version=version, sha256="0" * 64, size=1, uploaded_by=user) for n in names]
    Dataset.objects.bulk_create(rows)


def test_an_empty_list_shows_what_a_file_must_look_like(text_of: List) -> None:
    text = text_of()
    assert "No datasets yet." in text
    for format in ("messages", "prompt_completion", "text"):
        assert f"<code>{format}</code>" in text


def test_a_viewer_is_not_offered_the_upload(text_of: List) -> None:
    assert "datasets/new/" not in text_of()


def test_only_the_newest_version_of_a_name_is_listed(text_of: List, make_dataset: MakeDataset) -> None:
    for examples in (60, 61, 62):
        make_dataset(good_file(examples))
    text = text_of()
    assert text.count("<article") == 1
    assert "v3" in text


def test_other_teams_stay_out(text_of: List, member: User, outsider: User) -> None:
    add_rows(Team.objects.get(slug="elsewhere"), outsider, ["secret.jsonl"])
    assert "secret" not in text_of()


def test_names_can_be_searched(text_of: List, team: Team, member: User) -> None:
    add_rows(team, member, ["客服意图.jsonl", "contracts.jsonl"])
    assert "contracts" not in text_of(q="客服")
    assert "客服意图.jsonl" in text_of(q="客服")


@pytest.mark.parametrize("search", ["b", "%", "<b>", "b\0"])
def test_a_search_that_finds_nothing_says_so(text_of: List, team: Team, member: User, search: str) -> None:
    add_rows(team, member, ["a.jsonl"])
    assert "No dataset's name contains" in text_of(q=search)


def test_fifty_are_on_a_page(text_of: List, team: Team, member: User) -> None:
    add_rows(team, member, [f"{i}.jsonl" for i in range(51)])
    assert text_of().count("<article") == 50
    assert text_of(page=2).count("<article") == 1
    assert text_of(page="last").count("<article") == 50


def test_list_performance(
    client_for: Callable[[User], Client], team: Team, member: User, viewer: User, django_assert_max_num_queries: Any
) -> None:
    add_rows(team, member, [f"{i}.jsonl" for i in range(60)])
    client = client_for(viewer)
    with django_assert_max_num_queries(12):
        client.get("/t/lab/datasets/")
