"""How far a job is, in the numbers that its log showed; nothing is guessed where the whole is not known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from finetune_portal.phrases import series
from jobs.models import Job


@dataclass(frozen=True)
class Progress:
    """Epochs done, `of` how many. As text, for SVG and ARIA, where a thousands separator would break the number."""

    epoch: float
    of: float

    @property
    def percent(self) -> int:
        return min(100, int(100 * self.epoch / self.of))

    @property
    def words(self) -> str:
        return _("epoch %(epoch)s of %(of)s") % {"epoch": plain(self.epoch), "of": plain(self.of)}

    @property
    def path(self) -> str:
        """The filled part of a bar in a view box of 100 by 1."""
        return f"M0 0H{self.percent}V1H0z"


def progress_of(job: Job, defaults: Mapping[str, str]) -> Progress | None:
    """`defaults` are the base models' default epochs, by name. None before the first step, or without a whole."""
    echoed = job.provider_settings.get("hyper_parameters") or {}
    wanted = job.hyper_parameters.get("n_epochs") or echoed.get("n_epochs") or defaults.get(job.base_model)
    try:
        of = float(wanted or 0)
    except (TypeError, ValueError):
        return None
    if job.epoch is None or not of > 0:
        return None
    return Progress(job.epoch, of)


def plain(value: float) -> str:
    """`1.29`, `0.8`, `3`: two decimals at most."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def loss_words(job: Job) -> str:
    """`loss 0.91, eval loss 1.00`, as far as the log showed them."""
    parts = []
    if job.loss is not None:
        parts.append(_("loss %(loss)s") % {"loss": precise(job.loss)})
    if job.eval_loss is not None:
        parts.append(_("eval loss %(loss)s") % {"loss": precise(job.eval_loss)})
    return series(parts)


def precise(loss: float) -> str:
    return f"{loss:.2f}" if abs(loss) >= 0.1 else f"{loss:.2g}"


def tokens_words(count: int) -> str:
    """`2.10 M tokens`; below a million the number as it is."""
    shown = _("%(millions)s M") % {"millions": f"{count / 1e6:.2f}"} if count >= 1_000_000 else number_format(count)
    return _("%(count)s tokens") % {"count": shown}
