"""Pictures say in words what they show, and their bars agree with the numbers."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datasets import pictures
from datasets.statistics import Bin


def bins(**sizes: int) -> list[Bin]:
    return [Bin(int(size[1:]), int(size[1:]), count) for size, count in sizes.items()]


def bars(path: str) -> dict[int, float]:
    """The height of each bar."""
    return {int(float(x)): 10 - float(y) for x, y in re.findall(r"M([\d.]+) 10V([\d.]+)h", path)}


def test_sizes_are_gathered_in_round_steps() -> None:
    chart = pictures.sizes(bins(s5=10, s99=20, s100=30, s1190=40))
    assert chart is not None
    assert chart.axis == ["0", "300", "600", "900", "1,200"]
    assert chart.label == "0 to 99: 30; 100 to 199: 30; 1,100 to 1,199: 40"
    assert bars(chart.path) == pytest.approx({0: 7.2, 1: 7.2, 11: 9.6})


def test_the_last_bar_has_all_that_is_larger() -> None:
    chart = pictures.sizes(bins(s5=1000, s9_999_999=1))
    assert chart is not None
    assert chart.label == "5: 1,000; 11 and more: 1"
    assert chart.axis[-1] == "12+"
    assert bars(chart.path)[11] == pytest.approx(pictures.SMALLEST)


@given(st.dictionaries(st.integers(0, 10**7), st.integers(1, 1000), min_size=1))
def test_every_example_is_in_a_bar(sizes: dict[int, int]) -> None:
    chart = pictures.sizes([Bin(size, size, sizes[size]) for size in sorted(sizes)])
    assert chart is not None
    said = [int(part.rsplit(": ", 1)[1].replace(",", "")) for part in chart.label.split("; ")]
    assert sum(said) == sum(sizes.values())
    assert len(said) == len(bars(chart.path)) <= chart.width


def test_turns_are_pairs_of_messages() -> None:
    chart = pictures.turns(bins(s2=10, s4=5, s6=1))
    assert chart is not None
    assert (chart.axis, chart.label) == (["1", "2", "3"], "1: 10; 2: 5; 3: 1")


def test_many_turns_share_the_last_bar() -> None:
    chart = pictures.turns(bins(s2=10, s16=2, s40=5))
    assert chart is not None
    assert chart.label == "1: 10; 8+: 7"


def test_nothing_is_no_picture() -> None:
    assert pictures.sizes([]) is pictures.turns([]) is None
    assert pictures.slices([("a", 0)]) == []


def test_slices_fill_the_whole() -> None:
    parts = pictures.slices([("a", 1), ("b", 0), ("c", 3)])
    assert [(part.name, part.percent, part.path) for part in parts] == [
        ("a", 25, "M0.0 0H25.0V1H0.0z"),
        ("c", 75, "M25.0 0H100.0V1H25.0z"),
    ]


def test_a_quantile_is_a_size_that_is_there() -> None:
    found = bins(s1=50, s10=45, s99=5)
    assert [pictures.quantile(found, share) for share in (0.5, 0.51, 0.95, 1.0)] == [1, 10, 10, 99]
