"""Parts of a file, judged apart and merged in any grouping, are as good as the whole."""

from __future__ import annotations

from functools import reduce

from hypothesis import given, settings
from hypothesis import strategies as st

from datasets import verdict
from datasets.findings import Findings, merge
from datasets.limits import Limits
from datasets.report import Report
from datasets.validation import judge_block
from tests.datasets.samples import GOOD, PAIR, TEXT

LIMITS = Limits(file_bytes=3000, line_bytes=150, listed=3)

LINES = [
    b"", b" \r", b"{}", b"[", b"[1]", b"{", b'"prompt": 1', b"}", b'{"a": 1, "a": 2}', b"\xff", b"\x00", b"x" * 200,
    b"\xef\xbb\xbf" + PAIR % 1, b"\xef\xbb\xbf", GOOD % 1, GOOD % 2, PAIR % 1, PAIR % 2, TEXT % 1, b'{"text": ""}',
    b'{"prompt": " ", "completion": "a", "x": 1}', b'{"messages": [1, 2, 3, 4, 5]}', b'{"text": 1, "prompt": 1}',
]  # fmt: skip
FILES = st.lists(st.sampled_from([line.rstrip(b"\n") for line in LINES]) | st.binary(max_size=20)).map(b"\n".join)


def report(findings: Findings) -> Report:
    return verdict.report(findings, LIMITS)


def parts_of(data: bytes, cuts: list[bool]) -> list[Findings]:
    """The file judged in parts, cut at those line starts."""
    lines = [line + b"\n" for line in data.split(b"\n")]
    lines[-1] = lines[-1].removesuffix(b"\n")
    blocks = [b""]
    for line, cut in zip(lines, cuts * len(lines), strict=False):
        blocks = [*blocks, line] if cut else [*blocks[:-1], blocks[-1] + line]
    offsets = [sum(map(len, blocks[:index])) for index in range(len(blocks))]
    return [judge_block(block, offset, LIMITS) for block, offset in zip(blocks, offsets, strict=True)]


def join(a: Findings, b: Findings) -> Findings:
    return merge(a, b, LIMITS.listed)


@settings(max_examples=300)
@given(FILES, st.lists(st.booleans(), min_size=1))
def test_parts_in_any_grouping_are_the_whole(data: bytes, cuts: list[bool]) -> None:
    parts = parts_of(data, cuts)
    whole = judge_block(data, 0, LIMITS)
    from_left = reduce(join, parts)
    from_right = reduce(lambda b, a: join(a, b), reversed(parts))
    assert from_left == from_right == whole
    assert report(from_left) == report(whole)


@given(FILES)
def test_nothing_changes_nothing(data: bytes) -> None:
    whole = judge_block(data, 0, LIMITS)
    assert join(Findings(), whole) == join(whole, Findings()) == whole


@given(FILES, FILES)
def test_a_merge_leaves_its_parts_alone(first: bytes, second: bytes) -> None:
    a, b = judge_block(first + b"\n", 0, LIMITS), judge_block(second, len(first) + 1, LIMITS)
    before = report(a), report(b)
    join(a, b)
    assert (report(a), report(b)) == before
