"""dashscope 2.0.2's classic classes through everything that they can do; prints what they saw as JSON."""

import json
import sys
import time
from typing import Any

from dashscope import Deployments, Files, FineTunes, Models  # type: ignore[import-not-found]

seen: dict[str, Any] = {}
unhurried = time.sleep


def note(step: str, answer: Any) -> Any:
    """Keep what an answer says; its output."""
    seen[step] = {
        "status": answer.status_code,
        "code": answer.code,
        "message": answer.message,
        "request_id": answer.request_id,
        "output": getattr(answer, "output", None),
    }
    return getattr(answer, "output", None)


path = sys.argv[1]
time.sleep = lambda _: unhurried(0.2)  # `wait` polls every 30 seconds
note("models", Models.list(page=1, page_size=1))
file_id = note("upload", Files.upload(path, description="the first"))["uploaded_files"][0]["file_id"]
note("files", Files.list())
note("file", Files.get(file_id))
job = note(
    "create",
    FineTunes.call(
        model="qwen-turbo",
        training_file_ids=file_id,
        mode="sft",
        hyper_parameters={"n_epochs": 1},
        finetuned_output="shown",
        workspace="ws-1",
    ),
)
job_id = job.job_id
note("second", FineTunes.call(model="qwen-turbo", training_file_ids=[file_id]))
note("under way", FineTunes.get(job_id))
note("not yet", FineTunes.delete(job_id))
seen["stream"] = [event.output for event in FineTunes.stream_events(job_id)]
note("wait", FineTunes.wait(job_id))
note("get", FineTunes.get(job_id))
note("list", FineTunes.list())
seen["repr"] = repr(FineTunes.list())  # raises if a job misses a field; until SUCCEEDED one always does
note("logs", FineTunes.logs(job_id))
note("all logs", FineTunes.logs(job_id, offset=0))
note("too late", FineTunes.cancel(job_id))
other = note("other", FineTunes.call(model="qwen-7b-chat", training_file_ids=[file_id], validation_file_ids=[file_id]))
note("cancel", FineTunes.cancel(other.job_id))
note("canceled", FineTunes.wait(other.job_id))
model = note("deploy", Deployments.call(model=job.model, capacity=1, suffix="one"))["deployed_model"]
note("deploy again", Deployments.call(model=job.model, capacity=1, suffix="one"))
note("deployments", Deployments.list())
note("deployment", Deployments.get(model))
note("scale", Deployments.scale(model, 2))
note("undeploy", Deployments.delete(model))
note("delete", FineTunes.delete(job_id))
note("gone", FineTunes.get(job_id))
note("unknown model", FineTunes.call(model="gpt-2", training_file_ids=[file_id]))
note("no file", Files.get("nowhere"))
note("delete file", Files.delete(file_id))
sys.stdout.write(json.dumps(seen, default=vars))
