"""What holds of turns in every format that has any: their order, and what they say."""

from __future__ import annotations

from tests.datasets.oracle.reader import Value


def order_errors(roles: list[str]) -> list[str]:
    """Of the roles without the system ones."""
    if not roles:
        return ["no_user_message"]
    found = []
    if roles[0] == "assistant":
        found.append("starts_with_assistant")
    for role, before in zip(roles[1:], roles, strict=False):
        if role == before:
            found.append(f"consecutive_{role}")
    if roles[-1] == "user":
        found.append("ends_with_user")
    return found


def content_warnings(content: Value) -> list[str]:
    assert isinstance(content, str)
    if content.strip() == "":
        return ["empty_content"]
    return ["surrounding_whitespace"] if content != content.strip() else []
