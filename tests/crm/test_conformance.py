"""What the CRM does, case by case: tests/crm/conformance/*.yaml, each case with given, when, then and its source.

A step of `given` and `when` is one of
    create: {alias: [Object, {Field: value}]}     update: {alias: {Field: value}}     delete: alias     undelete: alias
    do: [command, {argument: value}]              wait: 2h (what is due runs)
    query: SOQL
and `then` is a list of
    value: [alias, Field, expected]     title: text of the last step     refused: text
    may: [alias, channel, purpose, reason or '']     report: [name, ids]     soql: [query, rows]     sql: [query, rows]
    mc: [Object, [Field, ...], rows of the Synchronized Data Extension]
`@alias` stands for a record's id. Each case also proves that going back restores the file to the byte, and that a
refused step changes nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, clock, connect, crm, data_extensions
from store.commands import Outcome, command
from store.errors import Refused

FOLDER = Path(__file__).parent / "conformance"


class _Loader(yaml.SafeLoader):
    """YAML with dates left as texts."""


_Loader.yaml_implicit_resolvers = {
    first: [pair for pair in pairs if pair[0] != "tag:yaml.org,2002:timestamp"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted(FOLDER.glob("*.yaml"))
    for case in yaml.load(path.read_text(), _Loader)
]


@command("test.crm_wait")
def _wait(org: Org, *, until: int) -> Outcome:
    org.run("UPDATE world SET now = max(now, ?)", until)
    return Outcome("time passes")


class World:
    """A world with names for its records."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.ids: dict[str, str] = {}
        self.title = ""

    def named(self, value: Any) -> Any:
        """The value with each `@alias` replaced by a record's id."""
        if isinstance(value, str):
            for alias in sorted(self.ids, key=len, reverse=True):
                value = value.replace(f"@{alias}", self.ids[alias])
            return value
        if isinstance(value, list):
            return [self.named(each) for each in value]
        if isinstance(value, dict):
            return {self.named(name): self.named(each) for name, each in value.items()}
        return value

    def take(self, step: dict[str, Any]) -> None:
        """One step of a case."""
        [(verb, what)] = step.items()
        getattr(self, f"_{verb}")(what)

    def _do(self, what: list[Any]) -> None:
        name, arguments = self.named(what)
        self.title = self.org.do(name, **arguments).title

    def _create(self, what: dict[str, Any]) -> None:
        for alias, (name, values) in what.items():
            step = self.org.do("crm.create", object=name, records=[self.named(values)])
            self.title, self.ids[alias] = step.title, step.subject.split("/")[-1]

    def _update(self, what: dict[str, Any]) -> None:
        for alias, values in what.items():
            record_id = self.ids[alias]
            name = crm.record(self.org, record_id).object
            self._do(["crm.update", {"object": name, "records": [{"Id": record_id, **values}]}])

    def _delete(self, alias: str) -> None:
        name = crm.record(self.org, self.ids[alias]).object
        self._do(["crm.delete", {"object": name, "ids": [self.ids[alias]]}])

    def _undelete(self, alias: str) -> None:
        name = crm.record(self.org, self.ids[alias]).object
        self._do(["crm.undelete", {"object": name, "ids": [self.ids[alias]]}])

    def _wait(self, span: str) -> None:
        until = self.org.now + clock.duration(span)
        self.org.run_until(until)
        self.org.do("test.crm_wait", until=until)

    def _query(self, text: str) -> None:
        crm.soql(self.org, self.named(text))

    def holds(self, expected: dict[str, Any], refusal: Refused | None) -> None:
        """Check one line of `then`."""
        [(verb, what)] = expected.items()
        if verb == "refused":
            assert refusal is not None, "it was not refused"
            assert what in " ".join((refusal.message, refusal.cause, refusal.fix)), refusal
        elif verb == "value":
            alias, field, value = what
            assert crm.record(self.org, self.ids[alias]).values[field] == self.named(value)
        elif verb == "title":
            assert self.named(what) in self.title
        elif verb == "soql":
            assert [list(row) for row in crm.soql(self.org, self.named(what[0])).rows] == self.named(what[1])
        elif verb == "may":
            alias, channel, purpose, reason = what
            assert crm.may_contact(self.org, self.ids[alias], channel, purpose).reason == reason
        elif verb == "report":
            assert crm.report_ids(self.org, what[0]) == self.named(what[1])
        elif verb == "sql":
            assert [list(row) for row in self.org.rows(self.named(what[0]))] == self.named(what[1])
        elif verb == "mc":
            name, fields, rows = what
            page = data_extensions.page(self.org, connect.de_name_of(name), limit=1000)
            places = [list(page.columns).index(field) for field in fields]
            assert sorted([row[place] for place in places] for row in page.rows) == sorted(self.named(rows))
        else:
            raise AssertionError(f"no such expectation: {verb}")


@pytest.mark.parametrize("case", CASES)
def test_the_crm(org: Org, case: dict[str, Any]) -> None:
    assert set(case) <= {"case", "source", "given", "when", "then"} and case["source"]
    world = World(org)
    for step in case.get("given", []):
        world.take(step)
    before, k = org.digest(), org.k
    refusal = None
    try:
        for step in case.get("when", []):
            untouched = org.digest()
            world.take(step)
    except Refused as error:
        refusal = error
        assert org.digest() == untouched, "a refused step changed something"
    expected = case["then"]
    assert refusal is None or any("refused" in one for one in expected), refusal
    for one in expected:
        world.holds(one, refusal)
    org.back(org.k - k)
    assert org.digest() == before, "going back does not restore the world"
