"""What precisely is wrong where a text stops being JSON: one reason for each way that people get it wrong.

The words for each reason stand in `codes`.
"""

from __future__ import annotations

import re

from datasets.excerpts import shown

SPACE = re.compile(r"[ \t\r\n]*")
WORD = re.compile(r"[-+.\w]+")
# An escape that stands for a character: a surrogate counts only as half of a pair.
ESCAPE = r'\\(?:["\\/bfnrt]|u(?![dD][89a-fA-F])[0-9a-fA-F]{4}|u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2})'
SURROGATE = re.compile(r"\\u[dD][89a-fA-F][0-9a-fA-F]{2}")
LIKE_LITERALS = {"true": "true", "false": "false", "null": "null", "none": "null", "undefined": "null", "nil": "null"}
NOT_NUMBERS = frozenset({"nan", "inf", "infinity"})
TYPOGRAPHIC_QUOTES = frozenset("“”„‟‘’‚‛«»＂＇「」")
WIDE = {"，": ",", "：": ":", "｛": "{", "｝": "}", "［": "[", "］": "]", "、": ",", "；": ",", "　": " "}


class Fault(ValueError):
    """Why a text is not JSON: a `reason` that `codes` has words for, and what it is about, `text[start:end]`."""

    def __init__(self, reason: str, start: int, end: int, params: dict[str, str | int] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.start = start
        self.end = end
        self.params = params or {}


def value_fault(text: str, position: int, where: str) -> Fault:
    """There is no value (or, with `where` "key", no key) at `position`, where one must begin."""
    common = _common_fault(text, position, where)
    if common is not None:
        return common
    character = text[position]
    if where == "key" and (character == "'" or WORD.match(character)):
        return _unquoted_key(text, position)
    if character == "'":
        return Fault("single_quotes", position, position + 1)
    reason = "missing_key" if where == "key" else "missing_value"
    return Fault(reason if character in ",:]}" else "unexpected", position, position + 1, _shown(character))


def word_fault(text: str, position: int, word: str) -> Fault:
    """A bare word is neither a number nor true, false or null."""
    bare = word.lstrip("+-").lower()
    if bare in NOT_NUMBERS:
        reason = "not_a_number"
    elif bare in LIKE_LITERALS:
        return Fault("literal", position, position + len(word), {**_shown(word), "instead": LIKE_LITERALS[bare]})
    elif re.match(r"[-+.]?[0-9]", word):
        reason = "number"
    elif word == "-":
        reason = "unexpected"
    else:
        reason = "unquoted"
    return Fault(reason, position, position + len(word), _shown(word))


def structure_fault(text: str, position: int, where: str) -> Fault:
    """After a value (`where`: "array", "object", "end") or a key ("colon") stands something that cannot."""
    common = _common_fault(text, position, where)
    if common is not None:
        return common
    character = text[position]
    if where == "colon":
        return Fault("missing_colon", position, position + 1, _shown(character))
    if where == "end":
        reason = "two_values" if character in '{["' or WORD.match(character) else "after_end"
        if reason == "two_values" and "\r" in text[len(text[:position].rstrip()) : position]:
            reason = "carriage_return"
        return Fault(reason, position, position + 1, _shown(character))
    if character in "]}":
        return Fault("wrong_bracket", position, position + 1, _shown(character))
    if character in "'\"{[" or WORD.match(character):
        return Fault("missing_comma", position, position + 1)
    return Fault("unexpected", position, position + 1, _shown(character))


def string_fault(text: str, start: int, position: int) -> Fault:
    """The string that opens at `start` cannot go on at `position`."""
    character = text[position : position + 1]
    if not character:
        return Fault("unclosed_string", start, position)
    if character != "\\":
        return _control(position, character)
    if SURROGATE.match(text, position):
        return Fault("surrogate", position, position + 6, _shown(text[position : position + 6]))
    length = 6 if text[position + 1 : position + 2] == "u" else 2
    return Fault("escape", position, min(position + length, len(text)), _shown(text[position : position + length]))


def _common_fault(text: str, position: int, where: str) -> Fault | None:
    """What is wrong wherever it stands outside a string: that nothing does, too."""
    character = text[position : position + 1]
    if not character:
        end = len(text.rstrip(" \t\r\n"))  # it ends too early: right after what is not white space
        return Fault("cut_off", end, end, {"inside": where})
    if character == "\ufeff":
        return Fault("byte_order_mark", position, position + 1)
    if character < " " or character == "\x7f":
        return _control(position, character)
    if character == "#" or text.startswith(("//", "/*"), position):
        return Fault("comment", position, position + (1 if character == "#" else 2))
    if character in TYPOGRAPHIC_QUOTES:
        return Fault("typographic_quotes", position, position + 1, _shown(character))
    if character in WIDE:
        return Fault("wide", position, position + 1, {**_shown(character), "instead": WIDE[character]})
    return None


def _control(position: int, character: str) -> Fault:
    return Fault("control", position, position + 1, {"found": f"U+{ord(character):04X}"})


def _unquoted_key(text: str, position: int) -> Fault:
    if text[position] == "'":
        return Fault("single_quotes", position, position + 1)
    word = WORD.match(text, position)
    end = word.end() if word else position + 1
    return Fault("unquoted_key", position, end, _shown(text[position:end]))


def _shown(found: str) -> dict[str, str | int]:
    return {"found": shown(found)}
