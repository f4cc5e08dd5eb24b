"""Secrets that the portal makes on its first start and keeps in its data folder, readable by its own user alone."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from cryptography.fernet import Fernet


def load(data_dir: Path, name: str) -> str:
    """Return the secret `name` (a Fernet key: 32 random bytes in URL-safe base64), made now if it is not there yet."""
    path = data_dir / "secrets" / name
    if not path.exists():
        _create(path, Fernet.generate_key())
    return path.read_text().strip()


def _create(path: Path, content: bytes) -> None:
    """Write a new secret so that of several programs starting at once one wins and all read the same, whole."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        Path(draft).unlink()


def forget(data_dir: Path, name: str) -> None:
    """Delete a secret that has served its purpose."""
    (data_dir / "secrets" / name).unlink(missing_ok=True)
