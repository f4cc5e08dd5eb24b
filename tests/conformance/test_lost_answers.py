"""Why the portal has a client of its own: the vendor's new one makes two jobs of one lost answer."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conformance.conftest import drive
from tests.sandbox.process import Program, running

FAULT = {"only": "POST /fine-tunes$", "times": 1}


@pytest.fixture(scope="module")
def program() -> Iterator[Program]:
    """A sandbox with room for a job that nobody wanted."""
    with running("--max-running", "3") as made:
        yield made


@pytest.mark.parametrize("fault", [{"cut_after": 1}, {"cut_half": 1}, {"error_500": 1, "after": True}], ids=str)
def test_a_lost_answer_makes_a_second_job(program: Program, home: Path, fault: dict[str, float]) -> None:
    seen = drive(program, home, "2.0.2", "resending.py", fault | FAULT)
    jobs = program.call("GET", "/sandbox/records")["jobs"]
    assert len(jobs) == 2
    assert jobs[1]["job_id"] == seen["job_id"]
    assert jobs[0]["request"] == jobs[1]["request"]


@pytest.mark.parametrize("fault", [{"cut_before": 1}, {"error_503": 1}, {"throttle": 1, "retry_after": "0.1"}], ids=str)
def test_a_create_that_never_happened_is_sent_again_to_good_effect(
    program: Program, home: Path, fault: dict[str, float]
) -> None:
    drive(program, home, "2.0.2", "resending.py", fault | FAULT)
    assert len(program.call("GET", "/sandbox/records")["jobs"]) == 1
