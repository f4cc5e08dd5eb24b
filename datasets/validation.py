"""A stream of bytes in, a report out: in constant memory, beside 16 bytes for each good line.

    validator = Validator(configured())
    for chunk in chunks:
        validator.feed(chunk)
    report = validator.finish()

`judge_block` and `merge` are the same in parts, for whoever has the parts apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from datasets import verdict
from datasets.excerpts import excerpt
from datasets.findings import Findings, FirstLine, Listing, Listings, OfFormat, merge
from datasets.limits import DEFAULTS, HEAD_BYTES, SNIFF_BYTES, Limits
from datasets.lines import BLANK, BOM, judge_line
from datasets.report import Issue, Report
from datasets.spots import Spot

__all__ = ["Findings", "Validator", "judge_block", "merge"]

BLOCK_BYTES = 256 * 1024
EMPTY_LINES = re.compile(rb"\n++|(?:\r\n)++")


class Place(NamedTuple):
    """A line, decoded, its number in its block from 1, and its offset there in bytes."""

    text: str
    line: int
    offset: int

    def issue(self, spot: Spot) -> Issue:
        """The spot as an issue of this line."""
        place = spot.place
        shown, start = excerpt(self.text, place.start if place else 0)
        return Issue(
            code=spot.code,
            line=self.line,
            column=place.start + 1 if place else None,
            end_column=place.end + 1 if place else None,
            offset=self.offset,
            params=spot.params,
            excerpt=shown,
            excerpt_column=start + 1,
        )


def judge_block(block: bytes, offset: int = 0, limits: Limits = DEFAULTS) -> Findings:
    """Judge whole lines. `offset` is where in the file the block begins, in bytes; lines are numbered from 1."""
    return _Block(block, offset, limits).judge()


class _Block:
    """The state of judging one block. `last` are the latest spots beyond the listed ones, not yet made into issues."""

    def __init__(self, block: bytes, offset: int, limits: Limits) -> None:
        self.block = block
        self.starts_file = offset == 0
        self.limits = limits
        self.offset = 0  # of the line to judge
        self.last: dict[int, tuple[Listing, Place, Spot]] = {}
        self.findings = Findings(size=len(block), head=block[: max(0, HEAD_BYTES - offset)])

    def judge(self) -> Findings:
        while self.offset < len(self.block):
            end = self.block.find(b"\n", self.offset) + 1 or len(self.block)
            if self.block[self.offset] in b"\r\n" and self._skip_empty():
                continue
            self._judge_line(self.block[self.offset : end].removesuffix(b"\n"))
            self.offset = end
        for listing, place, spot in self.last.values():
            listing.last = place.issue(spot)
        return self.findings

    def _judge_line(self, raw: bytes) -> None:
        findings = self.findings
        first = self.starts_file and not findings.lines
        findings.lines += 1
        line = judge_line(raw, self.limits.line_bytes, first=first)
        findings.blank += line.is_blank
        if findings.first_line is None and not line.is_blank:
            begin = raw.removeprefix(BOM if first else b"").lstrip(BLANK)[:1]
            findings.first_line = FirstLine(begin.decode("latin-1"), line.is_json)
        place = Place(line.text, findings.lines, self.offset)
        flawed = self._list(line.errors, place, findings.errors)
        findings.error_lines += flawed
        if line.format is not None and line.of_format is not None:
            findings.first_format = findings.first_format or line.format
            ours = findings.formats.setdefault(line.format, OfFormat())
            self._add(ours.lines, place, line.of_format)
            ours.flawed += flawed
            if not flawed:
                self._list(line.warnings, place, ours.warnings)
                ours.marks.add(findings.lines, raw)

    def _skip_empty(self) -> bool:
        """Count a run of empty lines in one go, once enough are listed: a file can have hundreds of millions."""
        listing = self.findings.errors.get("blank_line")
        if listing is None or listing.count < self.limits.listed:
            return False  # before the run is sought: it can be as long as the block, for each line that is listed
        run = EMPTY_LINES.match(self.block, self.offset)
        if run is None:
            return False
        count = self.block.count(b"\n", run.start(), run.end())
        self.findings.lines += count
        self.findings.blank += count
        self.findings.error_lines += count
        listing.count += count
        last = self.block.rfind(b"\n", run.start(), run.end() - 1) + 1 or run.start()
        text = self.block[last : run.end() - 1].decode()
        self.last[id(listing)] = listing, Place(text, self.findings.lines, last), Spot("blank_line")
        self.offset = run.end()
        return True

    def _list(self, spots: Iterator[Spot], place: Place, listings: Listings) -> bool:
        """Add each spot under its code; whether there was one."""
        found = False
        for spot in spots:
            found = True
            self._add(listings.setdefault(spot.code, Listing()), place, spot)
        return found

    def _add(self, listing: Listing, place: Place, spot: Spot) -> None:
        listing.count += 1
        if len(listing.first) < self.limits.listed:
            listing.first.append(place.issue(spot))
        else:
            self.last[id(listing)] = listing, place, spot


class Validator:
    """Takes a file in chunks of any size and reports on it.

    `save` and `load` carry one over from a request to the next. It keeps no more of the file than its first MiB and
    the line that is not complete yet, up to the limit of a line.
    """

    def __init__(self, limits: Limits = DEFAULTS) -> None:
        self.limits = limits
        self.findings = Findings()
        self.tail = bytearray()
        self.skipped = 0  # bytes of the unfinished line that were not kept, for it is over the limit

    def feed(self, data: bytes) -> None:
        """Take the next bytes of the file."""
        for start in range(0, len(data), BLOCK_BYTES):
            self._take(data[start : start + BLOCK_BYTES])

    def report(self) -> Report:
        """The report on the complete lines so far, without what only the end of the file can tell."""
        return verdict.report(self.findings, self.limits, complete=False)

    def finish(self) -> Report:
        """The report on the whole file: nothing more comes."""
        self._judge()
        return verdict.report(self.findings, self.limits)

    def save(self) -> bytes:
        """All there is to know, to go on elsewhere."""
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
                self._judge()  # by itself, so that the lines after it keep their offsets
            self.tail += data[first_end:end]
            self._judge()
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

    def _judge(self) -> None:
        block, self.tail = bytes(self.tail), bytearray()
        self.findings.absorb(judge_block(block, self.findings.size, self.limits), self.limits.listed)
        self.findings.size += self.skipped
        self.skipped = 0
        if self.findings.first_line is not None and self.findings.first_line.is_json:
            self.findings.head = self.findings.head[:SNIFF_BYTES]  # the rest is for a first line that goes on
