"""The sandbox behind a socket: HTTP/1.1 on a thread a connection, streams in chunks, cuts that are real."""

import logging
import os
import socket
import struct
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from typing import Any, BinaryIO, cast

from sandbox.app import Sandbox
from sandbox.routes import resolve
from sandbox.web import Request, Response

log = logging.getLogger("sandbox")


class Server(ThreadingHTTPServer):
    """Listens for one Sandbox. Threads of open streams do not keep it from stopping."""

    daemon_threads = True
    block_on_close = False
    request_queue_size = 512

    def __init__(self, sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> None:
        self.sandbox = sandbox
        super().__init__((host, port), Handler)

    @property
    def url(self) -> str:
        """The base address for clients, with its `/api/v1`."""
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}/api/v1"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error; anything else is told with its traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError | TimeoutError) and not self.sandbox.stopping.is_set():
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "sandbox"
    disable_nagle_algorithm = True
    wbufsize = 64 * 1024  # an answer leaves in one packet
    timeout = 600
    server: Server

    def _serve(self) -> None:
        began = time.monotonic()
        body = Body(self.rfile, self.headers.get("content-length"), self.headers.get("transfer-encoding"))
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(method=self.command, target=self.path, headers=headers, body=cast(BinaryIO, body))
        request.local = ip_address(self.client_address[0]).is_loopback
        response = self.server.sandbox.handle(request)
        body.drain()
        self._send(response)
        # The route and not the path: one SDK puts its key into the address.
        route = resolve(request.method, request.path).name
        log.info("%s %s %.0f ms", route, response.cut or response.status, (time.monotonic() - began) * 1000)

    do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815 the base class's names

    def _send(self, response: Response) -> None:
        if response.cut == "all":
            self._cut()
            return
        self.send_response(response.status)
        self.send_header("content-type", response.content_type)
        for name, value in response.headers.items():
            self.send_header(name, value)
        if response.events is not None:
            self._send_events(response.events, cut=response.cut == "half")
            return
        self.send_header("content-length", str(len(response.body)))
        self.end_headers()
        self.wfile.write(response.body[: len(response.body) // 2] if response.cut == "half" else response.body)
        if response.cut == "half":
            self.wfile.flush()
            self.close_connection = True

    def _send_events(self, events: Iterator[str], *, cut: bool) -> None:
        self.send_header("transfer-encoding", "chunked")
        self.send_header("cache-control", "no-cache")
        self.end_headers()
        self.wfile.flush()  # the first event may be long in coming
        for event in events:
            data = event.encode()
            self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
            self.wfile.flush()
            if cut:
                self._cut()
                return
        self.wfile.write(b"0\r\n\r\n")

    def _cut(self) -> None:
        """End the connection with a reset, in place of an answer."""
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(self.connection.detach())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the base class would log the path."""


class Body:
    """A request's body as a file that ends where the request does, by its length or in chunks."""

    def __init__(self, source: Any, length: str | None, coding: str | None) -> None:
        self._source = source
        self._chunked = (coding or "").lower() == "chunked"
        self._left = int(length) if length and length.isdigit() and not self._chunked else 0
        self._over = False

    def read(self, size: int = -1) -> bytes:
        """Up to `size` bytes, fewer only at the end."""
        pieces: list[bytes] = []
        while size != 0 and self._more():
            piece = self._source.read(self._left if size < 0 else min(size, self._left))
            if not piece:
                break
            self._left -= len(piece)
            size -= len(piece) if size > 0 else 0
            pieces.append(piece)
        return b"".join(pieces)

    def _more(self) -> bool:
        """Whether bytes are left, going on to the next chunk if need be."""
        if self._left or not self._chunked:
            return self._left > 0
        if self._over:
            return False
        line = self._source.readline(1024).strip() or self._source.readline(1024).strip()
        self._left = int(line.split(b";")[0] or b"0", 16)
        self._over = self._left == 0
        while self._over and self._source.readline(1024).strip():
            pass  # trailers
        return not self._over

    def drain(self) -> None:
        """Read what the handler left, so that the connection can go on."""
        while self.read(1 << 20):
            pass


@contextmanager
def serving(sandbox: Sandbox, host: str = "127.0.0.1", port: int = 0) -> Iterator[Server]:
    """A server in a thread of this process; its address is `server.url`."""
    server = Server(sandbox, host, port)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        sandbox.stopping.set()
        server.shutdown()
        server.server_close()
        thread.join()
        sandbox.close()
