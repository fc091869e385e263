"""Runs the cases of data_designer.yaml; each also proves the invariants, and that going back restores the file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, advice, contacts, data_extensions, journey
from store.commands import Outcome, command
from store.contacts import designer
from store.errors import Refused
from store.invariants import check
from store.journey.attributes import attribute
from store.journey.contact_data import contact_data, sql_value
from store.journey.criteria import parse
from store.journey.criteria_sql import compile_criteria
from tests.journey import worlds

CASES = yaml.safe_load((Path(__file__).parent / "data_designer.yaml").read_text())


@command("test.designer_contacts")
def _contacts(org: Org, *, keys: list[str], mailed: dict[str, str]) -> Outcome:
    for key in keys:
        contacts.establish(org, "SELECT :key", {"key": key}, source="Import")
    for key, address in mailed.items():
        whom = "SELECT contact_id, :address FROM contacts WHERE contact_key = :key"
        contacts.subscribe(org, whom, {"key": key, "address": address})
    return Outcome("")


def data_extension(name: str, made: dict[str, Any]) -> dict[str, Any]:
    """A definition from its short form: `Name*: Type`."""
    fields = []
    for short in made["fields"]:
        field, _, kind = (part.strip() for part in short.partition(":"))
        fields.append({"name": field.rstrip("*"), "type": kind or "Text", "is_primary_key": field.endswith("*")})
    definition: dict[str, Any] = {"name": name, "fields": fields}
    if "sendable" in made:
        definition |= {"is_sendable": True, "sendable_field": made["sendable"], "sendable_to": "Subscriber Key"}
    return definition


def arrange(org: Org, given: dict[str, Any]) -> None:
    org.do("test.designer_contacts", keys=given.get("contacts", []), mailed=given.get("mailed", {}))
    for name, fields in given.get("synchronized", {}).items():
        org.do("connect.synchronize", object=name, fields=fields)
    for name, made in given.get("des", {}).items():
        org.do("data_extensions.create", definition=data_extension(name, made))
        names = [field.name for field in data_extensions.get(org, name).fields]
        rows = made.get("rows", [])
        if "many" in made:
            count, who = made["many"]
            rows = [[number, who] for number in range(1, count + 1)]
        org.do("test.rows", de=name, rows=[dict(zip(names, row, strict=True)) for row in rows])
    for name, arguments in (*given.get("do", []), *given.get("then_do", [])):
        org.do(name, **arguments)
    if "journey" in given:
        org.do("test.world", people=1, emails=1)
        worlds.published(org, worlds.journey(worlds.decision("D", (worlds.where(*given["journey"]), None))))


def criteria(short: Any) -> str:
    if isinstance(short, list):
        return worlds.where(*map(str, short))
    if "via" in short:
        xml = criteria(short["condition"])
        path = f'<AttributePath RelationshipID="{short["via"]}"><Value>'
        return xml.replace("<Value>", path).replace("</Value>", "</Value></AttributePath>")
    return worlds.all_of(*[tuple(map(str, each)) for each in short["all"]])


def matching(org: Org, short: Any) -> list[str]:
    """The Contact Keys that satisfy criteria."""
    compiled = compile_criteria(org, parse(criteria(short)), {})
    sql = f"SELECT k.contact_key FROM contacts k WHERE {compiled.sql} ORDER BY 1"
    return [row[0] for row in org.rows(sql, compiled.params)]


def value(org: Org, key: str, contact: str) -> Any:
    named = attribute(key)
    data = contact_data(org, named.source, binding=True)
    return org.value(f"SELECT {sql_value(org, data, named.field)} FROM contacts k WHERE contact_key = ?", contact)


def paths(org: Org, name: str) -> list[str]:
    model = designer.contact_model(org)
    found = model.find(name)
    return [designer.said(model, path) for path in designer.paths_to(model, found)] if found else []


def see(org: Org, what: str, expected: Any) -> None:  # noqa: C901 (a line per word of the language)
    model = designer.contact_model(org)
    if what == "groups":
        assert [group.name for group in model.groups] == expected
    elif what == "paths":
        assert {name: paths(org, name) for name in expected} == expected
    elif what == "cardinality":
        found = {model.sets[each.right].name: each.cardinality for each in model.relationships}
        assert {name: found[name] for name in expected} == expected
    elif what == "matches":
        assert [matching(org, short) for short, _ in expected] == [keys for _, keys in expected]
    elif what == "value":
        assert {key: {who: value(org, key, who) for who in of} for key, of in expected.items()} == expected
    elif what == "rows":
        for key, counts in expected.items():
            found = {one.attribute_set: one.count for one in designer.linked_rows(org, key)}
            assert {name: found[name] for name in counts} == counts
    elif what == "against":
        found_ = [[c.group, c.attribute_set, c.values, c.most, c.example] for c in designer.contradictions(org)]
        assert found_ == expected
    elif what == "found":
        assert ("relationship-not-one" in [each.code for each in advice.find_all(org)]) is expected
    elif what == "unread":
        key, said = expected
        with pytest.raises(Refused) as refused:
            matching(org, [key, "Equal", "x"])
        assert said in f"{refused.value.message} {refused.value.fix}"
    elif what in ("publish", "warned"):
        condition, said = expected
        org.do("test.world", people=1, emails=1)
        split = worlds.decision("D", (worlds.where(*condition), None))
        org.do("journey.create", spec=worlds.journey(split), event_definition=worlds.event_definition())
        severity = "error" if what == "publish" else "warning"
        assert any(said in each.message for each in journey.check(org, "welcome") if each.severity == severity)
        if what == "warned":
            return
        with pytest.raises(Refused, match="cannot be published"):
            org.do("journey.publish", key="welcome")
    else:
        raise AssertionError(f"'{what}' is nothing that can be seen")


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_case_of_data_designer_holds(org: Org, case: dict[str, Any]) -> None:
    assert case["source"] and case["then"]
    arrange(org, case["given"])
    then, before, k = dict(case["then"]), org.digest(), org.k
    if "refused" in then:
        name, arguments = case["when"]
        with pytest.raises(Refused) as refused:
            org.do(name, **arguments)
        assert then["refused"] in str(refused.value)
        assert org.digest() == before
        return
    if "when" in case:
        name, arguments = case["when"]
        title = org.do(name, **arguments).title
        assert then.pop("title", "") in title
    for what, expected in then.items():
        see(org, what, expected)
    assert check(org) == []
    org.back(org.k - k)
    assert org.digest() == before
