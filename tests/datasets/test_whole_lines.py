"""A whole line: in its field, which cannot carry everything, in parts, and as a file."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from datasets import editing
from datasets.editing import Original
from datasets.models import Dataset
from teams.models import User
from tests.datasets.editor import url
from tests.datasets.files import MakeDataset, file_with, line


@pytest.fixture
def client(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


def original(body: bytes) -> Original:
    return Original(1, 0, body, b"\n")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"\xef\xbb\xbf{}", "{}"),
        (b'{"a": "\x00"}', r'{"a": "\u0000"}'),
        (b'{"a": "\x08\x0c\r"}', r'{"a": "\b\f\r"}'),
        (b'{"a": "\t"}', '{"a": "\t"}'),
        (b'{"a": "\xb5\xc4"}', r'{"a": "\xB5\xC4"}'),
        ("{\u2028}".encode(), "{\u2028}"),
        ('{"a": "\u202e\u2066"}'.encode(), r'{"a": "\u202e\u2066"}'),
    ],
)
def test_it_is_shown_in_another_way(body: bytes, text: str) -> None:
    assert editing.editable(original(body)).text == text


def test_it_is_said(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(b"\xef\xbb\xbf" + file_with(b'{"a": "\x00\xb5\xc4"}'))
    assert "byte order mark at the start is left out" in client.get(url(dataset, 1)).content.decode()
    text = client.get(url(dataset, 31)).content.decode()
    assert "2 bytes that are not UTF-8" in text
    assert "1 control character is written as JSON writes it" in text


def test_a_folded_value_leads_to_the_whole_line(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(file_with(line("x" * 5000).replace(b"user", b"robot")))
    text = client.get(f"/t/lab/datasets/{dataset.pk}/?line=31").content.decode()
    assert f'hx-get="{url(dataset, 31, "text/")}"' in text
    whole = client.get(url(dataset, 31, "text/"), headers={"HX-Request": "true"}).content.decode()
    assert "x" * 5000 in whole
    assert "folded" not in whole


def test_a_huge_line_comes_in_parts(client: Client, make_dataset: MakeDataset) -> None:
    huge = "词" * 200_000
    dataset = make_dataset(file_with(line(huge)))
    parts, start = [], "0"
    while start:
        answer = client.get(url(dataset, 31, "text/"), {"from": start}, headers={"HX-Request": "true"})
        parts.append(answer.content.decode())
        more = re.search(r"from=(\d+)", parts[-1])
        start = more[1] if more else ""
    assert len(parts) == 3
    assert ("".join(parts).count("词"), "".join(parts).count("\ufffd")) == (200_000, 0)


def test_many_unseen_characters_have_one_label(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(file_with(b'"' + b"\x00" * 100_000 + b'"'))
    text = client.get(url(dataset, 31, "text/")).content.decode()
    assert "NUL × 100,000" in text
    assert len(text) < 20_000


def test_a_line_can_be_downloaded(client: Client, broken: Dataset) -> None:
    answer: Any = client.get(url(broken, 32, "raw/"))
    assert b"".join(answer.streaming_content) == b"nonsense\n"
    assert answer["Content-Disposition"] == 'attachment; filename="a.v1.line-32.jsonl"'
    assert answer["X-Content-Type-Options"] == "nosniff"
