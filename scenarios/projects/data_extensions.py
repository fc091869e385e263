"""Making the data extensions of a project."""

from __future__ import annotations

from typing import Any

from scenarios.projects.content import Item
from scenarios.projects.naming import Import
from store import data_extensions
from store.clock import SYSTEM_OFFSET, parse
from store.data_extensions.adopt import adopt
from store.errors import Refused


def make_data_extension(run: Import, item: Item) -> None:
    """One data extension, under its own name or `Name (Unit)`. Raises Refused."""
    body, unit = item["body"], item["unit"]
    definition: dict[str, Any] = dict(body["definition"])
    for note in body["notes"]:
        run.note(note)
    if item["name"].startswith("_"):
        raise Refused(f"{item['name']} is one of the product's own: its name begins with an underscore.")
    first = run.units_of.get(("dataExtension name", item["name"].lower()), unit)
    if first != unit:
        definition["name"] = f"{item['name']} ({unit})"
        run.note(f"{first} has a data extension of this name too: this one is '{definition['name']}' here.")
    elif taken := data_extensions.find(run.org, item["name"]):
        raise Refused(f"There is a data extension '{taken.name}' already.")
    definition["key"] = run.take_key(item)
    _warn_of_retention(run, definition)
    made = adopt(run.org, definition, synchronized=body["synchronized"])
    run.units_of.setdefault(("dataExtension name", item["name"].lower()), unit)
    if made.name != item["name"]:
        run.renamed.setdefault(unit, {})[item["name"]] = made.name
    for name in (item["name"], item["key"]):  # a key is surer than a name that is another's key
        run.data_extensions[unit, name.lower()] = made.name


def _warn_of_retention(run: Import, definition: dict[str, Any]) -> None:
    until = (definition.get("retention") or {}).get("until")
    if until and parse(until) - SYSTEM_OFFSET < run.org.now:
        run.note(f"It was kept until {until}, which is over in this world.")
