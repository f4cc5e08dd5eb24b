"""The Celery application. Messages are hints: the database is the queue of record, so nothing is lost with one.

Tasks are short, safe to run twice, have no result, no countdown and no retry: what is to be done later stands in a row
with its time, and a sweep finds it. Each app adds its own sweeps in its `tasks` module.
"""

from __future__ import annotations

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finetune_portal.settings")

app = Celery("finetune_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["finetune_portal"], related_name="heartbeat")
