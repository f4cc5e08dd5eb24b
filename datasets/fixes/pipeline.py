"""The fixes that were chosen, over a whole file in one pass: bytes in, bytes out, memory for one block and one line.

Their order is the catalog's, whatever order they were chosen in: first what makes lines of the file, then what makes a
line right, then what drops lines.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import NamedTuple

import msgspec

from datasets.fixes import conversions
from datasets.fixes.encoding import to_utf8
from datasets.fixes.sampling import Sample, sample
from datasets.fixes.seen import Seen
from datasets.fixes.splitting import to_lines
from datasets.limits import Limits
from datasets.lines import BLANK, BOM, judge_line

Write = Callable[[bytes], None]
LineFix = Callable[[bytes], bytes | None]

OF_FILES = {"utf16": to_utf8, "to_lines": to_lines}
FLUSH_AT = 1024 * 1024
SAMPLES = 20


class Outcome(msgspec.Struct):
    """What the fixes did: how many lines each changed or dropped, and the first of these lines.

    `is_rewritten` says that the lines that came in are not the file's own, but those of its text in another form.
    """

    lines_in: int = 0
    lines_out: int = 0
    touched: int = 0
    by_fix: dict[str, int] = {}
    dropped_bad: int = 0
    is_rewritten: bool = False
    samples: list[Sample] = []

    @property
    def more(self) -> int:
        """How many lines there are beside the samples."""
        return (self.lines_out if self.is_rewritten else self.touched) - len(self.samples)


class Piece(NamedTuple):
    """A line without its newline, or a part of one that is over the limit of a line."""

    data: bytes
    starts: bool
    ends: bool
    newline: bool


def run(chunks: Iterable[bytes], chosen: Collection[str], limits: Limits, write: Write, aside: Write) -> Outcome:
    """Put the file through the chosen fixes; `aside` gets the bad lines if these are to be dropped."""
    for name, fix in OF_FILES.items():
        if name in chosen:
            chunks = fix(chunks)
    fixing = _Fixing(chosen, limits, write, aside)
    for piece in pieces(chunks, limits.line_bytes):
        fixing.take(piece)
    return fixing.finish()


def pieces(chunks: Iterable[bytes], limit: int) -> Iterator[Piece]:
    """The lines of a file; one of more than `limit` bytes in parts."""
    tail, starts = b"", True
    for chunk in chunks:
        *lines, rest = chunk.split(b"\n")
        for line in lines:
            yield Piece(tail + line if tail else line, starts, ends=True, newline=True)
            tail, starts = b"", True
        tail += rest
        if len(tail) > limit:
            yield Piece(tail, starts, ends=False, newline=False)
            tail, starts = b"", False
    if tail or not starts:
        yield Piece(tail, starts, ends=True, newline=False)


class _Fixing:
    """One pass over the lines. `format` is that of the first line that was kept."""

    def __init__(self, chosen: Collection[str], limits: Limits, write: Write, aside: Write) -> None:
        self.limits = limits
        self.write = write
        self.aside = aside
        self.drops_bad = "drop_bad" in chosen
        self.outcome = Outcome(is_rewritten=any(name in chosen for name in OF_FILES))
        self.format: str | None = None
        self.seen = Seen()
        self.out = bytearray()
        steps: dict[str, LineFix] = {
            "strip_bom": _without_marks,
            "crlf": lambda line: line.rstrip(b"\r"),
            "drop_blank": lambda line: line if line.strip(BLANK) else None,
            "space_markers": conversions.space_markers,
            "text_to_messages": conversions.text_to_messages,
            "prompt_to_messages": conversions.prompt_to_messages,
            "drop_bad": self._unless_bad,
            "drop_duplicates": lambda line: None if line.strip(BLANK) and self.seen.add(line) else line,
        }
        self.steps = [(name, step) for name, step in steps.items() if name in chosen]

    def take(self, piece: Piece) -> None:
        self.outcome.lines_in += piece.starts
        if not (piece.starts and piece.ends) or len(piece.data) > self.limits.line_bytes:
            self._take_part(piece)
            return
        fixed = self._fixed(piece.data)
        if fixed != piece.data:
            self.outcome.touched += 1
        if len(self.outcome.samples) < SAMPLES and (fixed != piece.data or self.outcome.is_rewritten):
            before = None if self.outcome.is_rewritten else piece.data
            self.outcome.samples.append(sample(self.outcome.lines_in, before, fixed))
        if fixed is not None:
            self._put(fixed, newline=piece.newline)

    def _fixed(self, line: bytes) -> bytes | None:
        for name, step in self.steps:
            after = step(line)
            if after != line:
                self._count(name)
            if after is None:
                return None
            line = after
        return line

    def finish(self) -> Outcome:
        self.write(bytes(self.out))
        return self.outcome

    def _take_part(self, piece: Piece) -> None:
        """Of a line over the limit: dropped if bad lines are, else let through."""
        data = piece.data + b"\n" if piece.newline else piece.data
        if not self.drops_bad:
            self.outcome.lines_out += piece.ends
            self.write(bytes(self.out) + data)
            self.out.clear()
            return
        self.aside(data + (b"\n" if piece.ends and not piece.newline else b""))
        if piece.starts:
            self.outcome.dropped_bad += 1
            self.outcome.touched += 1
            self._count("drop_bad")
            if len(self.outcome.samples) < SAMPLES:
                self.outcome.samples.append(sample(self.outcome.lines_in, piece.data, None))

    def _put(self, line: bytes, *, newline: bool) -> None:
        self.out += line
        if newline:
            self.out += b"\n"
        self.outcome.lines_out += 1
        if len(self.out) >= FLUSH_AT:
            self.write(bytes(self.out))
            self.out.clear()

    def _unless_bad(self, line: bytes) -> bytes | None:
        judged = judge_line(line, self.limits.line_bytes, first=not self.outcome.lines_out)
        is_bad = next(judged.errors, None) is not None
        if not is_bad:
            self.format = self.format or judged.format
            is_bad = judged.format != self.format
        if not is_bad:
            return line
        self.aside(line + b"\n")
        self.outcome.dropped_bad += 1
        return None

    def _count(self, name: str) -> None:
        self.outcome.by_fix[name] = self.outcome.by_fix.get(name, 0) + 1


def _without_marks(line: bytes) -> bytes:
    while line.startswith(BOM):
        line = line.removeprefix(BOM)
    return line
