r"""The text format, being withdrawn: "\n\nHuman: question\n\nAssistant: answer", in one string."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from datasets.spots import Spot
from datasets.strictjson import Span, raw_offsets, string_at
from datasets.turns import Turn, order_errors

MARKER = re.compile(r"^[ \t]*(Human|Assistant):", re.MULTILINE)
ROLE_OF_MARKER = {"Human": "user", "Assistant": "assistant"}
BREAK = "\n\n"


class Marker(NamedTuple):
    """A marker's word and where it stands in the string, its colon included: `text[start:end]`."""

    word: str
    start: int
    end: int


def text_errors(line: str, value: Span) -> Iterator[Spot]:
    """Markers that are missing, badly spaced or out of turn in the proved string at `value`."""
    text = string_at(line, value)
    markers = _markers(text)
    words = {marker.word for marker in markers}
    if "Human" not in words:
        yield Spot("missing_human_marker", value)
    if "Assistant" not in words:
        yield Spot("missing_assistant_marker", value)
    places = _places(line, value, markers)
    for index, marker in enumerate(markers):
        if not _well_spaced(text, marker, markers[index - 1] if index else None):
            yield Spot("bad_marker_spacing", places[index], {"marker": marker.word})
    if len(words) == 2:
        turns = [Turn(ROLE_OF_MARKER[marker.word], place) for marker, place in zip(markers, places, strict=True)]
        yield from order_errors(turns)


def text_warnings(line: str, value: Span) -> Iterator[Spot]:
    """What stands between the markers of a string without errors: empty, or with white space around it."""
    text = string_at(line, value)
    markers = _markers(text)
    places = _places(line, value, markers)
    for index, marker in enumerate(markers):
        last = index + 1 == len(markers)
        content = text[marker.end :] if last else text[marker.end : markers[index + 1].start - len(BREAK)]
        code = content_warning(content.removeprefix(" "))
        if code:
            yield Spot(code, places[index], {"field": marker.word})


def content_warning(content: str) -> str | None:
    """The code of the warning that a content deserves, if any."""
    stripped = content.strip()
    if not stripped:
        return "empty_content"
    return "surrounding_whitespace" if stripped != content else None


def _markers(text: str) -> list[Marker]:
    return [Marker(match[1], match.start(1), match.end()) for match in MARKER.finditer(text)]


def _well_spaced(text: str, marker: Marker, before: Marker | None) -> bool:
    """Right after exactly two newlines; these begin the text, or follow something that is no white space."""
    newlines = marker.start - len(BREAK)
    if before is None:
        return text[: marker.start] == BREAK
    if text[newlines : marker.start] != BREAK:
        return False
    # The one space after a colon is the marker's own, even where nothing follows it.
    return not text[newlines - 1].isspace() or text[before.end : newlines] == " "


def _places(line: str, value: Span, markers: list[Marker]) -> list[Span]:
    """Where in the line each marker is written."""
    offsets = raw_offsets(line, value, [marker.start for marker in markers])
    return [Span(start, start + len(marker.word) + 1) for start, marker in zip(offsets, markers, strict=True)]
