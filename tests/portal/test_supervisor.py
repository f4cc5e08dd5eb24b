"""The loop that keeps parts up, with parts that take no time to start."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from finetune_portal.supervisor import supervisor as module
from finetune_portal.supervisor.checks import always, has_spoken
from finetune_portal.supervisor.console import Console
from finetune_portal.supervisor.parts import Part
from finetune_portal.supervisor.process import Process
from finetune_portal.supervisor.supervisor import CannotGoOn, Supervisor
from tests.portal.processes import alive, descendants
from tests.waiting import wait_for

FOREVER = "import time; print('up', flush=True); time.sleep(1000)"
DEAF = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {FOREVER}"
PARENT = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {DEAF!r}]); {FOREVER}"


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    with Console(tmp_path / "log") as console:
        yield console


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "POLL", 0.02)
    monkeypatch.setattr(module, "CHECK_EVERY", 0.05)
    monkeypatch.setattr(module, "LONGEST_WAIT", 0.05)


def part(
    script: str,
    *,
    is_well: Callable[[Process], Awaitable[bool]] = always,
    patience: float = 10,
    grace: float = 0.3,
) -> Part:
    return Part(
        name="part",
        command=[sys.executable, "-c", script],
        is_ready=has_spoken,
        is_well=is_well,
        patience=patience,
        sick_after=0.2,
        stop=((signal.SIGTERM, grace),),
    )


async def ended(supervisor: Supervisor, seconds: float = 10) -> str:
    """The one line with which it gives up."""
    with pytest.raises(CannotGoOn) as caught:
        async with asyncio.timeout(seconds):
            await supervisor.watch()
    return str(caught.value)


async def other_process(supervisor: Supervisor, old: Process) -> Process:
    """The one that took the place of `old`, once it has spoken."""
    async with asyncio.timeout(10):
        while True:
            for process in supervisor._running:
                if process is not old and await has_spoken(process):
                    return process
            await asyncio.sleep(0.02)


def only(supervisor: Supervisor) -> Process:
    (process,) = supervisor._running
    return process


def test_a_part_that_is_killed_comes_up_again(console: Console, capfd: pytest.CaptureFixture[str]) -> None:
    async def story() -> None:
        async with Supervisor(console) as supervisor:
            await supervisor.bring_up(part(FOREVER))
            first = only(supervisor)
            os.kill(first.group, signal.SIGKILL)
            second = await other_process(supervisor, first)
            assert second.group != first.group

    asyncio.run(story())
    assert "part was killed by signal 9; starting it again." in capfd.readouterr().err


def test_a_part_that_does_not_answer_is_started_again(console: Console, capfd: pytest.CaptureFixture[str]) -> None:
    async def story() -> None:
        well: dict[int, bool] = {}

        async def is_well(process: Process) -> bool:
            return well.setdefault(process.group, len(well) > 0)

        async with Supervisor(console) as supervisor:
            await supervisor.bring_up(part(FOREVER, is_well=is_well))
            await other_process(supervisor, only(supervisor))

    asyncio.run(story())
    assert "part has not answered for 0 s; starting it again." in capfd.readouterr().err


def test_a_part_that_never_comes_up_takes_the_rest_down(console: Console) -> None:
    before = descendants(os.getpid())  # the services of other tests

    async def story() -> str:
        async with Supervisor(console) as supervisor:
            await supervisor.bring_up(part(FOREVER))
            with pytest.raises(CannotGoOn) as caught:
                await supervisor.bring_up(part("raise SystemExit(3)"))
            return str(caught.value)

    assert asyncio.run(story()) == "part ended with status 3 and cannot be kept up: 2 tries failed."
    assert not alive(descendants(os.getpid()) - before)


def test_a_part_that_is_not_ready_in_time_is_given_up(console: Console) -> None:
    async def story() -> None:
        async with Supervisor(console) as supervisor:
            await supervisor.bring_up(part("import time; time.sleep(1000)", patience=0.1))

    with pytest.raises(CannotGoOn, match="was not ready within"):
        asyncio.run(story())


def test_a_part_that_falls_again_and_again_is_given_up(console: Console, tmp_path: Path) -> None:
    script = (
        f"print('up', flush=True); import time; open({str(tmp_path / 'starts')!r}, 'a').write('x'); time.sleep(0.1)"
    )

    async def story() -> str:
        async with Supervisor(console) as supervisor:
            await supervisor.bring_up(part(script))
            return await ended(supervisor)

    assert "cannot be kept up: 6 tries failed" in asyncio.run(story())
    assert (tmp_path / "starts").read_text() == "x" * 6


def test_the_whole_group_of_a_part_ends_with_it(console: Console) -> None:
    async def story() -> set[tuple[int, str]]:
        async with Supervisor(console) as supervisor:
            await supervisor.bring_up(part(PARENT))
            group = only(supervisor).group
            return await asyncio.to_thread(wait_for, lambda: descendants(group))

    assert not alive(asyncio.run(story()))


def test_a_part_that_ignores_its_signal_is_killed_after_its_time(console: Console) -> None:
    async def story() -> float:
        async with Supervisor(console) as supervisor:
            await supervisor.bring_up(part(DEAF, grace=0.2))
            asked = time.monotonic()
        return time.monotonic() - asked

    assert 0.2 <= asyncio.run(story()) < 3


def test_kill_waits_for_nobody(console: Console) -> None:
    async def story() -> float:
        async with Supervisor(console) as supervisor:
            await supervisor.bring_up(part(DEAF, grace=60))
            asyncio.get_running_loop().call_later(0.2, supervisor.kill)
        return time.monotonic()

    started = time.monotonic()
    assert asyncio.run(story()) - started < 10


def test_lines_are_shown_with_the_name_of_their_part(console: Console, capfd: pytest.CaptureFixture[str]) -> None:
    async def story() -> None:
        async with Supervisor(console) as supervisor:
            assert (
                await supervisor.run("part", [sys.executable, "-c", "print('one\\ntwo'); print('x' * 200_000)"], {})
                == 0
            )

    asyncio.run(story())
    shown = capfd.readouterr().err.splitlines()
    assert shown[:2] == ["part    | one", "part    | two"]
    assert sum(line.count("x") for line in shown) == 200_000


def test_a_supervisor_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    script = f"""
import asyncio
from pathlib import Path
from finetune_portal.supervisor.checks import has_spoken
from finetune_portal.supervisor.console import Console
from finetune_portal.supervisor.parts import Part
from finetune_portal.supervisor.supervisor import Supervisor
from finetune_portal.supervisor.undertaker import GRACE

async def main():
    async with Supervisor(Console(Path({str(tmp_path)!r}))) as supervisor:
        await supervisor.bring_up(Part("part", [{sys.executable!r}, "-c", {PARENT!r}], has_spoken))
        print(supervisor.folder, flush=True)
        await supervisor.watch()

asyncio.run(main())
"""

    async def story() -> tuple[Path, set[tuple[int, str]]]:
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", script, stdout=asyncio.subprocess.PIPE)
        assert child.stdout is not None
        folder = Path((await child.stdout.readline()).decode().strip())
        family = descendants(child.pid)
        assert len(family) == 3  # the undertaker, the part and the part's child
        child.kill()
        await child.wait()
        return folder, family

    folder, family = asyncio.run(story())
    wait_for(lambda: not alive(family), seconds=10, what="the end of all processes")
    assert not folder.exists()
