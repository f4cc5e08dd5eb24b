"""The sandbox behind a socket, in a thread of the test."""

import hashlib
import http.client
import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from requests_toolbelt import MultipartEncoder

from sandbox.app import Sandbox
from sandbox.server import Server, serving
from tests.sandbox.helpers import lines

KEY = {"Authorization": "Bearer sk-test"}
HEAD = b'--end\r\nContent-Disposition: form-data; name="files"; filename="a.jsonl"\r\n\r\n'
FORM = KEY | {"Content-Type": "multipart/form-data; boundary=end"}


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Sandbox(time_scale=100)) as made:
        yield made


def connect(server: Server) -> http.client.HTTPConnection:
    return http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)


def ask(connection: http.client.HTTPConnection, method: str, path: str, body: object = None) -> tuple[int, bytes]:
    connection.request(method, path, None if body is None else json.dumps(body), KEY)
    answer = connection.getresponse()
    return answer.status, answer.read()


def test_one_connection_serves_many_calls_refused_uploads_included(server: Server) -> None:
    connection = connect(server)
    assert ask(connection, "GET", "/api/v1/files")[0] == 200
    opened = connection.sock
    connection.request("POST", "/api/v1/files", b"x" * 3_000_000, {"Content-Type": "multipart/form-data"})
    refused = connection.getresponse()
    assert refused.status == 401
    refused.read()
    assert ask(connection, "GET", "/api/v1/files")[0] == 200
    assert connection.sock is opened
    connection.close()


def test_a_body_may_come_in_chunks(server: Server) -> None:
    connection = connect(server)
    pieces = [HEAD, b"x" * 400_000, b"y", b"\r\n--end--\r\n"]
    connection.request("POST", "/api/v1/files", iter(pieces), FORM, encode_chunked=True)
    answer = connection.getresponse()
    assert answer.status == 200
    answer.read()
    assert json.loads(ask(connection, "GET", "/api/v1/files")[1])["data"]["files"][0]["size"] == 400_001
    connection.close()


def test_an_upload_streamed_by_requests_arrives_whole(server: Server, tmp_path: Path) -> None:
    path = tmp_path / '数据 "a".jsonl'
    path.write_bytes(lines(5000))
    with path.open("rb") as file, requests.Session() as session:
        session.trust_env = False
        form = MultipartEncoder([("descriptions", "第一"), ("files", (path.name, file, "application/octet-stream"))])
        headers = KEY | {"Content-Type": form.content_type}
        uploaded = session.post(f"{server.url}/files", data=form, headers=headers, timeout=10).json()["data"]
        shown = session.get(f"{server.url}/files/{uploaded['uploaded_files'][0]['file_id']}", headers=KEY, timeout=10)
    data = shown.json()["data"]
    assert (data["name"], data["description"], data["size"]) == (path.name, "第一", path.stat().st_size)
    assert data["md5"] == hashlib.md5(path.read_bytes()).hexdigest()


def test_an_answer_is_json_with_its_request_id_and_its_length(server: Server) -> None:
    connection = connect(server)
    connection.request("GET", "/api/v1/fine-tunes/none", headers=KEY)
    answer = connection.getresponse()
    assert (answer.status, answer.getheader("content-type")) == (404, "application/json")
    assert json.loads(answer.read())["request_id"] == answer.getheader("x-request-id")
    connection.close()


@pytest.mark.parametrize("when", ["cut_before", "cut_after"])
def test_a_cut_is_a_reset(server: Server, when: str) -> None:
    server.sandbox.faults.set([{when: 1, "times": 1}])
    connection = connect(server)
    with pytest.raises(ConnectionError):
        ask(connection, "GET", "/api/v1/files")
    connection.close()
    connection = connect(server)
    assert ask(connection, "GET", "/api/v1/files")[0] == 200
    connection.close()


def test_half_an_answer_is_an_incomplete_read(server: Server) -> None:
    server.sandbox.faults.set([{"cut_half": 1}])
    connection = connect(server)
    with pytest.raises(http.client.IncompleteRead):
        ask(connection, "GET", "/api/v1/files")
    connection.close()


def test_a_stream_may_be_cut_after_its_first_event(server: Server) -> None:
    file_id = server.sandbox.upload("a.jsonl", lines(), "sk-test")
    body = {"model": "qwen-turbo", "training_file_ids": [file_id]}
    job_id = server.sandbox.call("POST", "/api/v1/fine-tunes", body, "sk-test").json()["output"]["job_id"]
    server.sandbox.faults.set([{"cut_half": 1}])
    connection = connect(server)
    connection.request("GET", f"/api/v1/fine-tunes/{job_id}/stream", headers=KEY)
    answer = connection.getresponse()
    with pytest.raises((ConnectionError, http.client.IncompleteRead)):
        answer.read()
    connection.close()


def test_a_stream_is_sent_as_it_comes_and_ends_with_the_job(server: Server) -> None:
    sandbox = server.sandbox
    file_id = sandbox.upload("a.jsonl", lines(), "sk-test")
    job = sandbox.call("POST", "/api/v1/fine-tunes", {"model": "qwen-turbo", "training_file_ids": [file_id]}, "sk-test")
    connection = connect(server)
    connection.request("GET", f"/api/v1/fine-tunes/{job.json()['output']['job_id']}/stream", headers=KEY)
    answer = connection.getresponse()
    assert answer.getheader("content-type") == "text/event-stream"
    data = [line for line in answer.read().decode().splitlines() if line.startswith("data:")]
    assert data[-1].endswith("##FT_COMPLETE##")
    assert len(data) == 40
    connection.close()


def test_a_hundred_and_fifty_clients_at_once_make_one_job(server: Server) -> None:
    file_id = server.sandbox.upload("a.jsonl", lines(), "sk-test")
    body = {"model": "qwen-turbo", "training_file_ids": [file_id]}
    gate = threading.Barrier(150)
    statuses: list[int] = []

    def client() -> None:
        connection = connect(server)
        connection.connect()
        gate.wait(20)
        statuses.append(ask(connection, "POST", "/api/v1/fine-tunes", body)[0])
        connection.close()

    threads = [threading.Thread(target=client) for _ in range(150)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [429] * 149


def test_admin_calls_are_for_this_machine_only(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sandbox.server.ip_address", lambda _: type("Far", (), {"is_loopback": False}))
    connection = connect(server)
    assert ask(connection, "GET", "/sandbox/records")[0] == 403
    assert ask(connection, "GET", "/api/v1/files")[0] == 200
    connection.close()


def test_a_client_that_goes_away_disturbs_nobody(server: Server, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", server.server_address[1])) as raw:
        raw.sendall(b"POST /api/v1/files HTTP/1.1\r\nContent-Length: 1000\r\nAuthorization: Bearer sk-x\r\n\r\nabc")
    connection = connect(server)
    assert ask(connection, "GET", "/api/v1/files")[0] == 200
    connection.close()
    assert "Traceback" not in capfd.readouterr().err
