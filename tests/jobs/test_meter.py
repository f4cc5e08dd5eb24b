"""The mark in the header: as many bars as slots, what is held filled, what runs in cobalt and tall."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from jobs.quotas import Quota
from jobs.racks import Rack
from jobs.templatetags.quota import Meter, draw
from teams.models import ProviderAccount, User
from tests.jobs.pages import Page


def drawn(*quotas: tuple[int, int, int, int]) -> Meter:
    """Of accounts with (running, existing, max_running, max_existing)."""
    meter = draw([Rack(ProviderAccount(name="a"), Quota(*quota), sync=None, held=[]) for quota in quotas])
    assert meter is not None
    return meter


def bars(path: str) -> int:
    return path.count("M")


@pytest.mark.parametrize(
    ("quota", "running", "held", "free"),
    [
        ((1, 4, 1, 5), 1, 3, 1),
        ((0, 0, 1, 5), 0, 0, 5),
        ((0, 5, 1, 5), 0, 5, 0),
        ((2, 7, 1, 5), 2, 3, 0),  # more than there should be
        ((1, 1, 1, 20), 1, 0, 9),  # drawn in ten: what is there shows
        ((0, 19, 1, 20), 0, 10, 0),
        ((0, 1, 1, 1), 0, 1, 0),
    ],
)
def test_it_draws_each_slot(quota: tuple[int, int, int, int], running: int, held: int, free: int) -> None:
    meter = drawn(quota)

    assert (bars(meter.running), bars(meter.held), bars(meter.free)) == (running, held, free)


def test_running_slots_are_tall() -> None:
    meter = drawn((1, 4, 1, 5))

    assert meter.running.startswith("M0 0h")
    assert meter.held.startswith("M6.4 7h")


def test_its_label_sums_the_accounts() -> None:
    assert drawn((1, 4, 1, 5), (0, 2, 2, 20)).label == "6 of 25 job slots held, 1 of 3 running"


def test_without_an_account_it_is_only_a_mark() -> None:
    assert draw([]) is None


def test_it_stands_on_every_page_of_a_team(
    client_for: Callable[[User], Client], member: User, account: ProviderAccount
) -> None:
    for path in ("/t/lab/", "/t/lab/team/", "/t/lab/jobs/new/", "/you/"):
        page = Page(client_for(member).get(path))

        assert "meter" in page.ids
        labels = [svg.get("aria-label") for svg in page.all("svg")]
        assert ("0 of 5 job slots held, 0 of 1 running" in labels) == path.startswith("/t/")
