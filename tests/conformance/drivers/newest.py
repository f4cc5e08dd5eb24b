"""dashscope 2.0.2's new client through everything that it can do; prints what it saw as JSON."""

import json
import sys
from collections.abc import Callable
from typing import Any

import dashscope  # type: ignore[import-not-found]
from dashscope.v2.errors import DashScopeError  # type: ignore[import-not-found]

seen: dict[str, Any] = {}
client = dashscope.Client(max_retries=0)


def note(step: str, call: Callable[[], Any]) -> Any:
    """Keep what a call gave or raised; what it gave."""
    try:
        given = call()
    except DashScopeError as error:
        seen[step] = {
            "error": type(error).__name__,
            "status": getattr(error, "status_code", None),
            "code": getattr(error, "code", None),
            "message": str(error),
            "request_id": getattr(error, "request_id", None),
        }
        return None
    seen[step] = given.model_dump(mode="json")
    return given


path = sys.argv[1]
file_id = note("upload", lambda: client.files.upload(file_path=path, description="the first")).file_id
note("files", client.files.list)
note("file", lambda: client.files.get(file_id))
job = note(
    "create",
    lambda: client.fine_tunes.create(
        model="qwen-turbo",
        training_file_ids=file_id,
        mode="sft",
        hyper_parameters={"n_epochs": 1},
        finetuned_model="shown",
        workspace="ws-1",
    ),
)
note("second", lambda: client.fine_tunes.create(model="qwen-turbo", training_file_ids=[file_id]))
note("under way", lambda: client.fine_tunes.get(job.job_id))
note("not yet", lambda: client.fine_tunes.delete(job.job_id))
seen["stream"] = [event.output for event in client.fine_tunes.stream_events(job.job_id)]
note("wait", lambda: client.fine_tunes.wait(job.job_id, poll_interval=0.2))
note("get", lambda: client.fine_tunes.get(job.job_id))
note("list", client.fine_tunes.list)
note("logs", lambda: client.fine_tunes.logs(job.job_id))
note("all logs", lambda: client.fine_tunes.logs(job.job_id, offset=0))
note("too late", lambda: client.fine_tunes.cancel(job.job_id))
other = note(
    "other",
    lambda: client.fine_tunes.create(model="qwen-7b-chat", training_file_ids=[file_id], validation_file_ids=[file_id]),
)
note("cancel", lambda: client.fine_tunes.cancel(other.job_id))
note("canceled", lambda: client.fine_tunes.wait(other.job_id, poll_interval=0.1))
failing = note(
    "failing",
    lambda: client.fine_tunes.create(
        model="qwen-turbo", training_file_ids=[file_id], hyper_parameters={"n_epochs": 99}
    ),
)
note("failed", lambda: client.fine_tunes.wait(failing.job_id, poll_interval=0.1))
model = note("deploy", lambda: client.deployments.create(model=job.model, capacity=1, suffix="one")).deployed_model
note("deploy again", lambda: client.deployments.create(model=job.model, capacity=1, suffix="one"))
note("deployments", client.deployments.list)
note("deployment", lambda: client.deployments.get(model))
note("scale", lambda: client.deployments.scale(model, capacity=2))
note("undeploy", lambda: client.deployments.delete(model))
note("delete", lambda: client.fine_tunes.delete(job.job_id))
note("gone", lambda: client.fine_tunes.get(job.job_id))
note("unknown model", lambda: client.fine_tunes.create(model="gpt-2", training_file_ids=[file_id]))
note("no file", lambda: client.files.get("nowhere"))
note("delete file", lambda: client.files.delete(file_id))
sys.stdout.write(json.dumps(seen, default=str))
