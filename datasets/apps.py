from django.apps import AppConfig
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from finetune_portal.limits import allow_large

MULTIPART_BYTES = 1024 * 1024  # what a form has around its file


class DatasetsConfig(AppConfig):
    name = "datasets"

    def ready(self) -> None:
        from teams import audit
        from teams.access import may_act

        audit.register(
            {
                "dataset.upload": _("uploaded {target}"),
                "dataset.delete": _("deleted {target}"),
                "dataset.archive": _("archived {target}"),
                "dataset.unarchive": _("brought {target} back from the archive"),
                "dataset.dismiss": _("dismissed the warning {code} of {target}: {reason}"),
                "dataset.undismiss": _("took back the dismissal of {code} of {target}"),
                "dataset.edit": _("made {target} by editing line {line}"),
                "dataset.fixes": _("made {target} by safe fixes"),
                "dataset.split": _("made {target} by splitting a dataset"),
                "dataset.undo": _("made {target}: v{version} once more"),
            }
        )
        limit = settings.PORTAL_MAX_FILE_BYTES + MULTIPART_BYTES
        allow_large(r"/t/(?P<team>[-\w]+)/datasets/new/", limit=limit, may_use=may_act)
