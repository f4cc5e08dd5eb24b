"""dashscope 2.0.2's classic classes through everything that they can do; prints what they saw as JSON."""

import sys
import time

from dashscope import Deployments, Files, FineTunes, Models  # type: ignore[import-not-found]
from steps import cancel, clear, deploy, follow, note, read, seen, send, tell  # type: ignore[import-not-found]

unhurried = time.sleep
time.sleep = lambda _: unhurried(0.2)  # `wait` polls every 30 seconds
note("models", Models.list(page=1, page_size=1))
file_id = send(Files, sys.argv[1])
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
follow(FineTunes, job.job_id, file_id)
note("wait", FineTunes.wait(job.job_id))
read(FineTunes, job.job_id)
seen["repr"] = repr(FineTunes.list())  # raises if a job misses a field; until SUCCEEDED one always does
note("canceled", FineTunes.wait(cancel(FineTunes, file_id)))
deploy(Deployments, job.model)
clear(FineTunes, Files, job.job_id, file_id)
tell()
