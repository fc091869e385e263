"""An org beside another is what it would be alone: no history of one reaches the other, nor what is synchronized of it.

The oracle is the program itself with one org: the acts of each org are played once more in a world of its own.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, connect, contacts, crm
from store.commands import Outcome, command
from store.errors import Refused
from store.invariants import check
from tests.messaging.conftest import SILENT

ORGS = ("", "EMEA")
OBJECTS = ("Contact", "Lead")
FIELDS = ["LastName", "Email", "HasOptedOutOfEmail"]

objects = st.sampled_from(OBJECTS)
people = st.integers(0, 5)
acts = st.one_of(
    st.tuples(st.just("create"), objects, st.booleans()),
    st.tuples(st.just("update"), people, st.tuples(st.sampled_from("xyX"), st.booleans())),
    st.tuples(st.just("delete"), people, st.none()),
    st.tuples(st.just("undelete"), people, st.none()),
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("convert"), people, st.none()),
    st.tuples(st.sampled_from(("pause", "resume", "refresh")), objects, st.none()),
    st.tuples(st.just("break"), st.sampled_from(list(connect.CAUSES)), st.none()),
    *[st.tuples(st.just("mend"), st.none(), st.none())] * 2,
    *[st.tuples(st.just("wait"), st.sampled_from([600, 900, 4000]), st.none())] * 3,
    *[st.tuples(st.just("send"), people, st.none())] * 2,
    st.tuples(st.just("respond"), people, st.sampled_from(["bounce", "unsubscribe", "open"])),
)
histories = st.lists(st.tuples(st.sampled_from(ORGS), acts), min_size=6, max_size=20)


@command("test.two_orgs_wait")
def _wait(org: Org, *, until: int) -> Outcome:
    org.run("UPDATE world SET now = max(now, ?)", until)
    return Outcome("time passes")


class Side:
    """One Salesforce org of a world: '' is the first."""

    def __init__(self, org: Org, name: str) -> None:
        self.org, self.name = org, name

    def do(self, name: str, **arguments: Any) -> None:
        self.org.do(name, **arguments, **({"org": self.name} if self.name else {}))

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        """Rows of a SELECT over {Contact} and {Lead}; of ids what the instance code leaves."""
        tables = {name: crm.table_of(crm.full_name(self.name, name)) for name in OBJECTS}
        return [tuple(row) for row in self.org.rows(select.format(**tables))]

    def play(self, act: tuple[Any, ...]) -> bool:
        """Do it, if the product takes it; whether it did."""
        try:
            self._play(*act)
        except Refused:
            return False
        return True

    def _play(self, kind: str, first: Any, second: Any) -> None:
        if kind == "create":
            values = {"LastName": "x", "HasOptedOutOfEmail": second, "Email": "one@example.com"}
            self.do("crm.create", object=first, records=[values | ({"Company": "C"} if first == "Lead" else {})])
        elif kind in ("pause", "resume", "refresh"):
            self.do(f"connect.{kind}", object=first)
        elif kind == "break":
            self.do("connect.disconnect", cause=first)
        elif kind == "mend":
            self.do("connect.reconnect")
        else:
            rows = self.rows("SELECT Id, 'Contact' FROM {Contact} UNION ALL SELECT Id, 'Lead' FROM {Lead}")
            if rows:
                self._to_record(kind, rows[first % len(rows)], rows, second)

    def _to_record(self, kind: str, record: tuple[Any, ...], rows: list[tuple[Any, ...]], second: Any) -> None:
        who, of = record
        if kind == "update":
            values = {"LastName": second[0], "HasOptedOutOfEmail": second[1]}
            self.do("crm.update", object=of, records=[{"Id": who, **values}])
        elif kind in ("delete", "undelete"):
            self.do(f"crm.{kind}", object=of, ids=[who])
        elif kind == "merge":
            self.do("crm.merge", object=of, master=who, losers=[rows[second % len(rows)][0]])
        elif kind == "convert":
            self.do("crm.convert_lead", lead=who)
        elif kind == "respond":
            self.do("messaging.inject", contact_key=who, kind=second)
        elif kind == "send":
            self.do("connect.send", email_id=1, to=[who], classification="Transactional")

    def state(self) -> dict[str, Any]:
        """All that this org and Marketing Cloud's side of it are, but for the instance code of the ids."""
        found: dict[str, Any] = {"connected": connect.is_connected(self.org, self.name)}
        fields = ", ".join(FIELDS)
        for name in OBJECTS:
            select = f"SELECT substr(Id, 6, 10), IsDeleted, SystemModstamp, {fields} FROM {{{name}}} ORDER BY row_id"
            found[name] = self.rows(select)
        for one in connect.statuses(self.org):
            if crm.org_of(one.object) == self.name:
                select = f'SELECT substr(Id, 6, 10), _ReadAt, {fields} FROM "de_{one.de_name}" ORDER BY 1'
                about = (one.status, one.last_poll_at, one.records, one.rows, one.waiting, one.stale, one.kept)
                found[f"synchronized {crm.api_name(one.object)}"] = (about, self.rows(select))
        opened = "SELECT substr(et4ae5__Contact__c, 6, 10), substr(et4ae5__Lead__c, 6, 10), et4ae5__Opened__c"
        results = crm.table_of(crm.full_name(self.name, "et4ae5__IndividualEmailResult__c"))
        found["results"] = sorted(self.rows(f"{opened} FROM {results}"), key=str)
        return found


def wait(org: Org, span: int) -> None:
    until = org.now + span
    org.run_until(until)
    org.do("test.two_orgs_wait", until=until)


def prepare(path: Path, names: tuple[str, ...]) -> None:
    """A world with these orgs, their people synchronized and tracking written back."""
    with Org.create(path) as org:
        org.do("messaging.set_engagement", values=SILENT)
        org.do("messaging.create_email", name="News", subject="Hello", links=[])
        if len(names) > 1:
            org.do("crm.create_org", name="EMEA")
            org.do("business_units.create", name="Europe")
            org.do("connect.enable_multi_org")
            org.do("connect.connect_org", org="EMEA", integration_user="emea@example.com", units=["Europe"])
        for name in names:
            side = Side(org, name)
            side.do("connect.enable_write_back")
            for each in OBJECTS:
                more = {"Company": "C"} if each == "Lead" else {}
                side.do("crm.create", object=each, records=[{"LastName": "x", "Email": "p@example.com"} | more] * 2)
                side.do("connect.synchronize", object=each, fields=FIELDS)
        org.run_until(org.now)


@pytest.fixture(scope="module")
def templates() -> Iterator[tuple[Path, Path]]:
    """A world with both orgs, and one with an org alone, to copy."""
    with tempfile.TemporaryDirectory() as folder:
        both, alone = Path(folder) / "both.mctui", Path(folder) / "alone.mctui"
        prepare(both, ORGS)
        prepare(alone, ("",))
        yield both, alone


@settings(max_examples=25)
@given(histories)
def test_two_orgs_never_mix(templates: tuple[Path, Path], history: list[tuple[str, tuple[Any, ...]]]) -> None:
    """Records, synchronized rows, stamps, polls and results of each org are those of the org alone."""
    both, alone = templates
    paths = {name: both.with_name(f"{name or 'first'}-alone.mctui") for name in ORGS}
    world = both.with_name("world.mctui")
    shutil.copyfile(both, world)
    for path in paths.values():
        shutil.copyfile(alone, path)
    with Org.open(world) as org, Org.open(paths[""]) as first, Org.open(paths["EMEA"]) as second:
        apart = {"": Side(first, ""), "EMEA": Side(second, "")}
        for name, act in history:
            if act[0] == "wait":
                for each in (org, first, second):
                    wait(each, act[1])
            else:
                assert Side(org, name).play(act) == apart[name].play(act), (name, act)
            for each in ORGS:
                assert Side(org, each).state() == apart[each].state(), (each, act)
        billed = [contacts.billing(each).billable for each in (org, first, second)]
        assert billed[0] == billed[1] + billed[2], "one human in two orgs is two contacts and two bills"
        assert not check(org)
    for path in (world, *paths.values()):
        shutil.rmtree(path.with_name(f"{path.name}.steps"), ignore_errors=True)
