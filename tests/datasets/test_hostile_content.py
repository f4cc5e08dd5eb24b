"""What a file says and is called is text: it never becomes an element or an attribute of a page."""

import itertools
import json
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import pytest
from django.test import Client

from datasets import checking, dismissals, reading
from jobs.models import BaseModel
from teams.models import User
from tests.datasets.files import MakeDataset, Upload, file_with, good_file, line
from tests.datasets.sending import Sender

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


Texts = tuple[str, str]
Element = tuple[str, tuple[str, ...]]


@pytest.fixture(params=[*PAYLOADS[:4], *(pytest.param(text, marks=pytest.mark.deep) for text in PAYLOADS[4:])])
def texts(request: pytest.FixtureRequest) -> Texts:
    """A harmless text and one that is not, of the same length, so that as much of them is cut."""
    return "h" * len(request.param), request.param


def made_of(client: Client, *addresses: str) -> set[Element]:
    """The elements of pages and fragments that show what they should."""
    found: set[Element] = set()
    for address in addresses:
        for headers in ({}, {"HX-Request": "true"}):
            answer = client.get(address, headers=headers)
            assert answer.status_code == 200
            found |= set(Skeleton(answer.content.decode()).elements)
    return found


def long_and_shared(text: str) -> bytes:
    return b"\n".join(line(f"{text} {number}", f"{text} " * 30) for number in range(60))


def test_what_the_file_alone_does_not_tell(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User, texts: Texts
) -> None:
    """Prices, examples that are too long for a model, lines shared with a validation file, by their names."""
    client, pages = client_for(member), []
    for text in texts:
        model = BaseModel.objects.create(name=text, order=99, max_length=50, price_per_million_tokens=1, currency="<b>")
        dataset = make_dataset(long_and_shared(text), name=f"t{text}.jsonl")
        other = make_dataset(long_and_shared(text) + b"\n" + line(), name=f"v{text}.jsonl")
        reading.read_again(dataset.pk)
        for code in ("too_long", "validation_overlap"):
            dismissals.dismiss(dataset, code, text, actor=member)
        page, query = f"/t/lab/datasets/{dataset.pk}/", f"?dataset={dataset.pk}&validation_dataset={other.pk}"
        pages.append(
            made_of(
                client,
                f"{page}overlap/?with={other.pk}",
                f"/t/lab/jobs/costs/{dataset.pk}/",
                page,
                f"{page}?code=too_long",
                f"{page}?code=validation_overlap",
                f"{page}?line={quote(text)}",
                f"{page}lines/3/",
                f"{page}examples/?longest=1",
                f"/t/lab/jobs/new/{query}",
                f"/t/lab/jobs/new/estimate/{query}",
            )
        )
        model.delete()
    assert pages[1] - pages[0] == set()


def test_versions_side_by_side_and_fixes_before_they_are_made(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User, texts: Texts
) -> None:
    client, pages = client_for(member), []
    for text in texts:
        first = make_dataset(file_with(*wrong_lines(text), b"", line(f"{text}1")), name=f"{text}.jsonl")
        second = make_dataset(file_with(*wrong_lines(f"{text}2"), b"", line(f"{text}3")), name=f"{text}.jsonl")
        fixes = {"fix": ["drop_blank", "drop_bad"]}
        address = f"/t/lab/datasets/{second.pk}/"
        found = made_of(client, f"{address}compare/?with={first.pk}", f"{address}fixes/")
        for headers in ({}, {"HX-Request": "true"}):
            preview = client.post(f"{address}fixes/", fixes, headers=headers).content.decode()
            assert "What changes: " in preview
            found |= set(Skeleton(preview).elements)
        made = client.post(f"{address}fixes/apply/", fixes, follow=True)
        pages.append(found | set(Skeleton(made.content.decode()).elements))
    assert pages[1] - pages[0] == set()


def test_a_file_of_conversations_to_convert(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User, texts: Texts
) -> None:
    client, pages = client_for(member), []
    for text in texts:
        messages = [{"role": "user", "content": text, text: 1}, {"role": "assistant", "content": text, "weight": 0}]
        called = [{"role": "user", "content": text}, {"role": text, "content": None, "tool_calls": [{"id": text}]}]
        content = "\n".join(json.dumps({"messages": said}) for said in [messages, called] * 30)
        source = make_dataset(content.encode(), name=f"{text}.jsonl")
        address = f"/t/lab/datasets/{source.pk}/convert/"
        form, report = client.get(address), client.post(address, follow=True)
        assert (form.status_code, report.status_code) == (200, 200)
        pages.append({element for page in (form, report) for element in Skeleton(page.content.decode()).elements})
    assert pages[1] - pages[0] == set()


def test_notices_and_the_audit_trail(
    client_for: Callable[[User], Client], upload: Upload, member: User, admin: User, texts: Texts
) -> None:
    client, pages = client_for(admin), []
    for number, text in enumerate(texts):
        address = upload(admin, good_file(60 + number), name=f"{text}.jsonl")["Location"]
        again = upload(admin, good_file(60 + number), name=f"{text}.jsonl", follow=True)
        client.post(f"{address}dismiss/extra_key/", {"reason": text})
        deleted = client.post(f"{address}delete/", follow=True)
        assert "was deleted" in deleted.content.decode()
        found = {element for page in (again, deleted) for element in Skeleton(page.content.decode()).elements}
        pages.append(found | made_of(client, "/t/lab/audit/"))
    assert pages[1] - pages[0] == set()


def test_text_that_turns_the_reading_direction_is_named_in_the_editor(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User
) -> None:
    dataset = make_dataset(file_with(line("\u202egpj.exe").replace(b"user", b"human")))
    shown = client_for(member).get(f"/t/lab/datasets/{dataset.pk}/lines/31/").content.decode()
    assert "\u202e" not in shown
    assert r"\u202egpj.exe" in shown


@pytest.mark.deep
@pytest.mark.parametrize("character", ["x", "<", "\u202e", "中"], ids=ascii)
def test_ten_megabytes_of_one_character_on_every_page(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User, character: str
) -> None:
    """No page of a line is larger than what it shows of it, nor is it made of anything else."""
    client, pages = client_for(member), []
    for length in (3_000, 10_000_000 // len(character.encode())):
        long, other = line(character * length), line("?", character * (length + 1))
        first, second = (
            make_dataset(file_with(wrong, long.replace(b'"user"', b'"human"')), name=f"{length}.jsonl")
            for wrong in (long, other)
        )
        for dataset in (first, second):
            checking.check(dataset.pk)
        address = f"/t/lab/datasets/{second.pk}/"
        tails = ("", "lines/31/", "lines/32/", "lines/31/text/", "examples/?line=31", f"compare/?with={first.pk}")
        found: set[Element] = set()
        for tail in tails:
            answer = client.get(address + tail)
            assert (tail, answer.status_code, len(answer.content) < 2_000_000) == (tail, 200, True)
            found |= set(Skeleton(answer.content.decode()).elements)
        pages.append(found)
    assert {element for element in pages[1] - pages[0] if element[0] not in ("a", "p", "input")} == set()


def test_a_name_that_turns_the_reading_direction_stands_apart(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User
) -> None:
    dataset = make_dataset(good_file(), name="بيانات.jsonl")
    assert "<bdi>بيانات.jsonl</bdi>" in client_for(member).get(f"/t/lab/datasets/{dataset.pk}/").content.decode()
