"""A stream of bytes in, a report out: in constant memory, beside 8 bytes for each good line.

    validator = Validator(configured())
    for chunk in chunks:
        validator.feed(chunk)
    report = validator.finish(file)

`judge_block` and `merge` are the same in parts, for whoever has the parts apart.
"""

from __future__ import annotations

from typing import BinaryIO

import msgspec

from datasets import verdict
from datasets.blocks import Recorder
from datasets.findings import Findings, merge
from datasets.judging import judge_block
from datasets.limits import DEFAULTS, HEAD_BYTES, SNIFF_BYTES, Limits
from datasets.report import Report

__all__ = ["Findings", "Validator", "judge_block", "merge"]

FIRST_BYTES = 64 * 1024
BLOCK_BYTES = 4 * 1024 * 1024  # what is judged at once


class Validator:
    """Takes a file in chunks of any size and reports on it.

    `save` and `load` carry one over from a request to the next. It keeps no more of the file than its first MiB, lines
    that are still to be judged, all in all up to 4 MiB, and the one that is not complete yet, up to a line's limit.
    """

    def __init__(self, limits: Limits = DEFAULTS, recorder: Recorder | None = None) -> None:
        self.limits = limits
        self.recorder = recorder
        self.findings = Findings()
        self.lines: list[bytes] = []  # pieces of complete ones, to be judged
        self.waiting = 0  # bytes of these
        self.tail = bytearray()
        self.skipped = 0  # bytes of the unfinished line that were not kept, for it is over the limit

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the file."""
        start = 0
        while start < len(data):
            size = BLOCK_BYTES if self.findings.size else FIRST_BYTES  # soon to know what is no JSONL at all
            self._take(data[start : start + size])
            start += size

    def catch_up(self) -> None:
        """Judge all complete lines now: `feed` lets some wait, since many at once are judged faster."""
        block, self.lines, self.waiting = b"".join(self.lines), [], 0
        self._absorb(block)

    def report(self) -> Report:
        """The report on the complete lines so far, without what only the end of the file can tell."""
        self.catch_up()
        return verdict.report(self.findings, self.limits, complete=False)

    def finish(self, file: BinaryIO | None = None) -> Report:
        """The report on the whole file: nothing more comes.

        With the `file`, from its first byte on, lines that seem to be there twice are compared; without it, one in
        many millions of files would be told of such a line that it has not.
        """
        self.catch_up()
        self._judge_tail()
        return verdict.report(self.findings, self.limits, file=file)

    def save(self) -> bytes:
        """All there is to know, to go on elsewhere."""
        self.catch_up()
        return msgspec.msgpack.encode((self.findings, self.tail, self.skipped))

    @classmethod
    def load(cls, stored: bytes, limits: Limits = DEFAULTS) -> Validator:
        """The validator that `save` wrote, with the same limits. Raise msgspec.MsgspecError for anything else."""
        validator = cls(limits)
        state = msgspec.msgpack.decode(stored, type=tuple[Findings, bytearray, int])
        validator.findings, validator.tail, validator.skipped = state
        return validator

    def _take(self, data: bytes) -> None:
        if verdict.is_settled(self.findings, self.limits):
            self.findings.size += len(data)
            return
        end = data.rfind(b"\n") + 1
        if end:
            first_end = data.find(b"\n") + 1
            self._keep(data[:first_end])
            if self.skipped:
                self.catch_up()
                self._judge_tail()  # by itself, so that the lines after it keep their offsets
            self.lines += [bytes(self.tail), data[first_end:end]]
            self.waiting += len(self.tail) + end - first_end
            self.tail.clear()
            if self.waiting >= BLOCK_BYTES or self.findings.size == 0:
                self.catch_up()
        self._keep(data[end:])

    def _keep(self, piece: bytes) -> None:
        """Append to the unfinished line, but no more of it than it takes to judge it."""
        room = max(self.limits.line_bytes, HEAD_BYTES) + 1 - len(self.tail)
        newline = piece.endswith(b"\n")
        kept = piece[: max(room, 0)]
        self.tail += kept
        if newline and len(kept) < len(piece):
            self.tail += b"\n"
            self.skipped -= 1
        self.skipped += len(piece) - len(kept)

    def _judge_tail(self) -> None:
        """Judge the unfinished line, of which nothing more comes."""
        block, self.tail = bytes(self.tail), bytearray()
        self._absorb(block)
        self.findings.size += self.skipped
        self.skipped = 0

    def _absorb(self, block: bytes) -> None:
        if block:
            found = judge_block(block, self.findings.size, self.limits, self.findings)
            if self.recorder is not None:
                self.recorder.add(found, self.findings)
            self.findings.absorb(found, self.limits.listed)
        if self.findings.first_line is not None and self.findings.first_line.is_json:
            self.findings.head = self.findings.head[:SNIFF_BYTES]  # the rest is for a first line that goes on
