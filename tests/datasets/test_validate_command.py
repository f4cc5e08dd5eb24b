from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from django.core.management import call_command
from pytest_django import Settings

from tests.datasets.files import good_file, line
from tests.datasets.samples import GOOD, many


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    return tmp_path / "客服.jsonl"


def run(*args: str) -> int:
    """Run the command; its exit status."""
    try:
        call_command("validate", *args)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def test_a_good_file_gets_a_summary(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset.write_bytes(many(GOOD))
    assert run(str(dataset)) == 0
    assert capsys.readouterr() == (f"{dataset}: messages, examples 50, errors 0, warnings 0\n", "")


def test_each_issue_gets_a_line(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset.write_bytes(many(GOOD, 40) + b"\n[1,]\n" + GOOD % 3)
    assert run(str(dataset)) == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{dataset}: too_few_lines Only 42 of the 50 examples that training needs.",
        f"{dataset}:41: blank_line The line is blank.",
        f"{dataset}:42:3: invalid_json Not JSON: a comma before the closing bracket.",
        f"{dataset}:43: duplicate_line The same as line 4.",
        f"{dataset}: messages, examples 42, errors 3, warnings 1",
    ]


def test_programs_get_json(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset.write_bytes(many(GOOD) + b"\n" * 200)
    assert run(str(dataset), "--format", "json") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["file"], report["ok"], report["truncated"], len(report["errors"])) == (
        str(dataset),
        False,
        True,
        101,
    )


def test_all_issues_are_listed_if_asked(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset.write_bytes(many(GOOD) + b"\n" * 200)
    assert run(str(dataset), "--format", "json", "--all") == 1
    report = json.loads(capsys.readouterr().out)
    assert (report["truncated"], len(report["errors"])) == (False, 200)


def test_a_file_that_cannot_be_read(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(dataset)) == 2
    assert capsys.readouterr() == ("", f"{dataset}: No such file or directory\n")


def test_a_folder_cannot_be_read_by_programs_either(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(str(tmp_path), "--format", "json") == 2
    out, err = capsys.readouterr()
    assert json.loads(out) == {"ok": False, "error": f"{tmp_path}: Is a directory"}
    assert err.count("\n") == 1


def test_the_settings_name_the_limits(dataset: Path, settings: Settings) -> None:
    dataset.write_bytes(many(GOOD))
    settings.PORTAL_MAX_FILE_BYTES = 100
    assert run(str(dataset)) == 1


def test_a_name_need_not_be_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = os.fsdecode(os.fsencode(tmp_path) + b"/\xff.jsonl")
    Path(path).write_bytes(many(GOOD))
    assert run(path) == 0
    assert capsys.readouterr().out.startswith(f"{tmp_path}/\ufffd.jsonl: messages")


def test_contradictions_are_told_as_on_the_page(dataset: Path, capsys: pytest.CaptureFixture[str]) -> None:
    dataset.write_bytes(good_file(60) + line("Question 3?", "On Tuesday.") + b"\n" + line("Question 3?", "Never."))
    assert run(str(dataset)) == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{dataset}:61: conflicting_duplicate The same question as on line 4, with another answer.",
        f"{dataset}:62: conflicting_duplicate The same question as on line 4, with another answer.",
        f"{dataset}: messages, examples 62, errors 0, warnings 2",
    ]
    assert run(str(dataset), "--format", "json") == 0
    assert json.loads(capsys.readouterr().out)["warning_counts"] == {"conflicting_duplicate": 2}


def test_of_many_contradictions_the_first_and_the_last_are_listed(
    dataset: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset.write_bytes(b"\n".join(line("When?", f"On day {number}.") for number in range(300)))
    assert run(str(dataset), "--format", "json") == 0
    report = json.loads(capsys.readouterr().out)
    assert (len(report["warnings"]), report["warning_counts"]) == (101, {"conflicting_duplicate": 299})
    assert report["truncated"]
    run(str(dataset), "--format", "json", "--all")
    assert len(json.loads(capsys.readouterr().out)["warnings"]) == 299
