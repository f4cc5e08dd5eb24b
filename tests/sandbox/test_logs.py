"""Log lines and streams."""

import ast
import re
from typing import Any

from tests.sandbox.helpers import Bench, bench, lines

ENDING = [
    r"\{'train_runtime': [\d.]+, 'train_samples_per_second': .*, 'train_loss': [\d.]+, 'epoch': [\d.]+\}",
    r" Actual number of consumed tokens is \d+!",
    r" Uploaded checkpoint!",
    r" Fine-tune succeeded!",
    r" use checkpoint-1 as final checkpoint",
    r"2023-11-15 06:14:00,000 - INFO - transfer for inference succeeded, start to deliver it for inference",
    r"2023-11-15 06:14:20,000 - INFO - finetune-job succeeded",
    r"2023-11-15 06:14:20,000 - INFO - training usage \d+",
    r"2023-11-15 06:14:20,000 - INFO - ##FT_COMPLETE##",
]


def steps(log: list[str], name: str = "loss") -> list[dict[str, Any]]:
    return [ast.literal_eval(line) for line in log if line.startswith(f"{{'{name}'")]


def test_there_are_no_lines_before_the_training_and_none_while_it_delivers(service: Bench) -> None:
    job_id = service.create()
    service.wait(9)
    assert service.logs(job_id) == []
    service.wait(31)
    trained = service.logs(job_id)
    assert trained[-1].endswith("start to deliver it for inference")
    service.wait(19)
    assert service.job(job_id)["status"] == "RUNNING"
    assert service.logs(job_id) == trained


def test_lines_come_over_time_and_never_change(service: Bench) -> None:
    job_id = service.create()
    seen: list[str] = []
    for _ in range(70):
        service.wait(1)
        log = service.logs(job_id)
        assert log[: len(seen)] == seen
        seen = log
    assert len(steps(seen)) == 30


def test_the_loss_falls_and_the_epochs_rise(service: Bench) -> None:
    found = steps(service.logs(service.finished(hyper_parameters={"n_epochs": 3})))
    losses, epochs = [row["loss"] for row in found], [row["epoch"] for row in found]
    assert found[0].keys() == {"loss", "learning_rate", "epoch"}
    assert losses[-1] < losses[len(losses) // 2] < losses[0]
    assert epochs == sorted(epochs)
    assert epochs[-1] == 3


def test_the_end_is_the_vendor_s(service: Bench) -> None:
    job_id = service.create()
    service.wait(100)
    for line, pattern in zip(service.logs(job_id)[-9:], ENDING, strict=True):
        assert re.fullmatch(pattern, line)
    usage = service.job(job_id)["usage"]
    assert f" Actual number of consumed tokens is {usage}!" in service.logs(job_id)


def test_validation_files_bring_an_eval_loss(service: Bench) -> None:
    job_id = service.finished(validation_file_ids=[service.upload()])
    assert len(steps(service.logs(job_id), "eval_loss")) > 3
    assert steps(service.logs(service.finished()), "eval_loss") == []


def test_a_job_has_fewer_than_a_thousand_lines(service: Bench) -> None:
    files: dict[str, Any] = {"validation_file_ids": [service.upload()], "hyper_parameters": {"n_epochs": 10}}
    job_id = service.create(lines(20_000), **files)
    service.wait(3000)
    assert 400 < len(service.logs(job_id)) < 1000


def test_offset_skips_and_line_limits(service: Bench) -> None:
    job_id = service.finished()
    log = service.logs(job_id)
    answer = service.ok("GET", f"/fine-tunes/{job_id}/logs?offset=2&line=3")
    assert answer == {"total": len(log), "logs": log[2:5]}
    assert service.ok("GET", f"/fine-tunes/{job_id}/logs?offset=5000")["logs"] == []
    assert service.error("GET", f"/fine-tunes/{job_id}/logs?line=1001") == (400, "InvalidParameter")


def test_the_log_of_a_failed_job_ends_with_its_code(service: Bench) -> None:
    job_id = service.create(b"")
    service.wait(100)
    assert service.logs(job_id)[-2].endswith("ERROR - finetune-job failed, code 15")


def test_the_log_of_a_canceled_job_stops(service: Bench) -> None:
    job_id = service.create()
    service.wait(25)
    service.ok("POST", f"/fine-tunes/{job_id}/cancel")
    log = service.logs(job_id)
    service.wait(100)
    assert service.logs(job_id) == log


def test_a_stream_gives_every_line_once_and_ends_with_the_job(service: Bench) -> None:
    job_id = service.create()
    answer = service.call("GET", f"/fine-tunes/{job_id}/stream")
    assert answer.content_type == "text/event-stream"
    assert answer.events is not None
    events = list(answer.events)
    data = [event.removeprefix("data:").removesuffix("\n\n") for event in events if event.startswith("data:")]
    assert data == service.logs(job_id)
    assert service.job(job_id)["status"] == "SUCCEEDED"
    assert events.count(":keep\n\n") >= 4  # 10 s pending and 20 s delivering without a line


def test_a_stream_may_hold_json() -> None:
    with bench(stream_data="json") as service:
        job_id = service.finished()
        events = service.call("GET", f"/fine-tunes/{job_id}/stream").events
        assert events is not None
        assert next(events) == 'data:{"log": "' + service.logs(job_id)[0] + '"}\n\n'


def test_a_stream_ends_when_its_job_is_deleted(service: Bench) -> None:
    job_id = service.finished()
    events = service.call("GET", f"/fine-tunes/{job_id}/stream").events
    service.ok("DELETE", f"/fine-tunes/{job_id}")
    assert events is not None
    assert len(list(events)) > 0
