"""What a dataset is called: the name of the file that was sent, made safe to show and to save, in any language."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

MAX_LENGTH = 120  # characters; 255 bytes, the limit of most file systems, hold some 80 Chinese ones
FALLBACK = "dataset.jsonl"

# Joiners are part of how words and emoji are written in many languages; every other format character only hides
# something or turns the reading direction of what stands beside it.
JOINERS = "\u200c\u200d"
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
NOT_IN_FILE_NAMES = re.compile(r'[<>:"|?*]')  # no file on Windows may have these, and markup cannot do without
FORMULA_START = "=+-@. "  # a spreadsheet runs what starts so, a shell takes it for an option, a folder hides it


def clean(raw: str) -> str:
    """The name to keep for a file that calls itself `raw`: its last path part without what hides, runs or escapes."""
    name = unicodedata.normalize("NFC", raw).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(c for c in name if c in JOINERS or unicodedata.category(c) not in INVISIBLE)
    name = NOT_IN_FILE_NAMES.sub("_", " ".join(name.split()))
    name = name.lstrip(FORMULA_START).rstrip(". ")
    return _shorten(name) or FALLBACK


def _shorten(name: str) -> str:
    if len(name) <= MAX_LENGTH:
        return name
    ending = PurePosixPath(name).suffix[:12]
    return name[: MAX_LENGTH - len(ending) - 1].rstrip() + "…" + ending
