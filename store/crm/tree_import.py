"""sObject tree JSON, as `sf data export tree` writes it, and the plans that put several files in order.

A record has `attributes` with type and referenceId, fields, `@Ref` for a lookup to another record of the import, a
mapping for a lookup by external id, and `{"records": [...]}` for its children.
source: Salesforce CLI Command Reference, "data import tree"; REST API Developer Guide, "sObject Tree".
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from store.crm.sources import SourceTable, read_text
from store.errors import Unreadable

_REFERENCE = re.compile(r'"referenceId"\s*:\s*"((?:[^"\\]|\\.)*)"')
_NO_TREE = 'A tree is {"records": [...]}, each record with attributes.type and its fields.'


def parse_json(path: Path) -> tuple[Any, str]:
    """The content of a JSON file and its text. Raises Unreadable with line and column."""
    text, _ = read_text(path)
    try:
        return json.loads(text), text
    except json.JSONDecodeError as error:
        raise Unreadable(
            "This is not JSON.", cause=f"{error.msg}.", where=f"{path.name}, line {error.lineno}, column {error.colno}"
        ) from None
    except RecursionError:
        raise Unreadable("This JSON is nested too deeply.", where=path.name) from None


def is_plan(data: Any) -> bool:
    """Whether this is a plan: a list of entries with an sobject and its files."""
    return (
        isinstance(data, list) and bool(data) and all(isinstance(entry, dict) and "sobject" in entry for entry in data)
    )


def is_tree(data: Any) -> bool:
    """Whether this is a tree."""
    return isinstance(data, dict) and isinstance(data.get("records"), list)


def parse_plan(path: Path, data: Any) -> tuple[list[SourceTable], list[Path]]:
    """The tables of a plan in its order, and the files it took. Raises Unreadable."""
    tables: list[SourceTable] = []
    taken: list[Path] = []
    for number, entry in enumerate(data, 1):
        files = entry.get("files")
        if not isinstance(files, list) or not all(isinstance(name, str) for name in files):
            fix = 'Write "files": ["Accounts.json"].'
            raise Unreadable(
                f"Entry {number} of the plan ({entry['sobject']}) names no files.", fix=fix, where=path.name
            )
        for name in files:
            file = path.parent / name
            if not file.is_file():
                raise Unreadable(f"The plan names {name}, which is not there.", where=f"{path.name}, entry {number}")
            tree, text = parse_json(file)
            tables += parse_tree(file, tree, text, sobject=str(entry["sobject"]), scope=path.name)
            taken.append(file)
    return tables, taken


def parse_tree(path: Path, data: Any, text: str, *, sobject: str = "", scope: str = "") -> list[SourceTable]:
    """The tables of a tree: the records of the top, then their children, per object. Raises Unreadable."""
    if not is_tree(data):
        raise Unreadable("This is not an sObject tree.", fix=_NO_TREE, where=path.name)
    reading = _Tree(path, text, sobject, scope)
    reading.take(data["records"], parent=None)
    return list(reading.tables.values())


class _Tree:
    """The tables that a tree is being read into, by object."""

    def __init__(self, path: Path, text: str, sobject: str, scope: str) -> None:
        self.path = path
        self.sobject = sobject
        self.scope = scope
        self.tables: dict[str, SourceTable] = {}
        self.lines = _reference_lines(text)
        self.known: set[str] = set()

    def take(self, records: list[Any], parent: tuple[str, str, str] | None) -> None:
        """Read records; `parent` is (object, relationship, reference) of the one they are written in."""
        for number, record in enumerate(records, 1):
            if not isinstance(record, dict):
                raise Unreadable(f"Record {number} is no mapping.", fix=_NO_TREE, where=self.path.name)
            self._take_one(number, record, parent)

    def _take_one(self, number: int, record: dict[str, Any], parent: tuple[str, str, str] | None) -> None:
        attributes = record.get("attributes") or {}
        name = str(attributes.get("type") or (self.sobject if parent is None else ""))
        if parent is not None and not name:
            fix = 'Give each child "attributes": {"type": ...}.'
            raise Unreadable(f"Child {number} in {parent[1]} does not say its object.", fix=fix, where=self.path.name)
        ref = str(attributes.get("referenceId") or "")
        if ref and ref in self.known:
            where = f"{self.path.name}, line {self.lines.get(ref, 0)}"
            raise Unreadable(f"The reference id {ref} is there twice.", where=where)
        cells, children = _split(record)
        if children and not ref:
            ref = f"{name}#{len(self.known) + 1}"  # children need something to point to
        self.known.add(ref or f"{name}#{len(self.known) + 1}")
        if parent is not None:
            cells[f"@parent:{parent[0]}:{parent[1]}"] = f"@{parent[2]}"
        self._add(name, cells, ref)
        for relationship, nested in children.items():
            self.take(nested, (name, relationship, ref))

    def _add(self, name: str, cells: dict[str, Any], ref: str) -> None:
        table = self.tables.setdefault(
            name.lower(),
            SourceTable(
                file=self.path.name, kind="tree", object=name, scope=self.scope, columns=[], rows=[], lines=[], refs=[]
            ),
        )
        by_name = {column.lower(): place for place, column in enumerate(table["columns"])}
        for column in cells:
            if column.lower() not in by_name:
                by_name[column.lower()] = len(table["columns"])
                table["columns"].append(column)
                for row in table["rows"]:
                    row.append(None)
        row = [None] * len(table["columns"])
        for column, value in cells.items():
            row[by_name[column.lower()]] = value
        table["rows"].append(row)
        table["lines"].append(self.lines.get(ref, 0))
        table["refs"].append(ref)


def _reference_lines(text: str) -> dict[str, int]:
    """Reference id -> the line it stands in, from the text, because the parsed JSON has no lines."""
    lines: dict[str, int] = {}
    line, counted = 1, 0
    for match in _REFERENCE.finditer(text):
        line += text.count("\n", counted, match.start())
        counted = match.start()
        lines[json.loads(f'"{match[1]}"')] = line
    return lines


def _split(record: dict[str, Any]) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """The record's own values, lookups by external id as `Relationship.Key`, and its children by relationship."""
    cells: dict[str, Any] = {}
    children: dict[str, list[Any]] = {}
    for name, value in record.items():
        if name == "attributes":
            continue
        if isinstance(value, dict) and isinstance(value.get("records"), list):
            children[name] = value["records"]
        elif isinstance(value, dict):
            cells.update({f"{name}.{key}": inner for key, inner in value.items() if key != "attributes"})
        else:
            cells[name] = value
    return cells, children
