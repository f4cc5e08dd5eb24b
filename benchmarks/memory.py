"""What `manage.py validate` needs beside what the process holds before it begins, for a file of 256 MiB.

The bar is 64 MB and 8 bytes a line. PORTAL_BENCH_MIB says of which size the file shall be.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.sample_file import lines

ROOT = Path(__file__).resolve().parent.parent
MB = 1_000_000
SHELL = """
import re, sys
from pathlib import Path
from benchmarks.django_settings import set_up
set_up()
from datasets.management.commands.validate import judge_file

def most():
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\\s+(\\d+)", status)[1]) * 1024

before = most()
report = judge_file(Path(sys.argv[1]), listed=100)
print(most() - before, report.lines, len(report.errors) + len(report.warnings))
"""


def run() -> Iterator[Figure]:
    size = int(os.environ.get("PORTAL_BENCH_MIB", "256")) * 1024**2
    yield _figure("clean_file", lines(size))
    yield _figure("each_line_three_times", (line for line in lines(size // 3) for _ in range(3)))
    yield _figure("a_million_bad_lines", (b'{"messages": [%d]}\n' % index for index in range(1_000_000)))


def _figure(name: str, content: Iterable[bytes]) -> Figure:
    """MB of memory beyond 8 bytes a line."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        with path.open("wb") as file:
            file.writelines(content)
        told = subprocess.check_output([sys.executable, "-c", SHELL, str(path)], cwd=ROOT, text=True)
    grown, count, listed = map(int, told.split())
    assert listed <= 1000
    return Figure(f"mb_beyond_8_bytes_a_line_{name}", (grown - 8 * count) / MB, 64, at_most=True)
