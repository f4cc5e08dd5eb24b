"""The Celery application. Messages are hints: the database is the queue of record, so nothing is lost with one.

Tasks are short, safe to run twice, have no result, no countdown and no retry: what is to be done later stands in a row
with its time, and a sweep finds it. Each app adds its own sweeps in its `tasks` module.
"""

from __future__ import annotations

import os
import warnings

from celery import Celery
from celery.exceptions import CPendingDeprecationWarning
from celery.platforms import SecurityWarning  # type: ignore[attr-defined]

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finetune_portal.settings")

# Messages are JSON, so root in a container is no more of a danger than elsewhere; and a task that is at work while
# Redis goes away may go on: run twice it does no harm.
warnings.filterwarnings("ignore", category=SecurityWarning)
warnings.filterwarnings("ignore", category=CPendingDeprecationWarning)

# The queue of tasks that read whole files: those whose name begins so (CELERY_TASK_ROUTES). A worker of their own keeps
# the others from waiting behind them.
FILES_QUEUE = "files"

app = Celery("finetune_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
app.autodiscover_tasks(["finetune_portal"], related_name="heartbeat")
