"""Fixing a dataset: shown first, then made the next version; a large one by a worker."""

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from datasets import storing
from datasets.claims import FIXINGS
from datasets.fixes import applying
from datasets.models import Dataset, Fixing
from teams.models import AuditEntry, User
from tests.datasets.files import MakeDataset, content, file_with, good_file, line, newest, stored

BOM = b"\xef\xbb\xbf"


@pytest.fixture
def client(client_for: Callable[[User], Client], member: User) -> Client:
    return client_for(member)


@pytest.fixture
def broken(make_dataset: MakeDataset) -> Dataset:
    """60 good lines; a byte order mark, three blank lines, one that is no JSON."""
    return make_dataset(BOM + file_with(b"", b"", b"nonsense", b""))


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Every file is too large to be fixed at once; what a worker is asked to do."""
    asked: list[int] = []
    monkeypatch.setattr(applying, "CHECKED_AT_ONCE", 10)
    monkeypatch.setattr(applying, "wake", lambda _task, pk: asked.append(pk))
    return asked


def preview(client: Client, dataset: Dataset, *fixes: str, **form: Any) -> Any:
    return client.post(f"/t/lab/datasets/{dataset.pk}/fixes/", {"fix": fixes} | form)


def apply(client: Client, dataset: Dataset, *fixes: str, **options: Any) -> Any:
    return client.post(f"/t/lab/datasets/{dataset.pk}/fixes/apply/", {"fix": fixes}, **options)


def test_the_page_offers_what_helps(client: Client, broken: Dataset) -> None:
    text = client.get(f"/t/lab/datasets/{broken.pk}/").content.decode()
    for words in ("Strip the byte order mark", "Drop 3 blank lines", "3 errors go", "Drop 5 bad lines"):
        assert words in text
    assert "duplicate lines" not in text


def test_a_viewer_is_offered_nothing(client_for: Callable[[User], Client], broken: Dataset, viewer: User) -> None:
    assert "Safe fixes" not in client_for(viewer).get(f"/t/lab/datasets/{broken.pk}/").content.decode()
    assert apply(client_for(viewer), broken, "drop_blank").status_code == 403


def test_a_good_file_needs_none(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file())
    assert "Safe fixes" not in client.get(f"/t/lab/datasets/{dataset.pk}/").content.decode()
    assert "calls for no fix" in client.get(f"/t/lab/datasets/{dataset.pk}/fixes/").content.decode()


def test_what_would_change_is_shown_and_nothing_is_changed(client: Client, broken: Dataset) -> None:
    text = preview(client, broken, "strip_bom", "drop_blank").content.decode()
    assert "What changes: 4 lines" in text
    assert '<mark><span class="np">BOM</span></mark>{' in text
    assert [n for n in range(1, 40) if f"<span>− {n}</span>" in text] == [1, 31, 32, 34]
    assert "Apply 2 fixes as v2" in text
    assert Dataset.objects.count() == 1


def test_htmx_gets_the_part_that_tells(client: Client, broken: Dataset) -> None:
    address = f"/t/lab/datasets/{broken.pk}/fixes/"
    part = client.post(address, {"fix": "drop_blank"}, headers={"HX-Request": "true"}).content.decode()
    assert "What changes: 3 lines" in part
    assert "<html" not in part


def test_fixes_make_the_next_version(client: Client, broken: Dataset, member: User) -> None:
    answer = apply(client, broken, "drop_blank", "strip_bom", follow=True)
    made = newest()
    assert content(made) == file_with(b"nonsense")
    assert (made.version, made.parent, made.uploaded_by) == (2, broken, member)
    assert made.made_by == {"kind": "fixes", "fixes": {"strip_bom": 1, "drop_blank": 3}}
    assert (made.counts, made.error_lines) == ({"invalid_json": 1}, 1)
    assert "byte order mark stripped, blank lines dropped: 3" in answer.content.decode()
    assert "Undo: back to v1" in answer.content.decode()


def test_it_is_recorded(client: Client, broken: Dataset) -> None:
    apply(client, broken, "drop_blank")
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.verb, entry.target) == ("dataset.fixes", "a.jsonl v2")


def test_bad_lines_are_kept_aside_and_go_with_the_version(client: Client, broken: Dataset, folder: Path) -> None:
    text = apply(client, broken, "strip_bom", "drop_blank", "drop_bad", follow=True).content.decode()
    made = newest()
    assert made.state == "ready"
    assert "Download the 1 line that was dropped" in text
    answer: Any = client.get(f"/t/lab/datasets/{made.pk}/dropped/")
    assert b"".join(answer.streaming_content) == b"nonsense\n"
    assert len(stored(folder)) == 3
    client.post(f"/t/lab/datasets/{made.pk}/delete/")
    assert len(stored(folder)) == 1


def test_no_fix_chosen_is_said(client: Client, broken: Dataset) -> None:
    answer = apply(client, broken)
    assert answer.status_code == 422
    assert "Choose a fix first." in answer.content.decode()


def test_fixes_that_change_nothing_make_no_version(client: Client, broken: Dataset, folder: Path) -> None:
    assert "Nothing would change" in apply(client, broken, "crlf").content.decode()
    assert (Dataset.objects.count(), len(stored(folder))) == (1, 1)


def test_a_newer_version_is_shown_first(client: Client, broken: Dataset) -> None:
    apply(client, broken, "drop_blank")
    answer = apply(client, broken, "strip_bom", follow=True)
    assert "Someone made a newer version meanwhile." in answer.content.decode()
    assert Dataset.objects.count() == 2


def test_a_file_in_another_encoding_can_be_read_at_once(client: Client, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file().decode().encode("utf-16"))
    assert "The file is written anew: 60 lines" in preview(client, dataset, "utf16").content.decode()
    apply(client, dataset, "utf16")
    assert (newest().state, content(newest())) == ("ready", good_file())


def test_an_array_becomes_lines(client: Client, make_dataset: MakeDataset) -> None:
    values = [json.loads(text) for text in good_file().splitlines()]
    apply(client, make_dataset(json.dumps(values, indent=2).encode()), "to_lines")
    assert (newest().state, newest().lines) == ("ready", 60)


def test_line_ends_are_counted(make_dataset: MakeDataset) -> None:
    assert make_dataset(good_file().replace(b"\n", b"\r\n")).crlf_lines == 60


def test_a_fixed_file_over_the_limit_is_not_kept(
    client: Client, make_dataset: MakeDataset, settings: Any, folder: Path
) -> None:
    dataset = make_dataset("".join('{"text": "词"}\n' for _ in range(60)).encode("utf-16"))
    settings.PORTAL_MAX_FILE_BYTES = dataset.size // 2
    assert "larger than it may be" in apply(client, dataset, "utf16").content.decode()
    assert len(stored(folder)) == 1


# By a worker


def test_a_large_file_is_fixed_by_a_worker(client: Client, broken: Dataset, large: list[int]) -> None:
    answer = apply(client, broken, "drop_blank")
    assert Dataset.objects.count() == 1
    waiting = client.get(answer["Location"]).content.decode()
    assert "Being fixed" in waiting
    applying.work(large[0])
    assert client.get(answer["Location"])["Location"] == f"/t/lab/datasets/{newest().pk}/"
    assert client.get(answer["Location"], headers={"HX-Request": "true"})["HX-Redirect"]
    assert content(newest()) == BOM + file_with(b"nonsense")


def test_what_would_change_is_looked_for_by_a_worker_once(client: Client, broken: Dataset, large: list[int]) -> None:
    assert "Looking for what changes" in preview(client, broken, "drop_blank").content.decode()
    applying.work(large[0])
    assert "What changes: 3 lines" in preview(client, broken, "drop_blank").content.decode()
    assert len(large) == 1
    assert Dataset.objects.count() == 1


def test_choosing_alone_asks_no_worker(client: Client, broken: Dataset, large: list[int]) -> None:
    assert "Show what changes" in preview(client, broken, "drop_blank", later="1").content.decode()
    assert large == []


def test_nothing_new_is_no_content(client: Client, broken: Dataset, large: list[int]) -> None:
    address = apply(client, broken, "drop_blank")["Location"]
    assert client.get(f"{address}?seen=0", headers={"HX-Request": "true"}).status_code == 204
    assert client.get(f"{address}?seen=7", headers={"HX-Request": "true"}).status_code == 200


@pytest.mark.parametrize(("fix", "trouble"), [("crlf", "nothing"), ("drop_blank", "late"), ("strip_bom", "gone")])
def test_a_trouble_is_told(client: Client, broken: Dataset, large: list[int], fix: str, trouble: str) -> None:
    address = apply(client, broken, fix)["Location"]
    if trouble == "late":
        client.post(f"/t/lab/datasets/{broken.pk}/lines/1/save/", {"text": ""})
    if trouble == "gone":
        storing.remove(broken.path)
    applying.work(large[0])
    assert Fixing.objects.get().trouble == trouble
    assert str(Fixing.Trouble(trouble).label) in client.get(address).content.decode()


def test_a_worker_that_died_is_followed_by_another(client: Client, broken: Dataset, large: list[int]) -> None:
    apply(client, broken, "drop_blank")
    Fixing.objects.update(seen_at=timezone.now(), attempts=1)
    applying.work(large[0])
    assert Dataset.objects.count() == 1
    Fixing.objects.update(seen_at=timezone.now() - timedelta(minutes=2))
    assert FIXINGS.forsaken().count() == 1
    applying.work(large[0])
    applying.work(large[0])
    assert Dataset.objects.count() == 2


def test_one_that_died_at_the_last_step_makes_no_second_version(
    client: Client, broken: Dataset, large: list[int]
) -> None:
    apply(client, broken, "drop_blank")
    applying.work(large[0])
    Fixing.objects.update(finished_at=None, result=None, seen_at=None)
    applying.work(large[0])
    assert (Dataset.objects.count(), Fixing.objects.get().result) == (2, newest())


def test_an_outsider_finds_none_of_it(
    client_for: Callable[[User], Client], client: Client, broken: Dataset, large: list[int], outsider: User
) -> None:
    address = apply(client, broken, "drop_blank")["Location"]
    assert client_for(outsider).get(address).status_code == 404
    assert client_for(outsider).get(address.replace("/lab/", "/elsewhere/")).status_code == 404


def test_what_lines_say_stays_text(client: Client, make_dataset: MakeDataset) -> None:
    hostile = line("<img src=x onerror=alert(1)>").replace(b"user", b"<b hx-get=/x>")
    text = preview(client, make_dataset(file_with(hostile)), "drop_bad").content.decode()
    assert "<img" not in text
    assert "<b hx" not in text
