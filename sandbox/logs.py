"""A job's log lines in the service's shape: steps are Python's repr of a dict, the end is the vendor's own."""

import math
import random
from collections.abc import Iterator
from datetime import datetime

from sandbox.jobs import CHINA, Job

MOST_STEPS = 400  # so that a job stays under 1000 lines: the oldest command line asks for ever from there on
LOGGING_STEPS = 5


def lines(job: Job, now: float) -> list[str]:
    """All lines so far."""
    until = min(now, job.silent) if job.silent is not None else now
    if job.canceled is not None:
        until = min(until, job.canceled)
    return [text for at, text in _script(job) if at <= until]


def _script(job: Job) -> Iterator[tuple[float, str]]:
    """Every line with its time, in order, up to the job's end as planned."""
    if job.starts is None or job.is_phrases:
        return
    runs = job.starts + job.pending
    yield runs, _note(runs, "data process succeeded, start to fine-tune")
    if job.fails_after is not None:
        fails = job.starts + job.fails_after
        yield from ((at, text) for at, text in _steps(job, runs) if at < fails)
        yield fails, _note(fails, f"finetune-job failed, code {job.fail_code}", "ERROR")
        yield fails, _note(fails, "##FT_COMPLETE##")
        return
    yield from _steps(job, runs)
    yield from _ending(job, runs + job.training, runs + job.training + job.delivering)


def _steps(job: Job, runs: float) -> Iterator[tuple[float, str]]:
    rng = random.Random(job.job_id)  # noqa: S311 the same job always has the same noise
    count = max(1, min(job.steps // LOGGING_STEPS, MOST_STEPS))
    evals = bool(job.request.get("validation_file_ids"))
    peak = _learning_rate(job)
    for index in range(1, count + 1):
        at = runs + job.training * index / (count + 1)
        done = index / count
        loss = 0.7 + 1.7 * math.exp(-3 * done) + rng.uniform(-0.04, 0.04)
        shown = "nan" if job.nan is not None and at >= job.nan else f"{loss:.4f}"
        rate = peak * (0.5 + 0.5 * math.cos(math.pi * done))
        epoch = round(job.epochs * done, 2)
        yield at, f"{{'loss': {shown}, 'learning_rate': {rate:.4g}, 'epoch': {epoch}}}"
        if evals and index % max(1, count // 8) == 0:
            yield at, f"{{'eval_loss': {shown if shown == 'nan' else f'{loss + 0.08:.4f}'}, 'epoch': {epoch}}}"


def _ending(job: Job, trained: float, end: float) -> Iterator[tuple[float, str]]:
    seconds = max(job.training, 0.001)
    loss = "nan" if job.nan is not None and job.nan <= trained else "1.2412"
    yield (
        trained,
        f"{{'train_runtime': {seconds:.4f}, 'train_samples_per_second': {job.steps * 2 / seconds:.3f}, "
        f"'train_steps_per_second': {job.steps / seconds:.3f}, 'train_loss': {loss}, 'epoch': {job.epochs}}}",
    )
    yield trained, f" Actual number of consumed tokens is {job.tokens}!"
    yield trained, " Uploaded checkpoint!"
    yield trained, " Fine-tune succeeded!"
    yield trained, f" use checkpoint-{max(1, round(job.epochs))} as final checkpoint"
    yield trained, _note(trained, "transfer for inference succeeded, start to deliver it for inference")
    yield end, _note(end, "finetune-job succeeded")
    yield end, _note(end, f"training usage {job.tokens}")
    yield end, _note(end, "##FT_COMPLETE##")


def _note(at: float, text: str, level: str = "INFO") -> str:
    moment = datetime.fromtimestamp(at, CHINA)
    return f"{moment:%Y-%m-%d %H:%M:%S},{moment.microsecond // 1000:03d} - {level} - {text}"


def _learning_rate(job: Job) -> float:
    try:
        return float(job.hyper_parameters.get("learning_rate", 2e-5))
    except (TypeError, ValueError):
        return 2e-5
