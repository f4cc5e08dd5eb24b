"""States over time."""

import pytest

from tests.sandbox.helpers import Bench, bench, lines


def at(service: Bench, job_id: str, *seconds: float) -> list[str]:
    """The job's states after each of the waits."""
    states = []
    for wait in seconds:
        service.wait(wait)
        states.append(str(service.job(job_id)["status"]))
    return states


def test_a_job_on_three_hundred_lines_takes_a_minute_ten_seconds_of_it_pending(service: Bench) -> None:
    job_id = service.create()
    assert at(service, job_id, 0, 9.9, 0.2, 49.8, 0.2) == ["PENDING", "PENDING", "RUNNING", "RUNNING", "SUCCEEDED"]


def test_at_twenty_it_takes_three_seconds() -> None:
    with bench(time_scale=20) as service:
        assert at(service, service.create(), 0.4, 0.2, 2.3, 0.2) == ["PENDING", "RUNNING", "RUNNING", "SUCCEEDED"]


def test_a_longer_file_takes_longer_but_never_more_than_half_an_hour(service: Bench) -> None:
    job_id = service.create(lines(3000))
    assert at(service, job_id, 149, 2) == ["RUNNING", "SUCCEEDED"]
    service.ok("DELETE", f"/fine-tunes/{job_id}")
    job_id = service.create(lines(20_000), hyper_parameters={"n_epochs": 10})
    assert at(service, job_id, 1799, 2) == ["RUNNING", "SUCCEEDED"]


def test_a_finished_job_has_its_output_end_and_usage(service: Bench) -> None:
    job_id = service.create()
    service.wait(100)
    job = service.job(job_id)
    assert job["finetuned_output"] == f"qwen-turbo-{job_id}"
    assert job["end_time"] == "2023-11-15 06:14:20"
    assert isinstance(job["usage"], int)
    assert job["usage"] > 0
    assert "code" not in job


def test_usage_grows_with_the_epochs(service: Bench) -> None:
    one = service.finished()
    three = service.finished(hyper_parameters={"n_epochs": 3})
    assert service.job(three)["usage"] == pytest.approx(3 * service.job(one)["usage"], abs=3)


def test_a_canceled_job_passes_through_canceling_and_has_code_1(service: Bench) -> None:
    job_id = service.create()
    service.wait(25)
    assert service.ok("POST", f"/fine-tunes/{job_id}/cancel") == {"status": "success"}
    service.ok("POST", f"/fine-tunes/{job_id}/cancel")
    assert at(service, job_id, 0, 2.9, 0.2) == ["CANCELING", "CANCELING", "CANCELED"]
    job = service.job(job_id)
    assert job["code"] == "1"
    assert job["end_time"] == "2023-11-15 06:13:48"
    assert job["usage"] > 0
    assert "finetuned_output" not in job


def test_or_it_is_canceled_at_once_without_a_code() -> None:
    with bench(cancel="direct", canceled_code="no") as service:
        job_id = service.create()
        service.ok("POST", f"/fine-tunes/{job_id}/cancel")
        job = service.job(job_id)
        assert job["status"] == "CANCELED"
        assert "code" not in job


def test_a_finished_job_cannot_be_canceled(service: Bench) -> None:
    job_id = service.finished()
    assert service.error("POST", f"/fine-tunes/{job_id}/cancel") == (400, "UnsupportedOperation")
    assert service.job(job_id)["status"] == "SUCCEEDED"


def test_a_job_under_way_cannot_be_deleted(service: Bench) -> None:
    job_id = service.create()
    for wait in (0, 15):
        service.wait(wait)
        assert service.error("DELETE", f"/fine-tunes/{job_id}") == (400, "UnsupportedOperation")


def test_a_deleted_job_is_not_found(service: Bench) -> None:
    job_id = service.finished()
    service.ok("DELETE", f"/fine-tunes/{job_id}")
    for method, path in (("GET", ""), ("DELETE", ""), ("POST", "/cancel"), ("GET", "/logs"), ("GET", "/stream")):
        assert service.error(method, f"/fine-tunes/{job_id}{path}") == (404, "NotFound")
    assert service.ok("GET", "/fine-tunes")["total"] == 0


def test_by_option_a_finished_job_stays_and_holds_its_slot() -> None:
    with bench(delete_finished="refuse") as service:
        job_id = service.finished()
        answer = service.call("DELETE", f"/fine-tunes/{job_id}")
        assert answer.json()["code"] == "UnsupportedOperation"
        assert answer.json()["message"].endswith("because it is succeeded,failed or canceled")
        assert service.job(job_id)["status"] == "SUCCEEDED"


def test_nobody_sees_or_touches_the_jobs_of_another(service: Bench) -> None:
    job_id = service.create()
    assert service.error("GET", f"/fine-tunes/{job_id}", key="sk-two") == (404, "NotFound")
    assert service.error("POST", f"/fine-tunes/{job_id}/cancel", key="sk-two") == (404, "NotFound")
    assert service.ok("GET", "/fine-tunes", key="sk-two")["jobs"] == []


def test_the_list_has_pages_orders_and_a_model_filter() -> None:
    for order, expected in (("newest", [2, 1, 0]), ("oldest", [0, 1, 2])):
        with bench(list_order=order) as service:
            jobs = [service.finished(model=model) for model in ("qwen-turbo", "qwen-7b-chat", "qwen-turbo")]
            found = service.ok("GET", "/fine-tunes")
            assert [job["job_id"] for job in found["jobs"]] == [jobs[index] for index in expected]
            assert (found["total"], found["page_no"], found["page_size"]) == (3, 1, 10)
            assert service.ok("GET", "/fine-tunes?model=qwen-7b-chat")["total"] == 1
            assert len(service.ok("GET", "/fine-tunes?page_no=2&page_size=2")["jobs"]) == 1


def test_checkpoints_come_with_success_one_an_epoch(service: Bench) -> None:
    job_id = service.create(hyper_parameters={"n_epochs": 2})
    assert service.ok("GET", f"/fine-tunes/{job_id}/checkpoints") == []
    service.wait(1000)
    found = service.ok("GET", f"/fine-tunes/{job_id}/checkpoints")
    assert [row["checkpoint"] for row in found] == ["checkpoint-1", "checkpoint-2"]
    assert found[0]["create_time"].startswith("2023-11-15T06:")
    assert service.ok("GET", f"/fine-tunes/{job_id}/export/checkpoint-1?model_name=x") is True
    assert service.error("GET", f"/fine-tunes/{job_id}/export/checkpoint-1") == (400, "InvalidParameter")
