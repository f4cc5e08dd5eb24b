"""Static files: collected and compressed into the data folder, which takes seconds, so only when something changed.

Files of an older version stay: pages that were open during an upgrade still ask for them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage


class StaticStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # it has no types
    """Compress only what pages load, by its hashed name: compressing the admin's files too takes four seconds more."""

    def compress_files(self, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
        loaded = set(self.hashed_files.values())
        yield from super().compress_files([path for path in paths if path in loaded and not path.startswith("admin/")])


def collect_static() -> bool:
    """Collect if a source has changed since the last time; say whether."""
    root = Path(settings.STATIC_ROOT)
    stamp = root.with_name(f"{root.name}.stamp")
    state = _state_of_sources()
    if stamp.exists() and stamp.read_text() == state and root.is_dir():
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(state)
    return True


def _state_of_sources() -> str:
    """A digest of every source's name, size and time."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            stat = Path(storage.path(name)).stat()
            digest.update(f"{name} {stat.st_size} {stat.st_mtime_ns}\n".encode())
    return digest.hexdigest()
