"""Values of every shape that the service was seen to send, and of some that it was not."""

from datetime import UTC, datetime
from typing import Any

import pytest

from jobs.dashscope import FineTune, RemoteFile
from jobs.dashscope import decoding as d

FULL = {
    "job_id": "ft-202410291653-1c7f",
    "job_name": "tone",
    "status": "SUCCEEDED",
    "model": "qwen-turbo",
    "base_model": "qwen-turbo",
    "training_file_ids": ["f-1", "f-2"],
    "validation_file_ids": [],
    "hyper_parameters": {"n_epochs": 1, "batch_size": "2", "learning_rate": "1.6e-5"},
    "training_type": "sft",
    "create_time": "2024-10-29 16:53:53",
    "end_time": "2024-10-29 17:11:25",
    "finetuned_output": "qwen-turbo-ft-202410291653-1c7f",
    "usage": 279808,
    "user_identity": "17",
    "modifier": "17",
    "creator": 17,
    "group": "llm",
    "workspace_id": "ws-1",
}


def job(**fields: Any) -> FineTune:
    found = FineTune.from_json({"job_id": "ft-1", **fields})
    assert found is not None
    return found


def test_a_whole_job() -> None:
    found = FineTune.from_json(FULL, "r-1")
    assert found == FineTune(
        job_id="ft-202410291653-1c7f",
        status="SUCCEEDED",
        job_name="tone",
        model="qwen-turbo",
        base_model="qwen-turbo",
        training_file_ids=["f-1", "f-2"],
        hyper_parameters={"n_epochs": 1, "batch_size": "2", "learning_rate": "1.6e-5"},
        training_type="sft",
        create_time=datetime(2024, 10, 29, 8, 53, 53, tzinfo=UTC),
        end_time=datetime(2024, 10, 29, 9, 11, 25, tzinfo=UTC),
        finetuned_output="qwen-turbo-ft-202410291653-1c7f",
        usage=279808,
        user_identity="17",
        creator="17",
        group="llm",
        workspace_id="ws-1",
        request_id="r-1",
    )


@pytest.mark.parametrize("field", sorted(FULL.keys() - {"job_id"}))
@pytest.mark.parametrize("value", [None, 7, 1.5, True, "", "text", [], [None, 1, {"a": 1}], {}, {"a": ["b"]}])
def test_no_field_of_the_wrong_type_breaks_a_job(field: str, value: Any) -> None:
    assert job(**{**FULL, field: value}).model is not None


@pytest.mark.parametrize("status", ["QUEUING", "CANCELING", "SUSPENDED", "UNKNOWN", "running", "新状态"])
def test_a_state_is_kept_as_it_came(status: str) -> None:
    assert job(status=status).status == status


@pytest.mark.parametrize(("code", "kept"), [(13, "13"), ("13", "13"), (None, ""), ("1", "1"), ("Odd", "Odd")])
def test_a_code_is_text(code: Any, kept: str) -> None:
    assert job(status="FAILED", code=code).code == kept


@pytest.mark.parametrize("status", ["PENDING", "RUNNING", "FAILED", "CANCELED", "NEW"])
def test_an_output_named_too_early_is_not_believed(status: str) -> None:
    assert job(status=status, finetuned_output="m").finetuned_output == ""


@pytest.mark.parametrize(("ids", "kept"), [("f-1", ["f-1"]), (None, []), (["f-1", None, 2], ["f-1", "2"]), ({}, [])])
def test_file_ids_are_a_list(ids: Any, kept: list[str]) -> None:
    assert job(training_file_ids=ids, validation_file_ids=ids).training_file_ids == kept


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (279808, 279808),
        ("279808", 279808),
        (279808.0, 279808),
        ("2.5e3", 2500),
        (0, 0),
        (None, None),
        (True, None),
        ("lots", None),
        ("nan", None),
        ("inf", None),
        (10**30, None),
        ([], None),
    ],
)
def test_a_whole_number(value: Any, kept: int | None) -> None:
    assert d.integer(value) == kept


@pytest.mark.parametrize(
    "value",
    [
        "2024-10-29 16:53:53",
        "2024-10-29T16:53:53",
        "2024-10-29T08:53:53Z",
        "2024-10-29T10:53:53+02:00",
        " 2024-10-29 16:53:53 ",
    ],
)
def test_a_time_without_a_zone_is_chinas(value: str) -> None:
    assert d.moment(value) == datetime(2024, 10, 29, 8, 53, 53, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", 0, 1730192033, "yesterday", "0001-01-01 00:00:00", [], {}])
def test_a_time_that_is_none(value: Any) -> None:
    assert d.moment(value) is None


def test_text_can_always_be_stored() -> None:
    value = d.parse(b'{"job_id": "a\\u0000b", "hyper_parameters": {"x\\ud800": ["\\u0000", NaN, 1e999, 2e-5]}}')
    found = job(**value)
    assert found.job_id == "a\ufffdb"
    assert found.hyper_parameters == {"x?": ["\ufffd", None, None, 2e-5]}


def test_what_a_message_gives_away_is_taken_out() -> None:
    shown = job(message="see https://oss.test/a?Signature=abc with sk-abcdef").message
    assert shown == "see https://oss.test/a with sk-***"


@pytest.mark.parametrize("body", [b"", b"{", b"\xff", b"[" * 200_000, b"1" * 5000])
def test_what_cannot_be_parsed_is_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 (json's own messages differ by version)
        d.parse(body)


def test_a_file_never_carries_its_link_or_its_key_id() -> None:
    found = RemoteFile.from_json({"file_id": 12, "name": "a", "url": "https://x?s=1", "api_key_id": "77", "size": 5})
    assert found == RemoteFile(file_id="12", name="a", size=5)
