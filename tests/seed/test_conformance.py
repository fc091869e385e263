"""The tables of the description and of the facts, row by row: tests/seed/conformance/*.yaml.

The language is that of the CRM's cases, see tests/crm/test_conformance.py and tests/connect/test_conformance.py. Each
case names the `row` of the table that it is about, and begins with the email 1 and nobody who responds by
themselves. Besides,
    audience: {name: [field, ...]}     a sendable data extension: ContactKey, Email and those texts
    journey: {name: [data extension, activity, ...]}     published, starts at once; an activity is `email` or
        `wait DAYS`; `draft` is the same, not published
    unit: name     the business unit that what follows is done in
and `then` may say `finding: [key, rows]`, `no_finding: key`, `rows: [data extension, [field, ...], its rows in order]`,
`id18: {15 characters: the last three}`, `prefix: {alias: how the record's id begins}` and
`set_definition: [group, [key of its first set, ...], [key of each value, ...]]`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, data_extensions, ids
from store.contacts import designer
from store.errors import Refused
from store.invariants import check
from tests.connect import test_conformance as connect_cases
from tests.crm import test_conformance as crm_cases
from tests.messaging.conftest import SILENT

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted((Path(__file__).parent / "conformance").glob("*.yaml"))
    for case in yaml.load(path.read_text(), crm_cases._Loader)
]
EMAIL_ID = "configurationArguments.triggeredSend.emailId"


class World(connect_cases.World):
    """With audiences and journeys."""

    unit = ""

    def _unit(self, name: str) -> None:
        self.unit = name

    def _do(self, what: list[Any]) -> None:
        name, arguments = what
        super()._do([name, arguments | ({"bu": self.unit} if self.unit else {})])

    def _audience(self, what: dict[str, list[str]]) -> None:
        for name, texts in what.items():
            fields = [
                {"name": "ContactKey", "length": 100, "is_primary_key": True, "is_nullable": False},
                {"name": "Email", "type": "EmailAddress"},
                *({"name": text, "length": 255} for text in texts),
            ]
            relation = {"is_sendable": True, "sendable_field": "ContactKey", "sendable_to": "Subscriber Key"}
            self._do(["data_extensions.create", {"definition": {"name": name, "fields": fields, **relation}}])

    def _journey(self, what: dict[str, list[str]]) -> None:
        self._draft(what)
        for name in what:
            self._do(["journey.publish", {"key": name}])

    def _draft(self, what: dict[str, list[str]]) -> None:
        for name, (audience, *activities) in what.items():
            self._do(["journey.new", {"name": name, "key": name, "data_extension": audience}])
            last = None
            for number, activity in enumerate(activities):
                kind, _, amount = activity.partition(" ")
                type_ = {"email": "EMAILV2", "wait": "WAITBYDURATION"}[kind]
                arguments = {"key": name, "type": type_, "name": f"{kind} {number}"}
                self._do(["journey.add_activity", arguments | ({"after": last} if last else {})])
                last = f"{type_}-{sum(one.startswith(kind) for one in activities[: number + 1])}"
                if kind == "email":
                    changes = {EMAIL_ID: 1}
                else:
                    changes = {"configurationArguments.waitDuration": int(amount),
                               "configurationArguments.waitUnit": "DAYS"}  # fmt: skip
                for path, value in changes.items():
                    self._do(["journey.configure", {"key": name, "activity": last, "path": path, "value": value}])

    def holds(self, expected: dict[str, Any], refusal: Refused | None) -> None:
        """Also rows of a data extension, ids, and attribute sets as the API answers them."""
        [(verb, what)] = expected.items()
        if verb == "rows":
            name, fields, rows = what
            page = data_extensions.page(self.org, name, limit=1000)
            places = [list(map(str.lower, page.columns)).index(field.lower()) for field in fields]
            assert [[row[place] for place in places] for row in page.rows] == self.named(rows)
        elif verb == "id18":
            assert {short: ids.to_18(short)[15:] for short in what} == what
        elif verb == "prefix":
            assert {alias: self.ids[alias][:3] for alias in what} == what
        elif verb == "set_definition":
            model = designer.contact_model(self.org)
            [first, *_] = designer.group_export(self.org, model, model.group(what[0]))["setDefinition"]
            assert set(what[1]) <= set(first)
            assert all(set(what[2]) <= set(value) for value in first["valueDefinitions"])
        else:
            super().holds(expected, refusal)


@pytest.mark.parametrize("case", CASES)
def test_a_row(org: Org, case: dict[str, Any]) -> None:
    assert set(case) <= {"case", "row", "source", "given", "when", "then"} and case["source"] and case["row"]
    org.do("messaging.set_engagement", values=SILENT)
    links = [{"url": "https://example.com/a", "name": "A"}]
    org.do("messaging.create_email", name="News", subject="Hello", links=links)
    world = World(org)
    for step in case.get("given", []):
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
