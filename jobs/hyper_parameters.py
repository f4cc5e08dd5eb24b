"""Judging one hyper-parameter that a person typed: text in, the number or word to send out."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from finetune_portal.phrases import alternatives, sentence, sentences, series
from jobs.models import HyperParameter

Value = int | float | str | bool

_INTEGER = re.compile(r"[+-]?[0-9]{1,18}")
_NUMBER = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")


def judge(parameter: HyperParameter, text: str) -> Value | None:
    """The value to send, None where it is left to the service's default. Raises ValidationError with the value and
    the rule that it breaks. Full-width digits are read as digits: input methods write them."""
    given = unicodedata.normalize("NFKC", text).strip()
    if not given:
        if parameter.required:
            raise ValidationError(_("The service needs this one."), code="required")
        return None
    match parameter.kind:
        case HyperParameter.Kind.INTEGER:
            return _in_range(parameter, _integer(given), given)
        case HyperParameter.Kind.NUMBER:
            return _in_range(parameter, _number(given), given)
        case _:
            return _choice(parameter, given)


def rule(parameter: HyperParameter) -> str:
    """Its range and default in words, for under the field."""
    what = sentence(_either(parameter)) if parameter.kind == HyperParameter.Kind.CHOICE else _range(parameter)
    if parameter.required:
        return sentences(what, _("The service needs it."))
    return sentences(what, _("Default %(default)s.") % {"default": parameter.default or "–"})


def default_number(parameter: HyperParameter | None) -> float | None:
    """The service's default as a number, None where it is none."""
    try:
        return float(parameter.default) if parameter else None
    except ValueError:
        return None


def as_text(value: Any) -> str:
    """A value as a person would type it."""
    return value if isinstance(value, str) else bare(value) if isinstance(value, float) else json.dumps(value)


def bare(value: float) -> str:
    """`10`, `0.05`, `2e-5`: a number without a needless tail."""
    return f"{value:.15g}".replace("e-0", "e-")


def _integer(given: str) -> int:
    if not _INTEGER.fullmatch(given):
        raise ValidationError(_("%(value)s is not a whole number."), code="invalid", params={"value": given})
    return int(given)


def _number(given: str) -> float:
    if not _NUMBER.fullmatch(given) or not math.isfinite(float(given)):
        raise ValidationError(_("%(value)s is not a number."), code="invalid", params={"value": given})
    return float(given)


def _in_range(parameter: HyperParameter, value: int | float, given: str) -> int | float:
    least, most = parameter.minimum, parameter.maximum
    if least is not None and parameter.excludes_minimum and value <= least:
        raise _breaks(_("%(value)s is not greater than %(bound)s."), given, least)
    if least is not None and value < least:
        raise _breaks(_("%(value)s is less than %(bound)s."), given, least)
    if most is not None and value > most:
        raise _breaks(_("%(value)s is more than %(bound)s."), given, most)
    return value


def _breaks(message: str, given: str, bound: float) -> ValidationError:
    return ValidationError(message, code="out_of_range", params={"value": given, "bound": bare(bound)})


def _choice(parameter: HyperParameter, given: str) -> Value:
    for choice in parameter.choices:
        if as_text(choice) == given or _same_number(choice, given):
            found: Value = choice
            return found
    params = {"value": given, "choices": _either(parameter)}
    raise ValidationError(_("%(value)s is not one of these: %(choices)s."), code="invalid_choice", params=params)


def _same_number(choice: Any, given: str) -> bool:
    is_number = isinstance(choice, int | float) and not isinstance(choice, bool)
    return is_number and _NUMBER.fullmatch(given) is not None and float(given) == choice


def _either(parameter: HyperParameter) -> str:
    return alternatives([as_text(choice) for choice in parameter.choices])


def _range(parameter: HyperParameter) -> str:
    least, most = parameter.minimum, parameter.maximum
    bounds = {"least": bare(least) if least is not None else "", "most": bare(most) if most is not None else ""}
    if least is not None and most is not None and not parameter.excludes_minimum:
        span = _("%(least)s to %(most)s") % bounds
    elif least is not None and most is not None:
        span = _("greater than %(least)s, at most %(most)s") % bounds
    elif least is not None:
        span = _("greater than %(least)s") % bounds if parameter.excludes_minimum else _("%(least)s or more") % bounds
    else:
        span = _("at most %(most)s") % bounds if most is not None else ""
    kind = _("Whole number") if parameter.kind == HyperParameter.Kind.INTEGER else _("Number")
    return sentence(series([kind, span]))
