"""The door in front of Django: plain ASGI that takes in whole bodies and sends out files, so that a slow client costs a
coroutine and not one of Django's threads.

Django itself runs as WSGI in a pool of threads. Live streams will be answered here too, before Django.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from typing import IO, Any

from a2wsgi import WSGIMiddleware
from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from finetune_portal.bodies import Bodies, Body, Disconnected, Refused
from finetune_portal.refusals import page

THREADS = 12
FILE_THREADS = 4
BLOCK = 256 * 1024
DRAIN_SECONDS = 30

WSGIApp = Callable[[dict[str, Any], Any], Iterable[bytes]]


class FileBlocks:
    """What Django hands back for a file (`wsgi.file_wrapper`): the front reads it itself."""

    def __init__(self, file: IO[bytes], block_size: int = BLOCK) -> None:
        self.file = file


class Front:
    """The ASGI application around a WSGI one."""

    def __init__(self, wsgi: WSGIApp) -> None:
        self.files = ThreadPoolExecutor(FILE_THREADS, thread_name_prefix="files")
        self.bodies = Bodies(self.files)
        self.django = WSGIMiddleware(_around(wsgi), workers=THREADS)  # type: ignore[arg-type]

    async def __call__(self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        if scope["type"] == "http":
            await self._answer(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000, "reason": ""})

    async def _live(self, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for pool in (self.files, self.django.executor):
            pool.shutdown(wait=False, cancel_futures=True)
        await send({"type": "lifespan.shutdown.complete"})

    async def _answer(self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable) -> None:
        try:
            body = await self.bodies.take(scope, receive)
        except Disconnected:
            return
        except Refused as refused:
            await self._refuse(refused.status, scope, receive, send)
            return
        with body.file:
            await self._ask_django(body, scope, receive, send)

    async def _ask_django(
        self, body: Body, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        handed: dict[str, Any] = {"body": body}

        async def send_all_but_the_end_of_a_file(message: Any) -> None:
            if "file" not in handed or message["type"] == "http.response.start":
                await send(message)

        inner: Any = {**scope, "portal": handed}
        await self.django(inner, receive, send_all_but_the_end_of_a_file)  # type: ignore[arg-type]
        if "file" in handed:
            await self._send_file(handed["file"], scope, receive, send)

    async def _send_file(
        self, file: IO[bytes], scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Read and send by turns: a client that reads slowly holds no thread, one that went away ends it."""
        loop = asyncio.get_running_loop()
        gone = asyncio.create_task(_disconnected(receive))
        try:
            while scope["method"] != "HEAD" and not gone.done():
                block = await loop.run_in_executor(self.files, file.read, BLOCK)
                if not block:
                    break
                await send({"type": "http.response.body", "body": block, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        finally:
            gone.cancel()
            await loop.run_in_executor(self.files, file.close)

    async def _refuse(
        self, status: HTTPStatus, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Answer at once, then read on for a while without keeping anything: a browser that is cut off while it sends
        shows its own error in place of our page."""
        headers, text = await asyncio.get_running_loop().run_in_executor(self.files, page, status, scope)
        await send({"type": "http.response.start", "status": status, "headers": headers, "trailers": False})
        await send({"type": "http.response.body", "body": text, "more_body": True})
        with suppress(TimeoutError):
            async with asyncio.timeout(DRAIN_SECONDS):
                await _drain(receive)
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: ASGIReceiveCallable) -> None:
    while (await receive())["type"] == "http.request":
        pass


async def _drain(receive: ASGIReceiveCallable) -> None:
    while True:
        message = await receive()
        if message["type"] != "http.request" or not message.get("more_body", False):
            return


def _around(wsgi: WSGIApp) -> WSGIApp:
    """Give the application its body, and take files from it."""

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        handed = environ["asgi.scope"]["portal"]
        body: Body = handed["body"]
        environ["wsgi.input"] = body.file
        environ["wsgi.file_wrapper"] = FileBlocks
        environ["CONTENT_LENGTH"] = str(body.size)
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        answer = wsgi(environ, start_response)
        if isinstance(answer, FileBlocks):
            handed["file"] = answer.file
            return []
        return answer

    return application
