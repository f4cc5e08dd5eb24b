"""Everything that can happen, in any order, between people, workers and a service that goes wrong.

After each step the invariants hold; once faults stop, every job comes to its end.
"""

from __future__ import annotations

import sys
from typing import Any, ClassVar

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from datasets.models import Dataset
from jobs import bell, wishes
from jobs.models import Job
from jobs.states import FINAL, State
from sandbox.jobs import Job as Tune
from teams.models import ProviderAccount, Team, User
from tests.faults import invariants
from tests.faults.world import Sleep, World, open_account, settle, world
from tests.jobs.sync.conftest import jsonl, store

CALLS = {
    "create": "POST /fine-tunes$",
    "list": "GET /fine-tunes$",
    "cancel": "POST /fine-tunes/.*/cancel",
    "delete": "DELETE /fine-tunes",
    "upload": "POST /files",
    "log": "GET /fine-tunes/.*/logs",
    "any": "",
}
FAULTS = ("error_500", "error_503", "throttle", "html", "cut_before", "cut_after", "cut_half")
calls = st.sampled_from(sorted(CALLS))
numbers = st.integers(0, 7)
deaths = st.one_of(st.none(), st.integers(0, 60))


class Portal(RuleBasedStateMachine):
    """One account, two datasets, three people's worth of clicks."""

    people: ClassVar[tuple[Team, User]]
    datasets: ClassVar[list[Dataset]]

    @initialize(
        second_create=st.sampled_from(["refuse", "pending", "queue"]),
        job_name=st.sampled_from(["known", "ignored"]),
        create_answer=st.sampled_from(["job", "brief", "bare"]),
        cancel=st.sampled_from(["canceling", "direct"]),
        max_running=st.sampled_from([1, 2]),
        more=st.booleans(),
    )
    def begin(self, max_running: int, more: bool, **options: Any) -> None:
        self._transaction = transaction.atomic()
        self._transaction.__enter__()
        self._world = world(max_running=max_running, max_jobs=3, hyper_parameters="text", **options)
        self.world: World = self._world.__enter__()
        team, self.person = self.people
        # The portal may know less than the service allows: then it keeps to what it knows.
        self.account = open_account(team, max_running=max_running, max_existing=3)
        self.file_elsewhere = ""
        if more:
            self.queue(0, 0)

    # People

    @rule(dataset=st.integers(0, 1), epochs=st.integers(1, 2))
    def queue(self, dataset: int, epochs: int) -> None:
        if Job.objects.exclude(state__in=FINAL).count() < 5:
            self.queued(self.datasets[dataset], epochs)

    def queued(self, dataset: Dataset, epochs: int) -> Job:
        return wishes.queue_job(
            team=self.account.team,
            account=self.account,
            name="faq",
            dataset=dataset,
            base_model="qwen-turbo",
            hyper_parameters={"n_epochs": epochs, "learning_rate": 2e-5},
            created_by=self.person,
        )

    def job(self, number: int, *states: State) -> Job | None:
        found = Job.objects.filter(state__in=states or State.values).order_by("pk")
        return found[number % len(found)] if found else None

    @rule(number=numbers)
    def cancel(self, number: int) -> None:
        if job := self.job(number, State.QUEUED, State.SUBMITTING, State.PENDING, State.RUNNING):
            wishes.request_cancel(job, self.person)

    @rule(number=numbers)
    def free(self, number: int) -> None:
        if job := self.job(number, State.SUCCEEDED):
            wishes.request_free(job, self.person)

    @rule(number=numbers, with_defaults=st.booleans())
    def run_again(self, number: int, with_defaults: bool) -> None:
        job = self.job(number, State.FAILED, State.CANCELED)
        if job and Job.objects.exclude(state__in=FINAL).count() < 5:
            wishes.run_again(job, self.person, with_defaults=with_defaults)

    @rule(on=st.booleans())
    def switch(self, on: bool) -> None:
        ProviderAccount.objects.filter(pk=self.account.pk).update(is_active=on)

    @rule()
    def admin_says_mended(self) -> None:
        bell.account_changed(self.account)

    # Workers and the broker

    @rule(dies_at=deaths)
    def look(self, dies_at: int | None) -> None:
        self.world.sync(self.account.pk, dies_at=dies_at)

    @rule()
    def sweep(self) -> None:
        self.world.sweep()

    @precondition(lambda self: self.world.messages)
    @rule(number=numbers, dies_at=deaths)
    def deliver(self, number: int, dies_at: int | None) -> None:
        self.world.deliver(number % len(self.world.messages), dies_at=dies_at)

    @precondition(lambda self: self.world.messages)
    @rule()
    def lose_all_messages(self) -> None:
        self.world.messages.clear()

    @rule(call=calls, after=st.booleans(), passes=st.integers(1, 2))
    def a_worker_will_sleep(self, call: str, after: bool, passes: int) -> None:
        self.world.sleep = Sleep(CALLS[call], after, passes)

    @rule(seconds=st.sampled_from([1.0, 7.0, 11.0, 31.0, 65.0, 400.0, -120.0]))
    def pass_time(self, seconds: float) -> None:
        self.world.pass_time(seconds)

    # The service

    @rule(fault=st.sampled_from(FAULTS), call=calls, times=st.integers(1, 5), after=st.booleans())
    def go_wrong(self, fault: str, call: str, times: int, after: bool) -> None:
        rules = [{fault: 1.0, "only": CALLS[call], "times": times, "after": after and fault.startswith("e")}]
        self.world.service.faults.set(rules)

    @rule()
    def go_right(self) -> None:
        self.world.service.faults.set([])

    def live(self, number: int) -> Tune | None:
        found = [tune for tune in self.world.service.jobs.values() if self.world.is_live(tune)]
        return found[number % len(found)] if found else None

    @rule(number=numbers, wishes=st.sampled_from([{"finish": True}, {"fail_code": "1"}, {"fail_code": "13"}]))
    def end_a_job(self, number: int, wishes: dict[str, Any]) -> None:
        if tune := self.live(number):
            self.world.do_to(tune, **wishes)

    @rule()
    def someone_else_makes_a_job(self) -> None:
        if self.file_elsewhere not in self.world.service.files:
            self.file_elsewhere = self.world.uploaded_elsewhere(jsonl(55, "别"))
        self.world.elsewhere("/fine-tunes", model="qwen-turbo", training_file_ids=[self.file_elsewhere])

    @rule(number=numbers)
    def someone_else_cancels_a_job(self, number: int) -> None:
        if tune := self.live(number):
            self.world.elsewhere(f"/fine-tunes/{tune.job_id}/cancel")

    @rule(code=st.sampled_from(["", "InvalidApiKey", "AccessDenied", "PrepaidBillOverdue"]))
    def refuse_the_key(self, code: str) -> None:
        self.world.refuse_key(code)

    # What must hold

    @invariant()
    def nothing_is_broken(self) -> None:
        self.world.collect()
        invariants.always(self.world)

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        try:
            if sys.exc_info()[0] is None:
                self.come_to_the_end()
        finally:
            self._world.__exit__(None, None, None)
            transaction.set_rollback(True)
            self._transaction.__exit__(None, None, None)
            connection.run_on_commit.clear()

    def come_to_the_end(self) -> None:
        """Faults stop, an admin mends what only an admin can, people free what holds slots."""
        self.world.sleep = None
        self.world.service.faults.set([])
        self.refuse_the_key("")
        self.switch(on=True)
        self.admin_says_mended()

        def is_over() -> bool:
            for job in Job.objects.filter(state=State.SUCCEEDED, free_requested_at=None):
                wishes.request_free(job, self.person)
            self.world.collect()
            return not Job.objects.exclude(state__in=FINAL).exists()

        settle(self.world, is_over, step=5)
        invariants.at_the_end(self.world)


SLOW = list(HealthCheck)


@pytest.fixture
def machine(team: Team, member: User) -> type[Portal]:
    Portal.people = team, member
    Portal.datasets = [store(team, member, jsonl(55, name), f"{name}.jsonl") for name in ("one", "two")]
    return Portal


@pytest.mark.django_db
def test_whatever_happens_the_invariants_hold(machine: type[Portal]) -> None:
    """The same examples each time: what is new is looked for by the deep one."""
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, derandomize=True, suppress_health_check=SLOW
        ),
    )


@pytest.mark.deep
@pytest.mark.django_db
def test_whatever_else_happens_the_invariants_hold(machine: type[Portal]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=1000, stateful_step_count=50, deadline=None, print_blob=True, suppress_health_check=SLOW
        ),
    )
