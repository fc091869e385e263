"""Runs the cases of this folder; each names its source and expects something."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, advice, contacts
from store.commands import Outcome, command

CASES = yaml.safe_load((Path(__file__).parent / "key_audit.yaml").read_text())


@command("test.key_audit_import")
def _import(org: Org, *, keys: list[str], mailed: dict[str, str]) -> Outcome:
    """Contacts of these keys, some of them subscribers."""
    for key in keys:
        contacts.establish(org, "SELECT :key", {"key": key}, source="Import")
    for key, address in mailed.items():
        whom = "SELECT contact_id, :address FROM contacts WHERE contact_key = :key"
        contacts.subscribe(org, whom, {"key": key, "address": address})
    return Outcome("")


def ids(org: Org, name: str, last_names: list[str]) -> list[str]:
    marks = ", ".join("?" * len(last_names))
    rows = org.rows(f"SELECT Id FROM crm_{name} WHERE LastName IN ({marks}) ORDER BY Id", *last_names)
    return [row["Id"] for row in rows]


def create(org: Org, records: dict[str, list[dict[str, Any]]]) -> None:
    for name, values in records.items():
        if values:
            org.do("crm.create", object=name, records=values)


def synchronize(org: Org, names: list[str]) -> None:
    for name in names:
        org.do("connect.synchronize", object=name, fields=["LastName", "Email"])
    org.run_until(org.now + 1)


def arrange(org: Org, given: dict[str, Any]) -> None:
    records, later = given.get("records", {}), given.get("then_records", {})
    create(org, records | given.get("unsynchronized", {}))
    if "convert" in given:
        org.do("crm.convert_leads", leads=ids(org, "Lead", given["convert"]))
    synchronize(org, [*records, *later])
    short = [found[:15] for found in ids(org, "Contact", given["short"])] if "short" in given else []
    org.do("test.key_audit_import", keys=[*given.get("keys", []), *short], mailed=given.get("mailed", {}))


@pytest.mark.parametrize("case", CASES, ids=[case["case"] for case in CASES])
def test_a_case_holds(org: Org, case: dict[str, Any]) -> None:
    assert case["source"] and case["then"]
    arrange(org, case["given"])
    found = {
        "kinds": {kind.kind: [kind.contacts, kind.twice] for kind in advice.key_audit(org) if kind.contacts},
        "twice": [[d.objects, d.people, d.contacts, d.surplus] for d in advice.billed_twice(org)],
        "saved": [[s.object, s.filter, s.contacts] for s in advice.savings(org)],
    }
    assert {name: found[name] for name in case["then"]} == case["then"]


def test_the_kinds_are_all_contacts_and_the_savings_all_surplus(org: Org) -> None:
    people = [{"LastName": f"P{n}", "Email": f"p{n % 4}@x.com"} for n in range(9)]
    create(org, {"Contact": people, "Lead": [one | {"Company": "X"} for one in people]})
    synchronize(org, ["Contact", "Lead"])
    org.do("test.key_audit_import", keys=["p1@x.com", "17"], mailed={})
    audit = advice.key_audit(org)
    assert sum(kind.contacts for kind in audit) == contacts.billing(org).billable == 20
    assert sum(kind.share for kind in audit) == pytest.approx(1)
    surplus = sum(one.surplus for one in advice.billed_twice(org))
    assert surplus == sum(one.contacts for one in advice.savings(org)) == 18 - 4
