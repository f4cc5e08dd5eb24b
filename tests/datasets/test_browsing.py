"""The page of examples: paged, searched, at random, the longest, as JSON; lines with errors raw, with their errors."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from datasets import browsing, reading, storing, tasks
from datasets.browsing import Wish
from datasets.models import Dataset
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, good_file, line
from tests.datasets.test_hostile_content import PAYLOADS, Skeleton

ClientFor = Callable[[User], Client]


def lines(dataset: Dataset, **wish: object) -> list[int]:
    return [place.line for place in browsing.find(dataset, Wish(**wish)).places]  # type: ignore[arg-type]


def page(client: Client, dataset: Dataset, query: str = "") -> str:
    answer = client.get(f"/t/lab/datasets/{dataset.pk}/examples/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def test_pages_are_of_twenty(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file(55))
    assert lines(dataset) == list(range(1, 21))
    assert browsing.find(dataset, Wish()).next == 21
    assert lines(dataset, line=41) == list(range(41, 56))
    assert browsing.find(dataset, Wish(line=41)).next is None
    assert lines(dataset, line=999) == [55]


def test_offsets_are_those_of_the_lines(make_dataset: MakeDataset) -> None:
    content = good_file(55)
    for place in browsing.find(make_dataset(content), Wish(line=17)).places:
        assert content[place.offset :].startswith(line(f"Question {place.line - 1}?"))


@pytest.mark.parametrize("search", ["question 7?", "QUESTION 7?"])
def test_it_finds_a_text_in_any_case(make_dataset: MakeDataset, search: str) -> None:
    assert lines(make_dataset(good_file()), search=search) == [8]


def test_it_finds_a_text_however_it_is_written(make_dataset: MakeDataset) -> None:
    escaped = json.dumps({"messages": [{"role": "user", "content": "条款"}, {"role": "assistant", "content": 'a"b\n'}]})
    dataset = make_dataset(file_with(escaped.encode()))
    assert lines(dataset, search="条款") == lines(dataset, search='a"b') == [31]


def test_it_does_not_search_the_keys(make_dataset: MakeDataset) -> None:
    assert lines(make_dataset(good_file()), search="content") == []


def test_it_searches_lines_that_are_no_json(make_dataset: MakeDataset) -> None:
    assert lines(make_dataset(file_with(b"nonsense \xff")), search="nonsense") == [31]


def test_a_search_that_takes_long_says_how_far_it_came(
    make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch, client_for: ClientFor, member: User
) -> None:
    dataset = make_dataset(good_file())
    monkeypatch.setattr(browsing, "SEARCH_SECONDS", 0.0)
    found = browsing.find(dataset, Wish(search="Question 3?", line=2))
    assert (found.places, found.next, found.searched) == ([], 3, 2)
    shown = page(client_for(member), dataset, "?q=Question+3%3F&line=2")
    assert "Searched to line 2." in shown
    assert "?q=Question+3%3F&amp;line=3" in shown


def test_a_search_with_many_hits_goes_on(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file())
    first = browsing.find(dataset, Wish(search="question"))
    assert (len(first.places), first.next) == (20, 21)
    assert browsing.find(dataset, Wish(search="question", line=41)).next is None


def test_random_ones_are_the_same_for_the_same_seed(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file(200))
    chosen = lines(dataset, seed=5)
    assert chosen == lines(dataset, seed=5) == sorted(set(chosen))
    assert len(chosen) == 20
    assert chosen != lines(dataset, seed=6)


def test_the_longest_come_first(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(file_with(line("word " * 50), line("word " * 90)))
    assert lines(dataset, longest=True) == []
    reading.read_again(dataset.pk)
    places = browsing.find(dataset, Wish(longest=True)).places
    assert [place.line for place in places[:2]] == [32, 31]
    assert places[0].tokens is not None


def test_a_conversation_is_shown(client_for: ClientFor, make_dataset: MakeDataset, member: User) -> None:
    shown = page(client_for(member), make_dataset(good_file()))
    assert '<li class=""><small>user</small><bdi>Question 0?</bdi></li>' in shown
    assert '<li class="is-run"><small>assistant</small><bdi>On Monday.</bdi></li>' in shown
    assert "?line=21" in shown


@pytest.mark.parametrize(
    "example",
    [b'{"prompt": "Ask", "completion": "Say"}\n', rb'{"text": "\n\nHuman: Ask\n\nAssistant: Say"}' + b"\n"],
)
def test_every_format_is(client_for: ClientFor, make_dataset: MakeDataset, member: User, example: bytes) -> None:
    shown = page(client_for(member), make_dataset(example * 50))
    assert "<small>user</small><bdi>Ask</bdi>" in shown
    assert "<small>assistant</small><bdi>Say</bdi>" in shown


def test_a_line_with_errors_is_shown_raw_with_them(
    client_for: ClientFor, make_dataset: MakeDataset, member: User
) -> None:
    dataset = make_dataset(file_with(line().replace(b"assistant", b"robot"), b"nonsense"))
    shown = page(client_for(member), dataset, "?line=31")
    assert "<code>unknown_role</code>" in shown
    assert "&quot;robot&quot;" in shown
    assert "nonsense" in shown


def test_errors_that_are_not_listed_are_told_too(
    client_for: ClientFor, make_dataset: MakeDataset, member: User
) -> None:
    dataset = make_dataset(good_file() + b"nonsense\n" * 150)
    assert dataset.truncated
    assert page(client_for(member), dataset, "?line=180").count("<code>invalid_json</code>") == 20


def test_as_json(client_for: ClientFor, make_dataset: MakeDataset, member: User) -> None:
    shown = page(client_for(member), make_dataset(good_file()), "?line=3&raw=1")
    assert "{&quot;messages&quot;: [{&quot;role&quot;" in shown
    assert '<ol class="talk"' not in shown
    assert "?line=23&amp;raw=1" in shown


@pytest.mark.parametrize(
    "query", ["?line=x", "?line=-1", "?random=-5", "?random=1e9", "?q=%00", "?line=99999999999999"]
)
def test_nonsense_in_the_address_breaks_nothing(
    client_for: ClientFor, make_dataset: MakeDataset, member: User, query: str
) -> None:
    page(client_for(member), make_dataset(good_file()), query)


def test_a_file_that_is_no_text_has_no_examples(client_for: ClientFor, make_dataset: MakeDataset, member: User) -> None:
    assert "no lines that can be shown" in page(client_for(member), make_dataset(b"PK\x03\x04" + bytes(100)))


def test_a_file_that_is_gone_is_not_found(client_for: ClientFor, make_dataset: MakeDataset, member: User) -> None:
    dataset = make_dataset(good_file())
    Dataset.objects.update(sha256="0" * 64)
    assert client_for(member).get(f"/t/lab/datasets/{dataset.pk}/examples/").status_code == 404


def test_only_the_team_looks(client_for: ClientFor, make_dataset: MakeDataset, viewer: User, outsider: User) -> None:
    dataset = make_dataset(good_file())
    page(client_for(viewer), dataset)
    assert client_for(outsider).get(f"/t/lab/datasets/{dataset.pk}/examples/").status_code == 404


@pytest.mark.parametrize("payload", [*PAYLOADS, "\u202eabc\0", "<think><img src=x></think><b>"])
@pytest.mark.parametrize("query", ["?line=31", "?line=31&raw=1", "?q={}", "?q={}&raw=1"])
def test_what_an_example_says_is_text(
    client_for: ClientFor, make_dataset: MakeDataset, member: User, payload: str, query: str
) -> None:
    client = client_for(member)
    pages = []
    for number, text in enumerate(["harmless<think>", payload]):
        said = [line(text, f"<think>{text}</think>{text}"), line(text).replace(b"assistant", b"robot"), text.encode()]
        dataset = make_dataset(file_with(*said, line("a\0")), name=f"{number}.jsonl")
        elements = Skeleton(page(client, dataset, query.format("harmless"))).elements
        if "{}" in query:
            elements += Skeleton(
                client.get(f"/t/lab/datasets/{dataset.pk}/examples/", {"q": text}).content.decode()
            ).elements
        pages.append(set(elements))
    assert pages[1] - pages[0] <= {("mark", ()), ("details", ()), ("summary", ()), ("bdi", (("class"),))}


def test_ten_million_characters_make_no_large_page(
    client_for: ClientFor, make_dataset: MakeDataset, member: User
) -> None:
    dataset = make_dataset(file_with(line("我" * 1_000_000, "a" * 10_000_000)))
    tasks.check_dataset(dataset.pk)
    for query in ("?line=31", "?line=31&raw=1", "?q=aaaa"):
        shown = page(client_for(member), dataset, query)
        assert len(shown) < 100_000
    assert "9,998,000 characters more" in page(client_for(member), dataset, "?line=31")


class Counting(io.FileIO):
    """A file that says how many bytes were read of it."""

    read_bytes = 0

    def readinto(self, buffer: Any) -> int:
        count = super().readinto(buffer) or 0
        Counting.read_bytes += count
        return count


@pytest.fixture
def large(make_dataset: MakeDataset, monkeypatch: pytest.MonkeyPatch) -> Dataset:
    """A dataset of some 4 MB, of which is counted what is read."""
    dataset = make_dataset(b"".join(line(f"{i} " + "x" * 1000) + b"\n" for i in range(4000)))
    tasks.check_dataset(dataset.pk)
    dataset.refresh_from_db()
    path = Path(storing._local(dataset.path))
    monkeypatch.setattr(storing, "open_file", lambda _path: io.BufferedReader(Counting(path)))
    Counting.read_bytes = 0
    return dataset


def test_a_page_far_down_is_found_by_the_line_index(large: Dataset) -> None:
    assert lines(large, line=3950) == list(range(3950, 3970))
    assert Counting.read_bytes < 2**20


def test_a_search_far_down_begins_where_it_shall(large: Dataset) -> None:
    assert lines(large, line=3950, search="3990 x") == [3991]
    assert Counting.read_bytes < 2**20


def test_a_random_sample_reads_what_is_around_each_line(large: Dataset) -> None:
    for place in browsing.find(large, Wish(seed=7)).places:
        with storing.open_file(large.path) as file:
            file.seek(place.offset)
            assert file.readline() == line(f"{place.line - 1} " + "x" * 1000) + b"\n"
