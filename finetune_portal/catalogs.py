"""Translations. English is the source; `.po` files are kept, and the `.mo` files beside them are compiled here by
Babel, in pure Python. Looking for texts in the sources needs GNU gettext: that is for those who change them."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

LANGUAGES = ("zh_Hans",)
SOURCES = ("finetune_portal", "teams", "datasets", "jobs", "templates")


HEAD = """# Translations of Finetune Portal.
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"""


def compile_catalogs(folders: Iterable[Path]) -> list[Path]:
    """Compile each catalog that is newer than its `.mo`; the files written."""
    sources = [path for folder in folders for path in sorted(Path(folder).glob("*/LC_MESSAGES/*.po"))]
    return [_compile(source) for source in sources if _is_stale(source)]


def update_catalogs(root: Path) -> None:
    """Bring the catalogs in `root` up to its sources: new texts come in empty, unused ones go."""
    command = [sys.executable, "-m", "django", "makemessages", "--no-obsolete", "--no-wrap", "--add-location=file"]
    command += [f"--locale={language}" for language in LANGUAGES]
    command += [f"--ignore={path.name}" for path in root.iterdir() if path.name not in SOURCES]
    (root / "locale").mkdir(exist_ok=True)
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    subprocess.run(command, cwd=root, env=env, check=True, capture_output=True)  # noqa: S603  our own words
    for language in LANGUAGES:
        _tidy(_catalog(root, language), language)


def _tidy(path: Path, language: str) -> None:
    """Write it as Babel does: with as many plural forms as the language has (gettext adds English's second one), and a
    head that only changes when something else does."""
    catalog = _read(path)
    tidy = Catalog(locale=language)
    for message in catalog:
        if message.id:
            tidy[message.id] = message
    with path.open("wb") as file:
        write_po(file, tidy, width=0, omit_header=True)
    body = path.read_bytes()
    head = f'{HEAD}"Language: {language}\\n"\n"Plural-Forms: {tidy.plural_forms}\\n"\n\n'
    path.write_bytes(head.encode() + body)


def gaps(root: Path) -> list[str]:
    """What is missing in the catalogs of `root`, one line each. Works on a copy."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in (*SOURCES, "locale"):
            if (root / name).is_dir():
                shutil.copytree(root / name, copy / name, ignore=shutil.ignore_patterns("*.mo", "__pycache__"))
        update_catalogs(copy)
        return [line for language in LANGUAGES for line in _gaps_of(language, root, copy)]


def _gaps_of(language: str, root: Path, copy: Path) -> Iterator[str]:
    wanted, kept = (_read(_catalog(folder, language)) for folder in (copy, root))
    known = {(message.context, message.id) for message in kept}
    for message in wanted:
        if message.id and (what := _trouble(message, known)):
            yield f"{language}: {what}: {message.id!r} ({', '.join(path for path, _ in message.locations)})"
    used = {(message.context, message.id) for message in wanted}
    for message in kept:
        if (message.context, message.id) not in used:
            yield f"{language}: in no source any more: {message.id!r}"


def _trouble(message: Message, known: set[Any]) -> str:
    texts = [text or "" for text in ([message.string] if isinstance(message.string, str) else message.string or [""])]
    if (message.context, message.id) not in known:
        return "not in the catalog"
    if not all(texts):
        return "not translated"
    if message.fuzzy:
        return "fuzzy"
    if any(_placeholders(text) != _placeholders(_plural(message)) for text in texts):
        return "other placeholders"
    return ""


def _plural(message: Message) -> str:
    """The English text that has all placeholders."""
    return message.id if isinstance(message.id, str) else message.id[-1]


def _placeholders(text: str) -> set[str]:
    return set(re.findall(r"%\(\w+\)[sd]", text))


def _catalog(root: Path, language: str) -> Path:
    return root / "locale" / language / "LC_MESSAGES" / "django.po"


def _read(path: Path) -> Catalog:
    if not path.exists():
        return Catalog()
    with path.open("rb") as file, redirect_stdout(io.StringIO()):  # where it warns of a plural form too many
        return read_po(file)


def _is_stale(source: Path) -> bool:
    target = source.with_suffix(".mo")
    return not target.exists() or target.stat().st_mtime < source.stat().st_mtime


def _compile(source: Path) -> Path:
    target = source.with_suffix(".mo")
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    with draft.open("wb") as file:
        write_mo(file, _read(source))
    return draft.replace(target)  # whole or not at all, for programs that start meanwhile
