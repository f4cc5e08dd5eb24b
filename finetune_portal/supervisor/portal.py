"""`manage.py portal` itself: what is started, in which order, and what is said meanwhile."""

from __future__ import annotations

import asyncio
import signal
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection

from finetune_portal import celery_app, secrets
from finetune_portal.environment import broker_url
from finetune_portal.supervisor import checks, parts
from finetune_portal.supervisor.console import Console
from finetune_portal.supervisor.listener import Taken, listen, lock, url_of
from finetune_portal.supervisor.supervisor import CannotGoOn, Supervisor, parts_environment

WRONG_SETTINGS = 2
CANNOT_GO_ON = 1
# A file of the demo is longer than the portal's own check wants and shorter than this: so one job meets code 15.
DEMO_SANDBOX = ("--min-lines", "60")
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(*, demo: bool) -> int:
    """Run the portal until it is told to stop; the status to exit with."""
    data_dir: Path = settings.PORTAL_DATA_DIR
    try:
        with (
            lock(data_dir),
            listen(settings.HOST, settings.PORT) as listener,
            Console(data_dir / "log") as console,
        ):
            return asyncio.run(Portal(console, listener).run(demo=demo))
    except Taken as taken:
        sys.stderr.write(f"{taken}\n")
        return WRONG_SETTINGS


class Portal:
    def __init__(self, console: Console, listener: socket.socket) -> None:
        self.console = console
        self.listener = listener
        self.url = url_of(listener)
        self.env: dict[str, str] = {}

    async def run(self, *, demo: bool) -> int:
        """0 when told to stop, 1 when a part cannot be kept up."""
        async with Supervisor(self.console) as supervisor:
            told = self._told_to_stop(supervisor)
            work = asyncio.create_task(self._work(supervisor, demo=demo))
            await asyncio.wait([told, work], return_when=asyncio.FIRST_COMPLETED)
            failure = work.exception() if work.done() else None
            work.cancel()
            await asyncio.gather(work, return_exceptions=True)
        if failure is None:
            return 0
        if not isinstance(failure, CannotGoOn):
            raise failure
        self.console.say("portal", f"{failure} The whole story is in {settings.PORTAL_DATA_DIR / 'log/portal.log'}")
        return CANNOT_GO_ON

    def _told_to_stop(self, supervisor: Supervisor) -> asyncio.Future[None]:
        """Done at the first signal; the second one ends everything at once."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[None] = loop.create_future()

        def on_signal() -> None:
            if told.done():
                supervisor.kill()
            else:
                told.set_result(None)

        for signum in STOP_SIGNALS:
            loop.add_signal_handler(signum, on_signal)
        return told

    async def _work(self, supervisor: Supervisor, *, demo: bool) -> None:
        redis_url = await self._bring_redis(supervisor)
        self.env = parts_environment(REDIS_URL=redis_url)
        self._look_at(redis_url)
        if not settings.DASHSCOPE_API_KEY:
            self.env["PORTAL_SANDBOX_URL"] = await self._bring_sandbox(supervisor, DEMO_SANDBOX if demo else ())
        await self._manage(supervisor, "prepare")
        await supervisor.bring_up(
            parts.web(self.listener, self.url, self.env),
            parts.worker(self.env),
            parts.files_worker(self.env),
            parts.beat(self.env),
        )
        if demo:
            await self._manage(supervisor, "demo")
        self.console.announce(f"Finetune Portal is ready: {self.url}")
        if not await sync_to_async(_has_users)():
            token = secrets.load(settings.PORTAL_DATA_DIR, "setup-token")
            self.console.announce(f"Set up the first admin: {self.url}setup/{token}/")
        await supervisor.watch()

    def _look_at(self, redis_url: str) -> None:
        """Let this process too, which asks how the worker is, see the server that the parts use."""
        settings.REDIS_URL = redis_url
        celery_app.conf.update(broker_url=broker_url(redis_url))

    async def _bring_redis(self, supervisor: Supervisor) -> str:
        if not settings.REDIS_URL:
            await supervisor.bring_up(parts.valkey(supervisor.folder))
            return f"unix://{supervisor.folder / 'valkey.sock'}"
        if trouble := await checks.ping(settings.REDIS_URL):
            raise CannotGoOn(f"REDIS_URL: the server does not answer ({trouble}).")
        return str(settings.REDIS_URL)

    async def _bring_sandbox(self, supervisor: Supervisor, options: Sequence[str]) -> str:
        """Start the sandbox, on the port that it had before if that is free: accounts remember its address."""
        folder = settings.PORTAL_DATA_DIR / "sandbox"
        folder.mkdir(exist_ok=True, mode=0o700)
        port_file = folder / "port"
        port = _free_port(int(port_file.read_text()) if port_file.exists() else 0)
        port_file.write_text(f"{port}\n")
        sandbox = parts.sandbox(folder, port, *options)
        await supervisor.bring_up(sandbox)
        return f"http://127.0.0.1:{port}/api/v1"

    async def _manage(self, supervisor: Supervisor, command: str) -> None:
        program = [sys.executable, "-m", "django", command]
        if status := await supervisor.run(command, program, self.env):
            raise CannotGoOn(f"`manage.py {command}` ended with status {status}.")


def _free_port(wanted: int) -> int:
    """`wanted` if it can be had, else some port that can."""
    for port in (wanted, 0):
        try:
            with socket.create_server(("127.0.0.1", port)) as probe:
                return int(probe.getsockname()[1])
        except OSError:
            continue
    raise CannotGoOn("No free port on 127.0.0.1 for the sandbox.")


def _has_users() -> bool:
    try:
        return get_user_model()._default_manager.exists()
    finally:
        connection.close()
