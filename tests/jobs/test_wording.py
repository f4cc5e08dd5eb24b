"""What ails an account, and times and names, in words."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.utils import timezone

from jobs.models import AccountSync
from jobs.wording import clock, listed, trouble
from teams.models import ProviderAccount


def bare(text: str) -> str:
    """Without the isolates around names, which no one sees."""
    return text.replace("\u2068", "").replace("\u2069", "")


def test_long_lists_are_counted() -> None:
    assert bare(listed("abcde")) == "a, b, c and 2 more"
    assert bare(listed("a")) == "a"
    assert listed([]) == ""


@pytest.mark.parametrize("broken", [None, "", "yesterday", "2026-13-99T00:00:00"])
def test_a_time_that_cannot_be_read_is_left_out(broken: str | None) -> None:
    assert clock(broken) == ""


@pytest.mark.usefixtures("quarter_past_two")
def test_a_time_of_another_day_names_it() -> None:
    assert clock(datetime(2026, 11, 24, 9, 5, tzinfo=UTC)) == "November 24 09:05"
    assert clock("2026-11-25T09:05:00") == "09:05"


@pytest.mark.usefixtures("quarter_past_two")
def test_times_are_the_viewers_own() -> None:
    with timezone.override("Asia/Shanghai"):
        assert clock(datetime(2026, 11, 25, 1, 0, tzinfo=UTC)) == "09:00"


@pytest.mark.parametrize("kind", AccountSync.Trouble.values)
@pytest.mark.usefixtures("quarter_past_two")
def test_every_trouble_says_since_when(account: ProviderAccount, kind: str) -> None:
    since = datetime(2026, 11, 25, 13, 50, tzinfo=UTC)
    said = trouble(AccountSync(account=account, trouble=kind, trouble_since=since, trouble_text="its words"))

    assert "13:50" in said.title
    assert ("its words" in said.text) == (kind in ("key_refused", "money"))
