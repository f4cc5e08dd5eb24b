"""Takes out of a text what must not be seen: keys, the query of signed URLs, `api_key_id`. Bounds its length too."""

import re

# Long enough for any sentence that the service says, short enough for a log line and a table cell.
MAX_MESSAGE = 500
# A gateway's HTML page can be megabytes long; nothing past this is looked at.
_MAX_READ = 65_536

_KEY_LIKE = re.compile(r"(?<![A-Za-z0-9])sk-[A-Za-z0-9_.\-]+", re.IGNORECASE)
_BEARER = re.compile(r"(Bearer\s+)[^\s\"',;]+", re.IGNORECASE)
_URL_SECRET = re.compile(
    r"([a-z][a-z0-9+.\-]*://)(?:[^\s/@\"'<>]*@)?([^\s?#\"'<>]*)(?:[?#][^\s\"'<>]*)?", re.IGNORECASE
)
_API_KEY_ID = re.compile(r"(api_?key_?id[\\\"']*\s*[:=]\s*[\\\"']*)[\w\-.]+", re.IGNORECASE)


def redact(text: str) -> str:
    """`text` without keys (`sk-…`, `Bearer …`), without the query of any URL, without the value of `api_key_id`."""
    text = _URL_SECRET.sub(r"\1\2", text)
    text = _API_KEY_ID.sub(r"\1***", text)
    text = _BEARER.sub(r"\1***", text)
    return _KEY_LIKE.sub("sk-***", text)


def bounded(text: str) -> str:
    """`text` redacted, on one line, of at most `MAX_MESSAGE` characters."""
    # Redaction comes before the cut: a cut through the middle of a secret would hide it from the patterns.
    line = " ".join(redact(text[:_MAX_READ]).split())
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"


class Secret:
    """A key that no repr, str or pickle shows. `reveal()` is the only way to it."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        # Printable ASCII without quotes: it can neither break out of its header nor be escaped in JSON, so that
        # `hide` finds it wherever the service echoes it.
        if not re.fullmatch(r"[!#-&(-\[\]-~]+", value):
            raise ValueError("An API key is printable ASCII without spaces, quotes or backslashes.")
        self._value = value

    def reveal(self) -> str:
        """The key itself."""
        return self._value

    def hide(self, body: bytes) -> bytes:
        """`body` with the key replaced, should the service echo it."""
        return body.replace(self._value.encode("ascii"), b"***")

    def __repr__(self) -> str:
        return "<secret>"

    def __reduce__(self) -> str:
        raise TypeError("A secret is not pickled.")
