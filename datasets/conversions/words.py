"""The words for what a conversion dropped, changed, or could not read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from datasets.conversions.tally import Places

DROPPED: dict[str, Promise] = {
    "too_long": _("The line is longer than 16 MB."),
    "not_utf8": _("Not UTF-8."),
    "not_json": _("Not JSON."),
    "rest_not_utf8": _("Not UTF-8 from here on: the rest of the file is left out."),
    "rest_not_json": _("Not JSON from here on: the rest of the file is left out."),
    "not_an_object": _("Not a JSON object, or a message that is none."),
    "no_messages": _("No messages."),
    "unknown_role": _("A role that is not known."),
    "tool_calls": _("Tool or function calls: the service cannot train on them."),
    "no_text": _("A message without text."),
    "not_text": _("Images, sound or files in a message."),
    "lone_surrogate": _("Half a character, which UTF-8 cannot hold."),
    "nothing_left": _("No question with an answer."),
    "blank_row": _("A blank row."),
    "empty_cell": _("The question or the answer is empty."),
}
CHANGED: dict[str, Promise] = {
    "name": _('"name" of a message was left off.'),
    "weight": _('"weight" of a message was left off.'),
    "weight_zero": _('"weight": 0 was left off: the service trains on this answer too.'),
    "developer": _('The role "developer" became "system".'),
    "parts": _("The text parts of a message were joined."),
    "other_keys": _("Keys outside the format were left off."),
    "answer_first": _("Answers before the first question were left off."),
    "question_last": _("Questions after the last answer were left off."),
}
TROUBLES: dict[str, Promise] = {
    "encoding": _("The text is neither UTF-8 nor UTF-16 nor GB18030. Save the table as CSV in UTF-8."),
    "csv": _("The rows cannot be told apart: a quote is not closed, or a cell is longer than 16 MB."),
    "xlsx": _("The spreadsheet cannot be read. Save it again, or save it as CSV."),
    "xlsx_too_large": _("The spreadsheet is too large once it is unpacked. Save it as CSV."),
    "too_large": _("What came out is larger than a file may be. Split the file first."),
    "disk_full": _("The server's disk is full. Nothing was kept: tell your admin, then convert again."),
    "gone": _("The file is not there any more."),
    "broke_off": _("The conversion broke off each time it was tried. Tell your admin; the server's log says why."),
}


@dataclass(frozen=True)
class Row:
    """A reason with how often it was met, and where first."""

    words: Promise
    count: int
    first: list[int]

    @property
    def places(self) -> str:
        return ", ".join(number_format(place, force_grouping=True) for place in self.first)

    @property
    def more(self) -> int:
        return self.count - len(self.first)


def rows(met: Mapping[str, Places], words: Mapping[str, Promise]) -> list[Row]:
    """The most frequent first."""
    found = [Row(words[reason], places.count, places.first) for reason, places in met.items()]
    return sorted(found, key=lambda row: -row.count)
