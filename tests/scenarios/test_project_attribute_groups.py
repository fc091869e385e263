"""Attribute groups of project folders are made with their links; what a journey reads beside them is linked too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import scenarios
from store import Org, journey
from store.contacts import designer
from tests.journey import worlds
from tests.scenarios.test_projects import EVENT_DEFINITION, field, members, welcome


def side(kind: str, key: str, cardinality: str = "One") -> dict[str, Any]:
    return {"cardinality": cardinality, "relationshipType": kind, f"r__{kind[0].lower()}{kind[1:]}_key": key}


def related(left: dict[str, Any], right: dict[str, Any], near: str, far: str) -> dict[str, Any]:
    pairs = [{"c__leftFullyQualifiedName": near, "c__rightFullyQualifiedName": far}]
    return {"leftItem": left, "rightItem": right, "relationshipAttributes": pairs}


def orders() -> dict[str, Any]:
    """A data extension with one row per order."""
    fields = [field("Order", IsPrimaryKey=True, IsRequired=True), field("Member", MaxLength=18), field("State")]
    return {"CustomerKey": "orders-key", "Name": "Orders", "IsSendable": False, "Fields": fields}


def write(folder: Path, files: dict[str, dict[str, Any]]) -> Path:
    for name, data in files.items():
        kind = name.split(".")[-1]
        path = folder / "retrieve/account/_ParentBU_" / kind / f"{name}-meta.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(data))
    return folder


def project(folder: Path) -> Path:
    """Members linked to the Contact, Orders to Members, and a group of the system's."""
    contact = related(side("AttributeGroup", "Shop"), side("AttributeSet", "M"), "Contact.Contact Key", "Members.Id")
    many = related(side("AttributeSet", "M"), side("AttributeSet", "O", "Many"), "Members.Id", "Orders.Member")
    return write(
        folder,
        {
            "members-key.dataExtension": members(),
            "orders-key.dataExtension": orders(),
            "Shop.attributeGroup": {
                "definitionKey": "Shop", "definitionName": {"value": "Shop model"}, "isSystemDefined": False,
                "r__attributeSet_key": ["O", "M"],
            },
            "ETSystem.attributeGroup": {"definitionKey": "ETSystem", "isSystemDefined": True},
            "M.attributeSet": {"definitionKey": "M", "name": "Members", "r__dataExtension_key": "members-key",
                               "relationships": [contact, many]},
            "O.attributeSet": {"definitionKey": "O", "name": "Orders", "r__dataExtension_key": "orders-key"},
        },
    )  # fmt: skip


def paths(org: Org, name: str) -> list[str]:
    model = designer.contact_model(org)
    found = model.find(name)
    assert found is not None
    return [designer.said(model, path) for path in designer.paths_to(model, found)]


def test_a_group_is_made_with_its_links_the_first_ones_first(tmp_path: Path, org: Org) -> None:
    _, report = scenarios.import_project(org, project(tmp_path))
    assert (report.types["attributeGroup"].read, report.types["attributeGroup"].created) == (1, 1)
    assert report.others == {"attributeGroup": 1, "attributeSet": 2}, "the system's group is here already"
    assert paths(org, "Orders") == ["Contact > Members > Orders"]
    (many,) = [each for each in designer.contact_model(org).relationships if each.left.endswith("Members")]
    assert many.cardinality == "1:many"


def test_a_link_that_is_refused_is_a_note_and_the_group_is_made_without_it(tmp_path: Path, org: Org) -> None:
    folder = project(tmp_path)
    path = folder / "retrieve/account/_ParentBU_/attributeSet/M.attributeSet-meta.json"
    path.write_text(path.read_text().replace("Orders.Member", "Orders.Nobody"))
    _, report = scenarios.import_project(org, folder)
    (note,) = report.types["attributeGroup"].notes
    assert note.reason == "O is not linked: The data extension Orders has no field 'Nobody'."
    assert paths(org, "Members") == ["Contact > Members"]


def test_what_a_journey_reads_without_a_group_is_linked_by_its_key_and_that_is_said(tmp_path: Path, org: Org) -> None:
    split = worlds.decision("D", (worlds.where("Contact.Attribute.Members.Points", "GreaterThan", "3"), None))
    files = {
        "members-key.dataExtension": members(),
        "e.event": EVENT_DEFINITION,
        "welcome.journey": welcome(activities=[split]),
    }
    _, report = scenarios.import_project(org, write(tmp_path, files))
    said = "Members is in no attribute group of the project; it is linked here by Id."
    assert said in [note.reason for note in report.types["journey"].notes]
    assert paths(org, "Members") == ["Contact > Members"]
    assert not [each for each in journey.check(org, "welcome") if each.severity == "error"]


def test_attribute_metadata_of_another_shape_is_refused_and_nothing_breaks(tmp_path: Path, org: Org) -> None:
    folder = write(
        tmp_path,
        {
            "members-key.dataExtension": members(),
            "Shop.attributeGroup": {"definitionKey": "Shop", "definitionName": ["x"]},
            "M.attributeSet": {"definitionKey": "M", "relationships": [{"leftItem": None}]},
        },
    )
    _, report = scenarios.import_project(org, folder)
    assert report.types["dataExtension"].created == 1
    assert [line.key for line in report.types["attributeGroup"].refused] == ["Shop"]
    assert [line.key for line in report.types["attributeSet"].refused] == ["M"]
