"""Judges a block of whole lines: by the fast path what it is sure of, line by line the rest."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Iterable
from functools import partial

from datasets import facts, fastpath
from datasets.facts import Fact, Facts
from datasets.fastpath import Counted
from datasets.findings import Findings, FirstLine, Format, OfFormat
from datasets.limits import DEFAULTS, HEAD_BYTES, Limits
from datasets.lineindex import LineIndex
from datasets.lines import BLANK, BOM, Line, judge_line
from datasets.linesets import LineSet
from datasets.marks import mark
from datasets.report import Issue
from datasets.shelves import Place, Shelf
from datasets.spots import Spot
from datasets.statistics import PROMPT_SHOWN, Prompt

EMPTY_LINES = re.compile(rb"\n++|(?:\r\n)++")
OF_FORMAT = "mixed_formats"  # the code of each line of a format, if the file's is another
LEARN_WITHIN = 50  # lines, to know the file's format

# glibc gives each block's memory back to the system, and to have its pages again takes a third as long as to judge it.
# It keeps about twice as much as the largest piece that it was ever given back: this one, of which no page is touched.
bytearray(16 * 1024 * 1024)


def judge_block(block: bytes, offset: int = 0, limits: Limits = DEFAULTS, before: Findings | None = None) -> Findings:
    """Judge whole lines. `offset` is where in the file the block begins, in bytes; lines are numbered from 1.

    `before` are the findings of all that stands before it in the file: the block's own, then, list no more than there
    is room for, and are good for nothing but to be appended to them.
    """
    return _Block(block, offset, limits, before or Findings()).judge()


class _OfFormat:
    """The lines of one format in the block. Those of the format that the file is known to have are not listed."""

    def __init__(self, found: OfFormat, earlier: OfFormat, keep: int, *, is_own: bool) -> None:
        self.found = found
        self.is_own = is_own
        self.lines = Shelf({OF_FORMAT: found.lines}, {OF_FORMAT: earlier.lines}, keep)
        self.warnings = Shelf(found.warnings, earlier.warnings, keep)
        self.gathered: list[Fact] = []
        self.accepted: Facts = facts.facts([])

    @property
    def needs_no_spot(self) -> bool:
        return self.is_own or self.lines.is_full(OF_FORMAT)

    def count_lines(self, line: int, issue: Callable[[], Issue], count: int = 1) -> None:
        """Count lines that need not be listed; `line` is the last of them."""
        if self.is_own:
            self.found.lines.count += count
        else:
            self.lines.count(OF_FORMAT, line, issue, count)

    def add_fact(self, line: int, raw: bytes, turns: int, contents: list[str], system: str | None) -> None:
        self.gathered.append(facts.fact(line, mark(raw), turns, contents))
        if system is not None:
            self.found.tally.add_prompts({mark(system.encode()): Prompt(system[:PROMPT_SHOWN], 1)})

    def settle(self) -> None:
        self.lines.settle()
        self.warnings.settle()
        all_of_them = facts.together(facts.facts(self.gathered), self.accepted)
        self.found.marks = facts.marks_of(all_of_them)
        facts.count(self.found.tally, all_of_them)


class _Block:
    """The state of judging one block."""

    def __init__(self, block: bytes, offset: int, limits: Limits, before: Findings) -> None:
        self.block = block
        self.starts_file = offset == 0
        self.limits = limits
        self.before = before
        self.offset = 0  # of the line to judge
        head = block[: max(0, HEAD_BYTES - offset)]
        self.findings = Findings(size=len(block), head=head, index=LineIndex.of(block, offset))
        self.errors = Shelf(self.findings.errors, before.errors, limits.listed)
        self.formats: dict[Format, _OfFormat] = {}
        self.bad_from, self.bad_lines = array("q"), array("q")  # runs of lines with errors

    def judge(self) -> Findings:
        name = self._learn_format()
        if name is not None and name in fastpath.FORMATS and self.offset < len(self.block):
            self._judge_most(name)
        self._judge_to(len(self.block))
        self.errors.settle()
        self.findings.bad = LineSet.of(self.bad_from, self.bad_lines, self.findings.lines)
        for of_format in self.formats.values():
            of_format.settle()
        return self.findings

    def _learn_format(self) -> Format | None:
        """Judge up to where the file's format is known, and as many of its lines are listed as may be."""
        while self.offset < len(self.block):
            name = self.before.first_format or self.findings.first_format
            if name is not None and self._of(name).needs_no_spot:
                return name
            if name is None and self.findings.lines > LEARN_WITHIN:
                return None
            self._step()
        return None

    def _judge_most(self, name: Format) -> None:
        """Judge all that is left, with the fast path for lines of this format."""
        self.start = start = self.offset
        before = self.findings.lines
        accepted = fastpath.accept(self.block[start:], name, self.limits.line_bytes)
        for begin, end, lines in accepted.rest:
            self.offset, self.findings.lines = start + begin, before + lines
            self._judge_to(start + end)
        self.offset, self.findings.lines = len(self.block), before + accepted.lines
        self._take(name, accepted, before)

    def _take(self, name: Format, accepted: fastpath.Accepted, before: int) -> None:
        count = len(accepted.facts.lines)
        if not count:
            return
        ours = self._of(name)
        ours.accepted = accepted.facts._replace(lines=accepted.facts.lines + before)
        ours.found.tally.add_prompts(accepted.prompts)
        offset, line = accepted.last + self.start, int(ours.accepted.lines[-1])
        ours.count_lines(line, partial(self._issue_again, OF_FORMAT, line, offset), count)

    def _judge_to(self, end: int) -> None:
        while self.offset < end:
            self._step()

    def _step(self) -> None:
        """Judge a line, or a run of empty ones."""
        if self.block[self.offset] in b"\r\n" and self._skip_empty():
            return
        end = self.block.find(b"\n", self.offset) + 1 or len(self.block)
        self.findings.lines += 1
        self._judge_line(self.block[self.offset : end].removesuffix(b"\n"))
        self.offset = end

    def _judge_line(self, raw: bytes) -> None:
        number = self.findings.lines
        began = self.findings.first_line or self.before.first_line
        if began and len(raw) <= self.limits.line_bytes:
            counted = fastpath.judge_line(raw)
            if counted is not None and self._needs_no_spot(counted):
                self._count(counted, raw, number)
                return
        self._list_line(raw, judge_line(raw, self.limits.line_bytes, first=self._is_first(number)), number)

    def _is_first(self, number: int) -> bool:
        """Whether the line is the file's first."""
        return self.starts_file and number == 1

    def _list_line(self, raw: bytes, line: Line, number: int) -> None:
        """Take what the judge says of a line, with the places."""
        findings = self.findings
        findings.blank += line.is_blank
        if findings.first_line is None and not line.is_blank:
            begin = raw.removeprefix(BOM if self._is_first(number) else b"").lstrip(BLANK)[:1]
            findings.first_line = FirstLine(begin.decode("latin-1"), line.is_json)
        place = Place(line.text, number, self.offset)
        flawed = _list(self.errors, place, line.errors)
        self._count_bad(number, int(flawed))
        if line.format is None or line.of_format is None:
            return
        findings.first_format = findings.first_format or line.format
        ours = self._of(line.format)
        if ours.is_own:
            ours.found.lines.count += 1
        else:
            ours.lines.add(place, line.of_format)
        ours.found.flawed += flawed
        if not flawed:
            _list(ours.warnings, place, line.warnings)
            said = line.said()
            ours.add_fact(number, raw, said.turns, said.contents, said.contents[0] if said.has_system else None)

    def _needs_no_spot(self, counted: Counted) -> bool:
        """Whether all that there is to say of the line need only be counted."""
        if not all(map(self.errors.is_full, counted.errors)):
            return False
        if counted.format is None:
            return True
        ours = self._of(counted.format)
        return ours.needs_no_spot and all(map(ours.warnings.is_full, counted.warnings))

    def _count(self, counted: Counted, raw: bytes, number: int) -> None:
        findings = self.findings
        flawed = bool(counted.errors)
        findings.blank += counted.errors == ["blank_line"]
        self._count_bad(number, int(flawed))
        for code in counted.errors:
            self.errors.count(code, number, partial(self._issue_again, code, number, self.offset))
        if counted.format is None:
            return
        findings.first_format = findings.first_format or counted.format
        ours = self._of(counted.format)
        ours.count_lines(number, partial(self._issue_again, OF_FORMAT, number, self.offset))
        ours.found.flawed += flawed
        for code in counted.warnings:
            ours.warnings.count(code, number, partial(self._issue_again, code, number, self.offset))
        if not flawed:
            ours.add_fact(number, raw, counted.turns, counted.contents, counted.system)

    def _issue_again(self, code: str, number: int, offset: int) -> Issue:
        """The last issue of a code on a line that was only counted."""
        end = self.block.find(b"\n", offset)
        raw = self.block[offset:] if end < 0 else self.block[offset:end]
        line = judge_line(raw, self.limits.line_bytes)
        if code == OF_FORMAT and line.of_format is not None:
            spots = [line.of_format]
        else:
            spots = list(line.errors) or list(line.warnings)  # a line with errors has none
        return Place(line.text, number, offset).issue([spot for spot in spots if spot.code == code][-1])

    def _skip_empty(self) -> bool:
        """Count a run of empty lines in one go, once enough are listed: a file can have hundreds of millions."""
        if not self.errors.is_full("blank_line"):
            return False  # before the run is sought: it can be as long as the block, for each line that is listed
        run = EMPTY_LINES.match(self.block, self.offset)
        if run is None:
            return False
        count = self.block.count(b"\n", run.start(), run.end())
        self._count_bad(self.findings.lines + 1, count)
        self.findings.lines += count
        self.findings.blank += count
        last = self.block.rfind(b"\n", run.start(), run.end() - 1) + 1 or run.start()
        place = Place(self.block[last : run.end() - 1].decode(), self.findings.lines, last)
        self.errors.count("blank_line", place.line, partial(place.issue, Spot("blank_line")), count)
        self.offset = run.end()
        return True

    def _count_bad(self, first: int, lines: int) -> None:
        if lines:
            self.bad_from.append(first)
            self.bad_lines.append(lines)
            self.findings.error_lines += lines

    def _of(self, name: Format) -> _OfFormat:
        if name not in self.formats:
            found = self.findings.formats.setdefault(name, OfFormat())
            earlier = self.before.formats.get(name, OfFormat())
            known = self.before.first_format or (self.starts_file and (self.findings.first_format or name))
            self.formats[name] = _OfFormat(found, earlier, self.limits.listed, is_own=name == known)
        return self.formats[name]


def _list(shelf: Shelf, place: Place, spots: Iterable[Spot]) -> bool:
    """Add each spot; whether there was one."""
    found = False
    for spot in spots:
        found = True
        shelf.add(place, spot)
    return found
