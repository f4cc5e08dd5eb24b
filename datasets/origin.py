"""How a version came to be, as `Dataset.made_by` keeps it.

{}                                             an upload
{"kind": "edit", "line": 48213}                a line was edited (or deleted) in the browser
{"kind": "undo", "version": 3}                 the content of that version, once more
{"kind": "split", "of": "faq.jsonl v2", "share": 10, "seed": 1, "split": 5}   a part of that one
"""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from datasets.fixes import catalog
from datasets.models import Dataset
from finetune_portal.phrases import series


def sentence(dataset: Dataset) -> str:
    """`line 48,213 edited`; empty for an upload."""
    made = dataset.made_by
    match made.get("kind"):
        case "edit":
            return _("line %(line)s edited") % {"line": number_format(made["line"], force_grouping=True)}
        case "fixes":
            fixes = made["fixes"]
            return series(catalog.named(key, fixes[key]) for key in catalog.ORDER if key in fixes)
        case "split":
            return _("split from %(name)s: %(share)s%% for validation, seed %(seed)s") % {
                "name": made["of"],
                "share": made["share"],
                "seed": made["seed"],
            }
        case "undo":
            return _("back to v%(version)s") % {"version": made["version"]}
    return ""
