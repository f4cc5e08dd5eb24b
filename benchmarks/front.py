"""The front: how fast pages come while others upload and download slowly, against an idle server, and what the upload
of a large file does to memory."""

from __future__ import annotations

import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import requests

from benchmarks.figures import Figure

ROOT = Path(__file__).resolve().parent.parent
MIB = 1024 * 1024
SLOW_CLIENTS = 100
PAGES = 300
SERVER = """
import sys
from pathlib import Path
import django, uvicorn
from django.conf import settings
settings.configure(
    PORTAL_MAX_BODY_BYTES=400 * 2**20, PORTAL_MAX_FILE_BYTES=1, FILE_UPLOAD_TEMP_DIR=sys.argv[2], SECRET_KEY="x"
)
django.setup()
from finetune_portal.front import Front

def application(environ, start_response):
    if environ["PATH_INFO"] == "/file":
        start_response("200 OK", [("Content-Length", str(64 * 2**20))])
        return environ["wsgi.file_wrapper"](Path(sys.argv[2], "file").open("rb"))
    start_response("200 OK", [("Content-Length", "4096")])
    return [b"x" * 4096]

uvicorn.run(Front(application), port=int(sys.argv[1]), log_level="warning", access_log=False)
"""


def run() -> Iterator[Figure]:
    with _server() as (port, pid):
        alone = _page_time(port)
        before = memory(pid)
        _upload(port, 300 * MIB)
        yield Figure("mib_of_memory_for_an_upload_of_300", memory(pid) - before, 32, at_most=True)
        with ExitStack() as stack:
            for number in range(SLOW_CLIENTS):
                stack.enter_context(_slow_client(port, uploads=number % 2 == 0))
            beside = _page_time(port)
        yield Figure("page_time_beside_slow_clients", beside / alone, 3, at_most=True)


@contextmanager
def _server() -> Iterator[tuple[int, int]]:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "file").write_bytes(b"x" * 64 * MIB)
        process = subprocess.Popen([sys.executable, "-c", SERVER, str(port), folder], cwd=ROOT)
        try:
            _wait(port)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait()


def _wait(port: int) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            requests.get(f"http://127.0.0.1:{port}/", timeout=5)
        except requests.ConnectionError:
            time.sleep(0.05)
        else:
            return
    raise TimeoutError("the server did not start")


def _page_time(port: int) -> float:
    """The median, in seconds."""
    with requests.Session() as session:
        times = []
        for _ in range(PAGES):
            started = time.perf_counter()
            session.get(f"http://127.0.0.1:{port}/", timeout=30)
            times.append(time.perf_counter() - started)
    return statistics.median(times)


@contextmanager
def _slow_client(port: int, *, uploads: bool) -> Iterator[None]:
    """One that has sent half of what it has, or takes none of what it asked for."""
    with socket.create_connection(("127.0.0.1", port)) as connection:
        if uploads:
            connection.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n" + b"x" * 30_000)
        else:
            connection.sendall(b"GET /file HTTP/1.1\r\nHost: x\r\n\r\n")
            connection.recv(1)
        yield


def _upload(port: int, size: int) -> None:
    def pieces() -> Iterator[bytes]:
        for _ in range(size // MIB):
            yield b"x" * MIB

    requests.post(f"http://127.0.0.1:{port}/", data=pieces(), timeout=120).raise_for_status()


def memory(pid: int) -> float:
    """The most that the process ever held, in MiB."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        return float(subprocess.check_output(["ps", "-o", "rss=", "-p", str(pid)])) / 1024
    (most,) = re.findall(r"VmHWM:\s+(\d+)", status.read_text())
    return int(most) / 1024
