"""A job's settings side by side: what we sent, and what the service says it took."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from jobs.adoption import same_settings
from jobs.models import Job


@dataclass(frozen=True)
class Setting:
    """`sent` and `said` as they are written down, empty where left out; `differs`: we asked for one thing, it took
    another."""

    name: str
    sent: str
    said: str
    differs: bool


def settings_of(job: Job) -> list[Setting]:
    """Every hyper-parameter that either side names, then the training type."""
    sent = dict(job.hyper_parameters)
    said = dict(job.provider_settings.get("hyper_parameters") or {})
    for values, training_type in ((sent, job.training_type), (said, job.provider_settings.get("training_type"))):
        if training_type:
            values["training_type"] = training_type
    return [_setting(name, sent, said, answered=bool(job.provider_settings)) for name in {**sent, **said}]


def _setting(name: str, sent: dict[str, Any], said: dict[str, Any], *, answered: bool) -> Setting:
    both = name in sent and name in said
    differs = not same_settings({name: sent[name]}, {name: said[name]}) if both else answered and name in sent
    return Setting(name, written(sent.get(name)), written(said.get(name)), differs)


def written(value: Any) -> str:
    """As JSON has it, so that the text "2e-05" is seen to be text; a number as people write it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:g}".replace("e-0", "e-")
    return json.dumps(value, ensure_ascii=False)
