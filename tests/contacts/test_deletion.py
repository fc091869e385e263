"""Contact deletion and key migration, case by case: deletion*.yaml and key_migration.yaml in conformance/.

The language is that of the CRM's cases, see tests/crm/test_conformance.py. Also, in `given` and `when`:
    people: [A, B]            rows of the sendable data extension Welcome (ContactKey, Email a@x.com, ...)
    known: [A, B]             contacts by import
    subscribers: [A, B]       contacts that are in All Subscribers, at a@x.com
    rows: [DE, [{...}]]       rows of a data extension
    journey: {...}            a journey published on Welcome: wait a day, then an email; with options of worlds.journey
    event: KEY                the journey's entry event is fired for the rows of Welcome
    criteria: {place: key}    a draft on Welcome whose entry, goal, exit and split compare ContactKey with these keys
    file: [NAME, text]        a file on Enhanced FTP
and in `then`
    contacts: [keys of All Contacts]     inside: how many stand in journeys     states: {state: people}
    excluded: {send log code: people}    billed: number     finding: [code, count]     status: [of each operation]
    plan: [[mapping, field, field], {count: number}]        aftermath: [[kind, name, count]]
Each case ends with every invariant, and with the way back to the byte.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, advice, contacts
from store.commands import Outcome, command
from store.contacts import deletion, migration
from store.errors import Refused
from store.invariants import check
from tests.crm import test_conformance as crm_cases
from tests.journey import worlds
from tests.messaging.conftest import SILENT

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted((Path(__file__).parent / "conformance").iterdir())
    if path.stem.startswith(("deletion", "key_migration"))
    for case in yaml.load(path.read_text(), crm_cases._Loader)
]


@command("test.subscribers")
def _subscribers(org: Org, *, keys: list[str]) -> Outcome:
    listed = " UNION ALL ".join(f"SELECT '{key}'" for key in keys)
    contacts.establish(org, listed, source="Import")
    select = f"SELECT contact_id, lower(contact_key) || '@x.com' FROM contacts WHERE contact_key IN ({listed})"
    return Outcome("subscribers", {"new": contacts.subscribe(org, select, add_method="Imported")})


class World(crm_cases.World):
    """With contacts, journeys and sends."""

    def _people(self, keys: list[str]) -> None:
        rows = [worlds.person(number, ContactKey=key, Email=f"{key.lower()}@x.com") for number, key in enumerate(keys)]
        self.org.do("test.rows", de="Welcome", rows=rows)

    def _known(self, keys: list[str]) -> None:
        self.title = self.org.do("test.journey_contacts", keys=self.named(keys)).title

    def _subscribers(self, keys: list[str]) -> None:
        self.org.do("test.subscribers", keys=keys)

    def _rows(self, what: list[Any]) -> None:
        self.org.do("test.rows", de=what[0], rows=self.named(what[1]))

    def _journey(self, options: dict[str, Any]) -> None:
        api = options.pop("api", False)
        spec = worlds.journey(worlds.wait("W", "E"), worlds.email("E", "V"), worlds.wait("V"), **options)
        event = worlds.event_definition(type="APIEvent") if api else worlds.event_definition(new_only=True)
        if api:
            spec["triggers"][0]["type"] = "APIEvent"
        worlds.published(self.org, spec, event)

    def _event(self, key: str) -> None:
        self.org.do("test.fire", key=worlds.EVENT_KEY)
        self._wait("1m")

    def _criteria(self, keys: dict[str, str]) -> None:
        of = {place: worlds.where("ContactKey", "Equal", key) for place, key in keys.items()}
        gates = {
            f"{name}s": [{"key": name, "configurationArguments": {"criteria": of[name]}}] for name in ("goal", "exit")
        }
        spec = worlds.journey(worlds.decision("S", (of["split"], None)), **gates)
        self.org.do("journey.create", spec=spec, event_definition=worlds.event_definition(criteria=of["entry"]))

    def _file(self, what: list[str]) -> None:
        name, text = what
        self.org.do("automation.put_file", name=name, content=base64.b64encode(text.encode()).decode())

    def holds(self, expected: dict[str, Any], refusal: Refused | None) -> None:
        """Check one line of `then`."""
        [(verb, what)] = expected.items()
        org = self.org
        if verb == "contacts":
            assert [row.contact_key for row in contacts.page(org)] == self.named(what)
        elif verb == "inside":
            sql = "SELECT coalesce(sum(size), 0) FROM journey_cohorts WHERE state = 'inside'"
            assert org.value(sql) == what
        elif verb == "states":
            assert {name: size for name, size in worlds.cohort_states(org).items() if name != "split"} == what
        elif verb == "excluded":
            assert dict(org.rows("SELECT code, count(*) FROM send_exclusions GROUP BY code")) == what
        elif verb == "billed":
            assert contacts.billing(org).billable == what == sum(n for _, n in contacts.billing(org).by_cause)
        elif verb == "finding":
            assert {found.code: found.count for found in advice.find_all(org)}.get(what[0], 0) == what[1]
        elif verb == "plan":
            plan = migration.key_plan(org, *what[0])
            assert {name: getattr(plan, name) for name in what[1]} == what[1]
        elif verb == "aftermath":
            assert [[one.kind, one.name, one.count] for one in migration.aftermath(org)] == what
        elif verb == "status":
            assert [one.status for one in reversed(deletion.deletions(org))] == what
        else:
            super().holds(expected, refusal)


@pytest.mark.parametrize("case", CASES)
def test_deletion(org: Org, case: dict[str, Any]) -> None:
    assert set(case) <= {"case", "source", "given", "when", "then"} and case["source"]
    org.do("messaging.set_engagement", values=SILENT)
    org.do("test.world", people=0, emails=2)
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
    after, steps = org.digest(), org.k - k
    org.back(steps)
    assert org.digest() == before, "going back does not restore the world"
    org.goto(k + steps)
    assert org.digest() == after, "forward again is another world"
