"""Translations: `.po` files are the source, the `.mo` files beside them are compiled here (pure Python, by Babel)."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogs(folders: Iterable[Path]) -> list[Path]:
    """Compile each catalog that is newer than its `.mo`; the files written."""
    sources = [path for folder in folders for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))]
    return [_compile(source) for source in sources if _is_stale(source)]


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> Path:
    target = source.with_suffix(".mo")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with source.open("rb") as file:
        catalog = read_po(file)
    with draft.open("wb") as file:
        write_mo(file, catalog)
    return draft.replace(target)  # whole or not at all, for programs that start meanwhile
