"""What other apps may listen to."""

from django.dispatch import Signal

# Sent by `manage.py prepare` when the database is migrated, before any other program of this start runs.
prepared = Signal()
