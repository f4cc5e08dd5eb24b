"""What a dataset is like, in figures: what the judge gathers as it goes, and what is kept of that on the dataset's row.

Only examples without errors are counted, of the file's own format. A `Tally` is a monoid, like findings, and does not
grow with the file; `Statistics` is made of it in the end, and is what pages read: `of(dataset.statistics)`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec

LONGEST = 10  # examples that are named
MOST_USED = 10  # system prompts that are kept
MAX_PROMPTS = 200  # different ones that are told apart; of more, the rarer are let go
PROMPT_SHOWN = 200  # characters
NUL_SHOWN = "\u2400"  # its picture: PostgreSQL keeps no NUL
EXACT_BELOW = 32  # sizes that have a bin of their own
SIGNIFICANT_BITS = 5  # of larger ones: 16 bins from a size to its double

LANGUAGES = ("chinese", "english", "mixed", "other")
LETTERS_BESIDE = 1  # plain characters to a Chinese one, up to which an example is Chinese
LETTERS_AROUND = 16  # and above which it is English


class Bin(msgspec.Struct, frozen=True):
    """How many examples have a size from `low` to `high`, both included."""

    low: int
    high: int
    count: int


class Spread(msgspec.Struct):
    """How a size is spread over the examples. Bins are in order, those without an example left out.

    `median` is exact below 32, and within 3 % of the true one above.
    """

    total: int = 0
    mean: float = 0.0
    median: int = 0
    largest: int = 0
    bins: list[Bin] = []


class Long(msgspec.Struct, frozen=True, order=True):
    """One of the longest examples: its characters, and the number of its line."""

    characters: int
    line: int


class Prompt(msgspec.Struct, frozen=True):
    """A system prompt, cut to 200 characters, and in how many examples it stands."""

    text: str
    count: int


class SystemPrompts(msgspec.Struct):
    """The system prompts of a dataset: in how many examples there is one, how many different ones, the most used first.

    There are more `different` ones than the figure says, and counts may be a little too low, if not `is_exact`.
    """

    examples: int = 0
    different: int = 0
    is_exact: bool = True
    most_used: list[Prompt] = []


class Statistics(msgspec.Struct):
    """A dataset in figures.

    `examples` are those without errors, of the file's format. `turns` are the messages of users and assistants in an
    example, `characters` those of all its contents, unescaped, keys and roles left out. `languages` has how many
    examples are `chinese`, `english`, `mixed` or `other`, by their letters. `longest` has the longest first.
    `duplicates` are examples that are there before.
    """

    examples: int = 0
    turns: Spread = msgspec.field(default_factory=Spread)
    characters: Spread = msgspec.field(default_factory=Spread)
    longest: list[Long] = []
    system_prompts: SystemPrompts = msgspec.field(default_factory=SystemPrompts)
    duplicates: int = 0
    languages: dict[str, int] = {}


def of(stored: dict[str, Any]) -> Statistics | None:
    """The statistics that a row keeps; None if there are none yet."""
    return msgspec.convert(stored, Statistics) if stored else None


class Sizes(msgspec.Struct):
    """Sizes that were seen, in bins of a bounded number; a bin is named by its lowest size."""

    count: int = 0
    total: int = 0
    largest: int = 0
    bins: dict[int, int] = {}

    def add(self, size: int, times: int = 1) -> None:
        """Count a size, `times` times."""
        self.count += times
        self.total += size * times
        self.largest = max(self.largest, size)
        low = bin_of(size)
        self.bins[low] = self.bins.get(low, 0) + times

    def absorb(self, other: Sizes) -> None:
        self.count += other.count
        self.total += other.total
        self.largest = max(self.largest, other.largest)
        for low, count in other.bins.items():
            self.bins[low] = self.bins.get(low, 0) + count

    def spread(self) -> Spread:
        bins = [Bin(low, _high(low), self.bins[low]) for low in sorted(self.bins)]
        mean = self.total / self.count if self.count else 0.0
        return Spread(self.total, mean, min(_median(bins, self.count), self.largest), self.largest, bins)


class Tally(msgspec.Struct):
    """What is gathered of some examples. `prompts` are named by a hash of the bytes between their quotes."""

    turns: Sizes = msgspec.field(default_factory=Sizes)
    characters: Sizes = msgspec.field(default_factory=Sizes)
    longest: list[Long] = []
    languages: dict[str, int] = {}
    prompted: int = 0
    prompts: dict[int, Prompt] = {}
    prompts_lost: bool = False

    def add_prompts(self, prompts: dict[int, Prompt]) -> None:
        """Count system prompts; the text of an earlier one of a name stays."""
        for name, prompt in prompts.items():
            known = self.prompts.get(name)
            self.prompts[name] = Prompt(known.text, known.count + prompt.count) if known else prompt
            self.prompted += prompt.count
        if len(self.prompts) > MAX_PROMPTS:
            ranked = sorted(self.prompts.items(), key=lambda item: -item[1].count)
            self.prompts = dict(ranked[:MAX_PROMPTS])
            self.prompts_lost = True

    def absorb(self, other: Tally, lines: int) -> None:
        """Append the tally of a part that stands behind so many lines."""
        self.turns.absorb(other.turns)
        self.characters.absorb(other.characters)
        self.lengthen([Long(long.characters, long.line + lines) for long in other.longest])
        self.languages = dict(Counter(self.languages) + Counter(other.languages))
        self.prompts_lost |= other.prompts_lost
        lost = other.prompted - sum(prompt.count for prompt in other.prompts.values())
        self.add_prompts(other.prompts)
        self.prompted += lost

    def lengthen(self, longest: list[Long]) -> None:
        """Take in those of `longest` that are among the longest of all; of equal ones the first."""
        self.longest = sorted([*self.longest, *longest], key=lambda long: (-long.characters, long.line))[:LONGEST]

    def statistics(self, duplicates: int) -> Statistics:
        """What is kept of it all."""
        most_used = sorted(self.prompts.values(), key=lambda prompt: (-prompt.count, prompt.text))[:MOST_USED]
        most_used = [Prompt(prompt.text.replace("\0", NUL_SHOWN), prompt.count) for prompt in most_used]
        return Statistics(
            examples=self.turns.count,
            turns=self.turns.spread(),
            characters=self.characters.spread(),
            longest=self.longest,
            system_prompts=SystemPrompts(self.prompted, len(self.prompts), not self.prompts_lost, most_used),
            duplicates=duplicates,
            languages={name: self.languages.get(name, 0) for name in LANGUAGES},
        )


def language_of(characters: int, chinese: int, wide: int) -> str:
    """The language of an example, which has so many characters, Chinese ones among them.

    `wide` are its bytes in UTF-8 beyond one a character. A Chinese character has two, so does Chinese punctuation;
    what is left is plain, and English as far as we care. Without any Chinese, many wide characters are another script.
    """
    plain = characters - chinese - (wide - 2 * chinese) // 2
    if not chinese and 4 * wide >= characters:
        return "other"
    if plain <= LETTERS_BESIDE * chinese:
        return "chinese"
    return "english" if plain > LETTERS_AROUND * chinese else "mixed"


def bin_of(size: int) -> int:
    """The lowest size of the bin that `size` belongs to."""
    shift = max(0, size.bit_length() - SIGNIFICANT_BITS)
    return size >> shift << shift


def _high(low: int) -> int:
    return low + (1 << max(0, low.bit_length() - SIGNIFICANT_BITS)) - 1


def _median(bins: list[Bin], count: int) -> int:
    seen = 0
    for each in bins:
        seen += each.count
        if 2 * seen >= count:
            return (each.low + each.high) // 2
    return 0
