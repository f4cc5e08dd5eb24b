"""Opening line 900,000 of a million: finding it and reading it with its neighbours, in milliseconds."""

from __future__ import annotations

import io
import statistics
import time
from collections.abc import Iterator

from benchmarks.django_settings import set_up
from benchmarks.figures import Figure
from benchmarks.sample_file import lines

LINES = 1_000_000
WANTED = 900_000
TURNS = 21


def run() -> Iterator[Figure]:
    set_up()
    from datasets import context
    from datasets.lineindex import LineIndex

    thousand = b"".join(line for line, _ in zip(lines(2**30), range(1000), strict=False))
    file = io.BytesIO(thousand * (LINES // 1000))
    stored = LineIndex.of(file.getvalue(), 0).encode()
    times = []
    for _ in range(TURNS):
        started = time.perf_counter()
        offset = context.find(file, WANTED, LineIndex.decode(stored).before(WANTED))
        shown = context.around(file, WANTED, offset or 0)
        times.append(time.perf_counter() - started)
        assert [line.number for line in shown if line.is_hit] == [WANTED]
    yield Figure("ms_to_line_900000", statistics.median(times) * 1000, 50, at_most=True)
