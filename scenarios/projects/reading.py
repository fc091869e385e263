"""A project folder as content: every file that a type knows how to read, and why the others were not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.projects import attribute_set, automation, data_extension, email, event, journey, query
from scenarios.projects.content import Content, Item, Unread
from scenarios.projects.files import SHAPE_ERRORS, Malformed, MetaFile, find

Parsed = tuple[str, str, dict[str, Any]]
# File type -> (what the report calls it, how it is read), in the order in which they are made.
READERS: dict[str, tuple[str, Callable[[MetaFile], Parsed | None]]] = {
    "dataExtension": ("dataExtension", data_extension.parse),
    "attributeSet": ("attributeSet", attribute_set.parse_set),
    "attributeGroup": ("attributeGroup", attribute_set.parse_group),
    "query": ("query", query.parse),
    "automation": ("automation", automation.parse),
    "asset": ("email", email.parse_asset),
    "triggeredSend": ("triggeredSend", email.parse_triggered_send),
    "event": ("event", event.parse),
    "eventDefinition": ("event", event.parse),
    "journey": ("journey", journey.parse),
    "interaction": ("journey", journey.parse),
}


def read_project(folder: Path | str) -> Content:
    """Read a project as Accenture SFMC DevTools retrieves it: the whole, one credential or one business unit.

    Raises Unreadable when there is nothing of the kind; a single file that cannot be read is in `unread`.
    """
    folder = Path(folder)
    files = find(folder)
    content = Content(project=folder.resolve().name, units=[], items=[], unread=[], others={})
    content["units"] = list(dict.fromkeys(file.unit for file in files))
    for file in files:
        if file.type not in READERS:
            content["others"][file.type] = content["others"].get(file.type, 0) + 1
            continue
        _read(file, content)
    order = list(dict.fromkeys(name for name, _ in READERS.values()))
    content["items"].sort(key=lambda item: order.index(item["type"]))  # stable: within a type as the files are sorted
    content["others"] = dict(sorted(content["others"].items()))
    return content


def _read(file: MetaFile, content: Content) -> None:
    name, parse = READERS[file.type]
    try:
        parsed = parse(file)
    except SHAPE_ERRORS as error:
        said = str(error) if isinstance(error, Malformed) else f"Its JSON has an unexpected shape: {error}."
        content["unread"].append(Unread(type=name, unit=file.unit, file=file.file, key=file.stem, reason=said))
        return
    if parsed is None:
        content["others"][file.type] = content["others"].get(file.type, 0) + 1
        return
    if name in ("triggeredSend", "attributeSet"):  # nothing is made of it; it tells of emails and of groups
        content["others"][file.type] = content["others"].get(file.type, 0) + 1
    key, title, body = parsed
    content["items"].append(Item(type=name, unit=file.unit, file=file.file, key=key, name=title, body=body))
