"""Why a job failed, in words, and the next step: the table of the service's guide, and what it leaves open."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jobs.models import Job
from jobs.wording import sentences

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
    """`short` names the cause for a row; `title` and `text` are the whole verdict; `step` is the first thing to try,
    and with `with_support` the text for the vendor's support stands beside it."""

    short: str
    text: str
    step: Step
    with_support: bool = False

    @property
    def title(self) -> str:
        return _("Failed, %(why)s.") % {"why": self.short}


def failure_advice(job: Job) -> Advice:
    """The advice for a FAILED job. Codes are compared as text; those of the guide come only from the service."""
    if not job.provider_job_id:
        return _never_made(job)
    code = job.failure_code
    if code == "1":
        return _bad_settings(job)
    if code in _OF_DATA:
        return _bad_data(job, code)
    short = _("code %(code)s") % {"code": code} if code else _("without a code")
    text = _(
        "The guide does not explain it. Send the text below to the vendor's support: the request id finds the job."
    )
    return Advice(short, text, Step.SUPPORT, with_support=True)


def _never_made(job: Job) -> Advice:
    short = _("refused by the service: %(code)s") % {"code": job.failure_code or _("no code")}
    text = _("It was never made there: it cost nothing and holds no slot. Change what it refused and queue it again.")
    return Advice(short, text, Step.SETTINGS, with_support=bool(job.request_id))


def _bad_settings(job: Job) -> Advice:
    short = _("code 1: internal error at the service")
    if job.hyper_parameters:
        return Advice(short, _("Mostly the settings are the cause. The defaults usually work."), Step.DEFAULTS)
    text = _(
        "Mostly the settings are the cause, but this job ran with the defaults: if it fails again, write to support."
    )
    return Advice(short, text, Step.DEFAULTS, with_support=True)


_OF_DATA = ("13", "14", "15")


def _bad_data(job: Job, code: str) -> Advice:
    lines = job.dataset.lines
    if code == "15":
        short = _("code 15: too few lines to train")
        text = ngettext(
            "The file has %(lines)s line; at least %(least)s are needed.",
            "The file has %(lines)s lines; at least %(least)s are needed.",
            lines,
        ) % {"lines": lines, "least": LEAST_LINES}
        disagrees = job.dataset.can_train and lines >= LEAST_LINES
    else:
        short = _("code 13: blank lines in the data") if code == "13" else _("code 14: a line is not JSON")
        text = _("Fix the lines; that makes a new version, and a new job can train on it.")
        disagrees = job.dataset.can_train
    if disagrees:
        text = sentences(
            _("The portal's own check of the same file found nothing wrong, so the two disagree."),
            _("Look at the lines first; if they are right, send the text below to the vendor's support."),
        )
    return Advice(short, text, Step.DATA, with_support=disagrees)


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
