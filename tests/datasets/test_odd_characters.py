r"""Characters that a database may refuse, wherever a line's text is kept: in rows, on SQLite and on PostgreSQL.

NUL can be in a line only as \u0000, a lone surrogate not at all; bytes that are not UTF-8 can.
"""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client

from datasets import tasks
from datasets.conversions.kinds import Kind
from datasets.conversions.tables import Columns
from datasets.converting import ask
from datasets.fixes import applying
from datasets.fixes.catalog import ORDER
from datasets.models import Conversion, Dataset, Fixing
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, good_file, line

ODD = "a\x00b\x01\u2028\ufffe\U0010ffff"
ClientFor = Callable[[User], Client]


def with_system(text: str) -> bytes:
    said = [{"role": "system", "content": text}, {"role": "user", "content": text}]
    return json.dumps({"messages": [*said, {"role": "assistant", "content": text}]}).encode()


WRONG = {
    "a role": json.dumps({"messages": [{"role": ODD, "content": "x"}]}).encode(),
    "a key that is there twice": rb'{"a\u0000b": 1, "a\u0000b": 2}',
    "a key beside the format": json.dumps({"messages": [], ODD: 1}).encode(),
    "raw NUL": b'{"messages": "\x00"}',
    "a raw NUL alone": b"\x00",
    "a lone surrogate": rb'{"messages": "\ud800"}',
    "a lone surrogate in a key": rb'{"\udfff": 1, "\udfff": 2}',
    "no UTF-8": b'{"a": "\xff\xfe\x00"}',
    "a surrogate in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "a huge number": b'{"messages": ' + b"9" * 5000 + b"}",
    "a marker": json.dumps({"text": f"{ODD}\n\nHuman: {ODD}\n\nAssistant:{ODD}"}).encode(),
}


def look(client: Client, dataset: Dataset) -> None:
    """Open each page that shows what a line says."""
    for page in ("", "examples/", "examples/?raw=1", "insight/", "report/", "lines/31/", "?line=31&fix=1"):
        answer = client.get(f"/t/lab/datasets/{dataset.pk}/{page}")
        assert answer.status_code in (200, 302), page
        "".join(map(bytes.decode, answer)) if answer.streaming else answer.content.decode()


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_line(what: str, make_dataset: MakeDataset, client_for: ClientFor, member: User) -> None:
    dataset = make_dataset(file_with(WRONG[what]))
    assert dataset.state == "refused"
    assert dataset.issues.filter(line=31).exists() or dataset.counts == {"binary_file": 1}
    look(client_for(member), dataset)


def test_a_good_line(make_dataset: MakeDataset, client_for: ClientFor, member: User) -> None:
    dataset = make_dataset(file_with(with_system(ODD), with_system(" ")))
    tasks.read_dataset(dataset.pk)
    dataset.refresh_from_db()
    assert dataset.state == "ready"
    assert dataset.statistics["system_prompts"]["examples"] == 2
    look(client_for(member), dataset)


def test_an_edit(make_dataset: MakeDataset, client_for: ClientFor, member: User) -> None:
    dataset = make_dataset(file_with(b"nonsense"))
    client = client_for(member)
    for verb in ("judge/", "save/"):
        answer = client.post(f"/t/lab/datasets/{dataset.pk}/lines/31/{verb}", {"text": with_system(ODD).decode()})
        assert answer.status_code in (200, 302)
    assert Dataset.objects.get(version=2).state == "ready"


@pytest.mark.parametrize("fix", ORDER)
def test_a_fix_that_a_worker_shows(fix: str, make_dataset: MakeDataset, member: User, client_for: ClientFor) -> None:
    dataset = make_dataset(b"\xef\xbb\xbf" + b"\n".join([*WRONG.values(), b"", with_system(ODD) + b"\r"] * 2))
    fixing = applying.ask(dataset, [fix], actor=member, is_preview=True)
    tasks.fix_dataset(fixing.pk)
    assert Fixing.objects.get().finished_at
    assert client_for(member).get(f"/t/lab/datasets/fixing/{fixing.pk}/").status_code in (200, 302)


def test_a_conversion(make_dataset: MakeDataset, member: User, client_for: ClientFor) -> None:
    table = make_dataset(f'{ODD},b\n"{ODD}",x\n,{ODD}\n'.encode(), name="a.csv")
    conversion = ask(table, member, Kind.CSV, Columns(user=0, assistant=1))
    assert conversion.state != Conversion.State.WAITING
    assert client_for(member).get(f"/t/lab/datasets/conversions/{conversion.pk}/").status_code == 200


def test_a_chat_of_another_provider(make_dataset: MakeDataset, member: User, client_for: ClientFor) -> None:
    turns = [{"role": ODD, "content": ODD, ODD: ODD}, {"role": "tool", "content": None, "name": ODD}]
    lines = [json.dumps({"messages": turns, ODD: 1}), json.dumps({"messages": [{"role": "user", "content": ODD}]})]
    dataset = make_dataset("\n".join(lines * 30).encode())
    conversion = ask(dataset, member, Kind.OPENAI)
    assert conversion.state != Conversion.State.WAITING
    assert client_for(member).get(f"/t/lab/datasets/conversions/{conversion.pk}/").status_code == 200


def test_examples_that_contradict(make_dataset: MakeDataset, client_for: ClientFor, member: User) -> None:
    dataset = make_dataset(good_file() + line(ODD, "a") + b"\n" + line(ODD, "b") + b"\n")
    look(client_for(member), dataset)
    assert dataset.warning_counts == {"conflicting_duplicate": 1}


def test_a_search(make_dataset: MakeDataset, client_for: ClientFor, member: User) -> None:
    dataset = make_dataset(file_with(line(ODD)))
    client = client_for(member)
    for query in ("?q=%00", "?q=%ff", "?q=%ed%a0%80", "?line=99999999999999999999", "?random=-1", f"?random={9**40}"):
        assert client.get(f"/t/lab/datasets/{dataset.pk}/examples/{query}").status_code == 200
    for query in ("?q=%00", "?q=%ff%00"):
        assert client.get(f"/t/lab/datasets/{query}").status_code == 200
    assert client.get(f"/t/lab/datasets/new/next/?name=%00{'x' * 300}").status_code == 200
