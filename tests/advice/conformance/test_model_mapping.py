"""Runs the cases of model_mapping.yaml; what was made also keeps the invariants, and going back restores the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, clock, data_extensions
from store.advice import model_mapping
from store.contacts import designer
from store.errors import Refused
from store.invariants import check

CASES = yaml.safe_load((Path(__file__).parent / "model_mapping.yaml").read_text())


class World:
    """A world with names for its records."""

    def __init__(self, org: Org, given: dict[str, Any]) -> None:
        self.org, self.ids = org, dict[str, str]()
        for name, arguments in given.get("do", []):
            org.do(name, **arguments)
        for one in given.get("records", []):
            [(alias, (name, values))] = one.items()
            step = org.do("crm.create", object=name, records=[self.named(values)])
            self.ids[alias] = step.subject.split("/")[-1]
        for name, fields in given.get("synchronized", {}).items():
            org.do("connect.synchronize", object=name, fields=fields)
        for alias in given.get("delete", []):
            org.run_until(org.now + 60)
            org.do("crm.delete", object="Contact" if alias in ("ada", "eve") else "Case", ids=[self.ids[alias]])

    def named(self, value: Any) -> Any:
        if isinstance(value, dict):
            return {name: self.named(each) for name, each in value.items()}
        if isinstance(value, list):
            return [self.named(each) for each in value]
        return self.ids[value[1:]] if isinstance(value, str) and value.startswith("@") else value


def declared(planned: model_mapping.PlannedExtension) -> dict[str, str]:
    """Name -> `Text(18) key` of each field."""
    found = {}
    for field in planned.definition["fields"]:
        kind = field["type"]
        kind = f"Text({field['length']})" if kind == "Text" else kind
        kind = f"Decimal({field['precision']},{field['scale']})" if kind == "Decimal" else kind
        trait = " key" if field.get("is_primary_key") else "" if field.get("is_nullable", True) else " required"
        found[field["name"]] = kind + trait
    return found


def see(world: World, plan: model_mapping.Plan, what: str, expected: Any) -> None:
    org, by_object = world.org, {each.relation.object: each for each in plan.proposals}
    extensions = {each.name: each for each in plan.extensions}
    if what == "kinds":
        assert {name: by_object[name].relation.kind for name in expected} == expected
    elif what == "ways":
        assert {name: list(each.ways) for name, each in by_object.items()} == expected
    elif what == "measure":
        for name, numbers in expected.items():
            m = by_object[name].measure
            assert [m.records, m.masters, m.with_any, m.with_several, m.most, m.lost] == numbers
    elif what == "left_out":
        assert all(said in dict(plan.refused)[name] for name, said in expected.items())
    elif what == "needs":
        assert len(plan.needs) == len(expected)
        assert all(need.said.startswith(said) for need, said in zip(plan.needs, expected, strict=True))
    elif what == "notes":
        assert all(any(said in note for note in plan.notes) for said in expected), plan.notes
    elif what == "steps":
        targets = {query.key: query.target for query in plan.queries}
        assert [[targets[each["key"]] for each in step] for step in plan.automation["steps"]] == expected
    elif what == "links":
        links = plan.group["links"] if plan.group else []
        assert [[link.get("to", "Contact"), link["cardinality"], link["de"]] for link in links] == expected
    elif what == "sql":
        texts = {query.target: query.sql for query in plan.queries}
        assert all(part in texts[name] for name, parts in expected.items() for part in parts), texts
    elif what == "declared":
        for name, fields in expected.items():
            assert {field: declared(extensions[name])[field] for field in fields} == fields
    elif what == "columns":
        assert {name: list(declared(extensions[name])) for name in expected} == expected
    elif what == "sendable":
        assert {name: extensions[name].definition["sendable_field"] for name in expected} == expected
    elif what == "path":
        model = designer.contact_model(org)
        for name, said in expected.items():
            found = model.find(name)
            assert found and [designer.said(model, path) for path in designer.paths_to(model, found)] == [said]
    else:
        for name, (columns, *rows) in expected.items():
            page = data_extensions.page(org, name, limit=100)
            places = [page.columns.index(column) for column in columns]
            found_ = sorted(([row[place] for place in places] for row in page.rows), key=str)
            assert found_ == sorted(world.named(rows), key=str), name


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_case_of_model_mapping_holds(org: Org, case: dict[str, Any]) -> None:
    assert case["source"] and case["then"]
    world = World(org, case["given"])
    before, k, then = org.digest(), org.k, dict(case["then"])
    asked = {name: value for name, value in case["map"].items() if name != "synchronize"}
    if "refused" in then:
        if "needs" in then:
            see(world, model_mapping.planned(org, **asked), "needs", then["needs"])
        with pytest.raises(Refused) as refused:
            org.do("mapping.apply", **case["map"])
        assert then["refused"] in str(refused.value)
        assert org.digest() == before
        return
    plan = model_mapping.planned(org, **asked)
    assert org.digest() == before, "to plan changes nothing"
    org.do("mapping.apply", **case["map"])
    org.run_until(org.now + clock.DAY)
    assert not [row for row in org.rows("SELECT message FROM query_runs WHERE NOT ok")]
    for what, expected in then.items():
        see(world, plan, what, expected)
    assert check(org) == []
    org.back(org.k - k)
    assert org.digest() == before
