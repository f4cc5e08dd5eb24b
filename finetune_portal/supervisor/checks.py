"""How the supervisor asks a part whether it works. Each check answers in a few seconds and never raises."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

from finetune_portal import heartbeat
from finetune_portal.supervisor.process import Process

PATIENCE = 5.0

Check = Callable[[Process], Awaitable[bool]]


async def always(process: Process) -> bool:
    return True


async def has_announced(process: Process) -> bool:
    """Its ready line is out."""
    return process.has_announced


def redis_answers(url: str) -> Check:
    async def check(process: Process) -> bool:
        return await ping(url) is None

    return check


async def ping(url: str) -> str | None:
    """Ask a Redis server; None if it answers, else what is wrong."""
    try:
        async with _redis(url) as client:
            await client.ping()
    except (RedisError, OSError, TimeoutError) as error:
        return str(error)
    return None


def web_answers(url: str) -> Check:
    """The web server answers at /healthz, where it has asked the database."""
    address = urlsplit(url)

    async def check(process: Process) -> bool:
        try:
            async with asyncio.timeout(PATIENCE):
                return b" 200 " in await _status_line(address.hostname or "", address.port or 80)
        except (OSError, TimeoutError):
            return False

    return check


async def _status_line(host: str, port: int) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET /healthz HTTP/1.1\r\nHost: {_allowed_host()}\r\nConnection: close\r\n\r\n".encode())
        return await reader.readline()
    finally:
        writer.close()


def _allowed_host() -> str:
    """A name that Django will take for its own."""
    named = [host.lstrip(".") for host in settings.ALLOWED_HOSTS if host != "*"]
    return named[0] if named else "localhost"


async def worker_is_ready(process: Process) -> bool:
    return await _knows(heartbeat.ready_key(process.child.pid)) is True


async def work_is_done(process: Process) -> bool:
    """A heartbeat that beat sent was heard by a worker of late, or Redis does not say."""
    return await _knows(heartbeat.HEARD_KEY) is not False


async def worker_may_be_deaf(process: Process) -> bool:
    return await asyncio.to_thread(heartbeat.may_be_deaf)


async def _knows(key: str) -> bool | None:
    """Is the key there? None if Redis does not say."""
    try:
        async with _redis(settings.REDIS_URL) as client:
            return bool(await client.exists(key))
    except (RedisError, OSError, TimeoutError):
        return None


def _redis(url: str) -> redis.asyncio.Redis:
    return redis.asyncio.Redis.from_url(url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE)
