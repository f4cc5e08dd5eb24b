"""Whose turn it is: the order of user and assistant, the same for messages and for the markers of a text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from datasets.spots import Spot
from datasets.strictjson import Span


class Turn(NamedTuple):
    """Who speaks (user or assistant), and where."""

    role: str
    place: Span


def order_errors(turns: Sequence[Turn]) -> Iterator[Spot]:
    """User and assistant in pairs, the user first. There is at least one turn, and no system message."""
    if turns[0].role == "assistant":
        yield Spot("starts_with_assistant", turns[0].place)
    for before, turn in pairwise(turns):
        if turn.role == before.role:
            yield Spot(f"consecutive_{turn.role}", turn.place)
    if turns[-1].role == "user":
        yield Spot("ends_with_user", turns[-1].place)
