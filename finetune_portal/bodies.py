"""Taking in the bodies of requests: into memory, and from 1 MiB on into a temporary file. The limit of their address
(`limits`) counts before a byte reaches the disk."""

from __future__ import annotations

import asyncio
import tempfile
import time
from concurrent.futures import Executor
from dataclasses import dataclass
from http import HTTPStatus
from typing import IO

from asgiref.typing import ASGIReceiveCallable, HTTPScope
from django.conf import settings

from finetune_portal import limits

IN_MEMORY = 1024 * 1024
WRITE_SIZE = 1024 * 1024
SMALL = 64 * 1024
# Bytes a second that a body must bring on average once `patience` is over: a client that trickles to hold its place is
# no client.
LEAST_RATE = 8 * 1024


class Refused(Exception):
    """The body is not taken; the status says why."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


class Disconnected(Exception):
    """The client went away in the middle of its request."""


@dataclass
class Body:
    """A whole body, at its start."""

    file: IO[bytes]
    size: int


class Bodies:
    """Takes in bodies. At most `slots` that are not small are on their way at once; a client that sends nothing for
    `patience` seconds loses its place."""

    def __init__(self, files: Executor, *, slots: int = 64, patience: float = 30) -> None:
        self.files = files
        self.slots = asyncio.Semaphore(slots)
        self.patience = patience

    async def take(self, scope: HTTPScope, receive: ASGIReceiveCallable) -> Body:
        """Raises Refused or Disconnected; nothing is kept then."""
        headers = dict(scope["headers"])
        declared = _declared_size(headers)
        if declared == 0:
            return Body(tempfile.SpooledTemporaryFile(), 0)
        limit = await self._limit(scope, headers, declared)
        if declared is not None and declared > limit:
            raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        if declared is not None and declared <= SMALL:
            return await self._receive(receive, limit)
        try:
            async with asyncio.timeout(self.patience):
                await self.slots.acquire()
        except TimeoutError:
            raise Refused(HTTPStatus.SERVICE_UNAVAILABLE) from None
        try:
            return await self._receive(receive, limit)
        finally:
            self.slots.release()

    async def _limit(self, scope: HTTPScope, headers: dict[bytes, bytes], declared: int | None) -> int:
        common: int = settings.PORTAL_MAX_BODY_BYTES
        if (declared is not None and declared <= common) or not limits.is_large(scope["path"]):
            return common
        cookies = headers.get(b"cookie", b"").decode("latin1")
        return await asyncio.get_running_loop().run_in_executor(self.files, limits.limit, scope["path"], cookies)

    async def _receive(self, receive: ASGIReceiveCallable, limit: int) -> Body:
        file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY, dir=str(settings.FILE_UPLOAD_TEMP_DIR))  # noqa: SIM115
        try:
            size = await self._fill(file, receive, limit)
        except BaseException:
            file.close()
            raise
        file.seek(0)
        return Body(file, size)

    async def _fill(self, file: IO[bytes], receive: ASGIReceiveCallable, limit: int) -> int:
        """Pass the body on to the file in large pieces, each in a thread once it goes to the disk."""
        size = 0
        piece = bytearray()
        more = True
        started = time.monotonic()
        while more:
            chunk, more = await self._chunk(receive)
            size += len(chunk)
            if more and size < (time.monotonic() - started - self.patience) * LEAST_RATE:
                raise Refused(HTTPStatus.REQUEST_TIMEOUT)
            if size > limit:
                raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            piece += chunk
            if len(piece) >= WRITE_SIZE or not more:
                await self._write(file, bytes(piece), to_disk=size > IN_MEMORY)
                piece.clear()
        return size

    async def _write(self, file: IO[bytes], piece: bytes, *, to_disk: bool) -> None:
        if not to_disk:
            file.write(piece)
            return
        try:
            await asyncio.get_running_loop().run_in_executor(self.files, file.write, piece)
        except OSError as error:
            raise Refused(HTTPStatus.INSUFFICIENT_STORAGE) from error

    async def _chunk(self, receive: ASGIReceiveCallable) -> tuple[bytes, bool]:
        try:
            async with asyncio.timeout(self.patience):
                message = await receive()
        except TimeoutError:
            raise Refused(HTTPStatus.REQUEST_TIMEOUT) from None
        if message["type"] != "http.request":
            raise Disconnected
        return message.get("body", b""), message.get("more_body", False)


def _declared_size(headers: dict[bytes, bytes]) -> int | None:
    """What Content-Length says (the server has checked that it is a number); None for a body in chunks."""
    if b"transfer-encoding" in headers:
        return None
    return int(headers.get(b"content-length", b"0"))
