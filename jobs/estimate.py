"""What the job in the form would train and cost, said before the click."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError

from datasets import tasks
from datasets.claims import READINGS
from datasets.dismissals import dismissals_of
from datasets.models import Dataset, Overlap, Reading
from jobs.costs import Cost, cost_of
from jobs.forms import PREFIX, JobForm
from jobs.hyper_parameters import default_number, judge


@dataclass(frozen=True)
class Estimate:
    """`cost` is None until the tokens are counted. Warnings that were dismissed are not among these."""

    dataset: Dataset
    reading: Reading | None
    epochs: int
    cost: Cost | None
    overlap: Overlap | None
    hides_too_long: bool
    hides_overlap: bool

    @property
    def tokens(self) -> int:
        return self.cost.tokens * self.epochs if self.cost else 0

    @property
    def amount(self) -> str:
        return self.cost.for_epochs(self.epochs) if self.cost else ""

    @property
    def waits(self) -> bool:
        """Is there something that will be known soon?"""
        reading = self.reading
        counting = reading is not None and reading.counted_at is None and not READINGS.is_given_up(reading)
        return counting or (self.overlap is not None and self.overlap.found_at is None)


def estimate_of(form: JobForm) -> Estimate | None:
    """None as long as there is no file that can train."""
    dataset = form.chosen_dataset
    if dataset is None or not dataset.can_train:
        return None
    reading = Reading.objects.filter(pk=dataset.pk).first()
    counted = reading is not None and reading.counted_at is not None
    dismissed = dismissals_of(dataset)
    return Estimate(
        dataset=dataset,
        reading=reading,
        epochs=number_of(form, "n_epochs") or 1,
        cost=cost_of(reading, form.chosen, number_of(form, "max_length"))
        if reading and counted and form.chosen
        else None,
        overlap=_overlap(form, dataset),
        hides_too_long="too_long" in dismissed,
        hides_overlap="validation_overlap" in dismissed,
    )


def number_of(form: JobForm, name: str) -> int | None:
    """A hyper-parameter as the form has it by now, else the service's default; None if the model has none."""
    parameters = form.chosen.hyper_parameters.all() if form.chosen else []
    parameter = next((parameter for parameter in parameters if parameter.name == name), None)
    if parameter is None:
        return None
    try:
        given = judge(parameter, str(form.typed(f"{PREFIX}{name}") or ""))
    except ValidationError:
        given = None
    value = given if isinstance(given, int | float) else default_number(parameter)
    return None if value is None else int(value)


def _overlap(form: JobForm, dataset: Dataset) -> Overlap | None:
    other = form.chosen_validation_dataset
    if other is None or not other.can_train or other.pk == dataset.pk:
        return None
    return tasks.overlap_of(dataset, other)
