"""Why a job failed, in words, and the next step: the table of the service's guide, and what it leaves open."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from enum import StrEnum

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.models import Job

# How the service's messages name a line, in either language; counting from 1.
NAMED_LINE = re.compile(
    r"(?<![a-z])(?:lines?|rows?)\s*(?:number|no\.?)?\s*[:#]?\s*(\d[\d,]*)|第\s*(\d[\d,]*)\s*行", re.I
)

# The service starts no training with fewer.
LEAST_LINES = 50


class Step(StrEnum):
    """What a person can do next about a failed job."""

    DEFAULTS = "defaults"  # run it again without hyper-parameters
    DATA = "data"  # look at the dataset's lines
    SETTINGS = "settings"  # change the settings
    SUPPORT = "support"  # write to the vendor


@dataclass(frozen=True)
class Advice:
    """`short` and `hint` tell a row's reader the cause, `title`, `hint` and `text` are the whole verdict; `step` is the
    first thing to try, and with `with_support` the text for the vendor's support stands beside it. `line` is the one
    of the dataset that the service's message names, if it names one; `disagrees`: the portal found the file right."""

    short: str
    step: Step
    hint: str = ""
    text: str = ""
    with_support: bool = False
    line: int | None = None
    disagrees: bool = False

    @property
    def for_support(self) -> bool:
        return self.step == Step.SUPPORT

    @property
    def title(self) -> str:
        return _("Failed, %(why)s.") % {"why": self.short}


def failure_advice(job: Job) -> Advice:
    """The advice for a FAILED job. Codes are compared as text; those of the guide come only from the service."""
    if not job.provider_job_id:
        return _never_made(job)
    if job.failure_code == "1":
        return _bad_settings(job)
    if job.failure_code in _OF_DATA:
        return _bad_data(job)
    short = _("code %(code)s") % {"code": job.failure_code} if job.failure_code else _("without a code")
    text = _(
        "The guide does not explain it. Send the text below to the vendor's support: the request id finds the job."
    )
    return Advice(short, Step.SUPPORT, text=text, with_support=True)


def _never_made(job: Job) -> Advice:
    return Advice(
        _("refused by the service: %(code)s") % {"code": job.failure_code or _("no code")},
        Step.SETTINGS,
        text=_(
            "It was never made there: it cost nothing and holds no slot. Change what was refused and queue it again."
        ),
        with_support=bool(job.request_id),
    )


def _bad_settings(job: Job) -> Advice:
    with_defaults = not job.hyper_parameters
    return Advice(
        _("code 1: internal error at the service"),
        Step.DEFAULTS,
        hint=_("Mostly the settings are the cause."),
        text=_("But this job ran with the defaults: if it fails again, write to the vendor's support.")
        if with_defaults
        else _("The defaults usually work."),
        with_support=with_defaults,
    )


_OF_DATA = ("13", "14", "15")


def _bad_data(job: Job) -> Advice:
    short, hint = _data_error(job.failure_code, job.dataset.lines)
    # A file that is ready to train has no blank line, no line that is not JSON, and lines enough.
    if job.dataset.can_train:
        disagree = _disagreement(job)
        text = _("Look at the lines first; if they are right, send the text below to the vendor's support.")
        return Advice(short, Step.DATA, disagree, text, with_support=True, line=_named_line(job), disagrees=True)
    text = _("Mend the file: that makes a new version, and a new job can train on it.")
    return Advice(short, Step.DATA, hint, text, line=_named_line(job))


def _named_line(job: Job) -> int | None:
    """The line that the service's message names, if the dataset has such a line."""
    found = NAMED_LINE.search(job.failure_message)
    if found is None:
        return None
    line = int((found[1] or found[2]).replace(",", "")[:18])
    return line if 1 <= line <= job.dataset.lines else None


def _disagreement(job: Job) -> str:
    if job.failure_code == "15":
        return _(
            "The file has %(lines)s lines, and by the guide %(least)s are enough: the service and the portal disagree."
        ) % {"lines": number_format(job.dataset.lines), "least": LEAST_LINES}
    return _("The portal's own check of the same file found nothing wrong, so the two disagree.")


def _data_error(code: str, lines: int) -> tuple[str, str]:
    if code == "13":
        return _("code 13: blank lines in the data"), ""
    if code == "14":
        return _("code 14: a line is not JSON"), ""
    hint = ngettext(
        "The file has %(lines)s line; at least %(least)s are needed.",
        "The file has %(lines)s lines; at least %(least)s are needed.",
        lines,
    )
    return _("code 15: too few lines to train"), hint % {"lines": number_format(lines), "least": LEAST_LINES}


def support_text(job: Job) -> str:
    """What the vendor's support needs to find the job, ready to be pasted. Facts only, so it is not translated."""
    facts = [
        ("Fine-tune job", job.provider_job_id or "(not created)"),
        ("Request id", job.request_id),
        ("Code", job.failure_code),
        ("Message", job.failure_message),
        ("Model", job.base_model),
        ("Hyper-parameters", json.dumps(job.hyper_parameters, ensure_ascii=False)),
        ("Training file", f"{job.dataset.size} bytes, SHA-256 {job.dataset.sha256}"),
        ("Ended", f"{job.ended_at:%Y-%m-%d %H:%M:%S} UTC" if job.ended_at else ""),
    ]
    return "\n".join(f"{name}: {value}" for name, value in facts if value)
