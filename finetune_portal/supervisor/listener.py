"""The web port and the data folder: the two things that only one portal may hold."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
from pathlib import Path
from typing import TextIO

BACKLOG = 1024


class Taken(Exception):
    """Someone else holds it, or it cannot be had. The message is one line for the terminal."""


def listen(host: str, port: int) -> socket.socket:
    """Open the web port. It stays open while the web server is started anew, so that nobody is refused meanwhile."""
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
        return socket.create_server(address[:2], family=family, backlog=BACKLOG)
    except socket.gaierror as error:
        raise Taken(f"HOST: {host!r} is no address of this machine ({error.strerror}).") from error
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Taken(f"Port {port} on {host} is in use. Choose another one with PORT=…") from error
        why = os.strerror(error.errno) if error.errno else str(error)
        raise Taken(f"HOST, PORT: cannot listen on {host}, port {port} ({why}).") from error


def url_of(listener: socket.socket) -> str:
    """The address to open in a browser on this machine."""
    host, port = listener.getsockname()[:2]
    if host in ("0.0.0.0", "::"):  # noqa: S104
        host = "127.0.0.1"
    return f"http://[{host}]:{port}/" if ":" in host else f"http://{host}:{port}/"


def lock(data_dir: Path) -> TextIO:
    """Hold the data folder; the lock is gone with the file returned, or with the process."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        file = (data_dir / "portal.pid").open("a+")
    except OSError as error:
        raise Taken(f"PORTAL_DATA_DIR: {data_dir} cannot be written ({error.strerror}).") from error
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.seek(0)
        pid = file.read().strip() or "unknown"
        raise Taken(f"A portal runs on {data_dir} already (process {pid}).") from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
