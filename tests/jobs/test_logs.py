from __future__ import annotations

import math

from jobs.logs import Progress, step_values


def test_a_step_line_gives_its_numbers() -> None:
    line = "{'loss': 1.82, 'learning_rate': 1.6e-05, 'epoch': 0.29}"
    assert step_values(line) == {"loss": 1.82, "learning_rate": 1.6e-05, "epoch": 0.29}


def test_nan_and_inf_are_numbers_too() -> None:
    values = step_values("{'loss': nan, 'eval_loss': inf, 'epoch': 1}")
    assert math.isnan(values["loss"])
    assert math.isinf(values["eval_loss"])


def test_other_keys_and_lines_are_passed_over() -> None:
    assert step_values("{'train_runtime': 216.4, 'train_loss': 0.9122, 'epoch': 0.857}") == {"epoch": 0.857}
    assert step_values(" Fine-tune succeeded!") == {}
    assert step_values("{'loss': __import__('os').system('true')}") == {}


def test_progress_keeps_the_newest_finite_values() -> None:
    progress = Progress()
    progress.read(["{'loss': 2.0, 'epoch': 0.5}", "{'eval_loss': 1.5, 'epoch': 0.5}", "{'loss': nan, 'epoch': 1.0}"])
    assert progress == Progress(epoch=1.0, loss=2.0, eval_loss=1.5)
