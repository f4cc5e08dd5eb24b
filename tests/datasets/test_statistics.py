"""The figures of a dataset: what a tally keeps, and that its parts come together in any grouping."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import facts, statistics
from datasets.statistics import Bin, Long, Prompt, Sizes, Statistics, Tally, bin_of, language_of


def sizes_of(*sizes: int) -> Sizes:
    sizes_seen = Sizes()
    for size in sizes:
        sizes_seen.add(size)
    return sizes_seen


@given(st.lists(st.integers(0, 2**30), min_size=1))
def test_a_spread_tells_of_every_size(sizes: list[int]) -> None:
    spread = sizes_of(*sizes).spread()
    middle = sorted(sizes)[(len(sizes) - 1) // 2]
    assert (spread.total, spread.largest) == (sum(sizes), max(sizes))
    assert abs(spread.median - middle) <= middle * 0.032
    assert sum(bin.count for bin in spread.bins) == len(sizes)
    assert all(any(bin.low <= size <= bin.high for bin in spread.bins) for size in sizes)


@given(st.lists(st.integers(0, 10_000)), st.lists(st.integers(0, 10_000)))
def test_sizes_come_together(first: list[int], second: list[int]) -> None:
    together = sizes_of(*first)
    together.absorb(sizes_of(*second))
    assert together == sizes_of(*first, *second)


def test_bins_are_few_however_large_the_sizes() -> None:
    assert len({bin_of(size) for size in range(0, 2**24, 1009)} | {bin_of(size) for size in range(5000)}) < 350


def test_small_sizes_have_bins_of_their_own() -> None:
    assert sizes_of(2, 2, 4).spread().bins == [Bin(2, 2, 2), Bin(4, 4, 1)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("我们的订单，什么时候发货？", "chinese"),
        ("我们的 API 什么时候发布？", "chinese"),
        ("我们的 API gateway is down 怎么办", "mixed"),
        ("When will 北京 be warm enough for a spring coat and shoes?", "english"),
        ("Où est la bibliothèque ?", "english"),
        ("Где находится библиотека?", "other"),
        ("こんにちは", "other"),
        ("", "other"),
    ],
)
def test_letters_tell_the_language(text: str, language: str) -> None:
    tally, one = Tally(), facts.fact(1, 0, 2, [text])
    facts.count(tally, facts.facts([one]))
    assert tally.languages == {language: 1}
    assert language_of(one.characters, one.chinese, one.wide) == language


def test_the_longest_are_few_and_the_first_of_equals() -> None:
    tally, later = Tally(), Tally()
    tally.lengthen([Long(5, line) for line in range(1, 9)])
    later.lengthen([Long(5, line) for line in range(1, 9)] + [Long(9, 3)])
    tally.absorb(later, lines=100)
    assert tally.longest == [Long(9, 103), *(Long(5, line) for line in range(1, 9)), Long(5, 101)]


def test_of_many_system_prompts_the_most_used_stay() -> None:
    tally = Tally()
    tally.add_prompts({1: Prompt("Be kind.", 7)})
    tally.add_prompts({name: Prompt(f"{name}", 1) for name in range(2, 1000)})
    found = tally.statistics(duplicates=0).system_prompts
    assert (found.examples, found.different, found.is_exact) == (1005, statistics.MAX_PROMPTS, False)
    assert found.most_used[0] == Prompt("Be kind.", 7)


def test_statistics_go_into_a_row_and_come_back() -> None:
    tally = Tally()
    tally.turns.add(2)
    tally.characters.add(500)
    kept = tally.statistics(duplicates=3)
    assert statistics.of(msgspec.to_builtins(kept)) == kept
    assert statistics.of({}) is None
    assert Statistics().examples == 0
