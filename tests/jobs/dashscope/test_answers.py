"""What each answer of the service means, asked through the calls that matter most: create (unsafe) and get (safe)."""

from typing import Any

import pytest
from responses import RequestsMock

from jobs import dashscope
from jobs.dashscope import Client, DashScopeError, FineTune
from tests.jobs.dashscope.conftest import BASE

Kind = type[DashScopeError]

REFUSALS = [
    (400, "InvalidParameter", "Missing training files", dashscope.Refused),
    (400, "InvalidParameter", "File not found.", dashscope.NotFound),
    (400, "InvalidParameter", "The fine-tune job does not exist.", dashscope.NotFound),
    (400, "InvalidParameter", "Model not found.", dashscope.Refused),
    (400, "UnsupportedOperation", "The fine-tune job can not be deleted", dashscope.UnsupportedState),
    (400, "Arrearage", "Access denied, please pay.", dashscope.MoneyTrouble),
    (401, "InvalidApiKey", "Invalid API-key provided.", dashscope.KeyRefused),
    (403, "AccessDenied", "Access denied.", dashscope.KeyRefused),
    (403, "Workspace.AccessDenied", "Workspace access denied.", dashscope.KeyRefused),
    (403, "Model.AccessDenied", "Model access denied.", dashscope.KeyRefused),
    (403, "AccessDenied.Unpurchased", "Not purchased.", dashscope.KeyRefused),
    (404, "NotFound", "Not found!", dashscope.NotFound),
    (404, "ModelNotFound", "Model can not be found.", dashscope.Refused),
    (404, "WorkSpaceNotFound", "Workspace not found.", dashscope.KeyRefused),
    (409, "Conflict", "Deployment exists.", dashscope.Refused),
    (413, "BadRequest.TooLarge", "Payload Too Large.", dashscope.Refused),
    (429, "CommodityNotPurchased", "Not purchased.", dashscope.MoneyTrouble),
    (429, "PrepaidBillOverdue", "Overdue.", dashscope.MoneyTrouble),
    (429, "PostpaidBillOverdue", "Overdue.", dashscope.MoneyTrouble),
    (429, "Throttling", "Requests throttling triggered.", dashscope.TooFast),
    (429, "Throttling", "Too many requests in route. Please try again later.", dashscope.TooFast),
    (429, "Throttling", "Something new.", dashscope.TooFast),
    (429, "Throttling.RateQuota", "Too many fine-tune job in running", dashscope.TooFast),
    (429, "Throttling.BurstRate", "Request rate increased too quickly.", dashscope.TooFast),
    (429, "Throttling.AllocationQuota", "Allocated quota exceeded.", dashscope.TooFast),
    (429, "LimitRequests", "You exceeded your current requests list.", dashscope.TooFast),
    (429, "Throttling", "Too many fine-tune job in running, please retry later.", dashscope.QuotaFull),
    (429, "Throttling", "Only 5 fine-tune job in running or succeeded allowed per user.", dashscope.QuotaFull),
    (408, "RequestTimeOut", "Timed out.", dashscope.UnknownOutcome),
    (500, "InternalError", "Internal error.", dashscope.UnknownOutcome),
    (500, "InternalError.Algo", "Internal error.", dashscope.UnknownOutcome),
    (503, "ModelServingError", "Busy.", dashscope.UnknownOutcome),
]


def create(client: Client) -> FineTune:
    return client.create_fine_tune(model="qwen-turbo", training_file_ids=["f-1"], hyper_parameters={})


def refuse_create(service: RequestsMock, client: Client, status: int, **answer: Any) -> DashScopeError:
    service.post(f"{BASE}/fine-tunes", status=status, **answer)
    with pytest.raises(DashScopeError) as caught:
        create(client)
    assert len(service.calls) == 1, "a create is never sent twice"
    return caught.value


@pytest.mark.parametrize(("status", "code", "message", "kind"), REFUSALS)
def test_an_error_of_the_service_is_told_by_status_code_and_message(
    service: RequestsMock, client: Client, status: int, code: str, message: str, kind: Kind
) -> None:
    body = {"code": code, "message": message, "request_id": "r-1"}
    error = refuse_create(service, client, status, json=body)
    assert type(error) is kind
    assert (error.status, error.code, error.message, error.request_id) == (status, code, message, "r-1")
    assert error.outcome == ("unknown" if kind is dashscope.UnknownOutcome else "not_made")


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("InvalidParameter", dashscope.Refused),
        ("InvalidApiKey", dashscope.KeyRefused),
        ("AccessDenied", dashscope.KeyRefused),
        ("Arrearage", dashscope.MoneyTrouble),
        ("Throttling.RateQuota", dashscope.TooFast),
        ("NotFound", dashscope.NotFound),
        ("UnsupportedOperation", dashscope.UnsupportedState),
        ("InternalError", dashscope.UnknownOutcome),
        ("NeverHeardOf", dashscope.UnknownOutcome),
        (77, dashscope.UnknownOutcome),
    ],
)
def test_a_200_with_a_code_is_an_error(service: RequestsMock, client: Client, code: str | int, kind: Kind) -> None:
    error = refuse_create(service, client, 200, json={"code": code, "message": "No.", "output": {"job_id": "ft-1"}})
    assert type(error) is kind


@pytest.mark.parametrize("code", ["", None, 0])
def test_an_empty_code_is_none(service: RequestsMock, client: Client, code: Any) -> None:
    service.post(f"{BASE}/fine-tunes", json={"code": code, "output": {"job_id": "ft-1"}})
    assert create(client).job_id == "ft-1"


@pytest.mark.parametrize(
    ("message", "kind", "limit"),
    [
        ("Too many fine-tune job in running, please retry later.", "running", None),
        ("Only 20 fine-tune job in running or succeeded allowed per user.", "existing", 20),
        ("Only 1 fine-tune job in running allowed per user.", "running", 1),
        ("Fine-tune job quota exceeded.", "unknown", None),
    ],
)
def test_a_full_quota_says_which_and_how_many(
    service: RequestsMock, client: Client, message: str, kind: str, limit: int | None
) -> None:
    error = refuse_create(service, client, 429, json={"code": "Throttling", "message": message})
    assert isinstance(error, dashscope.QuotaFull)
    assert (error.kind, error.limit) == (kind, limit)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (200, dashscope.UnknownOutcome),
        (302, dashscope.UnknownOutcome),
        (400, dashscope.UnknownOutcome),
        (401, dashscope.KeyRefused),
        (403, dashscope.KeyRefused),
        (404, dashscope.UnknownOutcome),
        (413, dashscope.Refused),
        (429, dashscope.TooFast),
        (502, dashscope.UnknownOutcome),
    ],
)
@pytest.mark.parametrize("body", ["<html><h1>Bad gateway</h1></html>", "upstream gone", "", "[]", "{}"])
def test_what_a_gateway_says_proves_little(
    service: RequestsMock, client: Client, status: int, kind: Kind, body: str
) -> None:
    error = refuse_create(service, client, status, body=body, headers={"x-request-id": "gw-7"})
    assert type(error) is kind
    assert error.request_id == "gw-7"


@pytest.mark.parametrize("body", [b"\xff\xfe", b"[" * 100_000, b'{"output": {"status": "PENDING"}}', b'{"output": 3}'])
def test_a_create_answered_with_a_200_that_names_no_job_is_unknown(
    service: RequestsMock, client: Client, body: bytes
) -> None:
    assert type(refuse_create(service, client, 200, body=body)) is dashscope.UnknownOutcome


def test_a_gateway_without_the_route_does_not_say_that_the_job_is_gone(
    service: RequestsMock, client: Client, waits: list[float]
) -> None:
    service.get(f"{BASE}/fine-tunes/ft-1", status=404, body="<html>404</html>")
    with pytest.raises(dashscope.ServiceDown):
        client.get_fine_tune("ft-1")


def test_a_job_that_is_gone_is_not_asked_for_again(service: RequestsMock, client: Client) -> None:
    service.get(f"{BASE}/fine-tunes/ft-1", status=404, json={"code": "NotFound", "message": "Not found!"})
    with pytest.raises(dashscope.NotFound):
        client.get_fine_tune("ft-1")
    assert len(service.calls) == 1


def test_a_redirect_is_not_followed(service: RequestsMock, client: Client) -> None:
    service.add("GET", "https://elsewhere.test/", json={})
    error = refuse_create(service, client, 307, headers={"Location": "https://elsewhere.test/"})
    assert type(error) is dashscope.UnknownOutcome


def test_a_strange_request_id_is_dropped(service: RequestsMock, client: Client) -> None:
    error = refuse_create(
        service, client, 500, json={"code": "x", "request_id": "<b>\n"}, headers={"x-request-id": "a b"}
    )
    assert error.request_id == ""


def test_an_error_reads_as_one_sentence_with_its_facts(service: RequestsMock, client: Client) -> None:
    body = {"code": "InvalidParameter", "message": "Missing\n training files", "request_id": "r-1"}
    error = refuse_create(service, client, 400, json=body)
    assert str(error) == "Missing training files (400, InvalidParameter, request r-1)"


def test_a_message_is_bounded(service: RequestsMock, client: Client) -> None:
    error = refuse_create(service, client, 400, json={"code": "InvalidParameter", "message": "long " * 10_000})
    assert len(error.message) == 500
