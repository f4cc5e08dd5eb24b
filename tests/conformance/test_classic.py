"""dashscope 1.14.0, and the classic classes of 2.0.2: both give status, code, message and output."""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.conftest import drive
from tests.sandbox.process import Program

Seen = dict[str, Any]


@pytest.fixture(scope="module", params=[("1.14.0", "oldest.py"), ("2.0.2", "classic.py")], ids=["1.14.0", "2.0.2"])
def seen(request: pytest.FixtureRequest, program: Program, home: Path) -> Seen:
    """What the SDK saw on its way through everything."""
    version, driver = request.param
    return drive(program, home, version, driver)


def refused(seen: Seen, step: str) -> tuple[int, str]:
    assert seen[step]["request_id"]
    return seen[step]["status"], seen[step]["code"]


def test_every_call_but_the_refused_ones_is_a_200_without_a_code(seen: Seen) -> None:
    expected = {"second", "not yet", "too late", "deploy again", "gone", "unknown model", "no file"}
    answers = {step: answer for step, answer in seen.items() if isinstance(answer, dict)}
    assert {step for step, answer in answers.items() if answer["status"] != 200} == expected
    assert not any(answer["code"] for step, answer in answers.items() if step not in expected)


def test_a_file_comes_back_under_its_name_with_its_description(seen: Seen) -> None:
    assert seen["upload"]["output"]["failed_uploads"] == []
    assert seen["file"]["output"]["name"] == "训练 数据.jsonl"
    assert seen["files"]["output"]["files"] == [seen["file"]["output"]]
    assert seen["file"]["output"]["description"] == "the first"
    assert isinstance(seen["file"]["output"]["size"], int)


def test_one_file_id_as_text_becomes_a_list(seen: Seen) -> None:
    file_id = seen["file"]["output"]["file_id"]
    assert seen["create"]["output"]["training_file_ids"] == [file_id]
    assert seen["create"]["output"]["training_type"] == "sft"
    assert seen["create"]["output"]["status"] == "PENDING"
    assert seen["other"]["output"]["validation_file_ids"] == [file_id]


def test_refusals_come_with_their_codes(seen: Seen) -> None:
    assert refused(seen, "second") == (429, "Throttling")
    assert seen["second"]["message"] == "Too many fine-tune job in running, please retry later."
    assert refused(seen, "not yet") == (400, "UnsupportedOperation")
    assert refused(seen, "too late") == (400, "UnsupportedOperation")
    assert refused(seen, "deploy again") == (409, "Conflict")
    assert refused(seen, "gone") == (404, "NotFound")
    assert refused(seen, "unknown model") == (404, "ModelNotFound")
    assert refused(seen, "no file") == (400, "InvalidParameter")


def test_the_stream_stays_open_until_the_job_is_over(seen: Seen) -> None:
    assert seen["stream"] == seen["all logs"]["output"]["logs"]
    assert seen["stream"][-1].endswith("##FT_COMPLETE##")
    assert seen["get"]["output"]["status"] == "SUCCEEDED"


def test_the_sdk_skips_the_first_line_unless_told_otherwise(seen: Seen) -> None:
    assert seen["logs"]["output"]["logs"] == seen["all logs"]["output"]["logs"][1:]
    assert seen["logs"]["output"]["total"] == len(seen["all logs"]["output"]["logs"]) < 1000


def test_a_finished_job_names_its_model(seen: Seen) -> None:
    job = seen["get"]["output"]
    assert job["finetuned_output"] == f"qwen-turbo-{job['job_id']}"
    assert isinstance(job["usage"], int)
    assert [row["job_id"] for row in seen["list"]["output"]["jobs"]] == [job["job_id"]]
    assert seen["list"]["output"]["total"] == 1


def test_a_canceled_job_is_canceled_and_has_a_code_of_its_own(seen: Seen) -> None:
    assert seen["cancel"]["output"] == {"status": "success"}
    assert seen["canceled"]["output"]["status"] == "CANCELED"
    assert seen["canceled"]["output"]["code"] == "1"


def test_a_model_is_deployed_scaled_and_taken_down(seen: Seen) -> None:
    assert seen["deploy"]["output"]["deployed_model"] == "qwen-turbo-one"
    assert seen["deployments"]["output"]["total"] == 1
    assert seen["scale"]["output"]["capacity"] == 2
    assert seen["undeploy"]["output"] == {"status": "success"}


def test_a_key_in_the_address_changes_nothing(seen: Seen) -> None:
    if "key in the address" in seen:  # 1.14.0 only
        assert seen["key in the address"]["output"] == seen["get"]["output"]


def test_a_listed_job_can_be_printed(seen: Seen) -> None:
    if "repr" in seen:  # 2.0.2 only
        assert seen["get"]["output"]["job_id"] in seen["repr"]
