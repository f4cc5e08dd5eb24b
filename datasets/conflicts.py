"""Examples that contradict each other: the same question, another answer. Exact, in 16 bytes a line, or in 8.

The question is all that stands before the last answer (system message, earlier turns and who said them), compared as
text: however a line writes its escapes and spaces. Such a line is told of if an earlier one has its question and
another answer, and names the first of these.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Iterator, Sequence
from heapq import nsmallest
from typing import BinaryIO, NamedTuple

import numpy as np

from datasets.examples import Said, read
from datasets.limits import LISTED

# Far too many bytes for two different questions of one file to share a mark, or two answers to one question.
QUESTION, ANSWER = 10, 6
MARK = QUESTION + ANSWER
BUCKET = 200_000  # marks that are compared in one dictionary
KEPT = 10_000  # conflicts before all but the first are let go


class Conflict(NamedTuple):
    """Lines count from 1."""

    line: int
    first: int


class Conflicts(NamedTuple):
    """How many there are, and those to list: the first and the last, in order."""

    total: int
    listed: list[Conflict]


def mark(messages: Sequence[Said]) -> bytes:
    """What to remember of an example that ends with an answer."""
    question = hashlib.blake2b(digest_size=QUESTION)
    for message in messages[:-1]:
        content = message.content.encode(errors="surrogatepass")
        question.update(f"{message.role} {len(content)} ".encode())
        question.update(content)
    answer = messages[-1].content.encode(errors="surrogatepass") if messages else b""
    return question.digest() + hashlib.blake2b(answer, digest_size=ANSWER).digest()


def of_file(file: BinaryIO, keep: int = LISTED) -> Conflicts:
    """The conflicts of a file without errors, in 8 bytes a line: it is read once to learn which questions are there
    twice, and if there are some, once more for these lines, which take 24 bytes each."""
    file.seek(0)
    kept = array("Q", (_question(mark(read(line) or [])) for line in file))
    questions = np.frombuffer(kept, np.uint64)
    questions.sort()  # in place
    again = np.unique(questions[1:][questions[1:] == questions[:-1]])
    del questions, kept
    marks, numbers = bytearray(), array("Q")
    file.seek(0)
    for number, line in enumerate(file if again.size else (), start=1):
        found = mark(read(line) or [])
        question = np.uint64(_question(found))
        place = int(np.searchsorted(again, question))
        if place < again.size and again[place] == question:
            marks += found
            numbers.append(number)
    total, listed = find(marks, keep)
    return Conflicts(total, [Conflict(numbers[line - 1], numbers[first - 1]) for line, first in listed])


def _question(mark: bytes) -> int:
    return int.from_bytes(mark[:8], "little")


def find(marks: bytes | bytearray, keep: int = LISTED) -> Conflicts:
    """The conflicts among the marks of all lines, one after the other from line 1."""
    total, last, first = 0, Conflict(0, 0), list[Conflict]()
    for bucket in _buckets(marks):
        for conflict in _among(bucket, marks):
            total += 1
            last = max(last, conflict)
            first.append(conflict)
            if len(first) > KEPT:
                first = nsmallest(keep, first)
    first = nsmallest(keep, first)
    return Conflicts(total, [*first, last] if total > len(first) else first)


def _among(indexes: Iterable[int], marks: bytes | bytearray) -> Iterator[Conflict]:
    earlier: dict[bytes, int] = {}  # the first line with a question
    other: dict[bytes, int] = {}  # the first of its lines with another answer than that one
    for index in indexes:
        at = index * MARK
        question = bytes(marks[at : at + QUESTION])
        first = earlier.setdefault(question, index)
        if first == index:
            continue
        if marks[at + QUESTION : at + MARK] != marks[first * MARK + QUESTION : (first + 1) * MARK]:
            other.setdefault(question, index)
            yield Conflict(index + 1, first + 1)
        elif question in other:
            yield Conflict(index + 1, other[question] + 1)


def _buckets(marks: bytes | bytearray) -> list[array[int]]:
    """Indexes of marks, parted so that the same questions fall together and no dictionary grows with the file."""
    count = len(marks) // MARK
    buckets = [array("I") for _ in range(1 + count // BUCKET)]
    for index in range(count):
        buckets[int.from_bytes(marks[index * MARK : index * MARK + 4], "little") % len(buckets)].append(index)
    return buckets
