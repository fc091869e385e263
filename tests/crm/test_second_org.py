"""Every case of the CRM holds in a second Salesforce org as well, and leaves the first one empty.

See test_conformance.py; left out are cases that look into tables, at what Marketing Cloud has
synchronized, or by ids that only the first org gives out.
"""

from __future__ import annotations

from typing import Any

import pytest

from store import Org, crm
from store.errors import Refused
from store.invariants import check
from tests.crm import test_conformance as cases

OTHER = "EMEA"
_INSIDE = ("sql", "mc")
_FIRST_ORGS = "0000000000"  # what its ids have in common


def _of_any_org(case: dict[str, Any]) -> bool:
    return _FIRST_ORGS not in str(case) and not any(verb in _INSIDE for one in case["then"] for verb in one)


CASES = [each for each in cases.CASES if _of_any_org(each.values[0])]


class World(cases.World):
    """Everything happens in the other org."""

    def _do(self, what: list[Any]) -> None:
        name, arguments = what
        super()._do([name, {"org": OTHER, **arguments}])

    def _create(self, what: dict[str, Any]) -> None:
        super()._create({alias: (f"{OTHER}:{name}", values) for alias, (name, values) in what.items()})

    def _query(self, text: str) -> None:
        with crm.in_org(self.org, OTHER):
            super()._query(text)

    def holds(self, expected: dict[str, Any], refusal: Refused | None) -> None:
        with crm.in_org(self.org, OTHER):
            super().holds(expected, refusal)


@pytest.mark.parametrize("case", CASES)
def test_a_second_org(org: Org, case: dict[str, Any]) -> None:
    org.do("crm.create_org", name=OTHER)
    org.do("business_units.create", name="Europe")
    org.do("connect.enable_multi_org")
    org.do("connect.connect_org", org=OTHER, integration_user="emea@example.com", units=["Europe"])
    world = World(org)
    refusal = None
    for step in case.get("given", []):
        world.take(step)
    try:
        for step in case.get("when", []):
            world.take(step)
    except Refused as error:
        refusal = error
    for one in case["then"]:
        world.holds(one, refusal)
    assert not check(org)
    assert not [one.name for one in crm.objects(org) if one.live and not crm.org_of(one.name)]
