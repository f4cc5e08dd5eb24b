import json
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conformance.environments import ROOT, NoEnvironmentError, environment
from tests.sandbox.helpers import lines
from tests.sandbox.process import Program, running

DRIVERS = Path(__file__).parent / "drivers"


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """A sandbox at thirty times life: a job takes two seconds."""
    with running("--time-scale", "30") as made:
        yield made


def sdk(version: str) -> Path:
    """The `bin` folder of an SDK's environment. In CI it has to be there."""
    try:
        return environment(version)
    except NoEnvironmentError as error:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"dashscope {version} cannot be installed here: {error}")


def surroundings(program: Program, home: Path, **more: str) -> dict[str, str]:
    """Environment variables that lead an SDK to the sandbox and nowhere else."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    return {name: value for name, value in kept.items() if not name.startswith("DASHSCOPE")} | {
        "DASHSCOPE_HTTP_BASE_URL": program.url,
        "DASHSCOPE_API_KEY": "sk-conformance",
        "HOME": str(home),
        "no_proxy": "*",
        "PYTHONDONTWRITEBYTECODE": "1",
        **more,
    }


def drive(
    program: Program, home: Path, version: str, driver: str, fault: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Run a driver in an SDK's environment; what it saw, step by step."""
    python = str(sdk(version) / "python")
    program.call("POST", "/sandbox/reset")
    program.call("POST", "/sandbox/faults", fault or {})
    training_file = home / "训练 数据.jsonl"
    training_file.write_bytes(lines())
    ended = subprocess.run(
        [python, str(DRIVERS / driver), str(training_file)],
        env=surroundings(program, home),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    seen = json.loads(ended.stdout.splitlines()[-1])  # an SDK prints addresses of its own accord
    assert isinstance(seen, dict)
    return seen


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home folder without keys and settings."""
    return tmp_path_factory.mktemp("home")
