"""Every code of a report, with its words: what happened, and what to do next.

A sentence is made when it is shown, in the reader's language; a report keeps only the code and its `params`.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from datasets.json_words import JSON_WORDS, Words

INVALID_JSON = "invalid_json"


CODES: dict[str, Words] = {
    "empty_file": Words(_("The file has no examples."), _("Write one JSON object on each line.")),
    "binary_file": Words(
        _("This is not a text file."),
        _("Unpack an archive first; save a spreadsheet as JSONL, one JSON object a line."),
    ),
    "utf16": Words(_("The file is UTF-16 or UTF-32, not UTF-8."), _("Save it as UTF-8 in your editor.")),
    "json_array": Words(
        _("The file is one JSON array, not one object a line."),
        _("Put each object on a line of its own, without the outer brackets and the commas between."),
    ),
    "pretty_printed_json": Words(
        _("An object is spread over several lines."),
        _("Write each object on one line, without line breaks inside it."),
    ),
    "file_too_large": Words(
        _("The file has more than %(limit)s bytes."), _("Split it, or leave out examples that say the same.")
    ),
    "too_few_lines": Words(
        _("Only %(examples)s of the %(minimum)s examples that training needs."), _("Add %(missing)s more.")
    ),
    "utf8_bom": Words(_("The file starts with a byte order mark."), _('Save it as "UTF-8", not as "UTF-8 with BOM".')),
    "line_too_long": Words(
        _("The line has more than %(limit)s bytes."), _("Shorten it, or split it into several examples.")
    ),
    "blank_line": Words(_("The line is blank."), _("Delete it.")),
    "invalid_utf8": Words(
        _("Bytes that are not UTF-8: %(bytes)s."),
        _("Type the text again here, or save the file as UTF-8 in your editor."),
    ),
    INVALID_JSON: Words(_("Not JSON."), ""),  # each reason has words of its own
    "not_an_object": Words(
        _("The line is JSON, but not an object; found: %(found)s."), _("Write an object with one of the formats' keys.")
    ),
    "duplicate_key": Words(
        _('The key "%(key)s" is there twice in one object.'), _("Keep the one that is meant, delete the other.")
    ),
    "unknown_format": Words(
        _("No key says which format this is."),
        _("Use messages, or prompt and completion."),
    ),
    "mixed_formats": Words(
        _("Keys of two formats: %(format)s and %(other)s."), _("Use one format for the whole file.")
    ),
    "missing_field": Words(_('"%(field)s" is missing.'), _('Add "%(field)s".')),
    "wrong_type": Words(
        _('"%(field)s" must be a string; found: %(found)s.'), _("Write the text itself, in double quotes.")
    ),
    "empty_messages": Words(_('"messages" is empty.'), _("Add a user message and the assistant's answer.")),
    "unknown_role": Words(_('The role "%(role)s" is not known.'), _("Use system, user or assistant, in lower case.")),
    "misplaced_system": Words(
        _("A system message that is not the first."), _("Keep one system message, at the start.")
    ),
    "no_user_message": Words(_("No user message."), _("Add a user message and the assistant's answer.")),
    "starts_with_assistant": Words(
        _("The assistant speaks first."), _("Start with a user message, after the system message if there is one.")
    ),
    "consecutive_user": Words(
        _("Two user messages in a row."), _("Join the two, or put the missing answer between them.")
    ),
    "consecutive_assistant": Words(
        _("Two assistant messages in a row."), _("Join the two, or put the missing question between them.")
    ),
    "ends_with_user": Words(_("The last message is the user's."), _("Add the assistant's answer, or delete it.")),
    "missing_human_marker": Words(
        _('No "Human:" at the start of a line.'), _(r'Write "\n\nHuman: " before the question.')
    ),
    "missing_assistant_marker": Words(
        _('No "Assistant:" at the start of a line.'), _(r'Write "\n\nAssistant: " before the answer.')
    ),
    "bad_marker_spacing": Words(
        _('"%(marker)s:" must stand right after exactly two newlines.'),
        _(r'Write "\n\n%(marker)s:", with no white space before it.'),
    ),
    "deprecated_format": Words(_("The text format is being withdrawn."), _("Use messages for new files.")),
    "extra_key": Words(
        _('The key "%(key)s" is not part of the format.'),
        _("The service does not support it. Delete it if it is a slip."),
    ),
    "empty_content": Words(_('"%(field)s" is empty.'), _("Write something, or delete the example.")),
    "surrounding_whitespace": Words(
        _('"%(field)s" starts or ends with white space.'), _("Delete it, unless the model shall learn it.")
    ),
    "special_token": Words(
        _("The text has %(token)s, which marks the ends of messages."),
        _("Delete it: in training it would end the message there."),
    ),
    "broken_think": Words("", ""),  # each reason has words of its own
    "duplicate_line": Words(_("The same as line %(first)s."), _("Keep one of the two.")),
    "conflicting_duplicate": Words(
        _("The same question as on line %(first)s, with another answer."),
        _("Keep the better answer, or say in the question what makes the difference."),
    ),
    "too_long": Words(
        _("%(tokens)s tokens, more than the %(limit)s that were asked for."),
        _("The service leaves the example out without a word. Shorten it, or split it."),
    ),
    "validation_overlap": Words(
        _("The line is in the validation data too, as line %(there)s of %(file)s."),
        _("The eval loss then says how well it was learned by heart. Keep it in one of the two."),
    ),
}

# Those that do not stop training. The last two are not the judge's: what is too long depends on the model, and an
# overlap takes two files.
WARNINGS = (
    "extra_key",
    "empty_content",
    "surrounding_whitespace",
    "special_token",
    "broken_think",
    "duplicate_line",
    "conflicting_duplicate",
    "deprecated_format",
    "too_long",
    "validation_overlap",
)

MISSPELT_FIELD = Words(
    _('"%(field)s" is missing; "%(key)s" stands in its place.'), _('Write "%(field)s" instead of "%(key)s".')
)
MISSPELT_FORMAT = Words(
    _('No key says which format this is; "%(key)s" is none.'), _('Write "%(field)s" instead of "%(key)s".')
)
ONE_LINE = Words(
    _("The line has more than %(limit)s bytes, with carriage returns in it."),
    _("End each line with a line feed: save the file with Unix line ends."),
)

# A line of another format than the file's first: the same code as two formats on one line, in other words.
LINE_OF_ANOTHER_FORMAT = Words(
    _("This line is %(format)s, the file began as %(other)s."), _("Use one format for the whole file.")
)
NOT_AN_ARRAY = Words(_('"%(field)s" must be an array; found: %(found)s.'), _("Write the messages in square brackets."))
NOT_A_MESSAGE = Words(
    _("A message must be an object; found: %(found)s."), _('Write it as {"role": "user", "content": "..."}.')
)
IN_OTHER_ENCODING = Words(
    _("Bytes that are not UTF-8: %(bytes)s."),
    _('In GBK they read "%(text)s". Save the file as UTF-8 in your editor.'),
)

TOO_LONG_FOR_MODELS = Words(
    _("%(tokens)s tokens, more than the %(limit)s that %(models)s takes."), CODES["too_long"].hint
)

BROKEN_THINK = {
    "unclosed": Words(_("<think> is opened and not closed."), _("Write </think> where the thinking ends.")),
    "unopened": Words(_("</think> closes nothing."), _("Write <think> where the thinking begins.")),
    "early": Words(
        _("Thinking before the last answer."), _("Keep it in the last assistant message alone; delete it here.")
    ),
}

RANKS = {code: rank for rank, code in enumerate(CODES)}


def words(code: str, params: Mapping[str, str | int]) -> Words:
    """The words of an issue; some codes have several."""
    if code == INVALID_JSON:
        return JSON_WORDS[str(params["reason"])]
    if code == "broken_think":
        return BROKEN_THINK[str(params["reason"])]
    if code == "too_long" and "models" in params:
        return TOO_LONG_FOR_MODELS
    if code == "missing_field" and "key" in params:
        return MISSPELT_FIELD
    if code == "unknown_format" and "key" in params:
        return MISSPELT_FORMAT
    if code == "line_too_long" and "carriage_return" in params:
        return ONE_LINE
    if code == "mixed_formats" and params.get("whole_line"):
        return LINE_OF_ANOTHER_FORMAT
    if code == "invalid_utf8" and "text" in params:
        return IN_OTHER_ENCODING
    if code == "wrong_type" and params.get("wanted") == "array":
        return NOT_AN_ARRAY
    if code == "wrong_type" and params.get("wanted") == "object":
        return NOT_A_MESSAGE
    return CODES[code]
