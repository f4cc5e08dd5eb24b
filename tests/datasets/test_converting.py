"""Converting a file of another shape: from its upload to the dataset that comes of it, and the report."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datasets import claims, converting, storing, tasks
from datasets.claims import CONVERSIONS
from datasets.models import Conversion, Dataset
from datasets.storing import StorageFull
from teams.models import Team, User
from tests.datasets.files import MakeDataset, Upload, good_file, stored
from tests.datasets.test_conversions import workbook

ClientFor = Callable[[User], Client]
TABLE = ("题号,问题,答案\n" + "".join(f"{i},问 {i},答 {i}\n" for i in range(60)) + "60,,\n").encode("gb18030")
CHOICE = {"user": "1", "assistant": "2", "system": "", "has_header": "on"}
HOSTILE = '<img src=x onerror="alert(1)">'


def openai_file(examples: int = 60, **extra: Any) -> bytes:
    def line(number: int) -> str:
        turns = [{"role": "user", "content": f"q{number}"}, {"role": "assistant", "content": "a", "weight": 1, **extra}]
        return json.dumps({"messages": turns}) + "\n"

    tool = {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "tool_calls": [{"id": "1"}]}]}
    return "".join(map(line, range(examples))).encode() + json.dumps(tool).encode() + b"\n"


def sharegpt_file() -> bytes:
    return json.dumps(
        [{"conversations": [{"from": "human", "value": f"q{i}"}, {"from": "gpt", "value": "a"}]} for i in range(60)],
        indent=1,
    ).encode()


@pytest.fixture
def browser(client_for: ClientFor, member: User) -> Client:
    return client_for(member)


def page(browser: Client, dataset: Dataset) -> str:
    return browser.get(f"/t/lab/datasets/{dataset.pk}/").content.decode()


def convert(browser: Client, dataset: Dataset, **fields: str) -> str:
    """The page that tells what came of it."""
    answer = browser.post(f"/t/lab/datasets/{dataset.pk}/convert/", fields, follow=True)
    assert answer.status_code == 200
    return answer.content.decode()


def content(dataset: Dataset) -> list[Any]:
    with storing.open_file(dataset.path) as file:
        return [json.loads(line) for line in file]


def test_who_sends_a_spreadsheet_is_asked_for_its_columns(upload: Upload, member: User, browser: Client) -> None:
    answer = upload(member, TABLE, name="faq.csv")
    assert answer["Location"] == f"/t/lab/datasets/{Dataset.objects.get().pk}/convert/"
    form = browser.get(answer["Location"]).content.decode()
    assert "Read as GB18030." in form
    assert '<option value="1" selected>2: 问题</option>' in form
    assert '<option value="2" selected>3: 答案</option>' in form
    assert "<td>问 3</td>" in form


def test_two_columns_become_a_dataset(make_dataset: MakeDataset, browser: Client) -> None:
    table = make_dataset(TABLE, name="faq.csv")
    report = convert(browser, table, **CHOICE)
    made = Dataset.objects.get(name="faq.jsonl")
    assert (made.state, made.examples, made.parent) == ("ready", 60, table)
    assert content(made)[0]["messages"] == [
        {"role": "user", "content": "问 0"},
        {"role": "assistant", "content": "答 0"},
    ]
    assert "60 examples were converted." in report
    assert "The question or the answer is empty." in report
    assert "row 62" in report


def test_a_system_message_may_be_the_same_for_all(make_dataset: MakeDataset, browser: Client) -> None:
    convert(browser, make_dataset(TABLE, name="faq.csv"), **CHOICE, system_text="Be short.")
    assert content(Dataset.objects.get(name="faq.jsonl"))[0]["messages"][0]["content"] == "Be short."


def test_an_xlsx_is_converted(make_dataset: MakeDataset, browser: Client) -> None:
    book = workbook(["question", "answer"], *([f"q{i}", f"a{i}"] for i in range(60)))
    table = make_dataset(book, name="faq.xlsx")
    assert "This is a spreadsheet." in page(browser, table)
    convert(browser, table, user="0", assistant="1", has_header="on")
    assert Dataset.objects.get(name="faq.jsonl").state == "ready"


@pytest.mark.parametrize("fields", [{}, {**CHOICE, "user": "9"}, {**CHOICE, "user": "x"}, {**CHOICE, "assistant": "1"}])
def test_a_choice_that_makes_no_sense_comes_back(
    fields: dict[str, str], make_dataset: MakeDataset, browser: Client
) -> None:
    table = make_dataset(TABLE, name="faq.csv")
    assert browser.post(f"/t/lab/datasets/{table.pk}/convert/", fields).status_code == 422
    assert not Conversion.objects.exists()


def test_a_table_that_cannot_be_read_says_why(make_dataset: MakeDataset, browser: Client) -> None:
    table = make_dataset(b"q,a\n\xff\xff,\x80\n", name="faq.csv")
    answer = browser.get(f"/t/lab/datasets/{table.pk}/convert/")
    assert answer.status_code == 422
    assert "neither UTF-8 nor UTF-16 nor GB18030" in answer.content.decode()


def test_an_empty_table_breaks_nothing(make_dataset: MakeDataset, browser: Client) -> None:
    table = make_dataset(b"", name="faq.csv")
    assert "The table has no rows." in browser.get(f"/t/lab/datasets/{table.pk}/convert/").content.decode()


def test_a_file_for_openai_is_offered_and_becomes_the_next_version(make_dataset: MakeDataset, browser: Client) -> None:
    source = make_dataset(openai_file(), name="chat.jsonl")
    assert "This looks like a file for OpenAI." in page(browser, source)
    report = convert(browser, source)
    made = Dataset.objects.get(version=2)
    assert (made.name, made.parent, made.state, made.warning_counts) == ("chat.jsonl", source, "ready", {})
    assert "Tool or function calls" in report
    assert "line 61" in report
    assert "was left off." in report
    assert "Converted from" in page(browser, made)
    assert "This looks like" not in page(browser, made)


def test_a_file_of_sharegpt_becomes_a_dataset(make_dataset: MakeDataset, browser: Client) -> None:
    source = make_dataset(sharegpt_file(), name="chat.json")
    assert "This looks like a ShareGPT file." in page(browser, source)
    report = convert(browser, source)
    assert "None was dropped." in report
    assert Dataset.objects.get(name="chat.jsonl").state == "ready"


def test_nothing_is_made_of_nothing(make_dataset: MakeDataset, browser: Client, folder: Path) -> None:
    source = make_dataset(openai_file(0), name="chat.jsonl")
    assert "Not one example could be kept." in convert(browser, source)
    assert (Dataset.objects.count(), len(stored(folder))) == (1, 1)


def test_twice_converted_it_is_there_once(make_dataset: MakeDataset, browser: Client) -> None:
    source = make_dataset(sharegpt_file(), name="chat.json")
    convert(browser, source)
    convert(browser, source)
    assert Dataset.objects.count() == 2
    assert len({conversion.result_id for conversion in Conversion.objects.all()}) == 1


def test_what_is_right_is_not_offered(make_dataset: MakeDataset, browser: Client) -> None:
    dataset = make_dataset(good_file())
    assert "Convert" not in page(browser, dataset)
    assert browser.get(f"/t/lab/datasets/{dataset.pk}/convert/").status_code == 404


def test_a_viewer_reads_the_report_but_converts_nothing(
    make_dataset: MakeDataset, browser: Client, client_for: ClientFor, viewer: User, outsider: User
) -> None:
    source = make_dataset(sharegpt_file(), name="chat.json")
    convert(browser, source)
    report = f"/t/lab/datasets/conversions/{Conversion.objects.get().pk}/"
    assert client_for(viewer).get(report).status_code == 200
    assert "This looks like" not in page(client_for(viewer), source)
    assert client_for(outsider).get(report).status_code == 404
    assert client_for(outsider).get(report.replace("/lab/", "/elsewhere/")).status_code == 404


def test_a_large_file_is_for_a_worker(
    make_dataset: MakeDataset, browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(converting, "AT_ONCE", 10)
    monkeypatch.setattr(converting, "wake", lambda task, *args: woken.append((task, *args)))
    source = make_dataset(sharegpt_file(), name="chat.json")
    assert "Being converted." in convert(browser, source)
    conversion = Conversion.objects.get()
    address = f"/t/lab/datasets/conversions/{conversion.pk}/"
    assert woken == [(tasks.convert_dataset, conversion.pk)]
    assert browser.get(address, headers={"HX-Request": "true"}).status_code == 204
    tasks.convert_dataset(conversion.pk)
    assert "60 examples were converted." in browser.get(address, headers={"HX-Request": "true"}).content.decode()


@pytest.fixture
def waiting(make_dataset: MakeDataset, member: User) -> Conversion:
    source = make_dataset(sharegpt_file(), name="chat.json")
    return Conversion.objects.create(source=source, kind="sharegpt", asked_by=member)


def test_run_twice_it_is_done_once(waiting: Conversion) -> None:
    tasks.convert_dataset(waiting.pk)
    tasks.convert_dataset(waiting.pk)
    assert (Dataset.objects.count(), Conversion.objects.get().attempts) == (2, 1)


def test_what_someone_is_at_is_left_to_them(waiting: Conversion) -> None:
    Conversion.objects.update(seen_at=timezone.now())
    tasks.convert_dataset(waiting.pk)
    assert Dataset.objects.count() == 1


def test_what_was_forsaken_is_found_and_given_up_in_the_end(
    waiting: Conversion, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[Any] = []
    monkeypatch.setattr(tasks, "wake", lambda task, *args: woken.append((task, *args)))
    Conversion.objects.update(seen_at=timezone.now() - timedelta(minutes=2), attempts=CONVERSIONS.max_attempts - 1)
    tasks.sweep_datasets()
    assert woken == [(tasks.convert_dataset, waiting.pk)]
    tasks.convert_dataset(waiting.pk)
    assert (Conversion.objects.get().state, Conversion.objects.get().trouble) == ("failed", "broke_off")


def test_a_worker_that_was_taken_for_dead_keeps_nothing(
    waiting: Conversion, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "SIGN_EVERY", 0)
    lines = converting._lines

    def overtaken(*args: Any) -> Any:
        Conversion.objects.update(attempts=7)
        return lines(*args)

    monkeypatch.setattr(converting, "_lines", overtaken)
    tasks.convert_dataset(waiting.pk)
    assert (Dataset.objects.count(), len(stored(folder)), Conversion.objects.get().state) == (1, 1, "waiting")


def test_a_full_disk_is_said_and_leaves_nothing(
    waiting: Conversion, browser: Client, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*args: Any) -> None:
        raise StorageFull

    monkeypatch.setattr(storing.Incoming, "write", full)
    tasks.convert_dataset(waiting.pk)
    report = browser.get(f"/t/lab/datasets/conversions/{waiting.pk}/").content.decode()
    assert "disk is full" in report
    assert len(stored(folder)) == 1


def test_what_came_out_too_large_is_said(waiting: Conversion, settings: Any) -> None:
    settings.PORTAL_MAX_FILE_BYTES = 100
    tasks.convert_dataset(waiting.pk)
    assert Conversion.objects.get().trouble == "too_large"


def test_hostile_cells_are_text(make_dataset: MakeDataset, browser: Client) -> None:
    table = make_dataset(f'"{HOSTILE.replace(chr(34), chr(34) * 2)}",b\n'.encode() * 3, name=f"{HOSTILE}.csv")
    for address in (f"/t/lab/datasets/{table.pk}/convert/", f"/t/lab/datasets/{table.pk}/"):
        assert "<img" not in browser.get(address).content.decode()
    assert "<img" not in convert(browser, table, user="0", assistant="1")


def test_two_teams_do_not_see_each_others(make_dataset: MakeDataset, outsider: User, browser: Client) -> None:
    theirs = make_dataset(TABLE, name="faq.csv", of=Team.objects.get(slug="elsewhere"))
    assert browser.get(f"/t/lab/datasets/{theirs.pk}/convert/").status_code == 404
