"""Making the data extensions of a project."""

from __future__ import annotations

from typing import Any

from scenarios.projects.content import Item
from scenarios.projects.naming import Import
from store import business_units, data_extensions
from store.business_units import ENTERPRISE_MID
from store.clock import SYSTEM_OFFSET, parse
from store.data_extensions.adopt import adopt
from store.errors import Refused


def make_data_extension(run: Import, item: Item) -> None:
    """One data extension in its business unit. Raises Refused."""
    body, unit = item["body"], item["unit"]
    definition: dict[str, Any] = dict(body["definition"])
    for note in body["notes"]:
        run.note(note)
    if item["name"].startswith("_"):
        raise Refused(f"{item['name']} is one of the product's own: its name begins with an underscore.")
    of_parent = (body["synchronized"] or body["shared"]) and not business_units.current(run.org).is_enterprise
    if of_parent and (there := data_extensions.reachable(run.org, item["name"])):
        run.note("It is the parent's.")
        made = there
    else:
        _warn_of_retention(run, definition)
        with business_units.acting(run.org, ENTERPRISE_MID if of_parent else None):
            made = adopt(run.org, definition, synchronized=body["synchronized"])
            if body["shared"]:
                _share(run, made)
    for name in (item["name"], item["key"]):  # a key is surer than a name that is another's key
        run.data_extensions[unit, name.lower()] = made.path


def _share(run: Import, made: data_extensions.DataExtension) -> None:
    """With all business units: the metadata does not have the permissions of the folder."""
    children = [unit for unit in business_units.units(run.org) if not unit.is_enterprise]
    data_extensions.share(run.org, made, children, write=True)
    if children:
        run.note("Shared with every business unit, for writing too: the project does not say with which.")


def _warn_of_retention(run: Import, definition: dict[str, Any]) -> None:
    until = (definition.get("retention") or {}).get("until")
    if until and parse(until) - SYSTEM_OFFSET < run.org.now:
        run.note(f"It was kept until {until}, which is over in this world.")
