"""Putting sentences together as the language does it: Chinese has marks of its own and no space after them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce

from django.utils.translation import pgettext


def sentence(text: str) -> str:
    """`text` with its full stop, empty if it is empty."""
    return pgettext("a sentence", "%(text)s.") % {"text": text} if text else ""


def between_sentences() -> str:
    """What `sentences` puts between two: a space, or nothing where the full stop is as wide as a letter."""
    return pgettext("two sentences", "%(first)s %(then)s") % {"first": "", "then": ""}


def sentences(*parts: str) -> str:
    """Whole sentences one after the other; empty ones are left out."""
    pattern = pgettext("two sentences", "%(first)s %(then)s")
    return reduce(
        lambda first, then: pattern % {"first": first, "then": then}, [part for part in parts if part] or [""]
    )


def series(parts: Iterable[str]) -> str:
    """Parts of one sentence, `a, b`; empty ones are left out."""
    pattern = pgettext("two parts of a sentence", "%(first)s, %(then)s")
    return reduce(
        lambda first, then: pattern % {"first": first, "then": then}, [part for part in parts if part] or [""]
    )


def alternatives(words: list[str]) -> str:
    """`a`, `a or b`, `a, b or c`."""
    if not words[1:]:
        return "".join(words)
    either = pgettext("the last of some alternatives", "%(first)s or %(last)s")
    comma = pgettext("between alternatives", ", ")
    return either % {"first": comma.join(words[:-1]), "last": words[-1]}


def enumeration(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    if not names[1:]:
        return "".join(names)
    all_of = pgettext("the last of some names", "%(first)s and %(last)s")
    comma = pgettext("between names", ", ")
    return all_of % {"first": comma.join(names[:-1]), "last": names[-1]}
