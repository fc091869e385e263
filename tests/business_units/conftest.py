"""An enterprise with two children, and something of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store import Org, business_units
from tests.journey import worlds

KEY = {"name": "Key", "length": 20, "is_primary_key": True}


def sends(org: Org, unit: str, people: int, first: int = 0, **model: Any) -> None:
    """A journey of one email in a business unit, published and run; journeys are named after their unit."""
    rows = [worlds.person(number) for number in range(first, first + people)]
    name = f"Audience {unit}"
    key = f"event-{unit.lower()}"
    org.do("data_extensions.create", definition=worlds.data_extension(name), bu=unit)
    org.do("data_extensions.insert", de=name, rows=rows, bu=unit)
    spec = worlds.journey(worlds.email("E1"), key=unit.lower())
    spec["triggers"][0]["metaData"]["eventDefinitionKey"] = key
    spec["defaults"] = {"email": [f'{{{{Event.{key}."Email"}}}}']}
    event = worlds.event_definition(name) | {"eventDefinitionKey": key}
    silent = {"open_rate": 0.0, "dead_address_rate": 0.0, "soft_bounce_rate": 0.0}
    org.do("messaging.set_engagement", values=silent | model)
    org.do("journey.create", spec=spec, event_definition=event, bu=unit)
    org.do("journey.publish", key=unit.lower())
    org.run_until(org.now + 3600)


@pytest.fixture
def enterprise(tmp_path: Path) -> Iterator[Org]:
    """Germany unsubscribes for itself only, France for the whole enterprise; each unit has the rows of its name."""
    with Org.create(tmp_path / "world.mctui", seed=7) as org:
        org.do("business_units.create", name="Germany", mid=7001, unsubscribe="BUSINESS_UNIT_ONLY")
        org.do("business_units.create", name="France")
        for unit in business_units.units(org):
            org.do("data_extensions.create", definition={"name": "Members", "fields": [KEY]}, bu=unit.name)
            org.do("data_extensions.insert", de="Members", rows=[{"Key": unit.name}], bu=unit.name)
        for name in ("Prices", "Secrets"):
            org.do("data_extensions.create", definition={"name": name, "fields": [KEY]})
            org.do("data_extensions.insert", de=name, rows=[{"Key": name}])
        org.do("data_extensions.share", de="Prices", units=["Germany"])
        org.do("messaging.create_email", name="Hello", subject="Hello", email_id=1)
        yield org
