"""Any line is found soon, from the offsets of a few."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import checking, context, lineindex, queries
from datasets.lineindex import GRAIN, LineIndex
from tests.datasets.files import MakeDataset, good_file

FILES = st.lists(st.sampled_from([b"", b"a", b"bcdefghijklm", b"\r"])).map(b"\n".join)


@given(FILES, st.lists(st.integers(1, 10)))
def test_parts_make_the_index_of_the_whole(data: bytes, cuts: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lineindex, "GRAIN", 5)
        lines = data.split(b"\n")
        together, line, offset = LineIndex(), 0, 0
        for count in [*cuts, len(lines)]:
            part = b"".join(each + b"\n" for each in lines[line : line + count])
            together.extend(LineIndex.of(part, offset), line)
            line, offset = min(line + count, len(lines)), offset + len(part)
        assert together == LineIndex.of(data + b"\n", 0)


@given(FILES)
def test_every_line_is_found(data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(lineindex, "GRAIN", 5)
        index = LineIndex.decode(LineIndex.of(data, 0).encode())
    offset = 0
    for number, line in enumerate(data.split(b"\n"), start=1):
        expected = offset if offset < len(data) else None
        assert context.find(io.BytesIO(data), number, index.before(number)) == expected
        offset += len(line) + 1
    assert context.find(io.BytesIO(data), 10_000, index.before(10_000)) is None


def test_it_knows_a_line_every_256_kib() -> None:
    line = b"x" * 999 + b"\n"
    starts = LineIndex.of(line * 1000, 0).starts
    assert starts == [(1, 0), (264, 263_000), (526, 525_000), (788, 787_000)]
    assert all(0 <= offset - i * GRAIN < 1000 for i, (_, offset) in enumerate(starts))


@pytest.mark.django_db
def test_a_checked_dataset_has_one(make_dataset: MakeDataset) -> None:
    dataset = make_dataset(good_file(4000))
    checking.check(dataset.pk)  # as a worker does, for it is large
    index = queries.line_index(dataset)
    assert len(index.starts) > 1
    line, offset = index.before(3999)
    assert good_file(4000)[offset:].startswith(b'{"messages": [{"role": "user", "content": "Question %d?' % (line - 1))
