"""What judging a block found, and how the findings of two blocks become one: a monoid.

`merge(a, b)` is what judging a's bytes and b's in one go would have found, so blocks may be judged by any process and
merged in any grouping. What depends on the whole file (its format, duplicates, too few examples) is kept undecided
here and decided by `verdict`. `msgspec.msgpack` encodes findings for a store: a few KB, up to 1 MiB of the file's
head, and 8 bytes a good line.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from datasets.limits import LISTED
from datasets.lineindex import LineIndex
from datasets.linesets import LineSet
from datasets.marks import Marks
from datasets.report import Issue
from datasets.statistics import Tally

Format = Literal["messages", "prompt_completion", "text"]


class Listing(msgspec.Struct):
    """How many issues of one code there are, the first of them, and the last if it is not among these."""

    count: int = 0
    first: list[Issue] = []
    last: Issue | None = None

    def issues(self) -> Iterator[Issue]:
        yield from self.first
        if self.last is not None:
            yield self.last

    def extend(self, other: Listing, keep: int, lines: int, size: int) -> None:
        """Append the listing of a block that stands behind so many lines and bytes."""
        # Behind an issue that is not listed none can be among the first.
        room = max(keep - len(self.first), 0) if self.count == len(self.first) else 0
        self.first += [issue.moved(lines, size) for issue in other.first[:room]]
        beyond = other.first[room:][-1:] if other.last is None else [other.last]
        for issue in beyond:
            self.last = issue.moved(lines, size)
        self.count += other.count


Listings = dict[str, Listing]


class FirstLine(msgspec.Struct, frozen=True):
    """The first line that is not blank: its first character, and whether it is JSON by itself."""

    opens_with: str
    is_json: bool


class OfFormat(msgspec.Struct):
    """The lines of one format.

    Their warnings, marks and tally count only if it is the file's format; if it is not, each line is an error, `lines`:
    these are not listed where it is known to be the file's.
    `flawed` lines have errors of their own.
    """

    lines: Listing = msgspec.field(default_factory=Listing)
    flawed: int = 0
    warnings: Listings = {}
    marks: Marks = msgspec.field(default_factory=Marks)
    tally: Tally = msgspec.field(default_factory=Tally)


class Findings(msgspec.Struct):
    """What is known of a part of a file that begins at a line's start.

    `size` is in bytes; `head` is the part's share of the file's first MiB; `errors` are those that hold whatever the
    file's format turns out to be, on `error_lines` lines, which are `bad`.
    """

    size: int = 0
    head: bytes = b""
    lines: int = 0
    blank: int = 0
    first_line: FirstLine | None = None
    first_format: Format | None = None
    error_lines: int = 0
    bad: LineSet = msgspec.field(default_factory=LineSet)
    errors: Listings = {}
    formats: dict[Format, OfFormat] = {}
    index: LineIndex = msgspec.field(default_factory=LineIndex)

    @property
    def starts_file(self) -> bool:
        """Whether the part is a file's first."""
        return self.index.starts[:1] == [(1, 0)]

    def absorb(self, other: Findings, keep: int = LISTED) -> None:
        """Append the findings of the part that follows this one in the file."""
        _extend(self.errors, other.errors, keep, self.lines, self.size)
        for name, theirs in other.formats.items():
            ours = self.formats.setdefault(name, OfFormat())
            ours.lines.extend(theirs.lines, keep, self.lines, self.size)
            ours.flawed += theirs.flawed
            _extend(ours.warnings, theirs.warnings, keep, self.lines, self.size)
            ours.marks.extend(theirs.marks, self.lines)
            ours.tally.absorb(theirs.tally, self.lines)
        self.index.extend(other.index, self.lines)
        self.bad.extend(other.bad, self.lines)
        self.head += other.head
        self.first_line = self.first_line or other.first_line
        self.first_format = self.first_format or other.first_format
        self.error_lines += other.error_lines
        self.blank += other.blank
        self.lines += other.lines
        self.size += other.size
        if self.starts_file and self.first_format is not None:
            own = self.formats[self.first_format]
            own.lines = Listing(own.lines.count)


def merge(a: Findings, b: Findings, keep: int = LISTED) -> Findings:
    """The findings of two parts that follow one another, as one; `Findings()` changes nothing."""
    merged = Findings()
    merged.absorb(a, keep)
    merged.absorb(b, keep)
    return merged


def _extend(ours: Listings, theirs: Listings, keep: int, lines: int, size: int) -> None:
    for code, listing in theirs.items():
        ours.setdefault(code, Listing()).extend(listing, keep, lines, size)
