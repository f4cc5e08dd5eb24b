"""The same question with another answer: exact, whatever the format and however the line is written."""

from __future__ import annotations

import io
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import conflicts
from datasets.examples import Said
from tests.datasets.files import line


def example(question: str, answer: str) -> list[Said]:
    return [Said("user", question), Said("assistant", answer)]


def found(lines: Sequence[tuple[str, str]], keep: int = 100) -> conflicts.Conflicts:
    return conflicts.find(b"".join(conflicts.mark(example(*line)) for line in lines), keep)


def obvious(lines: Sequence[tuple[str, str]]) -> list[tuple[int, int]]:
    """Each line with the first earlier one that has its question and another answer."""
    return [
        (number, first)
        for number, (question, answer) in enumerate(lines, start=1)
        for first in [next((i for i, (q, a) in enumerate(lines[: number - 1], 1) if q == question and a != answer), 0)]
        if first
    ]


@given(st.lists(st.tuples(st.sampled_from("pqr"), st.sampled_from("abc")), max_size=12))
def test_they_are_what_an_obvious_search_finds(lines: list[tuple[str, str]]) -> None:
    assert found(lines).listed == obvious(lines)


@pytest.mark.parametrize("bucket", [1, 3, 50])
def test_buckets_change_nothing(bucket: int, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = [(str(n % 7), str(n % 3)) for n in range(60)]
    expected = found(lines)
    monkeypatch.setattr(conflicts, "BUCKET", bucket)
    monkeypatch.setattr(conflicts, "KEPT", 5)
    assert found(lines) == expected == (len(obvious(lines)), obvious(lines))


def test_of_many_the_first_and_the_last_are_listed() -> None:
    lines = [("q", str(n)) for n in range(300)]
    result = found(lines, keep=2)
    assert (result.total, result.listed) == (299, [(2, 1), (3, 1), (300, 1)])


def test_who_said_it_and_what_was_said_before_belong_to_the_question() -> None:
    with_system = [Said("system", "be brief"), *example("q", "a")]
    joined = [Said("user", "q"), Said("assistant", "x"), *example("q", "b")]
    marks = [conflicts.mark(messages) for messages in (example("q", "a"), with_system, joined)]
    assert conflicts.find(b"".join(marks)).total == 0


def test_where_one_text_ends_and_the_next_begins_matters() -> None:
    one = [Said("user", "ab"), Said("assistant", "c"), *example("d", "1")]
    other = [Said("user", "a"), Said("assistant", "bc"), *example("d", "2")]
    assert conflicts.find(conflicts.mark(one) + conflicts.mark(other)).total == 0


@given(st.lists(st.tuples(st.sampled_from("pqr"), st.sampled_from("abc")), max_size=12))
def test_a_file_that_is_read_twice_tells_the_same(lines: list[tuple[str, str]]) -> None:
    file = io.BytesIO(b"\n".join(line(*said) for said in lines))
    assert conflicts.of_file(file, 2) == found(lines, 2)
