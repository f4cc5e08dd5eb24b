"""A page without its text: its elements, and the names of their attributes."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from html.parser import HTMLParser

Element = tuple[str, tuple[str, ...]]
# Where an address can run a script.
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "hx-get", "hx-post", "hx-put", "hx-delete")
JSON_ATTRIBUTES = ("hx-headers", "hx-vals", "hx-request")


@dataclass
class Form:
    """A form of a page: where it goes, and its fields' names with what they hold."""

    action: str
    method: str
    fields: list[tuple[str, str, str]] = field(default_factory=list)  # name, kind, value


class Skeleton(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self.forms: list[Form] = []
        self.wrong: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, tuple(name for name, _ in attrs)))
        values = {name: value or "" for name, value in attrs}
        for name, value in values.items():
            if name in ADDRESSES and value.strip().lower().startswith(("javascript:", "data:", "vbscript:")):
                self.wrong.append(f"{name}={value}")
            if name in JSON_ATTRIBUTES:
                json.loads(value)
        self._take_form(tag, values)

    def _take_form(self, tag: str, values: dict[str, str]) -> None:
        posts = values.get("hx-post")
        if tag == "form":
            self.forms.append(Form(values.get("action", ""), values.get("method", "get").lower()))
        elif posts is not None:
            self.forms.append(Form(posts, "post"))
        elif self.forms and tag in ("input", "textarea", "select", "button") and values.get("name"):
            kind = values.get("type", "text") if tag == "input" else tag
            self.forms[-1].fields.append((values["name"], kind, values.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is not None and data.strip():
            self.wrong.append(f"in {self.cdata_elem}: {data[:80]}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment: {data[:80]}")
