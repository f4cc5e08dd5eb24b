from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.lease import Lease, LeaseLost
from jobs.models import AccountSync
from teams.models import ProviderAccount

pytestmark = pytest.mark.django_db


@pytest.fixture
def sync(account: ProviderAccount) -> AccountSync:
    return AccountSync.objects.create(account=account)


def take(sync: AccountSync) -> Lease:
    lease = Lease.take(sync.pk)
    assert lease is not None
    return lease


def run_out(sync: AccountSync) -> None:
    AccountSync.objects.update(lease_until=timezone.now() - timedelta(seconds=1))


def test_one_pass_at_a_time(sync: AccountSync) -> None:
    take(sync)
    assert Lease.take(sync.pk) is None


def test_a_lease_that_ran_out_can_be_taken(sync: AccountSync) -> None:
    take(sync)
    run_out(sync)
    assert Lease.take(sync.pk) is not None


def test_a_pass_that_was_overtaken_writes_nothing(sync: AccountSync) -> None:
    slow = take(sync)
    run_out(sync)
    take(sync)
    with pytest.raises(LeaseLost), slow.writing():
        AccountSync.objects.update(trouble_text="written too late")
    assert AccountSync.objects.get().trouble_text == ""


def test_a_pass_that_slept_but_was_not_overtaken_goes_on(sync: AccountSync) -> None:
    slow = take(sync)
    run_out(sync)
    slow.renew()
    assert Lease.take(sync.pk) is None


def test_it_is_not_given_back_while_someone_rang(sync: AccountSync) -> None:
    lease = take(sync)
    AccountSync.objects.update(rings=1)
    assert not lease.give_back(timezone.now())
    lease.hear()
    assert lease.give_back(timezone.now())
    assert Lease.take(sync.pk) is not None


def test_dropping_a_lost_lease_leaves_the_new_one(sync: AccountSync) -> None:
    slow = take(sync)
    run_out(sync)
    take(sync)
    slow.drop(timezone.now())
    assert Lease.take(sync.pk) is None
