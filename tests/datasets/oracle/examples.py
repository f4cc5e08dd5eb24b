"""One example, read from its line: which errors and warnings it has by the rules of its format."""

from __future__ import annotations

from tests.datasets.oracle.markers import text_errors, text_warnings
from tests.datasets.oracle.reader import Object, Value
from tests.datasets.oracle.turns import content_warnings, order_errors

FORMATS = {"messages": ["messages"], "prompt_completion": ["prompt", "completion"], "text": ["text"]}
ROLES = ["system", "user", "assistant"]


def has_duplicate_key(value: Value) -> bool:
    """At any depth."""
    if isinstance(value, Object):
        keys = value.names()
        return len(keys) != len(set(keys)) or any(has_duplicate_key(inner) for _, inner in value.members)
    return isinstance(value, list) and any(has_duplicate_key(inner) for inner in value)


def formats_of(example: Object) -> list[str]:
    return [name for name, keys in FORMATS.items() if any(key in example.names() for key in keys)]


def errors_of(example: Object, format_: str) -> list[str]:
    if format_ == "messages":
        messages = example.get("messages")
        return messages_errors(messages) if isinstance(messages, list) else ["wrong_type"]
    if format_ == "text":
        text = example.get("text")
        return text_errors(text) if isinstance(text, str) else ["wrong_type"]
    return field_errors(example, "prompt") + field_errors(example, "completion")


def field_errors(of: Object, key: str) -> list[str]:
    """A field that must be there and a string."""
    if key not in of.names():
        return ["missing_field"]
    return [] if isinstance(of.get(key), str) else ["wrong_type"]


def messages_errors(messages: list[Value]) -> list[str]:
    if not messages:
        return ["empty_messages"]
    found = []
    for number, message in enumerate(messages):
        if not isinstance(message, Object):
            found.append("wrong_type")
            continue
        found += field_errors(message, "role") + field_errors(message, "content")
        role = role_of(message)
        if role is not None and role not in ROLES:
            found.append("unknown_role")
        if role == "system" and number > 0:
            found.append("misplaced_system")
    roles = [role_of(message) for message in messages]
    if all(role in ROLES for role in roles):
        found += order_errors([role for role in roles if role is not None and role != "system"])
    return found


def role_of(message: Value) -> str | None:
    if not isinstance(message, Object) or "role" not in message.names():
        return None
    role = message.get("role")
    return role if isinstance(role, str) else None


def warnings_of(example: Object, format_: str) -> list[str]:
    """Of an example that has no error, but for what a line alone cannot tell."""
    found = ["extra_key" for key in example.names() if key not in FORMATS[format_]]
    if format_ == "text":
        text = example.get("text")
        assert isinstance(text, str)
        return found + text_warnings(text)
    if format_ == "prompt_completion":
        return found + content_warnings(example.get("prompt")) + content_warnings(example.get("completion"))
    messages = example.get("messages")
    assert isinstance(messages, list)
    for message in messages:
        assert isinstance(message, Object)
        found += ["extra_key" for key in message.names() if key not in ("role", "content")]
        found += content_warnings(message.get("content"))
    return found
