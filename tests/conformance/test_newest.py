"""The new client of dashscope 2.0.2, which gives typed values and raises typed errors."""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import drive
from tests.sandbox.process import Program

Seen = dict[str, Any]


@pytest.fixture(scope="module")
def seen(program: Program, home: Path) -> Seen:
    """What the client saw on its way through everything."""
    return drive(program, home, "2.0.2", "newest.py")


def error(seen: Seen, step: str) -> tuple[str, int, str]:
    assert seen[step]["request_id"]
    return seen[step]["error"], seen[step]["status"], seen[step]["code"]


def test_nothing_is_refused_but_what_has_to_be(seen: Seen) -> None:
    expected = {
        "second",
        "not yet",
        "too late",
        "canceled",
        "failed",
        "deploy again",
        "gone",
        "unknown model",
        "no file",
    }
    answers = {step: answer for step, answer in seen.items() if isinstance(answer, dict)}
    assert {step for step, answer in answers.items() if "error" in answer} == expected


def test_refusals_have_the_types_of_their_statuses(seen: Seen) -> None:
    assert error(seen, "second") == ("RateLimitError", 429, "Throttling")
    assert error(seen, "not yet") == ("BadRequestError", 400, "UnsupportedOperation")
    assert error(seen, "too late") == ("BadRequestError", 400, "UnsupportedOperation")
    assert error(seen, "deploy again")[1:] == (409, "Conflict")
    assert error(seen, "gone") == ("NotFoundError", 404, "NotFound")
    assert error(seen, "unknown model") == ("NotFoundError", 404, "ModelNotFound")
    assert error(seen, "no file") == ("NotFoundError", 400, "InvalidParameter")


def test_files_and_jobs_are_read_into_its_types(seen: Seen) -> None:
    assert seen["file"]["file_id"] == seen["upload"]["file_id"]
    assert seen["files"]["total_count"] == 1
    assert seen["create"]["status"] == "PENDING"
    assert seen["create"]["training_file_ids"] == [seen["file"]["file_id"]]
    assert seen["wait"]["finetuned_model"] == f"qwen-turbo-{seen['create']['job_id']}"
    assert seen["wait"]["usage"]["total_tokens"] > 0
    assert [job["job_id"] for job in seen["list"]["jobs"]] == [seen["create"]["job_id"]]


def test_logs_and_stream_hold_the_same_lines(seen: Seen) -> None:
    lines = seen["all logs"]["content"].split("\n")
    assert seen["stream"] == [line.strip() for line in lines]  # its stream takes spaces away
    assert seen["logs"]["content"].split("\n") == lines[1:]


def test_waiting_for_a_canceled_or_failed_job_raises(seen: Seen) -> None:
    assert "was canceled while waiting" in seen["canceled"]["message"]
    assert seen["failed"]["code"] == "1"


def test_a_model_is_deployed_scaled_and_taken_down(seen: Seen) -> None:
    assert seen["deploy"]["deployed_model"] == "qwen-turbo-one"
    assert seen["deployments"]["total_count"] == 1
    assert seen["scale"]["capacity"] == 2


def test_it_sends_no_job_name_and_its_model_name_is_only_shown(program: Program, seen: Seen) -> None:
    first = program.call("GET", "/sandbox/records")["jobs"][0]
    assert first["job_name"] is None
    assert first["request"]["model_name"] == "shown"
