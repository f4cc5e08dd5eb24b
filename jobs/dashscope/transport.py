"""One HTTP exchange with a total deadline, and the knowledge of whether its request may have left.

requests' own timeout starts anew with every read, so a server that trickles bytes can hold a call for ever; and its
exceptions do not say whether anything was sent. Both are settled on the connection itself: before each send and each
read the socket gets the time that is left, and the first byte sent is noted.

Not bounded by the deadline: the system's DNS look-up, a TLS handshake that trickles, and a host name with several dead
addresses (10 s each).
"""

import io
import socket
import time
from contextvars import ContextVar
from dataclasses import dataclass
from enum import Enum
from http.client import HTTPResponse
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

CONNECT_TIMEOUT = 10.0
# The longest silence within the deadline: an upload's answer may take minutes (the vendor's own SDK waits 300 s).
LONGEST_SILENCE = 300.0
_BLOCK = 131_072


class Stage(Enum):
    """How far an exchange came."""

    STARTED = "started"
    CONNECTING = "connecting"
    SENT = "sent"


@dataclass(slots=True)
class Exchange:
    """One request and its answer. `until` is in `time.monotonic()` seconds; `fresh` asks for a new connection."""

    until: float
    fresh: bool = False
    stage: Stage = Stage.STARTED

    def left(self) -> float:
        """Seconds until the deadline; TimeoutError once it has passed."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise TimeoutError("the total deadline has passed")
        return left

    def patience(self) -> float:
        """Seconds that the next send or read may take."""
        return min(self.left(), LONGEST_SILENCE)


# The exchange that this thread is in: connections are the pool's, so they cannot be handed it.
current_exchange: ContextVar[Exchange | None] = ContextVar("current_exchange", default=None)


class _TimedReader(io.RawIOBase):
    """Reads from a connection's socket, each read within the time that is left."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket) -> None:
        self._raw = raw
        self._sock = sock

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        exchange = current_exchange.get()
        if exchange is not None:
            self._sock.settimeout(exchange.patience())
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()


class _TimedResponse(HTTPResponse):
    """An answer whose status line, headers and body are all read through a `_TimedReader`."""

    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_TimedReader(self.fp.detach(), sock))


class _WatchedHTTP(HTTPConnection):
    """A connection that notes in the current exchange how far it came."""

    response_class = _TimedResponse
    _opening = False

    def connect(self) -> None:
        exchange = current_exchange.get()
        if exchange is not None:
            exchange.stage = Stage.CONNECTING
        self._opening = True
        try:
            super().connect()
        finally:
            self._opening = False

    def send(self, data: Any) -> None:
        # What a proxy's tunnel sends while connecting is not the request.
        if self.sock is None and not self._opening:
            self.connect()
        exchange = current_exchange.get()
        if exchange is not None and self.sock is not None:
            self.sock.settimeout(exchange.patience())
            if not self._opening:
                exchange.stage = Stage.SENT
        super().send(data)


class _WatchedHTTPS(_WatchedHTTP, HTTPSConnection):
    pass


class _WatchedPool(HTTPConnectionPool):
    ConnectionCls = _WatchedHTTP

    def _get_conn(self, timeout: float | None = None) -> Any:
        """A connection; a new one if the exchange asks for it.

        A kept connection may be closed by the service at the very moment we send on it. For a safe call that costs a
        retry; for a create it would cost minutes of finding out what became of it.
        """
        connection = super()._get_conn(timeout)
        exchange = current_exchange.get()
        if exchange is not None and exchange.fresh:
            connection.close()
        return connection


class _WatchedTLSPool(_WatchedPool, HTTPSConnectionPool):
    ConnectionCls = _WatchedHTTPS


_POOLS = {"http": _WatchedPool, "https": _WatchedTLSPool}


class WatchedAdapter(HTTPAdapter):
    """requests' adapter over watched connections. Never retries."""

    def __init__(self, pool_size: int = 10) -> None:
        super().__init__(pool_connections=2, pool_maxsize=pool_size, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, blocksize=_BLOCK, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(proxy, blocksize=_BLOCK, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager

    def close(self) -> None:
        """Closes every kept connection now.

        urllib3 leaves that to the collector, and after a failed call a pool can hang in its traceback for long.
        """
        for manager in (self.poolmanager, *self.proxy_manager.values()):
            for key in manager.pools.keys():  # noqa: SIM118 (the container forbids iteration)
                if pool := manager.pools.get(key):
                    pool.close()
        super().close()
