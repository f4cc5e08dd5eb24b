"""Django as WSGI; `finetune_portal.asgi` serves it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "finetune_portal.settings")
application = get_wsgi_application()
