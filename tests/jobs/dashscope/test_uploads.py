"""Uploads: the body's shape, its memory, and what the service makes of the file."""

import io
import tracemalloc
from email import message_from_bytes
from pathlib import Path
from typing import Any

import pytest
from responses import RequestsMock

from jobs import dashscope
from jobs.dashscope import Client, UploadedFile
from jobs.dashscope.uploads import multipart, safe_name
from tests.jobs.dashscope.conftest import BASE, KEY
from tests.jobs.dashscope.files import Zeros
from tests.jobs.dashscope.wire import Connection, Wire

TAKEN = {"request_id": "r-1", "data": {"uploaded_files": [{"file_id": "f-1", "name": "a.jsonl"}], "failed_uploads": []}}


def parts(name: str, description: str = "", purpose: str = "") -> list[tuple[str, bytes]]:
    """The body's parts: the header that names each, its content."""
    body = multipart(io.BytesIO(b'{"a": 1}\n'), name=name, description=description, purpose=purpose)
    message = message_from_bytes(b"Content-Type: " + body.content_type.encode() + b"\r\n\r\n" + body.read())
    found = []
    for part in message.get_payload():
        assert not isinstance(part, str)
        payload = part.get_payload(decode=True)
        assert isinstance(payload, bytes)
        found.append((str(part["Content-Disposition"]), payload))
    return found


def test_the_fields_come_in_the_order_of_the_vendors_own_client() -> None:
    assert parts("a.jsonl", "tone", "fine-tune") == [
        ('form-data; name="descriptions"', b"tone"),
        ('form-data; name="files"; filename="a.jsonl"', b'{"a": 1}\n'),
        ('form-data; name="purpose"', b"fine-tune"),
    ]


def test_empty_fields_are_not_sent() -> None:
    assert [header for header, _ in parts("a.jsonl")] == ['form-data; name="files"; filename="a.jsonl"']


def test_a_name_goes_in_raw_utf8_with_its_quotes_escaped() -> None:
    body = multipart(io.BytesIO(b""), name='数据 "v2".jsonl', description="", purpose="").read()
    assert 'filename="数据 %22v2%22.jsonl"\r\n'.encode() in body


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a\r\nX-Evil: 1.jsonl", "a__X-Evil: 1.jsonl"),
        ("../../etc/passwd", "passwd"),
        ("C:\\data\\a.jsonl", "a.jsonl"),
        ("a\0b", "a_b"),
        ("\ud800.jsonl", "?.jsonl"),
        ("", "file"),
        ("dir/", "file"),
    ],
)
def test_a_name_cannot_break_out_of_its_header(name: str, safe: str) -> None:
    assert safe_name(name) == safe
    assert len(parts(name)) == 1


def test_a_path_is_uploaded_and_closed(service: RequestsMock, client: Client, tmp_path: Path) -> None:
    service.post(f"{BASE}/files", json=TAKEN)
    (tmp_path / "a.jsonl").write_text("{}")
    assert client.upload_file(tmp_path / "a.jsonl", name="a.jsonl") == UploadedFile("f-1", "a.jsonl", "r-1")


def test_an_open_file_is_sent_from_where_it_stands() -> None:
    file = io.BytesIO(b"skipped|sent")
    file.seek(8)
    body = multipart(file, name="a", description="", purpose="").read()
    assert b"sent" in body
    assert b"skipped" not in body


def test_an_empty_file_is_sent(service: RequestsMock, client: Client) -> None:
    service.post(f"{BASE}/files", json=TAKEN)
    assert client.upload_file(io.BytesIO(), name="a.jsonl").file_id == "f-1"


@pytest.mark.parametrize(
    ("code", "message", "full"),
    [
        ("BadRequest.TooLarge", "Payload Too Large.", False),
        ("BadRequest.TooLarge", "Out of space, please delete files.", True),
        ("BadRequest.TooMany", "Out of number, please delete files.", True),
    ],
)
def test_a_failed_upload_inside_a_200_is_refused_with_its_reason(
    service: RequestsMock, client: Client, code: str, message: str, full: bool
) -> None:
    failed = [{"name": "a", "code": code, "message": message}]
    service.post(f"{BASE}/files", json={"request_id": "r", "data": {"uploaded_files": [], "failed_uploads": failed}})
    with pytest.raises(dashscope.UploadRefused) as caught:
        client.upload_file(io.BytesIO(b"x"), name="a")
    error = caught.value
    assert (error.code, error.message, error.storage_full, error.request_id) == (code, message, full, "r")
    assert error.outcome == "not_made"


@pytest.mark.parametrize("data", [None, {}, {"uploaded_files": []}, {"uploaded_files": [{"name": "a"}]}, "text"])
def test_an_answer_that_names_no_file_is_unknown(service: RequestsMock, client: Client, data: Any) -> None:
    service.post(f"{BASE}/files", json={"data": data})
    with pytest.raises(dashscope.UnknownOutcome):
        client.upload_file(io.BytesIO(b"x"), name="a")


def test_memory_does_not_grow_with_the_file() -> None:
    size = 64 * 1024 * 1024
    received: list[int] = []

    def discard(connection: Connection) -> None:
        head = connection.head()
        length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
        received.append(connection.discard(length))
        connection.answer(TAKEN)

    file = Zeros(size)
    with Wire(discard) as wire, Client(wire.url, KEY) as client:
        tracemalloc.start()
        try:
            client.upload_file(file.opened(), name="a.jsonl")
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert received[0] > size
    assert (file.given, file.largest <= 131_072) == (size, True)
    assert peak < 4 * 1024 * 1024


def test_a_file_that_shrinks_while_it_is_sent_is_an_error_and_no_endless_loop() -> None:
    file = Zeros(1_000_000)
    body = multipart(file.opened(), name="a", description="", purpose="")
    body.read(1000)
    file.size = 2000
    with pytest.raises(OSError, match="shorter"):
        list(iter(lambda: body.read(65_536), b""))
