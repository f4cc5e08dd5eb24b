"""One running program of the portal: its process group, its output, its end. And the line to the undertaker."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from finetune_portal.supervisor import undertaker
from finetune_portal.supervisor.undertaker import tell

MAX_LINE = 64 * 1024

Say = Callable[[str], None]


class Process:
    """A program that leads a session, so that Ctrl-C reaches the supervisor alone and its whole group can be ended."""

    def __init__(self, child: asyncio.subprocess.Process, say: Say, ready_line: str) -> None:
        self.child = child
        self.has_announced = False
        self._ready_line = ready_line
        self._output = asyncio.create_task(self._pass_on(say))

    @classmethod
    async def start(
        cls,
        command: Sequence[str],
        *,
        env: Mapping[str, str],
        say: Say,
        ready_line: str = "",
        pass_fds: Sequence[int] = (),
    ) -> Process:
        """`has_announced` is true once a line of its output begins with `ready_line`."""
        child = await asyncio.create_subprocess_exec(
            *command,
            env={**os.environ, **env},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
            pass_fds=pass_fds,
        )
        return cls(child, say, ready_line)

    @property
    def group(self) -> int:
        return self.child.pid

    @property
    def has_ended(self) -> bool:
        return self.child.returncode is not None

    async def wait(self) -> int:
        return await self.child.wait()

    async def stop(self, steps: Sequence[tuple[signal.Signals, float]]) -> None:
        """Send each signal in turn to the program itself and give it that many seconds; then kill the whole group."""
        for signum, seconds in steps:
            if self.has_ended:
                break
            self.child.send_signal(signum)
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self.child.wait()
        tell(self.group, signal.SIGKILL)
        await self.child.wait()
        await self._drain()

    async def _drain(self) -> None:
        # A grandchild that left the group may still hold the pipe: its last words are not worth waiting for.
        await asyncio.wait([self._output], timeout=0.5)
        self._output.cancel()

    async def _pass_on(self, say: Say) -> None:
        assert self.child.stdout is not None
        rest = b""
        while chunk := await self.child.stdout.read(MAX_LINE):
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > MAX_LINE:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._hand_over(line, say)
        if rest:
            self._hand_over(rest, say)

    def _hand_over(self, line: bytes, say: Say) -> None:
        text = line.decode(errors="replace").rstrip()
        if self._ready_line and text.startswith(self._ready_line):
            self.has_announced = True
        say(text)


class Undertaker:
    """The program that ends what a killed supervisor leaves behind (`undertaker.py` has its language). If it is killed
    itself, the portal runs as well, if less safely."""

    async def call(self) -> None:
        program = [sys.executable, "-I", "-S", undertaker.__file__]
        self._child = await asyncio.create_subprocess_exec(
            *program, stdin=asyncio.subprocess.PIPE, start_new_session=True
        )

    def tell(self, line: str) -> None:
        """Without waiting, so that nothing comes between the start of a program and this."""
        assert self._child.stdin is not None
        self._child.stdin.write(f"{line}\n".encode())

    async def dismiss(self) -> None:
        assert self._child.stdin is not None
        self._child.stdin.close()
        await self._child.wait()
