"""Ends what a killed supervisor left behind. A program of its own, standard library only: `python undertaker.py`.

It reads lines from its standard input: `group 123` (a process group now runs), `gone 123`, `folder /tmp/x` (to be
removed at the end). The end of the input means that the supervisor is no more, by whatever way it went.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import time

GRACE = 4.0


def main() -> None:
    groups: set[int] = set()
    folders: set[str] = set()
    for line in sys.stdin:
        word, _, value = line.strip().partition(" ")
        if word == "group":
            groups.add(int(value))
        elif word == "gone":
            groups.discard(int(value))
        elif word == "folder":
            folders.add(value)
    end(groups)
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def end(groups: set[int]) -> None:
    """Ask all groups to end, and kill what is left after a while."""
    deadline = time.monotonic() + GRACE
    alive = {group for group in groups if tell(group, signal.SIGTERM)}
    while alive and time.monotonic() < deadline:
        time.sleep(0.05)
        alive = {group for group in alive if tell(group, 0)}
    for group in alive:
        tell(group, signal.SIGKILL)


def tell(group: int, signum: int) -> bool:
    """Signal a process group; False if nothing of it is left."""
    try:
        os.killpg(group, signum)
    except (ProcessLookupError, PermissionError):  # macOS says the latter of a group of zombies
        return False
    return True


if __name__ == "__main__":
    for ignored in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(ignored, signal.SIG_IGN)
    main()
