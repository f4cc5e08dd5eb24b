"""Both quotas, and what waits for them."""

import pytest

from tests.sandbox.helpers import Bench, bench


def refused(service: Bench) -> str:
    answer = service.call("POST", "/fine-tunes", service.wanted())
    assert (answer.status, answer.json()["code"]) == (429, "Throttling")
    return str(answer.json()["message"])


def test_a_second_job_while_one_runs_is_refused_in_the_documented_words(service: Bench) -> None:
    service.create()
    assert refused(service) == "Too many fine-tune job in running, please retry later."


def test_succeeded_jobs_hold_a_slot_until_they_are_deleted(service: Bench) -> None:
    jobs = [service.finished() for _ in range(5)]
    assert refused(service) == "Only 5 fine-tune job in running or succeeded allowed per user."
    service.ok("DELETE", f"/fine-tunes/{jobs[0]}")
    service.create()


def test_failed_and_canceled_jobs_hold_none(service: Bench) -> None:
    for _ in range(6):
        service.create(content=b"")
        service.wait(60)
        service.ok("POST", f"/fine-tunes/{service.create()}/cancel")
        service.wait(60)
    assert service.ok("GET", "/fine-tunes")["total"] == 12


def test_a_job_that_is_canceling_still_runs(service: Bench) -> None:
    job_id = service.create()
    service.ok("POST", f"/fine-tunes/{job_id}/cancel")
    assert service.job(job_id)["status"] == "CANCELING"
    refused(service)
    service.wait(4)
    service.create()


def test_two_keys_have_quotas_of_their_own_unless_they_are_one_user(service: Bench) -> None:
    service.create(key="sk-one")
    service.create(key="sk-two")
    for key in ("sk-three", "sk-four"):
        service.ok("POST", "/sandbox/keys", {"key": key, "identity": "42"})
    job_id = service.create(key="sk-three")
    assert service.error("POST", "/fine-tunes", service.wanted(key="sk-four"), key="sk-four") == (429, "Throttling")
    assert service.ok("GET", f"/fine-tunes/{job_id}", key="sk-four")["user_identity"] == "42"


@pytest.mark.parametrize(("option", "state"), [("pending", "PENDING"), ("queue", "QUEUING")])
def test_by_option_the_second_job_waits_and_then_takes_its_place(option: str, state: str) -> None:
    with bench(second_create=option) as service:
        first, second, third = service.create(), service.create(), service.create()
        service.wait(30)
        assert [service.job(job)["status"] for job in (first, second, third)] == ["RUNNING", state, state]
        service.wait(45)  # the first took 60 s, so the second began at 60 whenever somebody looked
        assert [service.job(job)["status"] for job in (first, second, third)] == ["SUCCEEDED", "RUNNING", state]
        service.wait(60)
        assert [service.job(job)["status"] for job in (second, third)] == ["SUCCEEDED", "RUNNING"]


def test_a_waiting_job_is_canceled_at_once_and_the_next_moves_up() -> None:
    with bench(second_create="queue") as service:
        first, second, third = service.create(), service.create(), service.create()
        service.ok("POST", f"/fine-tunes/{second}/cancel")
        assert service.job(second)["status"] == "CANCELED"
        assert service.job(second)["usage"] == 0
        service.ok("POST", f"/fine-tunes/{first}/cancel")
        service.wait(5)
        assert service.job(third)["status"] == "PENDING"


def test_the_books_know_the_highest_numbers_and_every_refusal() -> None:
    with bench(max_running=2, max_jobs=3) as service:
        service.create()
        service.create()
        refused(service)
        service.wait(100)
        service.create()
        refused(service)
        (book,) = service.ok("GET", "/sandbox/records")["users"].values()
        assert book == {
            "created": 3,
            "most_running": 2,
            "most_existing": 3,
            "refused_running": 1,
            "refused_existing": 1,
        }


def test_calls_a_second_are_limited_by_option() -> None:
    with bench(rate_limit=2) as service:
        service.ok("GET", "/files")
        service.ok("GET", "/files")
        assert service.error("GET", "/files") == (429, "Throttling.RateQuota")
        service.ok("GET", "/files", key="sk-two")
        service.wait(1)
        service.ok("GET", "/files")
