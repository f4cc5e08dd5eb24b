"""Pieces of a dataset, short and safe to store and show: no control character, never longer than a limit."""

from __future__ import annotations

EXCERPT = 200  # characters
BEFORE = 60  # of them before the spot
MAX_SHOWN = 40  # characters that a message repeats

# The pictures that Unicode has for control characters. PostgreSQL stores no NUL.
PICTURES = {code: 0x2400 + code for code in range(32)} | {127: 0x2421}


def safe(text: str) -> str:
    """The text with a picture in the place of each control character, as many characters as before."""
    return text.translate(PICTURES)


def shown(text: str) -> str:
    """What a message repeats of the text: cut, and by its code point if it cannot be seen."""
    if len(text) == 1 and not text.isprintable():
        return f"U+{ord(text):04X}"
    return safe(text if len(text) <= MAX_SHOWN else text[: MAX_SHOWN - 1] + "…")


def excerpt(text: str, position: int) -> tuple[str, int]:
    """The part of a line around `position`, and where it starts. Both count characters, from 0."""
    start = 0 if len(text) <= EXCERPT else max(0, min(position - BEFORE, len(text) - EXCERPT))
    return safe(text[start : start + EXCERPT]), start
