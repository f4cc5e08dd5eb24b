"""What a create is checked for, and what it answers."""

import re
from typing import Any

import pytest

from tests.sandbox.helpers import Bench, bench

ALWAYS = {
    "job_id",
    "job_name",
    "status",
    "model",
    "base_model",
    "training_file_ids",
    "validation_file_ids",
    "hyper_parameters",
    "training_type",
    "create_time",
    "user_identity",
    "modifier",
    "creator",
    "group",
    "workspace_id",
}


def test_a_new_job_has_exactly_the_fields_that_are_always_there(service: Bench) -> None:
    job = service.ok("POST", "/fine-tunes", service.wanted())
    assert job.keys() == ALWAYS
    assert re.fullmatch(r"ft-202311150613-[0-9a-f]{4}", job["job_id"])
    assert (job["status"], job["group"], job["training_type"]) == ("PENDING", "llm", "sft")
    assert job["job_name"] == job["job_id"]
    assert job["validation_file_ids"] == []


def test_one_text_or_a_list_or_null_will_do_for_file_ids(service: Bench) -> None:
    one, two = service.upload(), service.upload()
    body = service.wanted(training_file_ids=one, validation_file_ids=two)
    job = service.ok("POST", "/fine-tunes", body)
    assert (job["training_file_ids"], job["validation_file_ids"]) == ([one], [two])


@pytest.mark.parametrize(
    "broken",
    [
        {"model": None},
        {"model": 3},
        {"training_file_ids": []},
        {"training_file_ids": None},
        {"training_file_ids": ["nowhere"]},
        {"training_file_ids": [3]},
        {"validation_file_ids": ["nowhere"]},
        {"hyper_parameters": ["n_epochs"]},
    ],
)
def test_what_cannot_be_a_job_is_a_400(service: Bench, broken: dict[str, Any]) -> None:
    assert service.error("POST", "/fine-tunes", service.wanted() | broken) == (400, "InvalidParameter")


def test_unknown_keys_and_texts_for_numbers_are_taken(service: Bench) -> None:
    body = service.wanted(finetuned_output="x", surprise=1, hyper_parameters={"n_epochs": "2", "learning_rate": "1e-5"})
    job = service.ok("POST", "/fine-tunes", body)
    assert job["hyper_parameters"] == {"n_epochs": "2", "learning_rate": "1e-5"}


@pytest.mark.parametrize(
    ("option", "expected"),
    [
        ("ModelNotFound", (404, "ModelNotFound")),
        ("NotFound", (404, "NotFound")),
        ("InvalidParameter", (400, "InvalidParameter")),
    ],
)
def test_an_unknown_model_gets_the_error_of_the_option(option: str, expected: tuple[int, str]) -> None:
    with bench(unknown_model=option) as service:
        assert service.error("POST", "/fine-tunes", service.wanted(model="gpt-2")) == expected


def test_a_tuned_model_is_the_base_of_the_next_and_its_root_is_told(service: Bench) -> None:
    first = service.finished(finetuned_output_suffix="mine")
    output = service.job(first)["finetuned_output"]
    assert output == f"qwen-turbo-mine-{first}"
    second = service.job(service.create(model=output))
    assert (second["model"], second["base_model"]) == (output, "qwen-turbo")


def test_the_oldest_answers_are_options() -> None:
    with bench(create_answer="brief") as service:
        assert service.ok("POST", "/fine-tunes", service.wanted()).keys() == {"job_id", "status"}
    with bench(create_answer="bare") as service:
        assert service.call("POST", "/fine-tunes", service.wanted()).json().keys() == {"job_id", "status"}


def test_job_names_are_kept_or_never_heard_of() -> None:
    with bench() as service:
        assert service.job(service.create(job_name="token-1"))["job_name"] == "token-1"
    with bench(job_name="ignored") as service:
        job = service.job(service.create(job_name="token-1"))
        assert job["job_name"] == job["job_id"]


def test_open_points_of_a_shown_job_are_options() -> None:
    with bench(hyper_parameters="text", early_output="yes", workspace_field="no") as service:
        job = service.job(service.create(hyper_parameters={"n_epochs": 1}))
        assert job["hyper_parameters"] == {"n_epochs": "1"}
        assert {"finetuned_output", "max_output_cnt"} <= job.keys()
        assert "workspace_id" not in job


def test_a_body_that_is_no_json_object_is_a_400(service: Bench) -> None:
    assert service.error("POST", "/fine-tunes", [1]) == (400, "InvalidParameter")  # type: ignore[arg-type]
