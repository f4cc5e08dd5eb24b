"""What a conversion kept, dropped and changed."""

from __future__ import annotations

import msgspec

FIRST = 10  # places that are told of each reason


class Places(msgspec.Struct):
    """How often, and where first: lines of the file (rows of a spreadsheet), from 1."""

    count: int = 0
    first: list[int] = []

    def add(self, place: int) -> None:
        self.count += 1
        if len(self.first) < FIRST:
            self.first.append(place)


class Tally(msgspec.Struct):
    """`dropped` are examples, by reason; `changed` are examples that were kept without a part, by what that was."""

    kept: int = 0
    dropped: dict[str, Places] = {}
    changed: dict[str, Places] = {}

    @property
    def dropped_count(self) -> int:
        return sum(places.count for places in self.dropped.values())

    def drop(self, reason: str, place: int) -> None:
        self.dropped.setdefault(reason, Places()).add(place)

    def change(self, part: str, place: int) -> None:
        self.changed.setdefault(part, Places()).add(place)


class Dropped(Exception):
    """An example that cannot be converted; the argument is the reason, a key of `datasets.conversions.words`."""

    @property
    def reason(self) -> str:
        return str(self.args[0])


class Unreadable(Exception):
    """A file that cannot be converted at all; the argument is the reason."""

    @property
    def reason(self) -> str:
        return str(self.args[0])
