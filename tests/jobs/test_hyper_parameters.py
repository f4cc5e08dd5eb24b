"""What a person may type for a hyper-parameter, and what is said to the rest."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from jobs.hyper_parameters import as_text, default_number, judge, rule
from jobs.models import HyperParameter

EPOCHS = HyperParameter(name="n_epochs", kind="integer", minimum=1, maximum=10, default="1")
BATCH = HyperParameter(name="batch_size", kind="choice", choices=[2, 4], default="2")
RATE = HyperParameter(name="learning_rate", kind="number", minimum=0, excludes_minimum=True, default="2e-5")
SCHEDULE = HyperParameter(name="lr_scheduler_type", kind="choice", choices=["cosine", "linear", True], default="cosine")
NEEDED = HyperParameter(name="max_length", kind="integer", minimum=1, default="2048", required=True)


@pytest.mark.parametrize(
    ("parameter", "typed", "value"),
    [
        (EPOCHS, "", None),
        (EPOCHS, "  ", None),
        (EPOCHS, " 3 ", 3),
        (EPOCHS, "３", 3),
        (EPOCHS, "+10", 10),
        (BATCH, "4", 4),
        (BATCH, "4.0", 4),
        (RATE, "2e-5", 2e-5),
        (RATE, "0.00002", 2e-5),
        (RATE, "2E-05", 2e-5),
        (RATE, ".5", 0.5),
        (SCHEDULE, "linear", "linear"),
        (SCHEDULE, "true", True),
    ],
)
def test_it_takes(parameter: HyperParameter, typed: str, value: Any) -> None:
    given = judge(parameter, typed)

    assert given == value
    assert type(given) is type(value)


@pytest.mark.parametrize(
    ("parameter", "typed", "said"),
    [
        (EPOCHS, "12", "12 is more than 10."),
        (EPOCHS, "0", "0 is less than 1."),
        (EPOCHS, "3.0", "3.0 is not a whole number."),
        (EPOCHS, "1_0", "1_0 is not a whole number."),
        (EPOCHS, "9" * 40, f"{'9' * 40} is not a whole number."),
        (BATCH, "3", "3 is not one of these: 2 or 4."),
        (RATE, "0", "0 is not greater than 0."),
        (RATE, "-1", "-1 is not greater than 0."),
        (RATE, "1e-999", "1e-999 is not greater than 0."),
        (RATE, "nan", "nan is not a number."),
        (RATE, "inf", "inf is not a number."),
        (RATE, "1e999", "1e999 is not a number."),
        (RATE, "0,1", "0,1 is not a number."),
        (RATE, "0x1p-3", "0x1p-3 is not a number."),
        (SCHEDULE, "step", "step is not one of these: cosine, linear or true."),
        (NEEDED, "", "The service needs this one."),
    ],
)
def test_it_refuses_with_the_value_and_the_rule(parameter: HyperParameter, typed: str, said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        judge(parameter, typed)

    assert refused.value.messages == [said]


@pytest.mark.parametrize(
    ("parameter", "words"),
    [
        (EPOCHS, "Whole number, 1 to 10. Default 1."),
        (BATCH, "2 or 4. Default 2."),
        (RATE, "Number, greater than 0. Default 2e-5."),
        (NEEDED, "Whole number, 1 or more. The service needs it."),
        (HyperParameter(kind="number", default=""), "Number. Default –."),
        (HyperParameter(kind="number", maximum=1, default="0.1"), "Number, at most 1. Default 0.1."),
        (
            HyperParameter(kind="number", minimum=0, maximum=1, excludes_minimum=True, default="0.1"),
            "Number, greater than 0, at most 1. Default 0.1.",
        ),
    ],
)
def test_the_rule_stands_under_the_field(parameter: HyperParameter, words: str) -> None:
    assert rule(parameter) == words


@pytest.mark.parametrize(("value", "text"), [(2e-5, "2e-5"), (0.5, "0.5"), (3, "3"), ("cosine", "cosine")])
def test_values_are_shown_as_people_type_them(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(("default", "number"), [("2", 2.0), ("", None), ("AUTO", None)])
def test_a_default_is_a_number_or_none(default: str, number: float | None) -> None:
    assert default_number(HyperParameter(default=default)) == number
