"""JSON as SQL Server reads it: with the place of every value, so that a part comes back as it is written."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import lru_cache

from store.query.runtime import RunError

_SPACE = re.compile(r"[ \t\r\n]*")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_STEP = re.compile(r'\.(?:"((?:[^"\\]|\\.)*)"|([A-Za-z_$][\w$]*))|\[(\d+)\]')
_PATH = re.compile(r"\s*(append\s+)?(?:(strict|lax)\s+)?\$")
_WORDS = ("true", "false", "null")


@dataclass(frozen=True, slots=True)
class Node:
    """A value: `kind` is object, array, string, number, true, false or null; text[start:end] is how it is written."""

    kind: str
    start: int
    end: int
    members: tuple[tuple[str, Node, int], ...] = ()  # of an object: key, value, where the key begins
    items: tuple[Node, ...] = ()  # of an array


@dataclass(frozen=True, slots=True)
class Path:
    """`[append] [lax | strict] $.key[index]`; a step is a key or an index."""

    strict: bool
    append: bool
    steps: tuple[str | int, ...] = field(default=())


def _unexpected(text: str, at: int) -> RunError:
    shown = f"Unexpected character '{text[at]}'" if at < len(text) else "Unexpected end"
    return RunError(f"JSON text is not properly formatted. {shown} is found at position {at}.")


@lru_cache(maxsize=512)
def read(text: str) -> Node:
    """The tree of a JSON object or array. Raises RunError with the first place that is wrong."""
    at = _blank(text, 0)
    if text[at : at + 1] not in ("{", "["):
        raise _unexpected(text, at)
    found = _value(text, at)
    end = _blank(text, found.end)
    if end != len(text):
        raise _unexpected(text, end)
    return found


def _blank(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    assert found is not None
    return found.end()


def _value(text: str, at: int) -> Node:
    first = text[at : at + 1]
    if first == "{":
        return _object(text, at)
    if first == "[":
        return _array(text, at)
    for kind, pattern in (("string", _STRING), ("number", _NUMBER)):
        found = pattern.match(text, at)
        if found:
            return Node(kind, at, found.end())
    word = next((word for word in _WORDS if text.startswith(word, at)), None)
    if word is None:
        raise _unexpected(text, at)
    return Node(word, at, at + len(word))


def _object(text: str, start: int) -> Node:
    members: list[tuple[str, Node, int]] = []
    at = _blank(text, start + 1)
    while text[at : at + 1] != "}" or members:
        key = _STRING.match(text, at)
        if key is None:
            raise _unexpected(text, at)
        colon = _blank(text, key.end())
        if text[colon : colon + 1] != ":":
            raise _unexpected(text, colon)
        value = _value(text, _blank(text, colon + 1))
        members.append((json.loads(key[0]), value, at))
        at = _blank(text, value.end)
        if text[at : at + 1] == "}":
            break
        if text[at : at + 1] != ",":
            raise _unexpected(text, at)
        at = _blank(text, at + 1)
    return Node("object", start, at + 1, members=tuple(members))


def _array(text: str, start: int) -> Node:
    items: list[Node] = []
    at = _blank(text, start + 1)
    while text[at : at + 1] != "]" or items:
        items.append(_value(text, at))
        at = _blank(text, items[-1].end)
        if text[at : at + 1] == "]":
            break
        if text[at : at + 1] != ",":
            raise _unexpected(text, at)
        at = _blank(text, at + 1)
    return Node("array", start, at + 1, items=tuple(items))


@lru_cache(maxsize=512)
def path_of(written: str) -> Path:
    """A path as written. Raises RunError when it is none."""
    match = _PATH.match(written)
    if match is None:
        shown = written.strip()[:1]
        raise RunError(
            f"JSON path is not properly formatted. Unexpected character '{shown}' is found at position "
            f"{len(written) - len(written.lstrip())}."
        )
    steps: list[str | int] = []
    at = match.end()
    while at < len(written.rstrip()):
        step = _STEP.match(written, at)
        if step is None:
            raise RunError(
                f"JSON path is not properly formatted. Unexpected character '{written[at]}' is found at position {at}."
            )
        steps.append(int(step[3]) if step[3] is not None else json.loads(f'"{step[1]}"') if step[1] else step[2] or "")
        at = step.end()
    return Path(match[2] == "strict", match[1] is not None, tuple(steps))


def child(node: Node, step: str | int) -> Node | None:
    """The value of a key (case counts; the first of several wins) or at an index; None when there is none."""
    if isinstance(step, int):
        return node.items[step] if node.kind == "array" and step < len(node.items) else None
    return next((value for key, value, _ in node.members if key == step), None)


def find(node: Node, steps: tuple[str | int, ...]) -> Node | None:
    """What stands at the end of a path."""
    found: Node | None = node
    for step in steps:
        if found is None:
            return None
        found = child(found, step)
    return found


def scalar(text: str, node: Node) -> str | None:
    """A scalar as text: a string without its quotes and escapes, a number as written, null as None."""
    if node.kind == "null":
        return None
    written = text[node.start : node.end]
    return str(json.loads(written)) if node.kind == "string" else written


_ESCAPES = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


def escaped(text: str) -> str:
    """Text with JSON's special and control characters escaped. learn: t-sql/functions/string-escape-transact-sql"""
    return "".join(_ESCAPES.get(letter) or (f"\\u{ord(letter):04x}" if ord(letter) < 32 else letter) for letter in text)
