"""What uvicorn serves."""

from __future__ import annotations

import os

from a2wsgi import WSGIMiddleware
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finetune_portal.settings")

application = WSGIMiddleware(get_wsgi_application())  # type: ignore[arg-type]
