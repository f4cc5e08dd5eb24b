"""Lines of training files, good and nearly good, as hypothesis makes them."""

from __future__ import annotations

import json

from hypothesis import strategies as st

# A tree of JSON: an object is its members in order, so that it can have a key twice; `Raw` is written as it stands.
Pairs = tuple[tuple[str, "Tree"], ...]


class Raw(str):
    __slots__ = ()


class Members(list[tuple[str, object]]):
    """An object."""


Tree = Members | list[object] | str | Raw

ODD_CHARACTERS = (
    "\x00\x07\t\n\r\x0b\x0c\x1c\x85\xa0\xad\u1680\u200b\u200d\u2028\u2029\u202e\u3000\ufeff\ufffd\uffff😀é中"
)
CONTENTS = st.one_of(
    st.sampled_from(["a", "b"]),
    st.sampled_from(["a", "b", "中文", "a b", "a\nb"]),
    st.sampled_from(
        ["", " ", "\n", " a", "a ", "\u3000", "a\u00a0", "\u200ba", "\x00", "a\x1f", "\x85a", "\ufeffa", "😀"]
    ),
    st.text(st.sampled_from("ab \n" + ODD_CHARACTERS), max_size=8),
    st.text(max_size=8),
)
WHITE = st.sampled_from(["", "", "", " ", "\t", "\r", "  "])
SCALARS = st.sampled_from([
    "0", "-0", "1", "-1.5e+10", "1e999", "9" * 400, "0.1", "1E-5", "true", "false", "null",
    "01", "+1", ".5", "1.", "1e", "-", "NaN", "-Infinity", "Infinity", "True", "None", "nul", "0x1", "1_0", "１", "'a'",
    '"\\ud800"', '"\\ude00\\ud83d"', '"a\\ud83d\\ude00"', '"\\x"', '"\t"', '"\\\\ud800"',
])  # fmt: skip
ANYTHING = st.recursive(
    SCALARS.map(Raw) | CONTENTS,
    lambda inner: st.lists(inner, max_size=3) | st.lists(st.tuples(CONTENTS, inner), max_size=3).map(Members),
    max_leaves=5,
)
KNOWN_ROLES = st.sampled_from(["user", "assistant", "system"])
ROLES = KNOWN_ROLES | st.sampled_from(["User", "", "tool", " user", "user\x00", "Assistant", "human", "usеr"])
KEYS = st.sampled_from(["messages", "prompt", "completion", "text", "role", "content", "name", "weight", "Text", ""])

TEXT_PIECES = st.sampled_from([
    "\n\nHuman:", "\n\nAssistant:", "\n\nHuman: ", "\n\nAssistant: ", "Human:", "Assistant:", "\n", "\n\n", " ", "\t",
    "\r", "\r\n", "a", "b", " a ", "human:", "Human :", "\u3000", "\u2028", "\x0b", "\x85", "Human", "\ufeff",
])  # fmt: skip


MARKERS = ["\n\nHuman:", "\n\nAssistant:"]
SPACES = st.sampled_from(["", " ", " ", "  "])


def message(role: str, content: str) -> Members:
    return Members([("role", role), ("content", content)])


def conversation(turns: list[tuple[str, str]]) -> Members:
    return Members([("messages", [message(*turn) for turn in turns])])


@st.composite
def good_turns(draw: st.DrawFn) -> Members:
    count = draw(st.integers(1, 3))
    turns = [(role, draw(CONTENTS)) for _ in range(count) for role in ("user", "assistant")]
    return conversation([("system", draw(CONTENTS)), *turns] if draw(st.booleans()) else turns)


@st.composite
def nearly_good_turns(draw: st.DrawFn) -> Members:
    """A good conversation with one turn put in, left out or said twice."""
    roles = draw(st.sampled_from(["ua", "sua", "uaua", "suaua"]))
    where = draw(st.integers(0, len(roles)))
    roles = roles[:where] + draw(st.sampled_from(["", "s", "u", "a"])) + roles[where + draw(st.integers(0, 1)) :]
    names = {"s": "system", "u": "user", "a": "assistant"}
    return conversation([(names[role], "a") for role in roles])


ORDERS = nearly_good_turns() | st.lists(st.tuples(KNOWN_ROLES, st.just("a")), max_size=6).map(conversation)
ANY_TURNS = st.lists(st.tuples(ROLES, CONTENTS), max_size=6).map(conversation)
PAIRS = st.tuples(CONTENTS, CONTENTS).map(lambda two: Members([("prompt", two[0]), ("completion", two[1])]))


@st.composite
def good_texts(draw: st.DrawFn) -> Members:
    """Good, as long as no content begins or ends with a line of its own."""
    said = st.sampled_from(["a", "b", "a\nb", "", "a ", " a", "\u3000", "中"])
    turns = [word + draw(SPACES) + draw(said) for _ in range(draw(st.integers(1, 2))) for word in MARKERS]
    return Members([("text", "".join(turns))])


TEXTS = good_texts() | st.lists(TEXT_PIECES, max_size=9).map(lambda pieces: Members([("text", "".join(pieces))]))
GOOD_EXAMPLES = good_turns() | PAIRS | good_texts()
EXAMPLES = st.one_of(good_turns(), ORDERS, ANY_TURNS, PAIRS, TEXTS)


@st.composite
def spoilt(draw: st.DrawFn, tree: Tree) -> Tree:
    """The tree with one thing changed somewhere in it."""
    if isinstance(tree, Members) and tree:
        return draw(_spoilt_members(tree))
    if isinstance(tree, list) and tree:
        where = draw(st.integers(0, len(tree) - 1))
        inside = tree[where]
        assert isinstance(inside, list | str)
        act = draw(st.sampled_from(["inside", "inside", "drop", "double", "replace"]))
        new = {"inside": [draw(spoilt(inside))], "drop": [], "double": [inside] * 2, "replace": [draw(ANYTHING)]}[act]
        return [*tree[:where], *new, *tree[where + 1 :]]
    return draw(ANYTHING)


@st.composite
def _spoilt_members(draw: st.DrawFn, tree: Members) -> Members:
    where = draw(st.integers(0, len(tree) - 1))
    key, value = tree[where]
    assert isinstance(value, list | str)
    new: list[tuple[str, object]] = []
    match draw(st.sampled_from(["inside", "inside", "drop", "double", "replace", "rename", "add", "add"])):
        case "inside":
            new = [(key, draw(spoilt(value)))]
        case "double":
            new = [(key, value), (key, draw(st.just(value) | ANYTHING))]
        case "replace":
            new = [(key, draw(ANYTHING))]
        case "rename":
            new = [(draw(KEYS), value)]
        case "add":
            new = [(key, value), (draw(KEYS | CONTENTS), draw(ANYTHING))]
    return Members([*tree[:where], *new, *tree[where + 1 :]])


@st.composite
def written(draw: st.DrawFn, tree: object) -> str:
    """The tree as JSON, on one line: as a program writes it, or with white space and escapes here and there."""
    return _write(draw, tree, by_hand=draw(st.integers(0, 3)) == 0)


def _write(draw: st.DrawFn, tree: object, *, by_hand: bool) -> str:
    if isinstance(tree, Raw):
        return str(tree)
    if isinstance(tree, str):
        return _string(draw, tree, by_hand=by_hand)
    assert isinstance(tree, list)
    parts = []
    for item in tree:
        if isinstance(tree, Members):
            name = _spaced(draw, _string(draw, item[0], by_hand=by_hand), by_hand=by_hand)
            parts.append(name + ":" + _spaced(draw, _write(draw, item[1], by_hand=by_hand), by_hand=by_hand))
        else:
            parts.append(_spaced(draw, _write(draw, item, by_hand=by_hand), by_hand=by_hand))
    opening, closing = "{}" if isinstance(tree, Members) else "[]"
    return opening + (",".join(parts) or _spaced(draw, "", by_hand=by_hand)) + closing


def _spaced(draw: st.DrawFn, text: str, *, by_hand: bool) -> str:
    return draw(WHITE) + text + draw(WHITE) if by_hand else text


def _string(draw: st.DrawFn, text: str, *, by_hand: bool) -> str:
    if not by_hand:
        return json.dumps(text, ensure_ascii=draw(st.booleans()))
    return '"' + "".join(_character(draw, character) for character in text) + '"'


def _character(draw: st.DrawFn, character: str) -> str:
    plain = json.dumps(character, ensure_ascii=False)[1:-1]
    escaped = f"\\u{ord(character):04X}" if ord(character) < 0x10000 else json.dumps(character)[1:-1]
    return draw(st.sampled_from([plain, plain, plain, escaped, "\\/" if character == "/" else plain]))
