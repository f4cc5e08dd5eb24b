"""The page of a dataset: the verdict, the issues at their lines, the way around in them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from datasets import checking, storing
from datasets.models import Dataset
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, good_file, line

Page = Callable[..., str]


@pytest.fixture
def text_of(client_for: Callable[[User], Client], member: User) -> Page:
    """The text of a dataset's page, as a member sees it: `text_of(dataset, line=7)`."""
    client = client_for(member)
    return lambda dataset, **query: client.get(f"/t/lab/datasets/{dataset.pk}/", query).content.decode()


@pytest.fixture
def broken(make_dataset: MakeDataset) -> Dataset:
    """60 good lines, and from line 31 on a blank one, one that is no JSON, and 30 of a wrong role."""
    wrong_role = [line(f"{i}?").replace(b"assistant", b"robot") for i in range(30)]
    return make_dataset(file_with(b"", b'{"messages": [},]', *wrong_role))


def test_a_good_file_is_ready(text_of: Page, make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file())
    text = text_of(dataset)
    assert "<b>Ready to train.</b> No errors." in text
    assert f'href="/t/lab/jobs/new/?dataset={dataset.pk}"' in text


def test_a_bad_file_says_how_bad_and_what_the_service_would_say(text_of: Page, broken: Dataset) -> None:
    text = text_of(broken)
    assert "<b>Cannot train yet: 32 errors on 32 of 92 lines.</b>" in text
    assert "The service would refuse this file with code 13 (blank lines) or 14 (not JSON)." in text
    assert "jobs/new/" not in text


def test_what_only_our_rules_refuse_names_no_code_of_the_service(text_of: Page, make_dataset: MakeDataset) -> None:
    assert "would refuse this file" not in text_of(make_dataset(file_with(line().replace(b"user", b"human"))))


def test_a_file_that_is_wrong_as_a_whole_says_why(text_of: Page, make_dataset: MakeDataset) -> None:
    text = text_of(make_dataset(b"PK\x03\x04 a spreadsheet"))
    assert "<b>Cannot train yet: 1 error.</b>" in text
    assert "This is not a text file." in text


def test_an_error_stands_at_its_line_with_its_neighbours(text_of: Page, broken: Dataset) -> None:
    text = text_of(broken, code="invalid_json")
    assert "Line 32, column " in text
    assert [n for n in range(1, 93) if f'line={n}"' in text] == [30, 31, 32, 33, 34]
    assert "<mark>" in text


def test_a_filter_shows_one_code_only(text_of: Page, broken: Dataset) -> None:
    assert text_of(broken, code="blank_line").count("<article") == 1


def test_a_code_that_was_not_found_shows_nothing(text_of: Page, broken: Dataset) -> None:
    assert text_of(broken, code="no_such_code").count("<article") == 0


def test_twenty_are_on_a_page(text_of: Page, broken: Dataset) -> None:
    first, second = text_of(broken), text_of(broken, start=21)
    assert (first.count("<article"), second.count("<article")) == (20, 12)
    assert "1 to 20 of 32" in first
    assert "21 to 32 of 32" in second


def test_the_next_and_the_previous_are_links(text_of: Page, broken: Dataset) -> None:
    text = text_of(broken, start=3)
    assert "Error 3 of 32" in text
    assert 'rel="prev" data-key="k" href="?code=&amp;start=2"' in text
    assert 'rel="next" data-key="j" href="?code=&amp;start=4"' in text


@pytest.mark.parametrize("start", ["0", "-1", "999", "x", "99999999999999999999"])
def test_a_place_that_is_not_there_breaks_nothing(text_of: Page, broken: Dataset, start: str) -> None:
    assert "Error " in text_of(broken, start=start)
    assert "Error " in text_of(broken, line=start)


def test_a_line_can_be_gone_to(text_of: Page, broken: Dataset) -> None:
    text = text_of(broken, line=10)
    assert "<h3>Line 10</h3>" in text
    assert "Nothing is listed for this line." in text
    assert "Error 1 of 32" in text


@pytest.mark.parametrize("typed", ["48.213x", "0", "93", "last", "-3", "99999999999999999999999"])
def test_what_is_no_line_is_said_and_nothing_is_lost(text_of: Page, broken: Dataset, typed: str) -> None:
    text = text_of(broken, code="unknown_role", start=3, line=typed)
    assert f"<q><bdi>{typed}</bdi></q> is no line of this file: it has lines 1 to 92." in text
    assert "Error 3 of 30" in text
    assert 'name="start" value="3"' in text
    assert 'aria-describedby="go-wrong"' in text


@pytest.mark.parametrize("typed", ["32", " 32 ", "３２"])
def test_a_line_as_people_type_it_is_found(text_of: Page, broken: Dataset, typed: str) -> None:
    text = text_of(broken, line=typed)
    assert "Error 2 of 32" in text
    assert "is no line" not in text


def test_a_line_with_an_error_shows_it(text_of: Page, broken: Dataset) -> None:
    text = text_of(broken, line=32)
    assert "Error 2 of 32" in text
    assert "Nothing is listed" not in text


def test_a_line_behind_the_end_is_not_shown(text_of: Page, broken: Dataset) -> None:
    assert "Nothing is listed" not in text_of(broken, line=1000)


def test_a_good_file_shows_its_first_lines(text_of: Page, make_dataset: MakeDataset) -> None:
    text = text_of(make_dataset(good_file()))
    assert "<h3>Line 1</h3>" in text
    assert "Question 0?" in text


def test_warnings_are_shown_where_there_is_no_error(text_of: Page, make_dataset: MakeDataset) -> None:
    text = text_of(make_dataset(good_file() + good_file(2)))
    assert "2 warnings, which do not stop training" in text
    assert "Warning 1 of 2" in text
    assert "The same as line 1." in text


def test_counts_are_exact_where_the_list_is_cut(text_of: Page, make_dataset: MakeDataset) -> None:
    text = text_of(make_dataset(file_with(*[b""] * 300)))
    assert "Error 1 of 300" in text
    assert "101 are listed" in text


def test_the_map_has_a_tick_for_each_place(text_of: Page, broken: Dataset) -> None:
    text = text_of(broken, code="blank_line")
    assert 'class="m1" d="M329 2V10M340 2V10' in text
    assert 'class="m0" d="M329 0V10"' in text


def test_versions_are_linked(text_of: Page, make_dataset: MakeDataset) -> None:
    first = make_dataset(good_file(60))
    second = make_dataset(good_file(61))
    assert f'href="/t/lab/datasets/{first.pk}/"' in text_of(second)
    assert 'aria-current="page">v2</b>' in text_of(second)


def test_a_viewer_may_look_but_not_act(client_for: Callable[[User], Client], broken: Dataset, viewer: User) -> None:
    text = client_for(viewer).get(f"/t/lab/datasets/{broken.pk}/").content.decode()
    assert "Cannot train yet" in text
    assert "Upload a new version" not in text
    assert "/delete/" not in text


def test_a_file_that_is_gone_still_has_its_report(text_of: Page, broken: Dataset) -> None:
    storing.remove(broken.path)
    assert "The line is blank." in text_of(broken)


def test_the_sentences_are_in_the_readers_language(
    client_for: Callable[[User], Client], broken: Dataset, member: User
) -> None:
    member.language = "zh-hans"
    member.save()
    assert client_for(member).get(f"/t/lab/datasets/{broken.pk}/").status_code == 200


def test_page_performance(client_for: Callable[[User], Client], make_dataset: MakeDataset, member: User) -> None:
    """As many queries and few bytes, however large the file and its report are."""
    client, queries = client_for(member), []
    for times in (1, 300):
        dataset = make_dataset(file_with(*[b"", b"x" * 20_000, b"{}"] * times))
        checking.check(dataset.pk)  # a large file is otherwise left to a worker
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"/t/lab/datasets/{dataset.pk}/")
        queries.append(len(captured))
        assert len(answer.content) < 90_000
    assert queries[0] == queries[1] < 23


def test_the_report_is_json_in_its_public_shape(
    client_for: Callable[[User], Client], broken: Dataset, viewer: User
) -> None:
    answer = client_for(viewer).get(f"/t/lab/datasets/{broken.pk}/report/")
    report = json.loads(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="a.v1.report.json"'
    assert (report["ok"], report["file"], report["lines"], report["examples"]) == (False, "a.jsonl", 92, 91)
    words = {"message": "The line is blank.", "hint": "Delete it.", "excerpt": ""}
    assert report["errors"][0] == {"line": 31, "column": None, "code": "blank_line"} | words


def test_the_file_can_be_downloaded(client_for: Callable[[User], Client], broken: Dataset, viewer: User) -> None:
    answer: Any = client_for(viewer).get(f"/t/lab/datasets/{broken.pk}/download/")
    assert b"".join(answer.streaming_content).startswith(line("Question 0?"))
    assert answer["Content-Disposition"] == 'attachment; filename="a.jsonl"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("content", [b"PK\x03\x04 a spreadsheet", b"[1,\n2]", b""])
def test_a_file_of_another_shape_has_no_number_of_lines(
    client_for: Callable[[User], Client], member: User, text_of: Page, make_dataset: MakeDataset, content: bytes
) -> None:
    text = text_of(make_dataset(content))
    assert "0 lines" not in text
    assert 'id="go"' not in text
    assert "0 lines" not in client_for(member).get("/t/lab/datasets/").content.decode()
