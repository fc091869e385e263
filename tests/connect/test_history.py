"""After any history of the CRM and of polls, every synchronized row is its record as of the poll that read it last."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, connect, contacts
from store.commands import Outcome, command, run_command

Record = dict[str, Any]

acts = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(["x", "y", "X"]), st.booleans()),
    st.tuples(st.just("update"), st.integers(0, 5), st.tuples(st.sampled_from(["x", "y", "X"]), st.booleans())),
    st.tuples(st.just("delete"), st.integers(0, 5), st.none()),
    st.tuples(st.just("undelete"), st.integers(0, 5), st.none()),
    st.tuples(st.just("poll"), st.none(), st.none()),
    st.tuples(st.just("refresh"), st.none(), st.none()),
)


@command("test.history_assume")
def _assume(org: Org, *, assumption: str, value: str) -> Outcome:
    return run_command(org, "assumptions.set", {"name": assumption, "value": value})


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """An empty world to copy: making one costs more than a whole history."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "empty.mctui"
        Org.create(path).close()
        yield path


class Oracle:
    """The same in plain dicts: the CRM's records, and what Marketing Cloud has read."""

    def __init__(self, deletes: str, filtered: bool) -> None:
        self.deletes, self.filtered = deletes, filtered
        self.crm: dict[str, Record] = {}
        self.mc: dict[str, Record] = {}
        self.contacts: set[str] = set()
        self.changed: list[str] = []

    def change(self, record_id: str, **values: Any) -> None:
        self.crm.setdefault(record_id, {"IsDeleted": 0}).update(values)
        self.changed.append(record_id)

    def poll(self, everything: bool) -> None:
        for record_id in list(self.crm) if everything else dict.fromkeys(self.changed):
            record = self.crm[record_id]
            if record["IsDeleted"]:
                if self.deletes == "removed":
                    self.mc.pop(record_id, None)
                elif self.deletes == "flagged" and record_id in self.mc:
                    self.mc[record_id] = dict(record)
            elif not self.filtered or not record["HasOptedOutOfEmail"]:
                self.mc[record_id] = dict(record)
                self.contacts.add(record_id)
        self.changed = []


def play(org: Org, oracle: Oracle, act: tuple[Any, ...]) -> None:
    """The same act on both sides; acts that do not apply are left out."""
    kind, first, second = act
    known = sorted(oracle.crm)
    record_id = known[first % len(known)] if known and isinstance(first, int) else ""
    deleted = bool(record_id) and bool(oracle.crm[record_id]["IsDeleted"])
    if kind == "create":
        values = {"LastName": first, "HasOptedOutOfEmail": second}
        org.do("crm.create", object="Contact", records=[values])
        new = org.value("SELECT Id FROM crm_Contact ORDER BY row_id DESC LIMIT 1")
        oracle.change(new, LastName=first, HasOptedOutOfEmail=int(second))
    elif kind == "update" and record_id and not deleted:
        values = {"LastName": second[0], "HasOptedOutOfEmail": second[1]}
        org.do("crm.update", object="Contact", records=[{"Id": record_id, **values}])
        oracle.change(record_id, LastName=second[0], HasOptedOutOfEmail=int(second[1]))
    elif kind == "delete" and record_id and not deleted:
        org.do("crm.delete", object="Contact", ids=[record_id])
        oracle.change(record_id, IsDeleted=1)
    elif kind == "undelete" and deleted:
        org.do("crm.undelete", object="Contact", ids=[record_id])
        oracle.change(record_id, IsDeleted=0)
    elif kind == "refresh":
        org.do("connect.refresh", object="Contact")
        org.step()
        oracle.poll(everything=True)
    elif kind == "poll":
        org.step()
        oracle.poll(everything=False)


@settings(max_examples=25)
@given(st.lists(acts, max_size=14), st.sampled_from(["kept", "removed", "flagged"]), st.booleans())
def test_every_synchronized_row_is_the_record_as_of_its_read(
    template: Path, history: list[tuple[Any, ...]], deletes: str, filtered: bool
) -> None:
    path = template.with_name("world.mctui")
    shutil.copyfile(template, path)
    fields = ["LastName", "HasOptedOutOfEmail", "IsDeleted"]
    oracle = Oracle(deletes, filtered)
    with Org.open(path) as org:
        org.do("test.history_assume", assumption="synchronized_de_deletes", value=deletes)
        records: Any = {"field": "HasOptedOutOfEmail", "value": False} if filtered else "all"
        org.do("connect.synchronize", object="Contact", fields=fields, records=records)
        org.step()
        for act in history:
            play(org, oracle, act)
        rows = org.rows('SELECT Id, LastName, HasOptedOutOfEmail, IsDeleted FROM "de_Contact_Salesforce"')
        assert {row["Id"]: {name: row[name] for name in fields} for row in rows} == oracle.mc
        assert {one.contact_key for one in contacts.page(org)} == oracle.contacts
        differing = {
            record_id
            for record_id, record in oracle.mc.items()
            if record != oracle.crm[record_id] and not oracle.crm[record_id]["IsDeleted"]
        }
        stale = connect.stale_rows(org, "Contact")
        assert differing <= {one.record_id for one in stale}  # a change and its reverse make a row stale, not different
        assert {one.record_id for one in stale if one.differing and one.in_crm == "live"} == differing
        assert connect.status(org, "Contact").rows == len(oracle.mc)
    shutil.rmtree(path.with_name("world.mctui.steps"), ignore_errors=True)
