"""MC Connect towards the CRM, case by case: tests/connect/conformance/*.yaml, in the language of the CRM's cases.

See tests/crm/test_conformance.py. Each case begins with the email 1 (with one link) and nobody who responds by
themselves. `inject: [alias, kind]` makes somebody respond to their last email.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, advice, connect, crm, data_extensions
from store.commands import Outcome, command, run_command
from store.errors import Refused
from store.invariants import check
from tests.crm import test_conformance as crm_cases
from tests.messaging.conftest import SILENT

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted((Path(__file__).parent / "conformance").glob("*.yaml"))
    for case in yaml.load(path.read_text(), crm_cases._Loader)
]


@command("test.many_fields")
def _many_fields(org: Org, *, count: int) -> Outcome:
    crm.define_fields(org, "Contact", tuple(crm.Field(name=f"F{n}__c", type="string") for n in range(count)))
    return Outcome("fields")


@command("test.synchronize_many")
def _synchronize_many(org: Org, *, count: int) -> Outcome:
    connect.synchronize(org, {"object": "Contact", "fields": [f"F{n}__c" for n in range(count)]})
    return Outcome("many")


@command("test.two_orgs")
def _two_orgs(org: Org) -> Outcome:
    for name, arguments in (
        ("crm.create_org", {"name": "EMEA"}),
        ("business_units.create", {"name": "Europe"}),
        ("business_units.create", {"name": "Asia"}),
        ("connect.enable_multi_org", {}),
        ("connect.connect_org", {"org": "EMEA", "integration_user": "emea@example.com", "units": ["Europe"]}),
    ):
        run_command(org, name, arguments)
    return Outcome("two orgs")


def _flat(steps: list[Any]) -> list[dict[str, Any]]:
    """Steps with the lists among them, which an alias brought, taken apart."""
    return [one for step in steps for one in (step if isinstance(step, list) else [step])]


class World(crm_cases.World):
    """With people who respond."""

    def _inject(self, what: list[str]) -> None:
        alias, kind = what
        self._do(["messaging.inject", {"contact_key": f"@{alias}", "kind": kind}])

    def holds(self, expected: dict[str, Any], refusal: Refused | None) -> None:
        """Also `finding: [key, rows of evidence]`, `no_finding: key`, `synchronized: [DE, fields, rows]` and
        `twice: [objects, people, contacts, surplus]`.
        """
        if "synchronized" in expected:
            name, fields, rows = expected["synchronized"]
            page = data_extensions.page(self.org, name, limit=1000)
            places = [list(page.columns).index(field) for field in fields]
            assert sorted([row[place] for place in places] for row in page.rows) == sorted(self.named(rows))
            return
        if "twice" in expected:
            found = [[d.objects, d.people, d.contacts, d.surplus] for d in advice.billed_twice(self.org)]
            assert found == [expected["twice"]]
            return
        if "no_finding" in expected:
            assert expected["no_finding"] not in {found.code for found in advice.find_all(self.org)}
            return
        if "finding" not in expected:
            super().holds(expected, refusal)
            return
        key, count = expected["finding"]
        assert {found.code: found.count for found in advice.find_all(self.org)}.get(key, 0) == count


@pytest.mark.parametrize("case", CASES)
def test_connect(org: Org, case: dict[str, Any]) -> None:
    assert set(case) <= {"case", "source", "given", "when", "then"} and case["source"]
    org.do("messaging.set_engagement", values=SILENT)
    links = [{"url": "https://example.com/a", "name": "A"}]
    org.do("messaging.create_email", name="News", subject="Hello", links=links)
    world = World(org)
    for step in _flat(case.get("given", [])):
        world.take(step)
    before, k = org.digest(), org.k
    refusal = None
    try:
        for step in case["when"]:
            untouched = org.digest()
            world.take(step)
    except Refused as error:
        refusal = error
        assert org.digest() == untouched, "a refused step changed something"
    assert refusal is None or any("refused" in one for one in case["then"]), refusal
    for one in case["then"]:
        world.holds(one, refusal)
    assert not check(org)
    org.back(org.k - k)
    assert org.digest() == before, "going back does not restore the world"
