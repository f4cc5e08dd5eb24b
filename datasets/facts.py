"""Facts of good examples, one each, as the tally counts them: gathered line by line or, as arrays, by the block."""

from __future__ import annotations

import re
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from datasets.marks import Hashes, Marks, Numbers
from datasets.statistics import LETTERS_AROUND, LETTERS_BESIDE, LONGEST, SIGNIFICANT_BITS, Long, Sizes, Tally

CHINESE = re.compile("[\u4000-\u9fff]+")


class Fact(NamedTuple):
    """A good line: its number, mark, turns, characters, Chinese ones, and bytes in UTF-8 beyond one a character."""

    line: int
    mark: int
    turns: int
    characters: int
    chinese: int
    wide: int


class Facts(NamedTuple):
    """The same of many lines: an array each."""

    lines: Numbers
    marks: Hashes
    turns: Numbers
    characters: Numbers
    chinese: Numbers
    wide: Numbers


def fact(line: int, mark: int, turns: int, contents: list[str]) -> Fact:
    """The fact of a line that has these contents."""
    return Fact(
        line,
        mark,
        turns,
        sum(map(len, contents)),
        sum(len(run) for content in contents if not content.isascii() for run in CHINESE.findall(content)),
        sum(len(content.encode()) - len(content) for content in contents if not content.isascii()),
    )


def facts(gathered: list[Fact]) -> Facts:
    """Single facts as arrays."""
    columns = list(zip(*gathered, strict=True)) or [()] * len(Fact._fields)
    lines, marks, *others = columns
    return Facts(
        np.array(lines, np.int64), np.array(marks, np.uint64), *(np.array(column, np.int64) for column in others)
    )


def together(a: Facts, b: Facts) -> Facts:
    """Facts of different lines as one, in the order of the lines."""
    if not len(a.lines) or not len(b.lines):
        return a if len(a.lines) else b
    order = np.argsort(np.concatenate([a.lines, b.lines]), kind="stable")
    return Facts(*(np.concatenate(columns)[order] for columns in zip(a, b, strict=True)))


def marks_of(found: Facts) -> Marks:
    return Marks.of(found.lines, found.marks)


def count(tally: Tally, found: Facts) -> None:
    """Count these lines, all but their system prompts."""
    if not len(found.lines):
        return
    _count_sizes(tally.turns, found.turns)
    _count_sizes(tally.characters, found.characters)
    for name, of_it in _languages(found).items():
        if times := np.count_nonzero(of_it):
            tally.languages[name] = tally.languages.get(name, 0) + int(times)
    tally.lengthen(_longest(found))


def _count_sizes(sizes: Sizes, seen: Numbers) -> None:
    shift = np.maximum(np.frexp(seen)[1] - SIGNIFICANT_BITS, 0)
    counts = np.bincount(shift << SIGNIFICANT_BITS | seen >> shift)
    for number in np.flatnonzero(counts).tolist():
        low = (number & 2**SIGNIFICANT_BITS - 1) << (number >> SIGNIFICANT_BITS)
        sizes.bins[low] = sizes.bins.get(low, 0) + int(counts[number])
    sizes.count += len(seen)
    sizes.total += int(seen.sum())
    sizes.largest = max(sizes.largest, int(seen.max()))


def _languages(found: Facts) -> dict[str, npt.NDArray[np.bool_]]:
    """As `statistics.language_of` has it."""
    chinese = found.chinese
    plain = found.characters - chinese - (found.wide - 2 * chinese) // 2
    is_other = (chinese == 0) & (4 * found.wide >= found.characters)
    is_chinese = ~is_other & (plain <= LETTERS_BESIDE * chinese)
    is_english = ~is_other & (plain > LETTERS_AROUND * chinese)
    return {
        "chinese": is_chinese,
        "english": is_english,
        "mixed": ~(is_chinese | is_english | is_other),
        "other": is_other,
    }


def _longest(found: Facts) -> list[Long]:
    sizes = found.characters
    least = int(np.partition(sizes, -LONGEST)[-LONGEST]) if len(sizes) > LONGEST else 0
    at = np.concatenate([np.flatnonzero(sizes > least), np.flatnonzero(sizes == least)[:LONGEST]])
    return [Long(size, line) for size, line in zip(sizes[at].tolist(), found.lines[at].tolist(), strict=True)]
