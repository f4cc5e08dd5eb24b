"""A job as the sandbox stores it: what was asked, when, how long each part takes, and what was done to it since."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

CHINA = timezone(timedelta(hours=8))
PHRASES = "compile_asr_phrase"


@dataclass(kw_only=True)
class Job:
    """Times are seconds since 1970, durations are seconds of the sandbox's clock, already divided by the time scale."""

    job_id: str
    identity: str
    workspace: str
    request: dict[str, Any]
    created: float
    waits_as: str = "PENDING"
    starts: float | None = None  # None while it waits for another job
    pending: float = 10.0
    training: float = 30.0
    delivering: float = 20.0
    fail_code: str = ""
    fails_after: float | None = None  # seconds after `starts`
    silent: float | None = None  # no line and no new state from here on
    nan: float | None = None  # the loss is nan from here on
    forget: str = ""  # "list": not in the list; "all": not to be had by its id either
    shown_status: str = ""  # shown instead of the true one
    canceled: float | None = None
    canceling: float = 0.0
    deleted: float | None = None
    steps: int = 1
    tokens: int = 0

    @property
    def is_phrases(self) -> bool:
        """Whether it is a list of speech hot words, which is no training at all."""
        return self.request.get("training_type") == PHRASES

    @property
    def epochs(self) -> float:
        """How often the training goes through the file; 1 if what was sent is no such number."""
        try:
            epochs = float(self.hyper_parameters.get("n_epochs", 1))
        except (TypeError, ValueError):
            return 1.0
        return epochs if 0 < epochs <= 1000 else 1.0

    @property
    def hyper_parameters(self) -> dict[str, Any]:
        return dict(self.request.get("hyper_parameters") or {})

    @property
    def output(self) -> str:
        """The name of the model that it makes."""
        if self.is_phrases:
            return str(self.request.get("finetuned_output") or f"asr-phrase-{self.job_id}")
        suffix = self.request.get("finetuned_output_suffix")
        return "-".join(str(part) for part in (self.request["model"], suffix, self.job_id) if part)

    def as_dict(self) -> dict[str, Any]:
        return dataclasses.asdict(self)


@dataclass(kw_only=True)
class Arming:
    """What is to happen to the next `times` jobs whose name holds `job_name`."""

    wishes: dict[str, Any] = field(default_factory=dict)
    times: int = 1
    job_name: str = ""


def new_id(now: float, number: Callable[[int], int]) -> str:
    """A job's id as the service makes it: `ft-{yyyyMMddHHmm}-{4 hex}`."""
    return f"ft-{datetime.fromtimestamp(now, CHINA):%Y%m%d%H%M}-{number(16**4):04x}"


def stamp(moment: float) -> str:
    """A time of a file or a job: China's, without a zone."""
    return f"{datetime.fromtimestamp(moment, CHINA):%Y-%m-%d %H:%M:%S}"


def iso_stamp(moment: float) -> str:
    """A time of a deployment or a checkpoint."""
    return f"{datetime.fromtimestamp(moment, CHINA):%Y-%m-%dT%H:%M:%S}"


def utc(moment: float) -> str:
    """A time of the sandbox's own books."""
    return datetime.fromtimestamp(moment, UTC).isoformat()
