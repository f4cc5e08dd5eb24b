"""dashscope 2.0.2's new client as it comes, with its resending: one create, whose job id it prints as JSON."""

import json
import sys

import dashscope  # type: ignore[import-not-found]

client = dashscope.Client()
file_id = client.files.upload(file_path=sys.argv[1]).file_id
job = client.fine_tunes.create(model="qwen-turbo", training_file_ids=[file_id])
sys.stdout.write(json.dumps({"job_id": job.job_id}))
