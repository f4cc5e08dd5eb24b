"""Validation against a bare loop of `orjson.loads` over the same lines: ratios of speed, on one core.

What is measured is all of it: SHA-256, line index, statistics, duplicates (compared in the file), warnings. Each side's
best of several turns, taken in turn, since the machine is never quiet.
"""

from __future__ import annotations

import hashlib
import io
import os
import time
from collections.abc import Callable, Iterator

import orjson

from benchmarks.django_settings import set_up
from benchmarks.figures import Figure
from benchmarks.sample_file import lines

MIB = 1024**2
SIZE = 96 * MIB
CHUNK = MIB
TURNS = 3


def run() -> Iterator[Figure]:
    set_up()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    yield Figure("clean", _ratio(b"".join(lines(SIZE))), 0.8)
    yield Figure("one_line_in_100_bad", _ratio(b"".join(lines(SIZE, _one_in_100))), 0.5)
    yield Figure("escapes_in_every_string", _ratio(b"".join(lines(SIZE, escapes=True))), 0.5)
    yield Figure("every_line_wrong", _ratio(b"".join(lines(SIZE // 4, _wrong))), 0.1)


def _ratio(data: bytes) -> float:
    """How fast the judge is, with parsing as 1."""
    each = data.split(b"\n")[:-1]
    parsing = judging = float("inf")
    for _ in range(TURNS):
        parsing = min(parsing, _time(lambda: _parse(each)))
        judging = min(judging, _time(lambda: _judge(data)))
    return parsing / judging


def _parse(each: list[bytes]) -> None:
    for line in each:
        try:  # noqa: SIM105  # what suppresses it more shortly is slower
            orjson.loads(line)
        except ValueError:
            pass


def _judge(data: bytes) -> None:
    from datasets.limits import configured
    from datasets.validation import Validator

    validator, digest = Validator(configured()), hashlib.sha256()
    for start in range(0, len(data), CHUNK):
        chunk = data[start : start + CHUNK]
        digest.update(chunk)
        validator.feed(chunk)
    validator.finish(io.BytesIO(data))


def _time(step: Callable[[], None]) -> float:
    """Seconds of the processor's time, which others on the machine do not take."""
    started = time.process_time()
    step()
    return time.process_time() - started


def _one_in_100(line: bytes, index: int) -> bytes:
    return _wrong(line, index // 100) if index % 100 == 7 else line


def _wrong(line: bytes, index: int) -> bytes:
    match index % 5:
        case 0:
            return line.replace(b'"user"', b'"assistant"', 1)
        case 1:
            return line.replace(b'"assistant"', b'"robot"', 1)
        case 2:
            return line[:-2] + b",}\n"
        case 3:
            return line.replace(b'"content": "', b'"content": 1, "note": "', 1)
        case _:
            return line[: len(line) // 2] + b"\n"
