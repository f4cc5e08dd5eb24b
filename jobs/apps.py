from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class JobsConfig(AppConfig):
    name = "jobs"

    def ready(self) -> None:
        from datasets import outside
        from jobs import costs, receivers  # noqa: F401  connects them; models are loaded by now
        from teams import audit

        outside.register_limits(costs.limits)

        audit.register(
            {
                "job_queued": _("queued {target}"),
                "job_canceled": _("canceled {target}"),
                "job_moved": _("moved {target} in the queue from {was} to {now}"),
                "job_held": _("held {target}"),
                "job_held_because": _("held {target}: {note}"),
                "job_released": _("released {target}"),
                "job_put_back": _("put {target} back in its place"),
                "job_run_again": _("ran {target} again by itself, after code 1"),
                "account_retried": _("had {target} asked again"),
                "slot_freed": _("asked to free the slot of {target}"),
            }
        )
