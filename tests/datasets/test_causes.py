"""What lies behind many errors is said first, with how many it explains, and the others stay."""

import json
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.test import Client

from datasets import causes
from datasets.causes import Cause
from datasets.models import Dataset
from teams.models import User
from tests.datasets.files import MakeDataset, file_with, good_file, line
from tests.datasets.samples import GOOD, PAIR, judge, many

Say = Callable[[bytes], str]
ROW = {"prompt": "Why?", "completion": "Because."}


@pytest.fixture
def say(make_dataset: MakeDataset, client_for: Callable[[User], Client], member: User) -> Say:
    """What the page of a file says of a cause, if it does."""

    def said(data: bytes) -> str:
        dataset = make_dataset(data)
        text = client_for(member).get(f"/t/lab/datasets/{dataset.pk}/").content.decode()
        found = re.search(r'<p id="cause">(.*?) <a', text, re.DOTALL)
        return unescape(re.sub("<.*?>", "", found[1])) if found else ""

    return said


@pytest.mark.parametrize("data", [b"\r".join([line()] * 60), b"\r".join([line()] * 60) + b"\r"])
def test_carriage_returns_alone_make_one_line(say: Say, data: bytes) -> None:
    assert say(data) == (
        "The lines end with a carriage return alone, so that the whole file is one line. This explains all 2 errors."
    )


def test_a_huge_file_of_carriage_returns_is_known_too() -> None:
    report = judge(b"\r".join([line()] * 60), line_bytes=1000)
    assert report.errors[1].message == "The line has more than 1000 bytes, with carriage returns in it."


def test_a_first_line_of_another_format_explains_all_the_others(say: Say) -> None:
    said = say(PAIR % 1 + many(GOOD, 60) + b"[\n")
    assert said.startswith("The file began as prompt_completion, and most of its lines are messages")
    assert said.endswith("This explains 60 of the 61 errors.")


def test_what_is_listed_only_in_part_is_explained_at_least(say: Say) -> None:
    assert say(PAIR % 1 + many(GOOD, 300)).endswith("This explains at least 101 of the 300 errors.")


def test_a_few_lines_of_another_format_are_their_own_cause(say: Say) -> None:
    assert say(many(GOOD, 60) + many(PAIR, 3)) == ""


def test_a_misspelt_key_explains_what_is_missing(say: Say) -> None:
    said = say(many(GOOD, 50) + many(GOOD.replace(b'"content": "a"', b'"contnet": "a"'), 4) + b"[\n")
    assert said == 'The key "contnet" stands where "content" is meant. This explains 4 of the 5 errors.'


def test_a_misspelt_key_of_a_format_is_known(say: Say) -> None:
    said = say(many(GOOD.replace(b"messages", b"Messages"), 60))
    assert said == 'The key "Messages" stands where "messages" is meant. This explains all 60 errors.'


def test_a_misspelt_key_is_named_where_it_stands() -> None:
    issue = judge(b'{"prompt": "a", "completions": "b"}\n').errors[1]
    assert issue.message == '"completion" is missing; "completions" stands in its place.'
    assert issue.hint == 'Write "completion" instead of "completions".'


@pytest.mark.parametrize("key", ["answer", "x" * 1000, "prompt"])
def test_another_key_is_not_taken_for_a_misspelt_one(key: str) -> None:
    issue = judge(json.dumps({"prompt": "a", key: "b"}).encode()).errors[1]
    assert issue.message == '"completion" is missing.'


def test_byte_order_marks_in_the_middle_come_from_joined_files(say: Say) -> None:
    marked = b"\xef\xbb\xbf" + line() + b"\n"
    said = say(good_file() + marked + good_file(3) + marked)
    assert said == "Files that each start with a byte order mark were joined. This explains all 2 errors."


def test_a_text_that_is_broken_by_a_line_break_is_one(say: Say) -> None:
    said = say(file_with(*line("What|now?").split(b"|"), b"[", *line("What|now|then?").split(b"|")))
    assert said == (
        "Objects are broken over several lines, the first from line 31 to line 32. This explains 5 of the 6 errors."
    )


def test_pretty_printed_objects_in_the_middle_are_one_each(say: Say) -> None:
    pretty = json.dumps(json.loads(line()), indent=1).encode().split(b"\n")
    said = say(file_with(*pretty, *pretty))
    lines = len(pretty)
    assert f"the first from line 31 to line {30 + lines}." in said
    assert "This explains all" in said


def test_a_text_that_is_never_closed_explains_nothing_else(say: Say) -> None:
    assert say(file_with(line()[:-20], b"[", b"]")) == ""


def test_what_is_nested_deep_is_no_trouble(say: Say) -> None:
    deep = b'{"a":' * 9000
    assert say(file_with(deep, b"}" * 9000)) == ""


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (good_file().decode().encode("utf-16"), "utf16"),
        (json.dumps([ROW] * 60, indent=1).encode(), "json_array"),
        (b"\n".join(json.dumps(ROW, indent=1).encode() for _ in range(60)), "pretty_printed_json"),
    ],
)
def test_what_the_file_as_a_whole_is_is_the_only_error(make_dataset: MakeDataset, data: bytes, code: str) -> None:
    assert make_dataset(data).counts == {code: 1}


def ordered(dataset: Dataset, cause: Cause | None) -> list[str]:
    return sorted(dataset.counts, key=lambda code: causes.rank(code, dataset.counts[code], cause))


def test_the_cause_is_the_first_code(make_dataset: MakeDataset) -> None:
    data = b"\xef\xbb\xbf" + PAIR % 1 + many(GOOD, 60) + many(GOOD.replace(b"assistant", b"user"), 90) + b"[]\n"
    dataset = make_dataset(data)
    codes = ordered(dataset, causes.find(dataset))
    assert codes[:2] == ["utf8_bom", "mixed_formats"]
    assert set(codes) == {"utf8_bom", "mixed_formats", "consecutive_user", "ends_with_user", "not_an_object"}


def test_without_a_cause_the_code_with_most_errors_is_the_first(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(file_with(b"", b"", b"[]", b"[]", b"[]"))
    assert ordered(dataset, causes.find(dataset)) == ["not_an_object", "blank_line"]


BAD_LINES = [
    b"", b"{", b'{"messages": "', b"\xff", b"[]", b'{"a": 1, "a": 2}', b"{}", PAIR.rstrip() % 1,
    b'{"prompt": 1, "text": 2}',
    b'{"messages": []}', b'{"messages": [{"role": "robot", "content": "a"}]}', b"{" * 500, b"\xef\xbb\xbf{}", b"}\r{",
]  # fmt: skip


@pytest.mark.parametrize("bad", BAD_LINES)
def test_one_bad_line_never_hides_the_good_ones(bad: bytes) -> None:
    report = judge(file_with(bad))
    assert {issue.line for issue in report.errors} == {31}
    assert (report.error_lines, report.statistics.examples) == (1, 60)


@pytest.mark.parametrize("bad", [bad for bad in BAD_LINES if bad != PAIR.rstrip() % 1])
def test_nor_does_it_as_the_first_line(bad: bytes) -> None:
    report = judge(bad + b"\n" + many(GOOD, 60))
    assert ({issue.line for issue in report.errors}, report.statistics.examples) == ({1}, 60)
