"""What the portal says: a few lines of its own, those of its parts with their names, and all of it in a log file."""

from __future__ import annotations

import logging
import sys
from contextlib import suppress
from logging.handlers import RotatingFileHandler
from pathlib import Path

LOG_SIZE = 5 * 1024 * 1024
LOG_COPIES = 3


class Console:
    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._file = RotatingFileHandler(
            folder / "portal.log", maxBytes=LOG_SIZE, backupCount=LOG_COPIES, encoding="utf-8", errors="replace"
        )
        self._file.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
        self._log = logging.getLogger("portal.console")
        self._log.handlers = [self._file]
        self._log.propagate = False
        self._log.setLevel(logging.INFO)

    def __enter__(self) -> Console:
        return self

    def __exit__(self, *exception: object) -> None:
        self._log.handlers = []
        self._file.close()

    def announce(self, line: str) -> None:
        """A line that programs wait for, on standard output, bare."""
        self._log.info("portal | %s", line)
        with suppress(OSError):  # nobody reads it any more
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()

    def say(self, name: str, line: str, *, silent: bool = False) -> None:
        """A line of a part, on standard error; of a silent part in the log alone."""
        self._log.info("%s | %s", name, line)
        if not silent:
            with suppress(OSError):
                sys.stderr.write(f"{name:<7} | {line}\n")
                sys.stderr.flush()
