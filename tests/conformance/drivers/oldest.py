"""dashscope 1.14.0 through everything that it can do; prints what it saw as JSON. Runs in that SDK's environment."""

import json
import sys
from typing import Any

from dashscope import Deployment, File, FineTune  # type: ignore[import-not-found]

seen: dict[str, Any] = {}


def note(step: str, answer: Any) -> Any:
    """Keep what an answer says; its output."""
    seen[step] = {
        "status": answer.status_code,
        "code": answer.code,
        "message": answer.message,
        "request_id": answer.request_id,
        "output": answer.output,
    }
    return answer.output


path = sys.argv[1]
file_id = note("upload", File.upload(path, description="the first"))["uploaded_files"][0]["file_id"]
note("files", File.list())
note("file", File.get(file_id))
job = note(
    "create",
    FineTune.call(
        model="qwen-turbo", training_file_ids=file_id, mode="sft", hyper_parameters={"n_epochs": 1, "x": "1"}
    ),
)
job_id = job["job_id"]
note("second", FineTune.call(model="qwen-turbo", training_file_ids=[file_id]))
note("under way", FineTune.get(job_id))
note("not yet", FineTune.delete(job_id))
seen["stream"] = [event.output for event in FineTune.stream_events(job_id)]
note("get", FineTune.get(job_id))
note("key in the address", FineTune.get(job_id, api_key="sk-in-the-address"))
note("list", FineTune.list())
note("logs", FineTune.logs(job_id))
note("all logs", FineTune.logs(job_id, offset=0, line=1000))
note("too late", FineTune.cancel(job_id))
other = note("other", FineTune.call(model="qwen-7b-chat", training_file_ids=[file_id], validation_file_ids=[file_id]))
note("cancel", FineTune.cancel(other["job_id"]))
seen["canceling"] = [event.output for event in FineTune.stream_events(other["job_id"])]
note("canceled", FineTune.get(other["job_id"]))
model = note("deploy", Deployment.call(model=job["model"], capacity=1, suffix="one"))["deployed_model"]
note("deploy again", Deployment.call(model=job["model"], capacity=1, suffix="one"))
note("deployments", Deployment.list())
note("deployment", Deployment.get(model))
note("scale", Deployment.scale(model, 2))
note("undeploy", Deployment.delete(model))
note("delete", FineTune.delete(job_id))
note("gone", FineTune.get(job_id))
note("unknown model", FineTune.call(model="gpt-2", training_file_ids=[file_id]))
note("no file", File.get("nowhere"))
note("delete file", File.delete(file_id))
sys.stdout.write(json.dumps(seen, default=str))
