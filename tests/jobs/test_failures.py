"""Why a job failed, and the next step for its code."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from datasets.models import Dataset
from jobs.failures import Step, failure_advice, support_text
from jobs.states import State
from teams.models import User
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


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("line 48213 is not valid JSON", 48213),
        ("Invalid data at Line: 1,207.", 1207),
        ("row #7: missing field", 7),
        ("第 31 行不是 JSON", 31),
        ("lines 3 and 4", 3),
        ("line 50001", None),  # the file has no such line
        ("line 0", None),
        ("deadline 5", None),
        ("not enough lines", None),
        ("", None),
    ],
)
def test_the_line_that_the_service_names(make_job: MakeJob, dataset: Dataset, message: str, line: int | None) -> None:
    dataset.lines = 50_000
    job = make_job(state=State.FAILED, provider_job_id="ft-1", failure_code="14", failure_message=message)
    job.dataset = dataset

    assert failure_advice(job).line == line


def test_the_page_leads_to_that_line(
    client_for: Callable[[User], Client], make_job: MakeJob, dataset: Dataset, member: User
) -> None:
    Dataset.objects.filter(pk=dataset.pk).update(lines=2000)
    job = make_job(state=State.FAILED, provider_job_id="ft-1", failure_code="14", failure_message="line 1207: no JSON")
    text = client_for(member).get(f"/t/{job.team.slug}/jobs/{job.pk}/").content.decode()

    assert f"/datasets/{dataset.pk}/?line=1207#L1207" in text
    assert "Look at line 1,207" in text
