"""What a dataset is like, for its page: figures and pictures of what the judge and the second reading gathered."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.utils.translation import gettext as _

from datasets import pictures, statistics
from datasets.claims import READINGS
from datasets.models import Dataset, Reading
from datasets.pictures import Chart, Slice
from datasets.statistics import Bin, Statistics
from datasets.talk import Piece, named


@dataclass(frozen=True)
class Insight:
    """`statistics` is None for a file whose checking gathered none, `reading` for one that is not read again."""

    dataset: Dataset
    statistics: Statistics | None
    reading: Reading | None

    @property
    def is_counted(self) -> bool:
        return self.reading is not None and self.reading.counted_at is not None

    @property
    def has_given_up(self) -> bool:
        return self.reading is not None and READINGS.is_given_up(self.reading)

    @property
    def examples(self) -> int:
        """Those that are counted here: of a file with errors, the good ones."""
        if self.dataset.can_train:
            return self.dataset.examples
        if self.is_counted:
            return sum(found.count for found in self.token_bins)
        return self.statistics.examples if self.statistics else 0

    @property
    def waits(self) -> bool:
        return self.reading is not None and not self.is_counted and not self.has_given_up

    @cached_property
    def token_bins(self) -> list[Bin]:
        lengths = self.reading.histogram if self.reading else {}
        return [Bin(length, length, lengths[str(length)]) for length in sorted(map(int, lengths))]

    @property
    def tokens(self) -> Chart | None:
        return pictures.sizes(self.token_bins)

    @property
    def median_tokens(self) -> int:
        return pictures.quantile(self.token_bins, 0.5)

    @property
    def most_tokens(self) -> int:
        """95 % of the examples have no more."""
        return pictures.quantile(self.token_bins, 0.95)

    @property
    def turns(self) -> Chart | None:
        return pictures.turns(self.statistics.turns.bins) if self.statistics else None

    @property
    def mean_turns(self) -> float:
        return self.statistics.turns.mean / 2 if self.statistics else 0

    @property
    def most_turns(self) -> int:
        return self.statistics.turns.largest // 2 if self.statistics else 0

    @property
    def characters(self) -> Chart | None:
        return pictures.sizes(self.statistics.characters.bins) if self.statistics else None

    @property
    def languages(self) -> list[Slice]:
        names = {"chinese": _("Chinese"), "english": _("English"), "mixed": _("mixed"), "other": _("other")}
        found = self.statistics.languages if self.statistics else {}
        return pictures.slices((names[name], found.get(name, 0)) for name in names)

    @property
    def languages_label(self) -> str:
        return ", ".join(f"{part.name} {part.percent}%" for part in self.languages)

    @property
    def prompt_pieces(self) -> list[Piece]:
        """The most used system prompt."""
        prompts = self.statistics.system_prompts.most_used if self.statistics else []
        return list(named(prompts[0].text)) if prompts else []

    @property
    def prompt_share(self) -> int:
        """Percent of the examples that have the most used system prompt."""
        prompts = self.statistics.system_prompts.most_used if self.statistics else []
        return round(100 * prompts[0].count / max(1, self.examples)) if prompts else 0


def insight_of(dataset: Dataset) -> Insight:
    reading = Reading.objects.filter(pk=dataset.pk).first()
    if reading is not None:
        reading.dataset = dataset  # known already, so that nothing asks for it again
    return Insight(dataset, statistics.of(dataset.statistics), reading)
