"""What uvicorn serves: Django behind the front."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finetune_portal.settings")

from finetune_portal.front import Front
from finetune_portal.wsgi import application as django

application = Front(django)
