"""Waits between tries: how long, how often, and never for a call that changes something."""

import io
import re
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from responses import RequestsMock

from jobs import dashscope
from jobs.dashscope import Client, DashScopeError
from jobs.dashscope.retries import backoff, retry_after
from tests.jobs.dashscope.conftest import BASE, KEY

NOW = datetime(2024, 10, 29, 8, 0, 0, tzinfo=UTC)
JOB = {"output": {"job_id": "ft-1", "status": "RUNNING"}}
URL = f"{BASE}/fine-tunes/ft-1"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("5", 5.0),
        ("0.5", 0.5),
        ("0", 0.0),
        (" 7 ", 7.0),
        ("999999", 999999.0),
        ("Tue, 29 Oct 2024 08:00:30 GMT", 30.0),
        ("Tue, 29 Oct 2024 07:00:00 GMT", 0.0),
        ("Tue, 29 Oct 2024 08:00:30 -0000", 30.0),
        ("Tue, 99 Oct 2024 08:00:30 GMT", None),
        ("-1", None),
        ("NaN", None),
        ("inf", None),
        ("1e3", None),
        ("9" * 400, None),
        ("", None),
        ("soon", None),
        ("５", None),
    ],
)
def test_retry_after(value: str, seconds: float | None) -> None:
    assert retry_after({"Retry-After": value}, now=NOW) == seconds


def test_milliseconds_win() -> None:
    assert retry_after({"retry-after-ms": "1500", "Retry-After": "9"}) == 1.5
    assert retry_after({"retry-after-ms": "NaN", "Retry-After": "9"}) == 9
    assert retry_after({}) is None


@pytest.mark.parametrize(("tries", "longest"), [(1, 0.5), (2, 1), (3, 2), (4, 4), (5, 8), (6, 8), (5000, 8)])
def test_the_wait_doubles_up_to_eight_seconds_with_jitter(tries: int, longest: float) -> None:
    waits = [backoff(tries) for _ in range(200)]
    assert longest * 0.75 <= min(waits) < max(waits) <= longest


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
def test_a_safe_call_is_made_again(service: RequestsMock, client: Client, waits: list[float], status: int) -> None:
    service.get(URL, status=status, body="busy")
    service.get(URL, json=JOB)
    assert client.get_fine_tune("ft-1").status == "RUNNING"
    assert len(waits) == 1
    assert 0.375 <= waits[0] <= 0.5


@pytest.mark.parametrize(
    ("status", "kind"), [(500, dashscope.ServiceDown), (200, dashscope.ServiceDown), (429, dashscope.TooFast)]
)
def test_a_safe_call_is_given_up_after_four_tries(
    service: RequestsMock, client: Client, waits: list[float], status: int, kind: type[DashScopeError]
) -> None:
    service.get(URL, status=status, body="busy")
    with pytest.raises(kind) as caught:
        client.get_fine_tune("ft-1")
    assert caught.value.outcome == "not_made"
    assert len(service.calls) == 4
    assert [round(wait + 0.25) for wait in waits[1:]] == [1, 2]


@pytest.mark.parametrize("status", [400, 401, 404])
def test_a_refusal_is_not_asked_again(service: RequestsMock, client: Client, status: int) -> None:
    service.get(URL, status=status, json={"code": "X", "message": "No."})
    with pytest.raises(DashScopeError):
        client.get_fine_tune("ft-1")
    assert len(service.calls) == 1


@pytest.mark.parametrize(("headers", "wait"), [({"Retry-After": "5"}, 5.0), ({"retry-after-ms": "2500"}, 2.5)])
def test_the_service_is_waited_for(
    service: RequestsMock, client: Client, waits: list[float], headers: dict[str, str], wait: float
) -> None:
    service.get(URL, status=429, headers=headers, body="slow")
    service.get(URL, json=JOB)
    client.get_fine_tune("ft-1")
    assert waits == [wait]


@pytest.mark.parametrize(("deadline", "asked"), [(3600.0, "121"), (3600.0, "999999"), (30.0, "31")])
def test_a_long_wait_is_the_callers(service: RequestsMock, waits: list[float], deadline: float, asked: str) -> None:
    service.get(URL, status=503, headers={"Retry-After": asked}, body="later")
    with (
        Client(BASE, KEY, deadline=deadline, sleep=waits.append) as client,
        pytest.raises(dashscope.ServiceDown) as caught,
    ):
        client.get_fine_tune("ft-1")
    assert caught.value.retry_after == float(asked)
    assert waits == []


def test_two_minutes_are_waited_for_if_the_deadline_allows(service: RequestsMock, waits: list[float]) -> None:
    service.get(URL, status=429, headers={"Retry-After": "120"}, body="slow")
    service.get(URL, json=JOB)
    with Client(BASE, KEY, deadline=3600, sleep=waits.append) as client:
        client.get_fine_tune("ft-1")
    assert waits == [120.0]


UNSAFE: list[Callable[[Client], object]] = [
    lambda client: client.create_fine_tune(model="m", training_file_ids=["f"], hyper_parameters={}),
    lambda client: client.cancel_fine_tune("ft-1"),
    lambda client: client.delete_fine_tune("ft-1"),
    lambda client: client.delete_file("f-1"),
    lambda client: client.upload_file(io.BytesIO(b"{}"), name="a"),
]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
@pytest.mark.parametrize("call", UNSAFE)
def test_a_call_that_changes_something_is_sent_once(
    service: RequestsMock, client: Client, waits: list[float], status: int, call: Callable[[Client], object]
) -> None:
    for method in ("POST", "DELETE"):
        service.add(method, re.compile(BASE), status=status, headers={"Retry-After": "1"}, body="busy")
    with pytest.raises(DashScopeError):
        call(client)
    assert len(service.calls) == 1
    assert waits == []
