"""The front: limits before a byte reaches the disk, whole bodies for Django, files that leave without a thread."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from finetune_portal import bodies, limits
from finetune_portal.front import THREADS, Front
from tests.portal.serving import head, read_answer, served

MIB = 1024 * 1024


class Echo:
    """A WSGI application that says what it was given, and can send a file."""

    def __init__(self, file: Path | None = None) -> None:
        self.file = file
        self.bodies: list[str] = []

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/file":
            assert self.file is not None
            start_response("200 OK", [("Content-Length", str(self.file.stat().st_size))])
            wrapped: Iterable[bytes] = environ["wsgi.file_wrapper"](self.file.open("rb"), 4096)
            return wrapped
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.bodies.append(hashlib.sha256(body).hexdigest())
        answer = f"{environ['REQUEST_METHOD']} {len(body)}".encode()
        start_response("200 OK", [("Content-Length", str(len(answer)))])
        return [answer]


@pytest.fixture
def echo(tmp_path: Path) -> Echo:
    return Echo()


@pytest.fixture
def front(echo: Echo) -> Iterator[tuple[str, int]]:
    with served(Front(echo)) as address:
        yield address


@pytest.fixture
def spooled(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of what was written on the way in, in memory or on the disk."""
    written: list[int] = []
    write = bodies.Bodies._write

    async def record(self: bodies.Bodies, file: Any, piece: bytes, *, to_disk: bool) -> None:
        written.append(len(piece))
        await write(self, file, piece, to_disk=to_disk)

    monkeypatch.setattr(bodies.Bodies, "_write", record)
    return written


def url(address: tuple[str, int], path: str = "/") -> str:
    return f"http://{address[0]}:{address[1]}{path}"


@pytest.mark.parametrize("size", [0, 1, 64 * 1024, MIB, MIB + 1, 5 * MIB])
def test_a_body_within_the_limit_arrives_whole(size: int, front: tuple[str, int], echo: Echo) -> None:
    body = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert requests.post(url(front), data=body, timeout=10).text == f"POST {size}"
    assert echo.bodies == [hashlib.sha256(body).hexdigest()]


def test_a_body_in_chunks_arrives_whole(front: tuple[str, int]) -> None:
    answer = requests.post(url(front), data=(b"ab" * 1000 for _ in range(1000)), timeout=10)
    assert answer.text == "POST 2000000"


def test_a_declared_body_over_the_limit_is_refused_before_it_is_sent(
    front: tuple[str, int], echo: Echo, spooled: list[int]
) -> None:
    with socket.create_connection(front, timeout=10) as connection:
        connection.sendall(head("POST", "/anything", Content_Length=5 * MIB + 1))
        status, page = read_answer(connection)
    assert status == 413
    assert b"This is too large." in page
    assert (echo.bodies, spooled) == ([], [])


def test_a_refusal_is_in_the_visitors_language_and_keeps_the_headers(front: tuple[str, int]) -> None:
    answer = requests.post(url(front), data=b"x" * (5 * MIB + 1), headers={"Accept-Language": "zh-CN"}, timeout=10)
    assert answer.status_code == 413
    assert 'lang="zh-hans"' in answer.text
    assert answer.headers["Connection"] == "close"
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_a_client_that_sends_on_still_gets_the_page(front: tuple[str, int], spooled: list[int]) -> None:
    with socket.create_connection(front, timeout=10) as connection:
        connection.sendall(head("POST", "/", Content_Length=20 * MIB) + b"x" * (20 * MIB))
        assert read_answer(connection)[0] == 413
    assert spooled == []


def test_a_body_in_chunks_is_counted(front: tuple[str, int], echo: Echo) -> None:
    answer = requests.post(url(front), data=(b"x" * MIB for _ in range(6)), timeout=10)
    assert answer.status_code == 413
    assert echo.bodies == []


def test_a_client_that_expects_leave_to_send_is_told_no(front: tuple[str, int]) -> None:
    with socket.create_connection(front, timeout=10) as connection:
        connection.sendall(head("POST", "/", Content_Length=6 * MIB, Expect="100-continue"))
        assert connection.recv(12) == b"HTTP/1.1 413"


def test_a_client_that_falls_silent_loses_its_place(echo: Echo) -> None:
    front = Front(echo)
    front.bodies.patience = 0.2
    with served(front) as address, socket.create_connection(address, timeout=10) as connection:
        connection.sendall(head("POST", "/", Content_Length=10) + b"half")
        assert read_answer(connection)[0] == 408
    assert echo.bodies == []


def test_trickling_uploads_hold_up_nobody(front: tuple[str, int]) -> None:
    trickling = [socket.create_connection(front, timeout=10) for _ in range(3 * THREADS)]
    try:
        for connection in trickling:
            connection.sendall(head("POST", "/", Content_Length=MIB) + b"x")
        assert requests.get(url(front), timeout=2).text == "GET 0"
    finally:
        for connection in trickling:
            connection.close()


def test_more_uploads_than_slots_are_turned_away(echo: Echo) -> None:
    front = Front(echo)
    front.bodies = bodies.Bodies(front.files, slots=1, patience=3)
    with served(front) as address, socket.create_connection(address, timeout=10) as first:
        first.sendall(head("POST", "/", Content_Length=MIB) + b"x")
        stop = threading.Event()
        keeper = threading.Thread(target=_trickle, args=(first, stop))
        keeper.start()
        try:
            assert requests.post(url(address), data=b"x" * MIB, timeout=10).status_code == 503
            assert requests.post(url(address), data=b"small", timeout=10).text == "POST 5"
        finally:
            stop.set()
            keeper.join()


def _trickle(connection: socket.socket, stop: threading.Event) -> None:
    while not stop.wait(0.1):
        connection.sendall(b"x")


def test_a_file_leaves_whole(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(bytes(range(256)) * 8 * 1024)
    with served(Front(Echo(file))) as address:
        assert requests.get(url(address, "/file"), timeout=10).content == file.read_bytes()
        answer = requests.head(url(address, "/file"), timeout=10)
        assert (answer.content, answer.headers["Content-Length"]) == (b"", str(2 * MIB))


def test_slow_downloads_hold_up_nobody(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"x" * 16 * MIB)
    with served(Front(Echo(file))) as address:
        slow = [socket.create_connection(address, timeout=10) for _ in range(2 * THREADS)]
        try:
            for connection in slow:
                connection.sendall(head("GET", "/file"))
                assert connection.recv(8) == b"HTTP/1.1"
            assert requests.get(url(address), timeout=2).text == "GET 0"
        finally:
            for connection in slow:
                connection.close()


def test_the_limit_of_an_address_is_for_those_who_may_use_it(
    echo: Echo, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.PORTAL_MAX_BODY_BYTES = 1000
    monkeypatch.setattr(limits, "_large", [])
    monkeypatch.setattr(limits, "_person", lambda cookies: cookies or None)
    limits.allow_large(r"/t/(?P<team>\w+)/new/", limit=5000, may_use=lambda user, team: (user, team) == ("wei", "lab"))
    with served(Front(echo)) as address:

        def status(path: str, size: int, cookie: str = "wei") -> int:
            return requests.post(
                url(address, path), data=b"x" * size, headers={"Cookie": cookie}, timeout=10
            ).status_code

        assert status("/t/lab/new/", 5000) == 200
        assert status("/t/lab/new/", 5001) == 413
        assert status("/t/lab/new/", 1001, cookie="zoe") == 413
        assert status("/t/other/new/", 1001) == 413
        assert status("/t/lab/new/more/", 1001) == 413
        assert status("/t/lab/new/", 1000, cookie="") == 200
