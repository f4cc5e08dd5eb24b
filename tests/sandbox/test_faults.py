"""Faults on demand, without a socket."""

import pytest

from tests.sandbox.helpers import START, Bench


def made(service: Bench) -> int:
    return len(service.ok("GET", "/sandbox/records")["jobs"])


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        ("error_500", 500, "InternalError"),
        ("error_503", 503, "ServiceUnavailable"),
        ("throttle", 429, "Throttling.RateQuota"),
    ],
)
def test_a_refusal_does_no_work_unless_asked_to(service: Bench, fault: str, status: int, code: str) -> None:
    body = service.wanted()
    service.ok("POST", "/sandbox/faults", {fault: 1})
    assert service.error("POST", "/fine-tunes", body) == (status, code)
    assert made(service) == 0
    service.ok("POST", "/sandbox/faults", {fault: 1, "after": True})
    assert service.error("POST", "/fine-tunes", body) == (status, code)
    assert made(service) == 1


def test_a_connection_is_cut_before_or_after_the_work(service: Bench) -> None:
    body = service.wanted()
    service.ok("POST", "/sandbox/faults", {"cut_before": 1, "times": 1})
    assert service.call("POST", "/fine-tunes", body).cut == "all"
    assert made(service) == 0
    service.ok("POST", "/sandbox/faults", {"cut_after": 1, "times": 1})
    assert service.call("POST", "/fine-tunes", body).cut == "all"
    assert made(service) == 1
    service.ok("POST", "/sandbox/faults", {"cut_half": 1, "times": 1})
    assert service.call("GET", "/fine-tunes").cut == "half"
    service.ok("GET", "/fine-tunes")


def test_a_gateway_s_page_comes_with_any_status(service: Bench) -> None:
    service.ok("POST", "/sandbox/faults", {"html": 1})
    answer = service.call("GET", "/fine-tunes")
    assert (answer.status, answer.content_type) == (502, "text/html")
    service.ok("POST", "/sandbox/faults", {"html": 1, "html_status": 200})
    assert service.call("GET", "/fine-tunes").status == 200


def test_a_late_answer_waits_on_either_side_of_the_work(service: Bench) -> None:
    service.ok("POST", "/sandbox/faults", {"latency": 30, "latency_after": 5, "only": "^POST"})
    service.ok("POST", "/fine-tunes", service.wanted(training_file_ids=[service.upload()]))
    assert service.now == START + 70  # the upload and the create
    assert service.ok("GET", "/fine-tunes")["jobs"][0]["create_time"] == "2023-11-15 06:14:25"


def test_a_fault_strikes_its_calls_only_and_its_number_of_times(service: Bench) -> None:
    service.ok("POST", "/sandbox/faults", {"error_500": 1, "only": "GET /fine-tunes$", "times": 2})
    service.ok("GET", "/files")
    assert [service.call("GET", "/fine-tunes").status for _ in range(4)] == [500, 500, 200, 200]


def test_shares_are_drawn_and_the_same_seed_draws_the_same(service: Bench) -> None:
    rounds = []
    for _ in range(2):
        service.ok("POST", "/sandbox/faults", {"error_500": 0.3, "error_503": 0.3, "seed": 7})
        rounds.append([service.call("GET", "/files").status for _ in range(200)])
    assert rounds[0] == rounds[1]
    for status in (500, 503):
        assert 40 < rounds[0].count(status) < 80


def test_several_rules_stand_side_by_side_and_an_empty_one_ends_them(service: Bench) -> None:
    rules = [{"error_500": 1, "only": "GET /files"}, {"error_503": 1}]
    service.ok("POST", "/sandbox/faults", {"rules": rules})
    assert [service.call("GET", path).status for path in ("/files", "/models")] == [500, 503]
    service.ok("POST", "/sandbox/faults", {})
    assert [service.call("GET", path).status for path in ("/files", "/models")] == [200, 200]


def test_retry_after_is_sent_as_it_is(service: Bench) -> None:
    service.ok("POST", "/sandbox/faults", {"throttle": 1, "retry_after": "NaN"})
    assert service.call("GET", "/files").headers["retry-after"] == "NaN"
