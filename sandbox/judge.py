"""What the service thinks of an uploaded training file. Its own code: it and a client's checks are able to disagree."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

BLANK, NOT_JSON, TOO_FEW, INTERNAL = "13", "14", "15", "1"
MAX_LINE_BYTES = 32 * 1024 * 1024
SEED_MODELS = ("qwen-turbo", "qwen-7b-chat", "qwen-72b-chat")
TRAINING_TYPES = ("sft", "efficient_sft", "cpt", "dpo_full", "dpo_lora", "reinforcement", "pg_opd")

MESSAGES = {
    BLANK: "data format error: there are blank lines in the training file",
    NOT_JSON: "data format error: there are lines that are not JSON in the training file",
    TOO_FEW: "data format error: there are too few lines to train",
    INTERNAL: "internal error, please check the hyper-parameters",
}


@dataclass(frozen=True, kw_only=True)
class Summary:
    """What one pass over a file counted. `formats` holds the formats met, "other" among them."""

    lines: int = 0
    blank: int = 0
    bad: int = 0
    chars: int = 0
    formats: tuple[str, ...] = ()

    def __add__(self, other: "Summary") -> "Summary":
        return Summary(
            lines=self.lines + other.lines,
            blank=self.blank + other.blank,
            bad=self.bad + other.bad,
            chars=self.chars + other.chars,
            formats=tuple(sorted({*self.formats, *other.formats})),
        )


def format_of(value: Any) -> str:
    """The format of a parsed line by the keys that it has."""
    if not isinstance(value, dict):
        return "other"
    if isinstance(value.get("messages"), list):
        return "messages"
    if "prompt" in value and "completion" in value:
        return "prompt-completion"
    return "text" if isinstance(value.get("text"), str) else "other"


def summarise(path: Path) -> Summary:
    """One pass over a file, a line at a time. A last line without its newline is a line; a blank last line counts."""
    lines = blank = bad = chars = 0
    formats: set[str] = set()
    with path.open("rb") as file:
        for raw in _lines(file):
            lines += 1
            if not raw.strip():
                blank += 1
                continue
            try:
                text = raw.decode()
                formats.add(format_of(json.loads(text)))
                chars += len(text)
            except (ValueError, RecursionError):
                bad += 1
    return Summary(lines=lines, blank=blank, bad=bad, chars=chars, formats=tuple(sorted(formats)))


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines; of one that is too long only its start, which is no JSON."""
    while raw := file.readline(MAX_LINE_BYTES):
        yield raw
        while len(raw) == MAX_LINE_BYTES and not raw.endswith(b"\n"):
            raw = file.readline(MAX_LINE_BYTES)


def verdict(summary: Summary, request: dict[str, Any], *, min_lines: int, mixed: bool) -> str:
    """The code with which a job's training fails at its start, or "" if it can train."""
    if summary.blank:
        return BLANK
    if summary.bad:
        return NOT_JSON
    hyper_parameters = request.get("hyper_parameters") or {}
    if summary.lines < min_lines or summary.lines <= number(hyper_parameters, "batch_size", 2):
        return TOO_FEW
    if "other" in summary.formats or (len(summary.formats) > 1 and not mixed):
        return INTERNAL
    if request.get("training_type", "sft") not in TRAINING_TYPES:
        return INTERNAL
    return "" if reasonable(str(request.get("model")), hyper_parameters) else INTERNAL


def reasonable(model: str, hyper_parameters: dict[str, Any]) -> bool:
    """Whether a job with these can train: the ranges of the guide; a learning rate of 0.01 is no longer reasonable."""
    batch_size = number(hyper_parameters, "batch_size", 2)
    return (
        number(hyper_parameters, "n_epochs", 1) in range(1, 11)
        and (batch_size in (2, 4) if model in SEED_MODELS else 1 <= batch_size <= 1024)
        and 0 < number(hyper_parameters, "learning_rate", 2e-5) < 0.01
    )


def number(hyper_parameters: dict[str, Any], name: str, default: float) -> float:
    """A hyper-parameter as a number, sent as one or as text; what is no number is 0, which nothing allows."""
    value = hyper_parameters.get(name)
    if value is None:
        return default
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
