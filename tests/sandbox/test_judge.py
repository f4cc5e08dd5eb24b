"""What the sandbox thinks of a training file."""

from pathlib import Path
from typing import Any

import pytest

from sandbox import judge
from tests.sandbox.helpers import Bench, bench, lines

CHAT = b'{"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}\n'
LEGACY = b'{"text": "\\n\\nHuman: q\\n\\nAssistant: a"}\n'


def outcome(service: Bench, content: bytes, **fields: Any) -> dict[str, Any]:
    """The job on a file once it is over."""
    job_id = service.create(content, **fields)
    service.wait(10)
    assert service.job(job_id)["status"] == "RUNNING"
    service.wait(2000)
    return service.job(job_id)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (lines(50) + b"\n", "13"),
        (lines(30) + b"  \r\n" + lines(30), "13"),
        (b"\n" + b"{nope\n" + lines(60), "13"),
        (lines(60) + b"{nope\n", "14"),
        (lines(60) + b'{"prompt": "\xff"}\n', "14"),
        (lines(60) + b"[" * 100_000, "14"),
        (lines(49), "15"),
        (b"", "15"),
        (lines(60) + b"[1]\n", "1"),
        (lines(60) + b'{"prompt": "x"}\n', "1"),
    ],
)
def test_a_file_that_cannot_be_trained_on_fails_at_the_start_of_training(
    service: Bench, content: bytes, code: str
) -> None:
    job = outcome(service, content)
    assert (job["status"], job["code"]) == ("FAILED", code)
    assert job["end_time"] == "2023-11-15 06:13:32"
    assert job["message"]
    assert "usage" not in job


@pytest.mark.parametrize("content", [lines(50), lines(50)[:-1], CHAT * 50, LEGACY * 50, lines(25) + CHAT * 25])
def test_a_file_that_can_succeeds(service: Bench, content: bytes) -> None:
    assert outcome(service, content)["status"] == "SUCCEEDED"


def test_mixed_formats_fail_by_option_and_a_message_may_be_absent() -> None:
    with bench(mixed_formats="fail", failed_message="no") as service:
        job = outcome(service, lines(25) + CHAT * 25)
        assert (job["status"], job["code"]) == ("FAILED", "1")
        assert "message" not in job


def test_the_least_number_of_lines_is_an_option() -> None:
    with bench(min_lines=400) as service:
        assert outcome(service, lines(399))["code"] == "15"


@pytest.mark.parametrize(
    "hyper_parameters",
    [
        {"n_epochs": 0},
        {"n_epochs": 11},
        {"n_epochs": 1.5},
        {"n_epochs": "many"},
        {"batch_size": 3},
        {"batch_size": None, "learning_rate": 0},
        {"learning_rate": 0.01},
        {"learning_rate": "nan"},
        {"learning_rate": [1]},
    ],
)
def test_unreasonable_hyper_parameters_fail_with_code_1(service: Bench, hyper_parameters: dict[str, Any]) -> None:
    assert outcome(service, lines(60), hyper_parameters=hyper_parameters)["code"] == "1"


def test_reasonable_ones_do_as_numbers_and_as_texts(service: Bench) -> None:
    for hyper_parameters in (
        {"n_epochs": 3, "batch_size": 4, "learning_rate": 1e-5},
        {"n_epochs": "3", "batch_size": "4"},
    ):
        assert outcome(service, lines(60), hyper_parameters=hyper_parameters)["status"] == "SUCCEEDED"


def test_a_later_model_has_larger_batches_and_needs_more_lines_than_one(service: Bench) -> None:
    big = {"model": "qwen3-14b", "hyper_parameters": {"batch_size": 64}}
    assert outcome(service, lines(65), **big)["status"] == "SUCCEEDED"
    assert outcome(service, lines(64), **big)["code"] == "15"


def test_an_unknown_training_type_fails_with_code_1(service: Bench) -> None:
    assert outcome(service, lines(60), training_type="magic")["code"] == "1"
    assert outcome(service, lines(60), training_type="efficient_sft")["status"] == "SUCCEEDED"


def test_several_files_are_judged_together(service: Bench) -> None:
    halves = [service.upload(lines(25)), service.upload(lines(25))]
    job_id = service.create(training_file_ids=halves)
    service.wait(100)
    assert service.job(job_id)["status"] == "SUCCEEDED"


def test_a_line_without_end_is_bad_without_being_held_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(judge, "MAX_LINE_BYTES", 1000)
    path = tmp_path / "long"
    path.write_bytes(b'{"text": "' + b"x" * 5000 + b'"}\n' + LEGACY)
    summary = judge.summarise(path)
    assert (summary.lines, summary.bad, summary.blank) == (2, 1, 0)
