"""What a file says and is called is text: it never becomes an element or an attribute of a page."""

import itertools
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client

from teams.models import User
from tests.datasets.files import MakeDataset, Upload, file_with, good_file, line
from tests.datasets.test_slices import Sender

PAYLOADS = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(1)</script>",
    "</code></li></ol><b hx-get='/x' hx-trigger='load'>",
    '" hx-get="/x" hx-trigger="load" x="',
    "' onmouseover='alert(1)",
    "{{ request.user }} {% now 'Y' %}",
    "</title><svg onload=alert(1)>",
    "</noscript><plaintext>",
]


class Skeleton(HTMLParser):
    """The elements of a page with the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, tuple[str, ...]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))


def wrong_lines(text: str) -> list[bytes]:
    """Lines that bring `text` into excerpts, into params and into the words of messages."""
    quoted = text.replace("\\", "\\\\").replace('"', '\\"')
    return [
        line(text).replace(b"assistant", b"robot"),
        line("x").replace(b"user", quoted.encode()),
        f'{{"{quoted}": 1}}'.encode(),
        f'{{"a": 1, "{quoted}": 1, "{quoted}": 2}}'.encode(),
        text.encode(),
        line("x").replace(b'"content"', f'"{quoted}": 1, "content"'.encode(), 1),
    ]


def new_elements(elements_with: Callable[[str], set[object]]) -> dict[str, set[object]]:
    """What pages are made of with each payload in them, and not with plain letters."""
    known = elements_with("harmless")
    return {payload: new for payload in PAYLOADS if (new := elements_with(payload) - known)}


def test_lines_and_messages(client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User) -> None:
    client, numbers = client_for(member), itertools.count()

    def elements_with(text: str) -> set[object]:
        name = f"{next(numbers)}.jsonl"
        dataset = make_dataset(file_with(*wrong_lines(text)), name=name)
        pages = [
            client.get(f"/t/lab/datasets/{dataset.pk}/{query}").content.decode()
            for query in ("", "?code=extra_key", "?line=31", "?line=36")
        ]
        return {element for page in pages for element in Skeleton(page).elements}

    assert new_elements(elements_with) == {}


@pytest.mark.parametrize("path", ["", "text/", "judge/", "save/"])
def test_a_line_by_itself(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User, path: str
) -> None:
    client, numbers = client_for(member), itertools.count()

    def elements_with(text: str) -> set[object]:
        name = f"{next(numbers)}.jsonl"
        dataset = make_dataset(file_with(*wrong_lines(text)), name=name)
        if path == "save/":  # comes too late, which shows what was typed
            make_dataset(file_with(b"", *wrong_lines(text)), name=name)
        found: set[object] = set()
        for number in range(31, 37):
            address = f"/t/lab/datasets/{dataset.pk}/lines/{number}/{path}"
            answer = client.post(address, {"text": text}) if path in ("judge/", "save/") else client.get(address)
            found |= set(Skeleton(answer.content.decode()).elements)
        return found

    assert new_elements(elements_with) == {}


@pytest.mark.parametrize("payload", PAYLOADS)
def test_names(client_for: Callable[[User], Client], upload: Upload, member: User, payload: str) -> None:
    client = client_for(member)
    paths = ["/t/lab/datasets/", "/t/lab/datasets/new/next/?name=", *[f"{{}}{tail}" for tail in ("", "delete/")]]
    pages = []
    for content, name in ((good_file(60), "harmless"), (good_file(61), payload)):
        address = upload(member, content, name=name)["Location"]
        found = [client.get(path.format(address) + (name if path.endswith("=") else "")) for path in paths]
        found += [client.get(f"/t/lab/datasets/new/?of={address.split('/')[-2]}")]
        found += [upload(member, content, name=name, follow=True), client.get("/t/lab/datasets/", {"q": name})]
        pages.append({element for page in found for element in Skeleton(page.content.decode()).elements})
    assert pages[1] - pages[0] == set()


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_file_on_its_way(client_for: Callable[[User], Client], member: User, folder: Path, payload: str) -> None:
    client = client_for(member)
    pages = []
    for text in ("harmless"[: len(payload)], payload):
        sender = Sender(client, b"\n".join([*wrong_lines(text), b""]) + good_file(), name=text)
        sender.send(0, -9)
        pages.append(Skeleton(client.get(sender.url).content.decode()).elements)
    assert [element for element in pages[1] if element not in set(pages[0])] == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_table_to_convert(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User, payload: str
) -> None:
    client = client_for(member)
    pages = []
    for text in ("harmless", payload):
        quoted = text.replace('"', '""')
        table = make_dataset(f'"{quoted}","b{quoted}"\n'.encode() * 60, name=f"{text}.csv")
        address = f"/t/lab/datasets/{table.pk}/convert/"
        form = client.get(address)
        report = client.post(address, {"user": "0", "assistant": "1"}, follow=True)
        assert (form.status_code, report.status_code) == (200, 200)
        pages.append({element for page in (form, report) for element in Skeleton(page.content.decode()).elements})
    assert pages[1] - pages[0] == set()


def test_a_name_that_turns_the_reading_direction_stands_apart(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User
) -> None:
    dataset = make_dataset(good_file(), name="بيانات.jsonl")
    assert "<bdi>بيانات.jsonl</bdi>" in client_for(member).get(f"/t/lab/datasets/{dataset.pk}/").content.decode()
