"""The words for each reason why a text is not JSON, as `jsonfaults` names it: what is wrong, and what to do."""

from __future__ import annotations

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Words(NamedTuple):
    """What happened and what to do next, each a format string over an issue's params."""

    message: str | Promise
    hint: str | Promise


JSON_WORDS: dict[str, Words] = {
    "trailing_comma": Words(
        _("Not JSON: a comma before the closing bracket."), _("Delete the comma at column %(column)s.")
    ),
    "missing_comma": Words(
        _("Not JSON: no comma between two values."),
        _('Put a comma before it. If it belongs to the text before it, write the quote in the text as \\".'),
    ),
    "missing_colon": Words(_("Not JSON: no colon after a key."), _("Put a colon between the key and its value.")),
    "missing_value": Words(
        _("Not JSON: a value is missing before %(found)s."), _("Write the value, or delete its key.")
    ),
    "missing_key": Words(_("Not JSON: a key is missing before %(found)s."), _("Write the key in double quotes.")),
    "unquoted_key": Words(_("Not JSON: the key %(found)s has no quotes."), _("Put double quotes around it.")),
    "unquoted": Words(_("Not JSON: the text %(found)s has no quotes."), _("Put double quotes around it.")),
    "single_quotes": Words(_("Not JSON: single quotes."), _("Use double quotes around keys and texts.")),
    "typographic_quotes": Words(
        _("Not JSON: the quote %(found)s stands for a straight one."), _('Use the straight double quote ".')
    ),
    "wide": Words(_('Not JSON: the full-width "%(found)s" outside a text.'), _('Use the half-width "%(instead)s".')),
    "wrong_bracket": Words(
        _("Not JSON: %(found)s closes what it did not open."), _("Look for a bracket that is missing before it.")
    ),
    "after_end": Words(_("Not JSON: %(found)s after the end of the value."), _("Delete it.")),
    "two_values": Words(_("Not JSON: two values on one line."), _("Put each on a line of its own.")),
    "carriage_return": Words(
        _("Not JSON: only a carriage return stands between two values."),
        _("End each line with a line feed: save the file with Unix line ends."),
    ),
    "cut_off": Words(
        _("Not JSON: the line ends before its last bracket closes."),
        _("Complete the line, or join it with the next one if it was broken in two."),
    ),
    "unclosed_string": Words(
        _("Not JSON: a text is opened and never closed."),
        _(r"Put the closing quote. A line break in a text is written as \n."),
    ),
    "control": Words(
        _("Not JSON: the control character %(found)s."),
        _(r"Delete it, or write it in a text as \n, \t or \u and four digits."),
    ),
    "escape": Words(_("Not JSON: %(found)s is no escape."), _(r"Write a backslash in a text as \\.")),
    "surrogate": Words(
        _("Not JSON: %(found)s is half of a character."), _("Write the character itself, or both of its halves.")
    ),
    "number": Words(
        _("Not JSON: %(found)s is not how JSON writes a number."),
        _("Write it without leading zeros or a plus, or in double quotes."),
    ),
    "not_a_number": Words(_("Not JSON: %(found)s is not a number."), _("Use null, or leave the key out.")),
    "literal": Words(_("Not JSON: %(found)s stands for %(instead)s."), _("Write %(instead)s.")),
    "comment": Words(_("Not JSON: a comment."), _("Delete the comment.")),
    "byte_order_mark": Words(
        _("Not JSON: a byte order mark in the middle of the file."),
        _("Delete it. It comes from joining files that each start with one."),
    ),
    "too_deep": Words(
        _("Brackets are nested more than %(limit)s deep."),
        _("An example needs three levels: the object, its messages, a message."),
    ),
    "unexpected": Words(_("Not JSON: %(found)s cannot stand here."), _("Delete it, or put the text in double quotes.")),
}
