"""What the sandbox keeps: records in SQLite, uploaded bytes in a folder beside it. A killed process loses neither."""

import json
import shutil
import sqlite3
import tempfile
import weakref
from pathlib import Path
from typing import Any


class Store:
    """Records by kind and name, in the order in which they came. Not thread-safe: the Sandbox holds a lock."""

    def __init__(self, state: Path | None) -> None:
        if state is None:
            folder = tempfile.mkdtemp(prefix="sandbox-")
            weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)  # also if nobody calls close
        path = Path(folder, "state.sqlite3") if state is None else state
        path.parent.mkdir(parents=True, exist_ok=True)
        self.files = path.with_name(path.name + ".files")
        self.files.mkdir(exist_ok=True)
        self._database = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=20)
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=NORMAL")
        self._database.execute(
            "CREATE TABLE IF NOT EXISTS records (position INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, "
            "name TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (kind, name))"
        )

    def load(self, kind: str) -> dict[str, Any]:
        """All records of a kind, oldest first."""
        found = self._database.execute("SELECT name, data FROM records WHERE kind = ? ORDER BY position", (kind,))
        return {name: json.loads(data) for name, data in found}

    def save(self, kind: str, name: str, data: Any) -> None:
        """Write a record, new or changed."""
        self._database.execute(
            "INSERT INTO records (kind, name, data) VALUES (?, ?, ?) "
            "ON CONFLICT (kind, name) DO UPDATE SET data = excluded.data",
            (kind, name, json.dumps(data)),
        )

    def remove(self, kind: str, name: str) -> None:
        self._database.execute("DELETE FROM records WHERE kind = ? AND name = ?", (kind, name))

    def clear(self) -> None:
        """Forget everything, uploaded bytes too."""
        self._database.execute("DELETE FROM records")
        for path in self.files.iterdir():
            path.unlink()

    def close(self) -> None:
        self._database.close()
