from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import marks
from datasets.marks import Marks


@pytest.mark.parametrize("bucket", [1, 3, 1000])
@given(lines=st.lists(st.sampled_from([b"a", b"b", b"c", b"d", b""])))
def test_each_repeat_names_the_first(bucket: int, lines: list[bytes]) -> None:
    found = Marks()
    for number, line in enumerate(lines, start=1):
        found.add(number, line)
    expected = [(n, lines.index(line) + 1) for n, line in enumerate(lines, start=1) if lines.index(line) + 1 < n]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(marks, "BUCKET", bucket)
        assert found.repeats() == expected


def test_marks_of_a_later_block_move_behind() -> None:
    first, second = Marks(), Marks()
    first.add(1, b"a")
    second.add(2, b"a")
    first.extend(second, lines=10)
    assert first.repeats() == [(12, 1)]


def test_a_line_costs_sixteen_bytes() -> None:
    found = Marks()
    found.add(1, b"a" * 1000)
    assert len(found.marks) + len(found.numbers) == 16
