"""The Django project: settings, addresses, the ASGI front, Celery. It knows nothing of fine-tuning."""

from finetune_portal.celery import app as celery_app

__all__ = ["celery_app"]
