"""The front on a real socket, in a thread of the test, around whatever WSGI application the test brings."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn

from finetune_portal.front import Front
from tests.waiting import wait_for


@contextmanager
def served(front: Front) -> Iterator[tuple[str, int]]:
    """Host and port at which the front answers."""
    config = uvicorn.Config(front, lifespan="on", log_config=None, access_log=False, timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            wait_for(lambda: server.started, what="the start of the server")
            yield listener.getsockname()
        finally:
            server.should_exit = True
            thread.join()


def head(method: str, path: str, **headers: Any) -> bytes:
    """The first lines of a request."""
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def read_answer(connection: socket.socket) -> tuple[int, bytes]:
    """Status and body of an answer that has a Content-Length."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536) or _cut(data)
    top, _, body = data.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in top.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(65536) or _cut(data)
    return int(top.split()[1]), body


def _cut(data: bytes) -> bytes:
    raise AssertionError(f"the connection was cut after {data[:200]!r}")
