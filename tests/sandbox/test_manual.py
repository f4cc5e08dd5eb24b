"""One source for `--help` and the documentation."""

import subprocess
import sys

from sandbox import manual, options
from tests.sandbox.process import ROOT


def test_the_documentation_holds_the_tables_of_the_code() -> None:
    text = (ROOT / "docs" / "sandbox.md").read_text()
    assert text.split("<!-- tables -->\n")[1].split("\n<!-- /tables -->")[0] == manual.tables()


def test_help_shows_every_endpoint_option_and_default() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sandbox", "--help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert manual.tables() in shown.stdout
    assert "| `--min-lines` | `50` |" in shown.stdout
    assert "| `--second-create` | `refuse` |" in shown.stdout


def test_the_likeliest_choice_comes_first_and_is_the_default() -> None:
    for flag, default, choices, _ in options.rows():
        assert not choices or choices.split(", ")[0] == default, flag
