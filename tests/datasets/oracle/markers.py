"""The withdrawn `text` format: Human and Assistant, each after a blank line."""

from __future__ import annotations

from dataclasses import dataclass

from tests.datasets.oracle.turns import content_warnings, order_errors

WORDS = {"Human:": "user", "Assistant:": "assistant"}


@dataclass
class Marker:
    role: str
    start: int  # where its line starts
    word: int  # where its word starts, behind spaces and tabs
    end: int  # behind its colon


def markers(text: str) -> list[Marker]:
    found = []
    start = 0
    for line in text.split("\n"):
        word = line.lstrip(" \t")
        for name, role in WORDS.items():
            if word.startswith(name):
                place = start + len(line) - len(word)
                found.append(Marker(role, start, place, place + len(name)))
        start += len(line) + 1
    return found


def text_errors(text: str) -> list[str]:
    """Silent: the order of markers of one kind alone. That the other is missing says it all."""
    found = markers(text)
    roles = [marker.role for marker in found]
    codes = []
    if "user" not in roles:
        codes.append("missing_human_marker")
    if "assistant" not in roles:
        codes.append("missing_assistant_marker")
    for number, marker in enumerate(found):
        if not (begins_the_text(text, marker) if number == 0 else well_spaced(text, marker, found[number - 1])):
            codes.append("bad_marker_spacing")
    return codes + order_errors(roles) if {"user", "assistant"} <= set(roles) else codes


def begins_the_text(text: str, marker: Marker) -> bool:
    return text[: marker.word] == "\n\n"


def well_spaced(text: str, marker: Marker, before: Marker) -> bool:
    between = text[before.end : marker.word]
    if not between.endswith("\n\n"):
        return False
    said = between[:-2]
    # Silent: a space after a colon with nothing behind it. It is free there too: the answer is empty, not badly spaced.
    return said in ("", " ") or not said[-1].isspace()


def text_warnings(text: str) -> list[str]:
    found = markers(text)
    ends = [marker.word - 2 for marker in found[1:]] + [len(text)]
    codes = []
    for marker, end in zip(found, ends, strict=True):
        codes += content_warnings(text[marker.end : end].removeprefix(" "))
    return codes
