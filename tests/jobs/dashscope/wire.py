"""A server on a real socket whose every connection follows a script: for cuts, trickles and whatever no mock shows."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Sequence
from typing import Any, Self

Script = Callable[["Connection"], None]


class Connection:
    """One accepted connection, as a script sees it."""

    def __init__(self, sock: socket.socket, stopped: threading.Event) -> None:
        self.sock = sock
        self.stopped = stopped
        self._file = sock.makefile("rb")

    def head(self) -> bytes:
        """Reads a request's line and headers; b"" once the peer has gone."""
        lines = []
        while (line := self._file.readline()) not in {b"", b"\r\n"}:
            lines.append(line)
        return b"".join(lines)

    def request(self) -> bytes:
        """Reads a whole request."""
        head = self.head()
        length = next(
            (int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0
        )
        return head + b"\r\n" + self._file.read(length)

    def discard(self, length: int) -> int:
        """Reads `length` bytes and keeps none; returns how many came."""
        left = length
        while left and (block := self._file.read(min(left, 262_144))):
            left -= len(block)
        return length - left

    def send(self, data: bytes) -> None:
        self.sock.sendall(data)

    def answer(self, value: Any, status: str = "200 OK") -> None:
        self.send(answer(json.dumps(value).encode(), status))

    def trickle(self, data: bytes, pause: float = 0.02) -> None:
        """Sends byte after byte, for ever after the last one, until the peer goes or the test ends."""
        position = 0
        while not self.stopped.wait(pause):
            self.send(data[position : position + 1] or b" ")
            position += 1

    def close(self) -> None:
        self._file.close()
        self.sock.close()


def answer(body: bytes, status: str = "200 OK", kind: str = "application/json", headers: Sequence[str] = ()) -> bytes:
    """A whole HTTP answer."""
    head = ["HTTP/1.1 " + status, "Content-Type: " + kind, f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(head).encode() + body


class Wire:
    """Listens on loopback; the n-th connection follows the n-th script, and the last script every one after it."""

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self.connections = 0
        self.accepted = threading.Event()
        self._scripts = scripts
        self._tls = tls
        self._stopped = threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._listen)]

    @property
    def url(self) -> str:
        scheme = "https" if self._tls else "http"
        return f"{scheme}://127.0.0.1:{self._listener.getsockname()[1]}/api/v1"

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, *error: object) -> None:
        self._stopped.set()
        # A connection of our own wakes the listener, which then sees that it is to stop.
        socket.create_connection(self._listener.getsockname()).close()
        for thread in self._threads:
            thread.join(10)
        self._listener.close()

    def _listen(self) -> None:
        while True:
            sock, _ = self._listener.accept()
            if self._stopped.is_set():
                sock.close()
                return
            script = self._scripts[min(self.connections, len(self._scripts) - 1)]
            self.connections += 1
            self.accepted.set()
            thread = threading.Thread(target=self._follow, args=(script, sock))
            self._threads.append(thread)
            thread.start()

    def _follow(self, script: Script, sock: socket.socket) -> None:
        try:
            connection = Connection(self._tls.wrap_socket(sock, server_side=True) if self._tls else sock, self._stopped)
        except OSError:
            sock.close()  # the client did not trust the certificate
            return
        try:
            script(connection)
        except OSError:
            pass  # the client has gone, which is what many of these tests want
        finally:
            connection.close()
