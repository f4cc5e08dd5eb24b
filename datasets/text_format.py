r"""The text format, being withdrawn: "\n\nHuman: question\n\nAssistant: answer", in one string."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, pairwise
from typing import NamedTuple

from datasets.contents import Speaker, oddities, whole_warning
from datasets.spots import Spot
from datasets.strictjson import Span, raw_offsets, string_at
from datasets.turns import Turn, order_errors

MARKER = re.compile(r"^[ \t]*(Human|Assistant):", re.MULTILINE)
ROLE_OF_MARKER = {"Human": "user", "Assistant": "assistant"}
BREAK = "\n\n"


class Marker(NamedTuple):
    """A marker's word, where it stands in the string (its colon included), and where in the line that is written."""

    word: str
    start: int
    end: int
    place: Span


def text_errors(line: str, value: Span) -> Iterator[Spot]:
    """Markers that are missing, badly spaced or out of turn in the proved string at `value`."""
    text = string_at(line, value)
    has_human, has_assistant = (any(match[1] == word for match in MARKER.finditer(text)) for word in ROLE_OF_MARKER)
    if not has_human:
        yield Spot("missing_human_marker", value)
    if not has_assistant:
        yield Spot("missing_assistant_marker", value)
    before: Marker | None = None
    for marker in _markers(line, value, text):
        if not _well_spaced(text, marker, before):
            yield Spot("bad_marker_spacing", marker.place, {"marker": marker.word})
        before = marker
    if has_human and has_assistant:
        yield from order_errors(
            Turn(ROLE_OF_MARKER[marker.word], marker.place) for marker in _markers(line, value, text)
        )


def text_warnings(line: str, value: Span) -> Iterator[Spot]:
    """What stands between the markers of a string without errors: what is odd about it."""
    text = string_at(line, value)
    for marker, following in pairwise(chain(_markers(line, value, text), [None])):
        if marker is None:
            continue
        content = content_at(text, marker.end, following.start if following else None)
        code = whole_warning(text[content.start : content.end])
        if code is not None:
            yield Spot(code, marker.place, {"field": marker.word})
        for oddity in oddities(text[content.start : content.end], _speaker(marker, following)):
            places = raw_offsets(line, value, (content.start + oddity.start, content.start + oddity.end))
            yield Spot(oddity.code, Span(*places), oddity.params)


def content_at(text: str, marker_end: int, following: int | None) -> Span:
    """What a marker that ends there introduces, up to the newlines before the `following` one; the one space after a
    colon is the marker's own."""
    start = marker_end + text.startswith(" ", marker_end)
    return Span(start, len(text) if following is None else max(start, following - len(BREAK)))


def count_markers(text: str) -> int:
    return sum(1 for _ in MARKER.finditer(text))


def _speaker(marker: Marker, following: Marker | None) -> Speaker:
    if ROLE_OF_MARKER[marker.word] != "assistant":
        return Speaker.OTHER
    return Speaker.ANSWER if following else Speaker.LAST_ANSWER


def _markers(line: str, value: Span, text: str) -> Iterator[Marker]:
    offsets = raw_offsets(line, value, (match.start(1) for match in MARKER.finditer(text)))
    for match, offset in zip(MARKER.finditer(text), offsets, strict=True):
        yield Marker(match[1], match.start(1), match.end(), Span(offset, offset + len(match[1]) + 1))


def _well_spaced(text: str, marker: Marker, before: Marker | None) -> bool:
    """Right after exactly two newlines; these begin the text, or follow something that is no white space."""
    newlines = marker.start - len(BREAK)
    if before is None:
        return text[: marker.start] == BREAK
    if text[newlines : marker.start] != BREAK:
        return False
    # The one space after a colon is the marker's own, even where nothing follows it.
    return not text[newlines - 1].isspace() or text[before.end : newlines] == " "
