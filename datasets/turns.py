"""Whose turn it is: the order of user and assistant, the same for messages and for the markers of a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from datasets.spots import Spot
from datasets.strictjson import Span


class Turn(NamedTuple):
    """Who speaks (user or assistant), and where."""

    role: str
    place: Span


def order_errors(turns: Iterable[Turn]) -> Iterator[Spot]:
    """User and assistant in pairs, the user first. There is at least one turn, and none of the system."""
    before: Turn | None = None
    for turn in turns:
        if before is None and turn.role == "assistant":
            yield Spot("starts_with_assistant", turn.place)
        if before is not None and turn.role == before.role:
            yield Spot(f"consecutive_{turn.role}", turn.place)
        before = turn
    if before is not None and before.role == "user":
        yield Spot("ends_with_user", before.place)
