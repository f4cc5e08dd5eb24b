"""Examples as people read them: who says what, thinking apart, what is too long cut with its size.

Gives parts, never markup: the template escapes each.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.contents import OPENING, THINK_TAG
from datasets.examples import Said
from datasets.visible import NAMES, UNSEEN

MESSAGES_SHOWN = 50
MESSAGE_SHOWN = 2000  # characters
EXAMPLE_SHOWN = 12_000  # characters, of all its messages; each of the rest gets a little
LITTLE = 100
BEFORE_A_HIT = 200  # characters of a long message before the first place that was searched for
PLAIN = "\n\t"  # seen well enough as they are


@dataclass(frozen=True)
class Piece:
    """Text to show; a `label` stands for something that is not shown itself, a `hit` is what was searched for."""

    text: str
    is_label: bool = False
    is_hit: bool = False


@dataclass(frozen=True)
class Bubble:
    """One message. `thinking` is folded, with its number of characters; None if there is none."""

    role: str
    pieces: list[Piece]
    thinking: list[Piece] | None = None
    thought: int = 0

    @property
    def css(self) -> str:
        return {"system": "is-note", "assistant": "is-run"}.get(self.role, "")


@dataclass(frozen=True)
class Talk:
    """The messages of an example, `more` of which are left out."""

    bubbles: list[Bubble]
    characters: int = 0
    more: int = 0
    total: int = field(default=0)


def talk(messages: Sequence[Said], search: str = "") -> Talk:
    """The example with the places marked where `search` is found, in whatever case."""
    hit = re.compile(re.escape(search), re.IGNORECASE) if search else None
    room = EXAMPLE_SHOWN
    bubbles = []
    for message in messages[:MESSAGES_SHOWN]:
        length = min(MESSAGE_SHOWN, max(LITTLE, room))
        bubbles.append(_bubble(message, length, hit))
        room -= length if len(message.content) > length else len(message.content)
    characters = sum(len(message.content) for message in messages)
    return Talk(bubbles, characters, max(0, len(messages) - MESSAGES_SHOWN), len(messages))


def _bubble(message: Said, length: int, hit: re.Pattern[str] | None) -> Bubble:
    thinking, rest = _thinking(message) if message.role == "assistant" else (None, message.content)
    return Bubble(
        message.role,
        _pieces(rest, length, hit),
        None if thinking is None else _pieces(thinking, length, hit),
        len(thinking or ""),
    )


def _thinking(message: Said) -> tuple[str | None, str]:
    """What stands in the first pair of tags, if the message begins with it, and what follows."""
    content = message.content
    opening = len(content) - len(content.lstrip())
    if not content.startswith(OPENING, opening):
        return None, content
    start = opening + len(OPENING)
    tag = THINK_TAG.search(content, start)
    if tag is None or tag[0] == OPENING:
        return None, content
    return content[start : tag.start()].strip(), content[tag.end() :].lstrip("\n")


def _pieces(text: str, length: int, hit: re.Pattern[str] | None) -> list[Piece]:
    first = hit.search(text) if hit else None
    start = max(0, first.start() - BEFORE_A_HIT) if first and first.end() > length else 0
    end = min(len(text), start + length)
    pieces = list(_marked(text[start:end], hit))
    if start:
        pieces.insert(0, _cut(start))
    if end < len(text):
        pieces.append(_cut(len(text) - end))
    if not text:
        pieces = [Piece(_("empty"), is_label=True)]
    return pieces


def _marked(text: str, hit: re.Pattern[str] | None) -> Iterator[Piece]:
    at = 0
    for found in hit.finditer(text) if hit else ():
        yield from named(text[at : found.start()])
        yield from named(found[0], is_hit=True)
        at = found.end()
    yield from named(text[at:])


def named(text: str, *, is_hit: bool = False) -> Iterator[Piece]:
    """`text` with a label for each character that cannot be seen, but for the breaks between lines."""
    shown = ""
    for i, piece in enumerate(UNSEEN.split(text)):
        if i % 2 and piece not in PLAIN:
            if shown:
                yield Piece(shown, is_hit=is_hit)
            yield Piece(NAMES.get(piece, f"U+{ord(piece):04X}"), is_label=True)
            shown = ""
        else:
            shown += piece
    if shown:
        yield Piece(shown, is_hit=is_hit)


def _cut(count: int) -> Piece:
    shown = number_format(count, use_l10n=True, force_grouping=True)
    return Piece(ngettext("%(n)s character more", "%(n)s characters more", count) % {"n": shown}, is_label=True)
