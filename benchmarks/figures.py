"""What a benchmark measures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    """A value and its bar: at least so much, or with `at_most` no more than that."""

    name: str
    value: float
    bar: float
    at_most: bool = False

    @property
    def is_ok(self) -> bool:
        return self.value <= self.bar if self.at_most else self.value >= self.bar
