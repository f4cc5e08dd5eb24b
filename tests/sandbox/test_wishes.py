"""Jobs that go wrong on demand, and the other admin calls."""

import pytest

from tests.sandbox.helpers import START, Bench, bench


def test_a_job_fails_with_a_given_code_in_mid_training(service: Bench) -> None:
    job_id = service.create()
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"fail_code": "99"})
    service.wait(24)
    assert service.job(job_id)["status"] == "RUNNING"
    service.wait(2)
    job = service.job(job_id)
    assert (job["status"], job["code"]) == ("FAILED", "99")


def test_a_code_given_late_strikes_at_once(service: Bench) -> None:
    job_id = service.create()
    service.wait(50)
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"fail_code": "14"})
    assert service.job(job_id)["status"] == "FAILED"


def test_a_finished_job_fails_no_more(service: Bench) -> None:
    job_id = service.finished()
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"fail_code": "1"})
    service.wait(100)
    assert service.job(job_id)["status"] == "SUCCEEDED"


def test_a_silent_job_stops_in_mid_training_for_good_and_can_be_canceled(service: Bench) -> None:
    job_id = service.create()
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"silent": True})
    service.wait(26)
    log = service.logs(job_id)
    service.wait(100_000)
    assert service.logs(job_id) == log
    assert len(log) > 5
    assert service.job(job_id)["status"] == "RUNNING"
    service.ok("POST", f"/fine-tunes/{job_id}/cancel")
    service.wait(10)
    assert service.job(job_id)["status"] == "CANCELED"


def test_a_loss_turns_nan(service: Bench) -> None:
    job_id = service.create()
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"nan": True})
    service.wait(100)
    losses = [line.split(",")[0] for line in service.logs(job_id) if line.startswith("{'loss'")]
    assert "nan" not in losses[0]
    assert losses[-1] == "{'loss': nan"


def test_the_list_forgets_a_job_or_everything_does(service: Bench) -> None:
    job_id = service.create()
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"forget": "list"})
    assert service.ok("GET", "/fine-tunes")["total"] == 0
    assert service.job(job_id)["status"] == "PENDING"
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"forget": True})
    assert service.error("GET", f"/fine-tunes/{job_id}") == (404, "NotFound")
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"forget": False})
    assert service.ok("GET", "/fine-tunes")["total"] == 1


def test_a_state_that_nobody_knows_can_be_shown(service: Bench) -> None:
    job_id = service.create()
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"status": "SUSPENDED"})
    assert service.job(job_id)["status"] == "SUSPENDED"
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"status": ""})
    assert service.job(job_id)["status"] == "PENDING"


@pytest.mark.parametrize("wait", [0, 5, 15, 35, 50])
def test_a_job_can_be_finished_at_any_moment(service: Bench, wait: float) -> None:
    job_id = service.create()
    service.wait(wait)
    service.ok("POST", f"/sandbox/jobs/{job_id}", {"finish": True})
    assert service.job(job_id)["status"] == "SUCCEEDED"
    assert service.logs(job_id)[-1].endswith("##FT_COMPLETE##")
    service.wait(-1)
    assert service.job(job_id)["status"] != "SUCCEEDED"


def test_the_next_jobs_can_be_armed_by_name(service: Bench) -> None:
    service.ok("POST", "/sandbox/next-job", {"fail_code": "1", "job_name": "bad", "times": 2})
    names = ("good", "bad-1", "bad-2", "bad-3")
    jobs = {}
    for name in names:
        jobs[name] = service.create(job_name=name)
        service.wait(100)
    assert [service.job(jobs[name])["status"] for name in names] == ["SUCCEEDED", "FAILED", "FAILED", "SUCCEEDED"]


def test_unknown_wishes_jobs_and_codes_are_refused(service: Bench) -> None:
    job_id = service.create()
    assert service.error("POST", f"/sandbox/jobs/{job_id}", {"explode": True}) == (400, "InvalidParameter")
    assert service.error("POST", "/sandbox/jobs/none", {"nan": True}) == (404, "NotFound")
    assert service.error("POST", "/sandbox/keys", {"key": "sk-x", "error": "Nope"}) == (400, "InvalidParameter")
    assert service.error("POST", "/sandbox/next-job", {"explode": 1}) == (400, "InvalidParameter")
    assert service.error("POST", "/sandbox/next-job", {"times": "many"}) == (400, "InvalidParameter")
    assert service.error("POST", "/sandbox/clock", {"advance": "far"}) == (400, "InvalidParameter")
    assert service.error("POST", "/sandbox/faults", {"explode": 1}) == (400, "InvalidParameter")
    assert service.error("POST", "/sandbox/faults", {"html": "x"}) == (400, "InvalidParameter")


@pytest.mark.parametrize(
    ("code", "status"),
    [("InvalidApiKey", 401), ("Arrearage", 400), ("PrepaidBillOverdue", 429), ("Workspace.AccessDenied", 403)],
)
def test_a_key_can_be_refused_in_the_service_s_words(service: Bench, code: str, status: int) -> None:
    service.ok("POST", "/sandbox/keys", {"key": "sk-one", "error": code})
    assert service.error("GET", "/fine-tunes") == (status, code)
    service.ok("GET", "/fine-tunes", key="sk-two")
    service.ok("POST", "/sandbox/keys", {"key": "sk-one"})
    service.ok("GET", "/fine-tunes")


@pytest.mark.parametrize("key", ["", "nothing", "Bearer"])
def test_what_is_no_key_is_401(service: Bench, key: str) -> None:
    assert service.error("GET", "/fine-tunes", key=key) == (401, "InvalidApiKey")


def test_time_can_be_skipped(service: Bench) -> None:
    job_id = service.create()
    assert service.ok("POST", "/sandbox/clock", {"advance": 61})["now"] == START + 61
    assert service.job(job_id)["status"] == "SUCCEEDED"


def test_the_books_hold_every_job_with_its_request_and_states(service: Bench) -> None:
    job_id = service.create(job_name="token")
    service.wait(12)
    service.ok("POST", f"/fine-tunes/{job_id}/cancel")
    service.wait(10)
    service.ok("DELETE", f"/fine-tunes/{job_id}")
    books = service.ok("GET", "/sandbox/records")
    (record,) = books["jobs"]
    assert record["request"]["job_name"] == record["job_name"] == "token"
    assert [state for state, _ in record["states"]] == ["PENDING", "RUNNING", "CANCELING", "CANCELED"]
    assert (record["status"], record["deleted"]) == ("CANCELED", True)
    assert books["calls"]["POST /fine-tunes"] == 1


def test_reset_forgets_everything(service: Bench) -> None:
    service.create()
    service.ok("POST", "/sandbox/clock", {"advance": 61})
    service.ok("POST", "/sandbox/faults", {"error_500": 1})
    service.ok("POST", "/sandbox/reset")
    books = service.ok("GET", "/sandbox/records")
    assert (books["jobs"], books["files"], books["now"], books["faults"]) == ([], [], START, [])
    assert list(service.sandbox.store.files.iterdir()) == []


def test_a_waiting_job_can_be_made_to_fail() -> None:
    with bench(second_create="queue") as service:
        service.create()
        second = service.create()
        service.ok("POST", f"/sandbox/jobs/{second}", {"fail_code": "13"})
        service.wait(61)
        assert service.job(second)["status"] == "PENDING"
        service.wait(12)
        assert service.job(second)["code"] == "13"
