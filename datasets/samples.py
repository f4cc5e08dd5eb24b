"""What a line of each format looks like, and a whole file of it that can train, for those who make their first one."""

from __future__ import annotations

import json
from collections.abc import Callable
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

THINGS = [
    "kettle",
    "lamp",
    "backpack",
    "keyboard",
    "scarf",
    "blender",
    "umbrella",
    "notebook",
    "headset",
    "bicycle light",
]
QUESTIONS = [
    ("When will my {} arrive?", "Your {} arrives within three days of dispatch."),
    ("Can I send the {} back?", "Yes, you can return the {} within 30 days."),
    ("My {} came broken. What now?", "Sorry about that. Send us a picture of the {}, and we replace it."),
    ("Do you have the {} in blue?", "The {} comes in blue, grey and black."),
    ("How long is the warranty of the {}?", "The warranty of the {} is two years."),
    ("Can you gift-wrap the {}?", "Yes. Choose gift wrap for the {} at checkout."),
]
SYSTEM = {"role": "system", "content": "Answer in one sentence."}


def _conversation(question: str, answer: str) -> dict[str, object]:
    turns = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return {"messages": [SYSTEM, *turns]}


_EXAMPLES: dict[str, Callable[[str, str], dict[str, object]]] = {
    "messages": _conversation,
    "prompt_completion": lambda question, answer: {"prompt": question, "completion": answer},
    "text": lambda question, answer: {"text": f"\n\nHuman: {question}\n\nAssistant: {answer}"},
}


def whole_file(name: str) -> bytes:
    """Sixty different examples of a format, as a file. Raises KeyError for a format that there is not."""
    example = _EXAMPLES[name]
    pairs = [(question.format(thing), answer.format(thing)) for thing in THINGS for question, answer in QUESTIONS]
    return "".join(json.dumps(example(*pair)) + "\n" for pair in pairs).encode()
