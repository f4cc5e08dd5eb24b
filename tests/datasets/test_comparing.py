"""What differs between two versions."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from datasets import comparing
from datasets.comparing import Comparison, Place, compare
from datasets.models import Dataset
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, good_file, line

LINES = [b"line %d" % i for i in range(2000)]


def joined(lines: list[bytes]) -> bytes:
    return b"".join(line + b"\n" for line in lines)


def diff(old: bytes, new: bytes, rows: int = 10**9) -> Comparison:
    return compare(io.BytesIO(old), io.BytesIO(new), Place(), rows)


def shown(page: Comparison) -> list[tuple[int | None, int | None]]:
    return [(row.old_line, row.new_line) for row in page.rows]


def test_the_same_have_no_difference() -> None:
    assert diff(joined(LINES), joined(LINES)) == Comparison([])
    assert diff(b"", b"") == Comparison([])


def test_a_changed_line() -> None:
    page = diff(joined(LINES), joined([*LINES[:1000], b"other", *LINES[1001:]]))
    assert shown(page) == [(1001, 1001)]
    assert (page.changed, page.removed, page.added, page.more) == (1, 0, 0, None)
    row = page.rows[0].sample
    assert row is not None
    assert (row.before, row.after) == ("line 1000", "other")


def test_removed_lines() -> None:
    page = diff(joined(LINES), joined(LINES[:10] + LINES[12:]))
    assert shown(page) == [(11, None), (12, None)]


def test_added_lines() -> None:
    assert shown(diff(joined(LINES[:10]), joined([*LINES[:5], b"x", *LINES[5:10], b"y"]))) == [(None, 6), (None, 12)]


def test_many_removed_lines_are_found_in_a_larger_window() -> None:
    page = diff(joined(LINES), joined(LINES[:10] + LINES[1500:]))
    assert (page.removed, page.changed, page.added) == (1490, 0, 0)
    assert page.rows[-1].hidden == 1450


def test_a_missing_last_newline_is_no_difference_in_the_line() -> None:
    assert shown(diff(b"a\nb", b"a\nb\nc\n")) == [(None, 3)]


def test_files_with_nothing_in_common() -> None:
    page = diff(joined(LINES[:3]), joined(LINES[10:15]))
    assert shown(page) == [(1, 1), (2, 2), (3, 3), (None, 4), (None, 5)]


def test_pages_go_on_where_the_last_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "WINDOWS", (8,))
    old, new = joined(LINES), joined([b"x" if i % 10 == 0 else text for i, text in enumerate(LINES)])
    found, place = [], Place()
    for _ in range(5):
        page = compare(io.BytesIO(old), io.BytesIO(new), place, rows=50)
        found += shown(page)
        if page.more is None:
            break
        place = page.more
    assert found == [(i + 1, i + 1) for i in range(0, 2000, 10)]


SOME = st.lists(st.sampled_from([b"", b"a", b"b", b"c" * 9, b"\r", b"\xff"]), max_size=12)


@given(SOME, SOME, st.booleans(), st.booleans())
def test_it_leads_from_the_one_to_the_other(old: list[bytes], new: list[bytes], cut_old: bool, cut_new: bool) -> None:
    texts = [b"\n".join(lines) if cut else joined(lines) for lines, cut in ((old, cut_old), (new, cut_new))]
    lines = [text.split(b"\n")[: None if text and not text.endswith(b"\n") else -1] for text in texts]
    result, at = [], 0
    for hunk in comparing.hunks(io.BytesIO(texts[0]), io.BytesIO(texts[1])):
        result += lines[0][at : hunk.place.old_line - 1]
        assert len(result) == hunk.place.new_line - 1
        result += lines[1][hunk.place.new_line - 1 : hunk.place.new_line - 1 + len(hunk.added)]
        at = hunk.place.old_line - 1 + len(hunk.removed)
    assert result + lines[0][at:] == lines[1]


# The page


@pytest.fixture
def versions(make_dataset: MakeDataset) -> list[Dataset]:
    return [make_dataset(file_with(b"", b"nonsense")), make_dataset(file_with(line("<img src=x>")))]


def page_of(client: Client, dataset: Dataset, **query: int) -> str:
    return str(client.get(f"/t/lab/datasets/{dataset.pk}/compare/", query).content.decode())


def test_two_versions_side_by_side(client_for: Callable[[User], Client], versions: list[Dataset], viewer: User) -> None:
    asked: list[tuple[Dataset, dict[str, int]]] = [(versions[1], {}), (versions[0], {"with": versions[1].pk})]
    for dataset, query in asked:
        text = page_of(client_for(viewer), dataset, **query)
        assert "What changed from v1 to v2" in text
        assert "1 line changed, 1 removed, 0 added." in text
        assert f'href="/t/lab/datasets/{versions[0].pk}/?line=32#L32">− 32<' in text
        assert "&lt;img src=x&gt;" in text
        assert "The rest is the same." in text


def test_it_is_linked_from_the_versions(
    client_for: Callable[[User], Client], versions: list[Dataset], viewer: User
) -> None:
    text = client_for(viewer).get(f"/t/lab/datasets/{versions[1].pk}/").content.decode()
    assert f"/datasets/{versions[1].pk}/compare/?with={versions[0].pk}" in text


def test_a_version_made_again_is_the_same(
    client_for: Callable[[User], Client], versions: list[Dataset], member: User
) -> None:
    client = client_for(member)
    client.post(f"/t/lab/datasets/{versions[0].pk}/restore/", {"seen": versions[1].pk})
    made = Dataset.objects.get(version=3)
    assert "byte for byte" in page_of(client, made, **{"with": versions[0].pk})


@pytest.mark.parametrize("other", ["0", "x", "99999999999999999999999"])
def test_what_is_no_version_of_it_is_not_found(
    client_for: Callable[[User], Client], versions: list[Dataset], member: User, other: str
) -> None:
    assert client_for(member).get(f"/t/lab/datasets/{versions[1].pk}/compare/?with={other}").status_code == 404


def test_a_single_version_has_nothing_to_compare_with(
    client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User
) -> None:
    dataset = make_dataset(good_file(), name="one.jsonl")
    assert client_for(member).get(f"/t/lab/datasets/{dataset.pk}/compare/").status_code == 404


@pytest.mark.parametrize("at", ["1.2", "a.b.c.d", "999999999.1.999999999.1", "1.1.1.1.1"])
def test_a_place_that_is_not_there_breaks_nothing(
    client_for: Callable[[User], Client], versions: list[Dataset], member: User, at: str
) -> None:
    assert client_for(member).get(f"/t/lab/datasets/{versions[1].pk}/compare/?at={at}").status_code == 200
