"""dashscope 1.14.0 through everything that it can do; prints what it saw as JSON. Runs in that SDK's environment."""

import sys

from dashscope import Deployment, File, FineTune  # type: ignore[import-not-found]
from steps import cancel, clear, deploy, follow, note, read, seen, send, tell  # type: ignore[import-not-found]

file_id = send(File, sys.argv[1])
job = note(
    "create",
    FineTune.call(
        model="qwen-turbo", training_file_ids=file_id, mode="sft", hyper_parameters={"n_epochs": 1, "x": "1"}
    ),
)
job_id = job["job_id"]
follow(FineTune, job_id, file_id)
note("key in the address", FineTune.get(job_id, api_key="sk-in-the-address"))
read(FineTune, job_id)
other_id = cancel(FineTune, file_id)
seen["canceling"] = [event.output for event in FineTune.stream_events(other_id)]
note("canceled", FineTune.get(other_id))
deploy(Deployment, job["model"])
clear(FineTune, File, job_id, file_id)
tell()
