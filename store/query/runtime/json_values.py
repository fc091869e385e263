"""JSON_VALUE, JSON_QUERY, JSON_MODIFY and the rows of OPENJSON and STRING_SPLIT."""

from __future__ import annotations

import json
from typing import Any

from store.query.runtime import RunError, python
from store.query.runtime.json_text import Node, child, escaped, find, path_of, read, scalar

_NO_PROPERTY = "Property cannot be found on the specified JSON path."
_TYPES = {"null": 0, "string": 1, "number": 2, "true": 3, "false": 3, "array": 4, "object": 5}


def _at(value: Any, path: str) -> tuple[str, bool, Node | None]:
    text, wanted = str(value), path_of(path)
    return text, wanted.strict, find(read(text), wanted.steps)


@python("tsql_json_text", 2, "JSON_VALUE gives a scalar as it is written, and fails where SQL Server fails")
def json_value(value: Any, path: str | None) -> str | None:
    """NULL for what is no scalar, in strict mode an error. learn: t-sql/functions/json-value-transact-sql"""
    if value is None or path is None:
        return None
    text, strict, found = _at(value, path)
    if found is None or found.kind in ("object", "array"):
        if not strict:
            return None
        raise RunError(_NO_PROPERTY if found is None else "Scalar value cannot be found in the specified JSON path.")
    made = scalar(text, found)
    if made is not None and len(made) > 4000:
        if strict:
            raise RunError("String value in the specified JSON path would be truncated.")
        return None
    return made


@python("tsql_json_query", 2, "JSON_QUERY gives only objects and arrays, as they are written")
def json_query(value: Any, path: str | None) -> str | None:
    """learn: t-sql/functions/json-query-transact-sql"""
    if value is None or path is None:
        return None
    text, strict, found = _at(value, path)
    if found is None or found.kind not in ("object", "array"):
        if not strict:
            return None
        raise RunError(_NO_PROPERTY if found is None else "Object or array cannot be found in the specified JSON path.")
    return text[found.start : found.end]


@python("tsql_is_json", 1, "json_valid also takes what SQL Server does not, such as a number alone")
def is_json(value: Any) -> int | None:
    if value is None:
        return None
    try:
        read(str(value))
    except RunError:
        return 0
    return 1


@python("tsql_json_modify", 4, "json_set writes the whole text anew and knows neither append nor lax and strict")
def json_modify(value: Any, path: str | None, new: Any, kind: str) -> str | None:
    """`kind` of the new value is text, json, number or bit. learn: t-sql/functions/json-modify-transact-sql"""
    if value is None or path is None:
        return None
    text, wanted = str(value), path_of(path)
    root = read(text)
    written = _written(new, kind)
    if not wanted.steps and not wanted.append:
        raise RunError("JSON path is not properly formatted. A property or an index is needed.")
    found = find(root, wanted.steps)
    if wanted.append:
        return _appended(text, root, found, wanted.steps, written, wanted.strict)
    parent, last = find(root, wanted.steps[:-1]), wanted.steps[-1]
    if found is None:
        if wanted.strict:
            raise RunError(_NO_PROPERTY)
        return text if written is None or parent is None else _inserted(text, parent, last, written)
    if written is None and not wanted.strict and parent is not None and parent.kind == "object":
        return _without(text, parent, str(last))
    return text[: found.start] + (written or "null") + text[found.end :]


def _written(new: Any, kind: str) -> str | None:
    if new is None:
        return None
    if kind == "bit":
        return "true" if new else "false"
    return f'"{escaped(str(new))}"' if kind == "text" else str(new)


def _appended(
    text: str, root: Node, found: Node | None, steps: tuple[str | int, ...], written: str | None, strict: bool
) -> str:
    if found is None and not strict and steps:
        parent = find(root, steps[:-1])
        return text if parent is None else _inserted(text, parent, steps[-1], f"[{written or 'null'}]")
    if found is None or found.kind != "array":
        if strict:
            raise RunError("Array cannot be found in the specified JSON path.")
        return text
    return text[: found.end - 1] + ("," if found.items else "") + (written or "null") + text[found.end - 1 :]


def _inserted(text: str, parent: Node, key: str | int, written: str) -> str:
    """A new property at the end of its object; what is no object stays as it is."""
    if parent.kind != "object" or isinstance(key, int):
        return text
    comma = "," if parent.members else ""
    return f'{text[: parent.end - 1]}{comma}"{escaped(key)}":{written}{text[parent.end - 1 :]}'


def _without(text: str, parent: Node, key: str) -> str:
    at = next(at for at, (name, _, _) in enumerate(parent.members) if name == key)
    start, end = parent.members[at][2], parent.members[at][1].end
    if at + 1 < len(parent.members):
        end = parent.members[at + 1][2]
    elif at:
        start = parent.members[at - 1][1].end
    return text[:start] + text[end:]


@python("tsql_string_escape", 2, "SQLite's json_quote adds quotes and leaves / alone")
def string_escape(value: Any, kind: str | None) -> str | None:
    if value is None or kind is None:
        return None
    if kind.lower() != "json":
        raise RunError("An invalid value was specified for argument 2: STRING_ESCAPE knows only the type 'json'.")
    return escaped(str(value))


@python("tsql_open_json", 2, "json_each gives numbers as numbers and parts written anew; OPENJSON gives them as text")
def open_json(value: Any, path: str) -> str | None:
    """OPENJSON without a schema: a JSON array of [key, value, type]. learn: t-sql/functions/openjson-transact-sql"""
    found = _opened(value, path)
    if found is None:
        return None
    text, node = found
    pairs = [(key, each) for key, each, _ in node.members] or [(str(at), each) for at, each in enumerate(node.items)]
    return json.dumps([[key, _shown(text, each), _TYPES[each.kind]] for key, each in pairs], ensure_ascii=False)


@python("tsql_open_json_rows", 2, "OPENJSON ... WITH reads each element of an array, or the object itself")
def open_json_rows(value: Any, path: str) -> str | None:
    """OPENJSON with a schema: a JSON array of the texts of its rows."""
    found = _opened(value, path)
    if found is None:
        return None
    text, node = found
    rows = node.items if node.kind == "array" else (node,)
    return json.dumps([text[row.start : row.end] for row in rows], ensure_ascii=False)


def _opened(value: Any, path: str) -> tuple[str, Node] | None:
    if value is None:
        return None
    text, strict, found = _at(value, path)
    if found is None or found.kind not in ("object", "array"):
        if strict:
            raise RunError(_NO_PROPERTY)
        return None
    return text, found


def _shown(text: str, node: Node) -> str | None:
    return text[node.start : node.end] if node.kind in ("object", "array") else scalar(text, node)


@python("tsql_json_cell", 3, "a column of OPENJSON ... WITH: from an object by its path, or the element itself")
def json_cell(row: str | None, path: str, as_json: int) -> str | None:
    """`row` is the text of one element. learn: t-sql/functions/openjson-transact-sql"""
    if row is None:
        return None
    wanted = path_of(path)
    if row[:1] in "{[":
        found: str | None = json_query(row, path) if as_json else json_value(row, path)
        return found
    if wanted.steps or as_json:
        if wanted.strict:
            raise RunError(_NO_PROPERTY)
        return None
    holder = f"[{row}]"
    element = child(read(holder), 0)
    return None if element is None else scalar(holder, element)


@python("tsql_string_split", 2, "SQLite has no function that splits a text")
def string_split(value: Any, separator: str | None) -> str | None:
    """The parts as a JSON array; NULL for NULL. learn: t-sql/functions/string-split-transact-sql"""
    if value is None or separator is None:
        return None
    if len(separator) != 1:
        raise RunError("Procedure expects parameter 'separator' of type 'nchar(1)/nvarchar(1)'.")
    return json.dumps(str(value).split(separator), ensure_ascii=False)
