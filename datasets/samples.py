"""What a line of each format looks like, for those who make their first file."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Sample:
    """`line` is one whole line of a file."""

    format: str
    use: str | Promise
    line: str


ALL = [
    Sample(
        "messages",
        _("Conversations: an optional system message, then user and assistant in turns."),
        '{"messages": [{"role": "system", "content": "Answer in one sentence."}, '
        '{"role": "user", "content": "When will my order arrive?"}, '
        '{"role": "assistant", "content": "Within three days of dispatch."}]}',
    ),
    Sample(
        "prompt_completion",
        _("Single tasks and text that goes on: a prompt and what follows it."),
        '{"prompt": "Summarise: The parcel left Hangzhou on Monday and came on Wednesday.", '
        '"completion": "Delivered in two days."}',
    ),
    Sample(
        "text",
        _("The old form, about to be withdrawn: use one of the other two for new files."),
        r'{"text": "\n\nHuman: When will my order arrive?\n\nAssistant: Within three days of dispatch."}',
    ),
]
