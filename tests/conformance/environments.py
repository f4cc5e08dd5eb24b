"""The official SDKs' environments, pinned by hash. `make sdk-envs` makes them; so does a test that misses one."""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VERSIONS = ("1.14.0", "2.0.2")


class NoEnvironmentError(Exception):
    """An environment could not be made; the text says why."""


def folder(version: str) -> Path:
    return ROOT / f".venv-sdk-{version}"


def environment(version: str) -> Path:
    """The `bin` folder of an SDK's environment, made if it is not there or its lock file has changed since."""
    lock_file = ROOT / "requirements" / f"sdk-{version}.txt"
    wanted = hashlib.sha256(lock_file.read_bytes()).hexdigest()
    made = folder(version)
    made.mkdir(exist_ok=True)
    with (made / ".making").open("w") as lock:  # not `.lock`: uv waits for that one itself
        fcntl.flock(lock, fcntl.LOCK_EX)  # test workers may ask at the same time
        mark = made / ".made-from"
        if not mark.exists() or mark.read_text() != wanted:
            _make(made, lock_file)
            mark.write_text(wanted)
    return made / "bin"


def _make(made: Path, lock_file: Path) -> None:
    python = str(made / "bin" / "python")
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}")
    if uv is None:
        _run(sys.executable, "-m", "venv", str(made))
        _run(python, "-m", "pip", "install", "-q", "--require-hashes", "-r", str(lock_file))
        return
    _run(uv, "venv", "-q", "--allow-existing", "--python", sys.executable, str(made))
    _run(uv, "pip", "install", "-q", "--python", python, "--require-hashes", "-r", str(lock_file))


def _run(*command: str) -> None:
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise NoEnvironmentError(f"{' '.join(command)}: {ended.stderr.strip()[-500:]}")


if __name__ == "__main__":
    try:
        for one in VERSIONS:
            environment(one)
    except NoEnvironmentError as error:
        sys.exit(str(error))
