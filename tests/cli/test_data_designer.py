"""Data Designer from the command line: the tree, the schema as the API answers it, one group written out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from store import Org
from tests.cli.conftest import Mctui


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    path = tmp_path / "w.mctui"
    with Org.create(path) as org:
        for name, fields in (("Members", ["Id", "Town"]), ("Orders", ["Order", "Member"]), ("Loose", ["Id"])):
            made = [{"name": field, "is_primary_key": field == fields[0]} for field in fields]
            org.do("data_extensions.create", definition={"name": name, "fields": made})
        links = [
            {"de": "Members", "by": "Id"},
            {"de": "Orders", "to": "Members", "by": {"Id": "Member"}, "cardinality": "1:many"},
        ]
        org.do("contacts.create_attribute_group", name="Shop", links=links)
    return path


def test_the_tree_shows_groups_cardinalities_and_what_is_not_linked(mctui: Mctui, shop: Path) -> None:
    shown = mctui("show", shop, "data-designer").out
    assert "└─ Shop\n   └─1:1─ Members                  Contact Key = Id\n" in shown
    assert "      └─1:n─ Orders                Id = Member\n" in shown
    assert "Not linked to the Contact: Loose" in shown
    assert "System Data (system)" in shown


def test_json_is_what_the_api_answers(mctui: Mctui, shop: Path) -> None:
    """Source: domain A6 and F3, the keys of the recorded answers."""
    shown = mctui("show", shop, "data-designer", "--json").json
    group = shown["attributeGroupDefinitions"][-1]
    assert group["definitionName"] == {"value": "Shop"}
    assert [each["definitionKey"] for each in group["attributeSetIdentifiers"]] == ["Members", "Orders"]
    orders = next(each for each in shown["setDefinition"] if each["name"] == "Orders")
    names = [value["fullyQualifiedName"] for value in orders["valueDefinitions"]]
    assert names == ["Orders.Custom Object Key", "Orders.Order", "Orders.Member"]
    identity, key, _ = orders["valueDefinitions"]
    assert (identity["isIdentityValue"], identity["isHidden"], identity["dataType"]) == (True, True, "LongNumber")
    assert (key["isPrimaryKey"], key["isNullable"], key["dataType"]) == (True, False, "Text")
    (related,) = orders["relationships"]
    assert (related["leftItem"]["cardinality"], related["rightItem"]["cardinality"]) == ("One", "Many")
    assert not related["isGroupToSetRelationship"]
    contact = next(each for each in shown["setDefinition"] if each["name"] == "Members")["relationships"][0]
    assert contact["leftItem"]["identifier"] == group["definitionID"]
    assert contact["leftRelationshipIDs"] == [{"type": "int16", "value": "3"}], "customer data 3 is the Contact Key"


def test_one_set_is_shown_with_its_attributes_and_paths(mctui: Mctui, shop: Path) -> None:
    shown = mctui("show", shop, "data-designer/Orders", "--json").json
    assert shown["paths"] == [{"path": "Contact > Members > Orders"}]
    assert shown["attributes"][1]["fully_qualified_name"] == "Orders.Order"
    refused = mctui("show", shop, "data-designer/Oders", "--json")
    assert refused.code == 1 and "There is no attribute group" in refused.json["error"]["message"]


def test_a_group_is_written_out_with_its_sets(mctui: Mctui, shop: Path, tmp_path: Path) -> None:
    mctui("export", shop, "attribute-group/shop", tmp_path / "shop.json")
    made = json.loads((tmp_path / "shop.json").read_text())
    assert [each["name"] for each in made["setDefinition"]] == ["Members", "Orders"]
    pair = made["setDefinition"][1]["relationships"][0]["relationshipAttributes"][0]
    assert pair["c__leftFullyQualifiedName"] == "Members.Id"
    assert pair["c__rightFullyQualifiedName"] == "Orders.Member"
