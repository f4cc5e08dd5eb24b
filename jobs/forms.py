"""The form for a new job. It judges what the service would refuse, and says so beside the field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from datasets.models import Dataset
from datasets.queries import is_archived
from jobs.failures import LEAST_LINES
from jobs.hyper_parameters import as_text, bare, default_number, judge, rule
from jobs.models import BaseModel, HyperParameter, Job
from jobs.numbers import number
from jobs.reruns import MOST_RERUNS
from teams.models import ProviderAccount, Team

PREFIX = "hp_"
NAME_LENGTH = 64
# A select of more is no help; a dataset's own page leads here with it chosen.
DATASETS_LISTED = 200


class HyperParameterField(forms.CharField):
    """What a person types for one hyper-parameter; cleans to the value to send, None for the service's default."""

    def __init__(self, parameter: HyperParameter, typed: str) -> None:
        self.parameter = parameter
        super().__init__(required=False, max_length=48, label=parameter.name, help_text=rule(parameter))
        if parameter.kind == HyperParameter.Kind.CHOICE:
            self.widget = forms.Select(choices=self._choices(typed))
        else:
            whole = parameter.kind == HyperParameter.Kind.INTEGER
            self.widget = forms.TextInput(
                attrs={
                    "inputmode": "numeric" if whole else "text",
                    "placeholder": parameter.default,
                    "autocomplete": "off",
                    "maxlength": 48,
                }
            )

    def _choices(self, typed: str) -> list[tuple[str, str]]:
        """Those of the parameter; a wrong one that came in stays to be seen."""
        words = [as_text(choice) for choice in self.parameter.choices]
        default = _("default (%(value)s)") % {"value": self.parameter.default} if self.parameter.default else "–"
        wrong = [typed] if typed and typed not in words else []
        return [("", default), *((word, word) for word in [*words, *wrong])]

    def clean(self, value: Any) -> Any:
        return judge(self.parameter, super().clean(value))


class JobForm(forms.Form):
    """Fields of every job, and one for each hyper-parameter of the chosen base model."""

    name = forms.CharField(
        label=gettext_lazy("Name"),
        required=False,
        max_length=NAME_LENGTH,
        help_text=gettext_lazy("Any language, up to 64 characters. Left empty: the dataset, the model and the day."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    dataset = forms.ModelChoiceField(
        label=gettext_lazy("Training data"),
        queryset=Dataset.objects.none(),
        error_messages={
            "required": gettext_lazy("Choose the data to train on."),
            "invalid_choice": gettext_lazy("This team has no such dataset."),
        },
    )
    validation_dataset = forms.ModelChoiceField(
        label=gettext_lazy("Validation data"),
        queryset=Dataset.objects.none(),
        required=False,
        help_text=gettext_lazy("Gives the eval loss. Without it the service splits the training data itself."),
        error_messages={"invalid_choice": gettext_lazy("This team has no such dataset.")},
    )
    base_model = forms.ModelChoiceField(
        label=gettext_lazy("Base model"),
        queryset=BaseModel.objects.filter(is_active=True),
        to_field_name="name",
        error_messages={
            "required": gettext_lazy("Choose a base model."),
            "invalid_choice": gettext_lazy("This model is not offered."),
        },
    )
    account = forms.ModelChoiceField(
        label=gettext_lazy("Account"),
        queryset=ProviderAccount.objects.none(),
        empty_label=None,
        error_messages={
            "required": gettext_lazy("No account is switched on, so nothing could be sent."),
            "invalid_choice": gettext_lazy("This account is not switched on."),
        },
    )

    reruns_left = forms.IntegerField(
        label=gettext_lazy("Run again by itself"),
        required=False,
        min_value=0,
        max_value=MOST_RERUNS,
        widget=forms.NumberInput(attrs={"placeholder": "0", "autocomplete": "off"}),
        help_text=gettext_lazy("So often at most, 0 to 3, after code 1 (internal error) only. Each run is paid."),
    )

    def __init__(
        self, team: Team, data: Mapping[str, Any] | None = None, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial=initial)
        self.team = team
        self.models = list(BaseModel.objects.filter(is_active=True).prefetch_related("hyper_parameters"))
        self.accounts = list(team.accounts.usable().order_by("name"))
        self._offer_datasets()
        self._field("account").queryset = team.accounts.usable().order_by("name")
        if len(self.accounts) == 1:  # nothing to choose
            self.fields["account"].required = False
        self.chosen = self._chosen_model()
        for parameter in self.chosen.hyper_parameters.all() if self.chosen else []:
            name = f"{PREFIX}{parameter.name}"
            self.fields[name] = HyperParameterField(parameter, str(self.typed(name) or ""))

    @classmethod
    def like(cls, team: Team, job: Job) -> JobForm:
        """The form with the settings of a job that was there before."""
        values = {f"{PREFIX}{name}": as_text(value) for name, value in job.hyper_parameters.items()}
        initial = {
            "name": job.name,
            "dataset": job.dataset_id,
            "validation_dataset": job.validation_dataset_id,
            "base_model": job.base_model,
            "account": job.account_id,
        }
        return cls(team, initial={**initial, **values})

    def typed(self, name: str) -> Any:
        """What stands in a field, judged or not."""
        return self.data.get(name) if self.is_bound else self.initial.get(name)

    @property
    def settings(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith(PREFIX)]

    @property
    def wrong_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.errors if name in self.fields]

    @property
    def values(self) -> dict[str, Any]:
        """The hyper-parameters that were given, those left to the service left out."""
        given = {name.removeprefix(PREFIX): self.cleaned_data[name] for name in self.fields if name.startswith(PREFIX)}
        return {name: value for name, value in given.items() if value is not None}

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_dataset(self) -> Dataset:
        dataset: Dataset = self.cleaned_data["dataset"]
        _must_train(dataset)
        if dataset.examples < LEAST_LINES:
            raise ValidationError(
                ngettext(
                    "It has %(lines)s example; the service needs at least %(least)s.",
                    "It has %(lines)s examples; the service needs at least %(least)s.",
                    dataset.examples,
                ),
                code="too_few_lines",
                params={"lines": number_format(dataset.examples), "least": LEAST_LINES},
            )
        return dataset

    def clean_validation_dataset(self) -> Dataset | None:
        dataset: Dataset | None = self.cleaned_data["validation_dataset"]
        if dataset is not None:
            _must_train(dataset)
        return dataset

    def clean_reruns_left(self) -> int:
        return self.cleaned_data["reruns_left"] or 0

    def clean_account(self) -> ProviderAccount | None:
        return self.cleaned_data["account"] or (self.accounts[0] if self.accounts else None)

    def clean(self) -> None:
        dataset = self.cleaned_data.get("dataset")
        base_model = self.cleaned_data.get("base_model")
        if dataset and base_model:
            self._more_lines_than_a_batch(dataset)
            if not self.cleaned_data.get("name"):
                self.cleaned_data["name"] = suggested_name(dataset, base_model)
        self._no_setting_of_another_model()

    def _more_lines_than_a_batch(self, dataset: Dataset) -> None:
        """The file must have more lines than `batch_size`, given or the service's default."""
        field = f"{PREFIX}batch_size"
        parameter = (
            next((p for p in self.chosen.hyper_parameters.all() if p.name == "batch_size"), None)
            if self.chosen
            else None
        )
        given = self.cleaned_data.get(field)
        size = given if isinstance(given, int | float) else default_number(parameter)
        if size is None or dataset.lines > size or field in self.errors:
            return
        params = {"lines": number_format(dataset.lines), "size": bare(size)}
        if given is None:
            text = _("It has %(lines)s lines, and must have more than the default batch_size of this model, %(size)s.")
            self.add_error("dataset", ValidationError(text, code="batch_size", params=params))
        else:
            text = _("%(size)s is not less than the %(lines)s lines of the file.")
            self.add_error(field, ValidationError(text, code="batch_size", params=params))

    def _no_setting_of_another_model(self) -> None:
        """Without JavaScript one can choose a model and send what was typed for another: say so, drop nothing."""
        for name, value in self.data.items():
            if name.startswith(PREFIX) and name not in self.fields and str(value).strip():
                text = _("%(name)s is no setting of this model. What was typed: %(value)s.")
                params = {"name": name.removeprefix(PREFIX), "value": value}
                self.add_error(None, ValidationError(text, code="unknown_setting", params=params))

    def _offer_datasets(self) -> None:
        datasets = self.team.datasets.order_by("-created_at", "-pk")
        listed = list(datasets.filter(~is_archived(self.team))[:DATASETS_LISTED])
        known = {str(dataset.pk) for dataset in listed}
        wanted = {str(self.typed(field) or "") for field in ("dataset", "validation_dataset")} - known
        older = list(datasets.filter(pk__in=[pk for pk in map(number, wanted) if pk is not None]))
        self.offered = [*older, *listed]
        ready = [(dataset.pk, dataset_label(dataset)) for dataset in self.offered if dataset.can_train]
        refused = [(dataset.pk, dataset_label(dataset)) for dataset in self.offered if not dataset.can_train]
        for field, none in (("dataset", _("choose…")), ("validation_dataset", _("none"))):
            self._field(field).queryset = datasets
            choices = [("", none), *ready, *([(_("Cannot train yet"), refused)] if refused else [])]
            self._field(field).widget.choices = choices

    @property
    def chosen_dataset(self) -> Dataset | None:
        return self._offered("dataset")

    @property
    def chosen_validation_dataset(self) -> Dataset | None:
        return self._offered("validation_dataset")

    @property
    def problems(self) -> int:
        return sum(len(errors) for errors in self.errors.values())

    def _offered(self, field: str) -> Dataset | None:
        wanted = str(self.typed(field) or "")
        return next((dataset for dataset in self.offered if str(dataset.pk) == wanted), None)

    def _chosen_model(self) -> BaseModel | None:
        wanted = self.typed("base_model")
        return next((model for model in self.models if model.name == wanted), None)

    def _field(self, name: str) -> Any:
        return self.fields[name]


def _must_train(dataset: Dataset) -> None:
    """Raise ValidationError for a dataset that has errors, or is still being checked."""
    params = {"errors": number_format(dataset.error_count), "lines": number_format(dataset.error_lines)}
    if dataset.state == Dataset.State.CHECKING:
        raise ValidationError(_("It is still being checked. Try again in a moment."), code="checking")
    if not dataset.can_train:
        text = ngettext(
            "It has %(errors)s error. Mend it first.", "It has %(errors)s errors. Mend them first.", dataset.error_count
        )
        raise ValidationError(text, code="refused", params=params)


def dataset_label(dataset: Dataset) -> str:
    """A dataset in a select."""
    name = {"name": dataset.name, "version": dataset.version}
    if dataset.state == Dataset.State.CHECKING:
        return _("%(name)s v%(version)s, being checked") % name
    count = dataset.lines if dataset.can_train else dataset.error_count
    name["count"] = number_format(count)
    if dataset.can_train:
        return ngettext("%(name)s v%(version)s, %(count)s line", "%(name)s v%(version)s, %(count)s lines", count) % name
    return ngettext("%(name)s v%(version)s, %(count)s error", "%(name)s v%(version)s, %(count)s errors", count) % name


def suggested_name(dataset: Dataset, base_model: BaseModel) -> str:
    """`contracts v5 qwen-turbo 2026-11-25`, the dataset's part cut where it is too long."""
    stem = dataset.name.rsplit(".", 1)[0] or dataset.name
    tail = f" v{dataset.version} {base_model.name} {timezone.localtime():%Y-%m-%d}"[-NAME_LENGTH:]
    return f"{stem[: NAME_LENGTH - len(tail)]}{tail}".strip()
