"""Why a job failed, and the next step for its code."""

from __future__ import annotations

import pytest

from datasets.models import Dataset
from jobs.failures import Step, failure_advice, support_text
from jobs.states import State
from tests.jobs.conftest import MakeJob


@pytest.mark.parametrize(
    ("code", "step", "title"),
    [
        ("1", Step.DEFAULTS, "Failed, code 1: internal error at the service."),
        ("13", Step.DATA, "Failed, code 13: blank lines in the data."),
        ("14", Step.DATA, "Failed, code 14: a line is not JSON."),
        ("15", Step.DATA, "Failed, code 15: too few lines to train."),
        ("77", Step.SUPPORT, "Failed, code 77."),
        ("", Step.SUPPORT, "Failed, without a code."),
        ("01", Step.SUPPORT, "Failed, code 01."),  # codes are text
    ],
)
def test_each_code_has_its_step(make_job: MakeJob, code: str, step: Step, title: str) -> None:
    job = make_job(state=State.FAILED, provider_job_id="ft-1", failure_code=code, hyper_parameters={"n_epochs": 9})
    advice = failure_advice(job)

    assert (advice.step, advice.title) == (step, title)
    assert advice.with_support == (step in (Step.SUPPORT, Step.DATA))


def test_the_defaults_that_failed_themselves_lead_to_support(make_job: MakeJob) -> None:
    advice = failure_advice(make_job(state=State.FAILED, provider_job_id="ft-1", failure_code="1"))

    assert advice.step == Step.DEFAULTS
    assert advice.with_support


def test_a_job_that_was_never_made_cost_nothing(make_job: MakeJob) -> None:
    advice = failure_advice(make_job(state=State.FAILED, failure_code="1", failure_message="Missing training files"))

    assert advice.step == Step.SETTINGS
    assert "cost nothing" in advice.text


def test_too_few_lines_are_counted(make_job: MakeJob, dataset: Dataset) -> None:
    dataset.lines = 1042
    advice = failure_advice(make_job(state=State.FAILED, provider_job_id="ft-1", failure_code="15", dataset=dataset))

    assert advice.hint.startswith("The file has 1,042 lines, and by the guide 50 are enough")
    assert advice.with_support


def test_a_file_with_errors_is_to_be_mended(make_job: MakeJob, dataset: Dataset) -> None:
    dataset.state = Dataset.State.REFUSED
    advice = failure_advice(make_job(state=State.FAILED, provider_job_id="ft-1", failure_code="14", dataset=dataset))

    assert "Mend the file" in advice.text
    assert not advice.with_support


def test_support_gets_the_request_id_and_no_name(make_job: MakeJob) -> None:
    text = support_text(
        make_job(
            state=State.FAILED,
            name="secret project",
            provider_job_id="ft-1",
            failure_code="77",
            failure_message="odd",
            request_id="7c1e-5a90",
            hyper_parameters={"learning_rate": 2e-5},
        )
    )

    assert "Request id: 7c1e-5a90" in text
    assert "Fine-tune job: ft-1" in text
    assert "secret project" not in text
