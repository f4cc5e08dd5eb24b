"""The loop: every part up in its order, up again when it falls, and down in good order at the end."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from signal import SIGKILL, Signals
from typing import Any

from finetune_portal.supervisor.checks import always
from finetune_portal.supervisor.console import Console
from finetune_portal.supervisor.parts import Part
from finetune_portal.supervisor.process import Process, Undertaker
from finetune_portal.supervisor.undertaker import tell

POLL = 0.2
CHECK_EVERY = 5.0
STEADY_AFTER = 60.0  # a part that was up for so long starts again with a clean sheet
ATTEMPTS_AT_START = 2
ATTEMPTS = 6
LONGEST_WAIT = 10.0


class CannotGoOn(Exception):
    """A part cannot be started or kept up. The message is one line for the terminal."""


class Supervisor:
    """Keeps parts up. At the end of its `async with` the parts are stopped, the last one started first."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.folder = Path(tempfile.mkdtemp(prefix="portal-"))  # short: the path of a unix socket has 107 bytes
        self._keepers: list[list[asyncio.Task[None]]] = []
        self._running: set[Process] = set()
        self._is_stopping = False
        self._undertaker = Undertaker()

    async def __aenter__(self) -> Supervisor:
        await self._undertaker.call()
        self._undertaker.tell(f"folder {self.folder}")
        return self

    async def __aexit__(self, *exception: object) -> None:
        self._is_stopping = True
        while self._keepers:
            keepers = self._keepers.pop()
            for keeper in keepers:
                keeper.cancel()
            await asyncio.gather(*keepers, return_exceptions=True)
        await self._undertaker.dismiss()
        shutil.rmtree(self.folder, ignore_errors=True)

    async def bring_up(self, *parts: Part) -> None:
        """Start these parts side by side and return when all are ready; they are kept up from then on."""
        ready = [asyncio.Event() for _ in parts]
        keepers = [asyncio.create_task(self._keep(part, event)) for part, event in zip(parts, ready, strict=True)]
        self._keepers.append(keepers)
        all_ready = asyncio.create_task(_all_set(ready))
        try:
            await self._first_failure(all_ready)
        finally:
            all_ready.cancel()

    def kill(self) -> None:
        """End everything now; for whoever does not want to wait for a good order."""
        for process in self._running:
            tell(process.group, SIGKILL)

    async def watch(self) -> None:
        """Go on until a part cannot be kept up; raises CannotGoOn then."""
        await self._first_failure(asyncio.get_running_loop().create_future())

    async def run(self, name: str, command: Sequence[str], env: Mapping[str, str]) -> int:
        """Run a program to its end."""
        process = await self._start(Part(name, command, is_ready=always, env=env))
        try:
            return await process.wait()
        finally:
            await self._end(process, ())

    async def _first_failure(self, other: asyncio.Future[Any]) -> None:
        keepers = [keeper for stage in self._keepers for keeper in stage]
        done, _ = await asyncio.wait([other, *keepers], return_when=asyncio.FIRST_COMPLETED)
        for future in done:
            future.result()

    async def _keep(self, part: Part, ready: asyncio.Event) -> None:
        failures = 0
        while True:
            process = await self._start(part)
            up_since = None
            try:
                trouble = await self._until_ready(part, process)
                if not trouble:
                    up_since = time.monotonic()
                    ready.set()
                    trouble = await self._until_unwell(part, process)
            finally:
                await asyncio.shield(self._end(process, part.stop))
            steady = up_since is not None and time.monotonic() - up_since > STEADY_AFTER
            failures = 1 if steady else failures + 1
            await self._pause(part, trouble, failures, ATTEMPTS if ready.is_set() else ATTEMPTS_AT_START)

    async def _pause(self, part: Part, trouble: str, failures: int, attempts: int) -> None:
        """Say what happened and wait before the next try, longer each time; raises CannotGoOn after the last."""
        if failures >= attempts:
            raise CannotGoOn(f"{part.name} {trouble} and cannot be kept up: {failures} tries failed.")
        self.console.say("portal", f"{part.name} {trouble}; starting it again.")
        await asyncio.sleep(min(LONGEST_WAIT, 0.25 * 2**failures))

    async def _until_ready(self, part: Part, process: Process) -> str:
        """Empty once the part is ready, else what is wrong."""
        deadline = time.monotonic() + part.patience
        while time.monotonic() < deadline:
            if process.has_ended:
                return _how_it_ended(process)
            if await part.is_ready(process):
                return ""
            await _ended_within(process, POLL)
        return f"was not ready within {part.patience:.0f} s"

    async def _until_unwell(self, part: Part, process: Process) -> str:
        """What is wrong, once something is."""
        well_at = time.monotonic()
        while not await _ended_within(process, CHECK_EVERY):
            if await part.is_well(process):
                well_at = time.monotonic()
            elif time.monotonic() - well_at > part.sick_after:
                if await part.is_to_blame(process):
                    return f"has not answered for {part.sick_after:.0f} s"
                well_at = time.monotonic()
        return _how_it_ended(process)

    async def _start(self, part: Part) -> Process:
        process = await Process.start(
            part.command,
            env=part.env,
            pass_fds=part.pass_fds,
            ready_line=part.ready_line,
            say=lambda line: self.console.say(part.name, line, silent=part.silent or self._is_stopping),
        )
        self._running.add(process)
        self._undertaker.tell(f"group {process.group}")
        return process

    async def _end(self, process: Process, steps: Sequence[tuple[Signals, float]]) -> None:
        await process.stop(steps)
        self._running.discard(process)
        self._undertaker.tell(f"gone {process.group}")


async def _all_set(events: Sequence[asyncio.Event]) -> None:
    for event in events:
        await event.wait()


async def _ended_within(process: Process, seconds: float) -> bool:
    with suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            await process.wait()
    return process.has_ended


def _how_it_ended(process: Process) -> str:
    code = process.child.returncode
    assert code is not None
    return f"was killed by signal {-code}" if code < 0 else f"ended with status {code}"


def parts_environment(**env: str) -> dict[str, str]:
    """What the programs find in their environment, wherever the portal was started from."""
    here = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [here, os.environ.get("PYTHONPATH", "")]))
    return {"PYTHONPATH": path, "PYTHONUNBUFFERED": "1", "DJANGO_SETTINGS_MODULE": "finetune_portal.settings", **env}
