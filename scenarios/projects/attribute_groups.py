"""Making the attribute groups of a project, and linking what its journeys read where it has none."""

from __future__ import annotations

from typing import Any

from scenarios.projects.content import Item
from scenarios.projects.naming import Import
from store import data_extensions
from store.commands import run_command
from store.contacts import designer
from store.errors import OrgError
from store.journey import Version, contact_sets, link_field

BY_USE = "Read by journeys"  # the group of what a project's journeys read and no group of it links


def remember_set(run: Import, item: Item) -> None:
    """Nothing is made of an attribute set alone: its group links it."""
    run.attribute_sets[item["unit"], item["key"].lower()] = item


def make_attribute_group(run: Import, item: Item) -> None:
    """One group with its links, those first that others hang on. A link that is refused is a note."""
    run_command(
        run.org, "contacts.create_attribute_group",
        {"name": item["name"], "key": item["key"], "description": item["body"]["description"]},
    )  # fmt: skip
    waiting = _relationships(run, item)
    refused: dict[str, str] = {}
    while waiting:
        left_over = []
        for each in waiting:
            run.org.run("SAVEPOINT project_link")
            try:
                _link(run, item, each)
            except OrgError as error:
                run.org.run("ROLLBACK TO project_link")
                refused[each["right"]] = error.message
                left_over.append(each)
            run.org.run("RELEASE project_link")
        if len(left_over) == len(waiting):
            break
        waiting = left_over
    for each in waiting:
        run.note(f"{each['right']} is not linked: {refused[each['right']]}")


def _relationships(run: Import, item: Item) -> list[dict[str, Any]]:
    """The relationships of the group's sets: of the Contact to a set, and between two of them."""
    keys = {key.lower() for key in item["body"]["sets"]}
    found = []
    for (unit, key), one in run.attribute_sets.items():
        if unit == item["unit"] and key in keys:
            found += [
                each for each in one["body"]["relationships"]
                if each["group"].lower() == item["key"].lower()
                or (not each["group"] and {each["left"].lower(), each["right"].lower()} <= keys)
            ]  # fmt: skip
    return sorted(found, key=lambda each: not each["group"])


def _link(run: Import, item: Item, each: dict[str, Any]) -> None:
    unit = item["unit"]
    right, left = _path(run, unit, each["right"]), "Contact" if each["group"] else _path(run, unit, each["left"])
    by = {_attribute(near) or "Contact Key": _attribute(far) for near, far in each["pairs"]}
    arguments = {"group": item["name"], "de": right, "to": left, "by": by, "cardinality": each["cardinality"]}
    run_command(run.org, "contacts.link", arguments)


def _path(run: Import, unit: str, key: str) -> str:
    """The data extension here that is behind a set."""
    found = run.attribute_sets.get((unit, key.lower()))
    names = [found["body"]["de"], found["name"]] if found else [key]
    path = run.name_of(unit, [name for name in names if name])
    return data_extensions.get(run.org, path or names[-1]).path


def _attribute(full_name: str) -> str:
    return full_name.partition(".")[2]


def link_what_it_reads(run: Import, version: Version) -> None:
    """Contact data of a journey that no group of the project links is linked by the field for the Contact Key."""
    for name in contact_sets(version):
        de = data_extensions.find(run.org, name)
        if de is None or designer.contact_data(run.org, name) is not None:
            continue
        try:
            field = link_field(de)
            _in_group(run)
            arguments = {"group": BY_USE, "de": de.path, "by": field, "cardinality": "1:many"}
            run_command(run.org, "contacts.link", arguments)
        except OrgError:
            continue  # the journey's check says that it is not linked
        run.note(f"{de.name} is in no attribute group of the project; it is linked here by {field}.")


def _in_group(run: Import) -> None:
    """The group exists: made when it is first needed in this business unit."""
    if all(group.name != BY_USE for group in designer.contact_model(run.org).groups):
        run_command(run.org, "contacts.create_attribute_group", {"name": BY_USE})
