"""What the client sends: addresses, queries, bodies and headers."""

import json

import pytest
import requests
from requests.adapters import HTTPAdapter
from responses import RequestsMock
from urllib3.util.retry import Retry

from jobs.dashscope import Client, FineTune, Logs
from jobs.dashscope.calls import new_session
from tests.jobs.dashscope.conftest import BASE, KEY

MADE = {"request_id": "r-1", "output": {"job_id": "ft-1", "status": "PENDING"}}


def sent_body(service: RequestsMock) -> dict[str, object]:
    body = service.calls[0].request.body
    assert isinstance(body, bytes)
    found: dict[str, object] = json.loads(body)
    return found


def test_a_create_sends_what_was_wished_for(service: RequestsMock, client: Client) -> None:
    service.post(f"{BASE}/fine-tunes", json=MADE)
    made = client.create_fine_tune(
        model="qwen-turbo",
        training_file_ids=["f-1"],
        validation_file_ids=["f-2"],
        hyper_parameters={"n_epochs": 2, "learning_rate": 2e-5},
        job_name="语气",
        training_type="sft",
    )
    assert (made.job_id, made.status, made.request_id) == ("ft-1", "PENDING", "r-1")
    assert sent_body(service) == {
        "model": "qwen-turbo",
        "training_file_ids": ["f-1"],
        "validation_file_ids": ["f-2"],
        "hyper_parameters": {"n_epochs": 2, "learning_rate": 2e-5},
        "job_name": "语气",
        "training_type": "sft",
    }
    headers = service.calls[0].request.headers
    assert headers["Content-Type"] == "application/json"
    assert headers["Authorization"] == f"Bearer {KEY}"


def test_a_create_leaves_out_what_was_not_wished_for(service: RequestsMock, client: Client) -> None:
    service.post(f"{BASE}/fine-tunes", json=MADE)
    client.create_fine_tune(model="m", training_file_ids=["f-1"], hyper_parameters={})
    assert sent_body(service) == {"model": "m", "training_file_ids": ["f-1"], "hyper_parameters": {}}


def test_the_oldest_answer_to_a_create_is_enough(service: RequestsMock, client: Client) -> None:
    service.post(f"{BASE}/fine-tunes", json={"job_id": "ft-1", "status": "PENDING"})
    made = client.create_fine_tune(model="m", training_file_ids=["f-1"], hyper_parameters={})
    assert made == FineTune(job_id="ft-1", status="PENDING")


def test_a_number_that_json_does_not_have_is_not_sent(service: RequestsMock, client: Client) -> None:
    with pytest.raises(ValueError, match="JSON"):
        client.create_fine_tune(model="m", training_file_ids=["f"], hyper_parameters={"learning_rate": float("nan")})
    assert len(service.calls) == 0


def test_cancel_and_delete_give_the_request_id(service: RequestsMock, client: Client) -> None:
    done = {"request_id": "r-9", "output": {"status": "success"}}
    service.post(f"{BASE}/fine-tunes/ft-1/cancel", json=done)
    service.delete(f"{BASE}/fine-tunes/ft-1", json=done)
    service.delete(f"{BASE}/files/f-1", json={"request_id": "r-9"})
    assert client.cancel_fine_tune("ft-1") == "r-9"
    assert client.delete_fine_tune("ft-1") == "r-9"
    assert client.delete_file("f-1") == "r-9"
    assert service.calls[0].request.body is None


def test_a_delete_answered_with_nothing_is_done(service: RequestsMock, client: Client) -> None:
    service.delete(f"{BASE}/files/f-1", status=204, headers={"x-request-id": "r-9"})
    assert client.delete_file("f-1") == "r-9"


@pytest.mark.parametrize(
    ("job_id", "path"), [("a/../b", "a%2F..%2Fb"), ("a?b#c", "a%3Fb%23c"), ("é x", "%C3%A9%20x"), ("%2e", "%252e")]
)
def test_an_id_stays_in_its_place(service: RequestsMock, client: Client, job_id: str, path: str) -> None:
    service.get(f"{BASE}/fine-tunes/{path}", json=MADE)
    client.get_fine_tune(job_id)
    assert service.calls[0].request.url == f"{BASE}/fine-tunes/{path}"


@pytest.mark.parametrize("job_id", ["", ".", ".."])
def test_an_id_that_would_leave_its_place_is_not_sent(client: Client, job_id: str) -> None:
    with pytest.raises(ValueError, match="An id"):
        client.delete_fine_tune(job_id)


@pytest.mark.parametrize(
    ("offset", "line", "query"),
    [(0, 1000, "offset=0&line=1000"), (7, 5000, "offset=7&line=1000"), (-1, 0, "offset=0&line=1")],
)
def test_logs_ask_within_the_services_bounds(
    service: RequestsMock, client: Client, offset: int, line: int, query: str
) -> None:
    service.get(f"{BASE}/fine-tunes/ft-1/logs", json={"request_id": "r", "output": {"total": 9, "logs": ["a", " b"]}})
    assert client.logs("ft-1", offset=offset, line=line) == Logs(9, ["a", " b"], "r")
    assert service.calls[0].request.url == f"{BASE}/fine-tunes/ft-1/logs?{query}"


@pytest.mark.parametrize(
    ("output", "total", "lines"),
    [
        ({"logs": ["a"]}, 4, ["a"]),
        ({"total": "12", "logs": None}, 12, []),
        ({}, 3, []),
        ({"logs": ["a", None, 2]}, 6, ["a", "", "2"]),
    ],
)
def test_logs_keep_one_line_an_entry(
    service: RequestsMock, client: Client, output: dict[str, object], total: int, lines: list[str]
) -> None:
    service.get(f"{BASE}/fine-tunes/ft-1/logs", json={"output": output})
    found = client.logs("ft-1", offset=3)
    assert (found.total, found.lines) == (total, lines)


def test_a_file(service: RequestsMock, client: Client) -> None:
    service.get(f"{BASE}/files/f-1", json={"request_id": "r", "data": {"file_id": "f-1", "name": "a.jsonl"}})
    assert client.get_file("f-1").name == "a.jsonl"


def test_the_workspace_is_named(service: RequestsMock) -> None:
    service.get(f"{BASE}/fine-tunes/ft-1", json=MADE)
    with Client(BASE + "/", KEY, workspace="ws-1") as client:
        client.get_fine_tune("ft-1")
    assert service.calls[0].request.headers["X-DashScope-WorkSpace"] == "ws-1"


@pytest.mark.parametrize(
    "url", ["https://a.test/api/v1", "http://localhost:1/api/v1/", "http://127.0.0.9:1", "http://[::1]:1/"]
)
def test_an_address_that_is_fine(url: str) -> None:
    Client(url, KEY).close()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "dashscope.test",
        "ftp://a.test",
        "http://a.test/api/v1",
        "http://localhost.evil.test",
        "http://0.0.0.0:1",
        "https://user:pw@a.test",
        "https://a.test/?x=1",
        "https://a.test/#x",
        "https://",
        "file:///etc/passwd",
    ],
)
def test_an_address_that_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="service's address"):
        Client(url, KEY)


@pytest.mark.parametrize("key", ["", " ", "a b", "a\r\nX: y", "schlüssel", 'a"b', "a\\b"])
def test_a_key_that_cannot_be_one_is_refused_unseen(key: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        Client(BASE, key)
    assert not key.strip() or key not in str(caught.value)


def test_a_workspace_that_would_break_its_header_is_refused() -> None:
    with pytest.raises(ValueError, match="workspace"):
        Client(BASE, KEY, workspace="a\r\nX: y")


def test_proxies_come_from_the_environment_but_never_for_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://proxy.test:3128")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "inside.test")
    assert new_session("https://dashscope.test/api/v1").proxies["https"] == "http://proxy.test:3128"
    assert new_session("https://inside.test/api/v1").proxies == {}
    assert new_session("http://127.0.0.1:8/api/v1").proxies == {}
    assert new_session("http://localhost:8/api/v1").proxies == {}


def test_netrc_never_replaces_the_key(
    service: RequestsMock, client: Client, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    netrc = tmp_path_factory.mktemp("home") / "netrc"
    netrc.write_text("machine dashscope.test login mallory password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    service.get(f"{BASE}/fine-tunes/ft-1", json=MADE)
    client.get_fine_tune("ft-1")
    assert service.calls[0].request.headers["Authorization"] == f"Bearer {KEY}"


def test_cookies_are_not_sent_back(service: RequestsMock, client: Client) -> None:
    service.get(f"{BASE}/fine-tunes/ft-1", json=MADE, headers={"Set-Cookie": "acw_tc=1; Path=/"})
    client.get_fine_tune("ft-1")
    client.get_fine_tune("ft-1")
    assert "Cookie" not in service.calls[1].request.headers


def test_a_session_that_resends_by_itself_is_refused() -> None:
    session = requests.Session()
    session.mount("https://", HTTPAdapter(max_retries=Retry(3)))
    with pytest.raises(ValueError, match="retries"):
        Client(BASE, KEY, session=session)


def test_a_session_that_was_handed_in_is_not_closed(service: RequestsMock) -> None:
    closed: list[str] = []

    class Kept(requests.Session):
        def close(self) -> None:
            closed.append("yes")

    Client(BASE, KEY, session=Kept()).close()
    assert closed == []
