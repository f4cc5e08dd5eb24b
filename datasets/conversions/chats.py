"""Files of conversations as other services keep them: those of OpenAI and ShareGPT."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO

from datasets.conversions.tally import Dropped, Tally
from datasets.conversions.values import values

Message = dict[str, str]
Example = dict[str, list[Message]]
Convert = Callable[[dict[str, Any], Callable[[str], None]], Example]

OPENAI_MESSAGE_KEYS = {
    "name",
    "weight",
    "refusal",
    "tool_calls",
    "tool_call_id",
    "function_call",
    "annotations",
    "audio",
}
OPENAI_KEYS = {"tools", "functions", "parallel_tool_calls", "function_call", "tool_choice"}
OPENAI_ROLES = {"developer": "system", "system": "system", "user": "user", "assistant": "assistant"}
TOOL_ROLES = {"tool", "function", "function_call", "observation", "tool_call", "tool_response"}
SPEAKERS = {
    **dict.fromkeys(("human", "user"), "user"),
    **dict.fromkeys(("gpt", "assistant", "chatgpt", "bing", "bard", "model"), "assistant"),
    "system": "system",
}


def lines(file: BinaryIO, convert: Convert, tally: Tally) -> Iterator[bytes]:
    """The examples of `file`, each a line of `messages`."""
    for place, value in values(file):
        parts: set[str] = set()
        try:
            if isinstance(value, Dropped):
                raise value
            if not isinstance(value, dict):
                raise Dropped("not_an_object")
            line = json.dumps(convert(value, parts.add), ensure_ascii=False).encode()
        except Dropped as dropped:
            tally.drop(dropped.reason, place)
        except UnicodeEncodeError:
            tally.drop("lone_surrogate", place)
        else:
            tally.kept += 1
            for part in sorted(parts):
                tally.change(part, place)
            yield line + b"\n"


def from_openai(value: dict[str, Any], change: Callable[[str], None]) -> Example:
    """An example of OpenAI's chat format, without what the service here does not know."""
    found = value.get("messages")
    if not isinstance(found, list) or not found:
        raise Dropped("no_messages")
    if value.keys() - {"messages"}:
        change("other_keys")
    return {"messages": [_openai_message(message, change) for message in found]}


def _openai_message(message: Any, change: Callable[[str], None]) -> Message:
    if not isinstance(message, dict):
        raise Dropped("not_an_object")
    role = _word(message.get("role"))
    if role in TOOL_ROLES or message.get("tool_calls") or message.get("function_call"):
        raise Dropped("tool_calls")
    if role not in OPENAI_ROLES:
        raise Dropped("unknown_role")
    if role == "developer":
        change("developer")
    if message.get("weight") == 0:
        change("weight_zero")
    elif "weight" in message:
        change("weight")
    if "name" in message:
        change("name")
    if message.keys() - {"role", "content", "name", "weight"}:
        change("other_keys")
    return {"role": OPENAI_ROLES[role], "content": _openai_content(message.get("content"), change)}


def _openai_content(content: Any, change: Callable[[str], None]) -> str:
    """The text of a content that may be a list of parts."""
    if isinstance(content, str):
        return content
    if not isinstance(content, list) or not content:
        raise Dropped("no_text")
    if any(not isinstance(part, dict) or part.get("type") != "text" for part in content):
        raise Dropped("not_text")
    if any(not isinstance(part.get("text"), str) for part in content):
        raise Dropped("no_text")
    change("parts")
    return "".join(part["text"] for part in content)


def from_sharegpt(value: dict[str, Any], change: Callable[[str], None]) -> Example:
    """An example of ShareGPT's format: its turns, from the first user message to the last answer."""
    turns = value.get("conversations", value.get("conversation"))
    if not isinstance(turns, list) or not turns:
        raise Dropped("no_messages")
    if value.keys() - {"conversations", "conversation", "system", "id"}:
        change("other_keys")
    messages = [_turn(turn, change) for turn in turns]
    system = value.get("system")
    if isinstance(system, str) and system and messages[0]["role"] != "system":
        messages.insert(0, {"role": "system", "content": system})
    return {"messages": _from_user_to_assistant(messages, change)}


def _turn(turn: Any, change: Callable[[str], None]) -> Message:
    if not isinstance(turn, dict):
        raise Dropped("not_an_object")
    speaker, content = _word(turn.get("from", turn.get("role"))), turn.get("value", turn.get("content"))
    if speaker in TOOL_ROLES:
        raise Dropped("tool_calls")
    if speaker not in SPEAKERS:
        raise Dropped("unknown_role")
    if not isinstance(content, str):
        raise Dropped("no_text")
    if turn.keys() - {"from", "value", "role", "content"}:
        change("other_keys")
    return {"role": SPEAKERS[speaker], "content": content}


def _from_user_to_assistant(messages: list[Message], change: Callable[[str], None]) -> list[Message]:
    """Without answers before the first question and questions after the last answer: nothing can be learned of them."""
    head = [messages[0]] if messages[0]["role"] == "system" else []
    turns = messages[len(head) :]
    while turns and turns[0]["role"] == "assistant":
        change("answer_first")
        del turns[0]
    while turns and turns[-1]["role"] != "assistant":
        change("question_last")
        del turns[-1]
    if not turns:
        raise Dropped("nothing_left")
    return head + turns


def _word(value: object) -> str:
    return value if isinstance(value, str) else ""


def is_openai(value: object) -> bool:
    """Does this example have what only OpenAI's format has?"""
    messages = value.get("messages") if isinstance(value, dict) else None
    if not isinstance(value, dict) or not isinstance(messages, list):
        return False
    return bool(value.keys() & OPENAI_KEYS) or any(_is_openai_message(message) for message in messages)


def _is_openai_message(message: object) -> bool:
    if not isinstance(message, dict):
        return False
    odd_role = _word(message.get("role")) in TOOL_ROLES | {"developer"}
    return odd_role or bool(message.keys() & OPENAI_MESSAGE_KEYS) or isinstance(message.get("content"), list)


def is_sharegpt(value: object) -> bool:
    turns = value.get("conversations", value.get("conversation")) if isinstance(value, dict) else None
    return isinstance(turns, list)
