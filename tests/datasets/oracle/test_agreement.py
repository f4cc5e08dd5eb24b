"""The judge and the oracle say the same of every file."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datasets.limits import Limits
from tests.datasets.oracle.agreement import agree
from tests.datasets.oracle.made import FILES

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@st.composite
def cases(draw: st.DrawFn) -> tuple[bytes, Limits, int]:
    """A file, limits that it keeps, just breaks or breaks far, and the size of the chunks in which it comes."""
    data = draw(FILES)
    limits = Limits(2**40, 2**24)
    tight = draw(st.sampled_from(["", "", "", "", "file", "line", "line"]))
    if tight == "file":
        limits = Limits(draw(st.sampled_from([len(data), len(data) - 1, len(data) // 2])), 2**24)
    elif tight == "line":
        longest = max(map(len, data.split(b"\n")))
        limits = Limits(2**40, draw(st.sampled_from([longest, longest - 1, longest // 2])))
    return data, limits, draw(st.sampled_from([2**20, 2**20, 1000, 7, 1]))


@settings(max_examples=300, suppress_health_check=SLOW)
@given(cases())
def test_they_agree(case: tuple[bytes, Limits, int]) -> None:
    agree(*case)


@pytest.mark.deep
@settings(max_examples=10_000, suppress_health_check=SLOW)
@given(cases())
def test_they_agree_on_many_more(case: tuple[bytes, Limits, int]) -> None:
    agree(*case)
