"""Reading many lines of a stored file in one pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

import numpy as np

from datasets.marks import Numbers

BLOCK = 1024 * 1024


def lines_at(file: BinaryIO, numbers: Numbers) -> Iterator[bytes]:
    """The lines with these ascending numbers, their newlines left off; what stands between them is not kept."""
    file.seek(0)
    line, wanted = 1, 0  # the number of the line that `data` begins with, and how many were found
    begun: list[bytes] = []  # the beginning of a wanted line
    while wanted < len(numbers) and (data := file.read(BLOCK)):
        ends = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
        until = np.searchsorted(numbers, line + len(ends))  # the lines before this one end here
        for number in numbers[wanted:until].tolist():
            start = int(ends[number - line - 1]) + 1 if number > line else 0
            piece = data[start : int(ends[number - line])]
            yield b"".join([*begun, piece]) if number == line else piece
            wanted += 1
        if len(ends):
            begun = []
        line += len(ends)
        if wanted < len(numbers) and numbers[wanted] == line:
            begun.append(data[int(ends[-1]) + 1 if len(ends) else 0 :])
    if wanted < len(numbers) and begun:
        yield b"".join(begun)
