"""Any history of the CRM, of polls, of sends and of a connection that breaks and is mended keeps what must hold.

What holds is counted from scratch in Python: from all that the CRM's records ever were, and from who was ever seen.
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

from store import Org, connect, contacts
from store.commands import Outcome, command
from store.errors import Refused
from store.invariants import check
from tests.messaging.conftest import SILENT

OBJECTS = ("Contact", "Lead")
FIELDS = ["LastName", "Email", "HasOptedOutOfEmail"]
FORBIDDEN = ("held", "unsubscribed")

people = st.integers(0, 7)
acts = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(OBJECTS), st.booleans()),
    st.tuples(st.just("update"), people, st.tuples(st.sampled_from("xyX"), st.booleans())),
    st.tuples(st.just("delete"), people, st.none()),
    st.tuples(st.just("undelete"), people, st.none()),
    st.tuples(st.just("merge"), people, people),
    st.tuples(st.just("convert"), people, st.none()),
    st.tuples(st.just("pause"), st.sampled_from(OBJECTS), st.none()),
    st.tuples(st.just("resume"), st.sampled_from(OBJECTS), st.none()),
    st.tuples(st.just("refresh"), st.sampled_from(OBJECTS), st.none()),
    st.tuples(st.just("break"), st.sampled_from(list(connect.CAUSES)), st.none()),
    *[st.tuples(st.just("mend"), st.none(), st.none())] * 2,
    *[st.tuples(st.just("wait"), st.sampled_from([600, 900, 4000]), st.none())] * 4,
    *[st.tuples(st.just("send"), people, st.booleans())] * 2,
    st.tuples(st.just("respond"), people, st.sampled_from(["bounce", "unsubscribe", "complaint", "open"])),
)


@command("test.broken_wait")
def _wait(org: Org, *, until: int) -> Outcome:
    org.run("UPDATE world SET now = max(now, ?)", until)
    return Outcome("time passes")


class Memory:
    """All that the records ever were, by change number, and everybody who was ever synchronized or mailed."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.versions: dict[tuple[str, int], tuple[Any, ...]] = {}
        self.billed: set[str] = set()

    def look(self) -> None:
        """After every act: what the CRM says now is a version; who stands in a Synchronized DE is billed for ever."""
        for name in OBJECTS:
            for row in self.org.rows(f"SELECT Id, change_no, {', '.join(FIELDS)} FROM crm_{name}"):
                self.versions[row["Id"], row["change_no"]] = tuple(row)[2:]
        for table in self.tables():
            self.billed |= {row["Id"] for row in self.org.rows(f"SELECT Id FROM {table}")}

    def tables(self) -> list[str]:
        return [f'"de_{source.de_name}"' for source in connect.sources(self.org)]

    def holds(self) -> None:
        """Every synchronized row is its record as of its read; the contacts are who was ever seen."""
        for table in self.tables():
            for row in self.org.rows(f"SELECT Id, _ChangeNo, {', '.join(FIELDS)} FROM {table}"):
                assert tuple(row)[2:] == self.versions[row["Id"], row["_ChangeNo"]]
        there = {row["contact_key"] for row in self.org.rows("SELECT contact_key FROM contacts")}
        assert there == self.billed
        assert contacts.billing(self.org).billable == len(self.billed)
        strangers = "SELECT count(*) FROM all_subscribers WHERE contact_id NOT IN (SELECT contact_id FROM contacts)"
        assert self.org.value(strangers) == 0


def play(org: Org, memory: Memory, act: tuple[Any, ...]) -> None:
    """Do it, if the product takes it: a refusal changes nothing and is one of the things that happen."""
    kind, first, second = act
    rows = org.rows(" UNION ALL ".join(f"SELECT Id, '{name}' AS object FROM crm_{name}" for name in OBJECTS))
    who, of = tuple(rows[first % len(rows)]) if rows and isinstance(first, int) else ("", "")
    other = rows[second % len(rows)]["Id"] if kind == "merge" and rows else ""
    if kind == "create":
        values = {"LastName": "x", "HasOptedOutOfEmail": second, "Email": f"p{len(rows)}@example.com"}
        org.do("crm.create", object=first, records=[values | ({"Company": "C"} if first == "Lead" else {})])
    elif kind == "wait":
        until = org.now + first
        while org.step(until):  # one by one: a poll reads what the CRM said at its moment
            memory.look()
        org.do("test.broken_wait", until=until)
    elif kind in ("pause", "resume", "refresh"):
        org.do(f"connect.{kind}", object=first)
    elif kind == "break":
        org.do("connect.disconnect", cause=first)
    elif kind == "mend":
        org.do("connect.reconnect")
    elif not who:
        return
    elif kind == "update":
        values = {"LastName": second[0], "HasOptedOutOfEmail": second[1]}
        org.do("crm.update", object=of, records=[{"Id": who, **values}])
    elif kind in ("delete", "undelete"):
        org.do(f"crm.{kind}", object=of, ids=[who])
    elif kind == "merge":
        org.do("crm.merge", object=of, master=who, losers=[other])
    elif kind == "convert":
        org.do("crm.convert_lead", lead=who)
    elif kind == "respond":
        org.do("messaging.inject", contact_key=who, kind=second)
    elif kind == "send":
        mail(org, memory, who, transactional=second)


def mail(org: Org, memory: Memory, who: str, *, transactional: bool) -> None:
    """One Salesforce send: nobody is mailed in a status that forbids it."""
    status = org.value("SELECT status FROM subscribers WHERE subscriber_key = ?", who)
    opted_out = org.value(
        " UNION ALL ".join(f"SELECT HasOptedOutOfEmail FROM crm_{name} WHERE Id = :id" for name in OBJECTS), {"id": who}
    )
    before = org.value("SELECT count(*) FROM _Sent")
    classification = "Transactional" if transactional else "Commercial"
    try:
        org.do("connect.send", email_id=1, to=[who], classification=classification)
    finally:
        mailed = org.value("SELECT count(*) FROM _Sent") - before
        memory.billed |= {row[0] for row in org.rows("SELECT subscriber_key FROM subscribers")}
    assert not (mailed and status == "held")
    assert not (mailed and not transactional and (status in FORBIDDEN or opted_out))


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A world with three people of both objects, all synchronized and mailed once, to copy."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.mctui"
        with Org.create(path) as org:
            org.do("messaging.set_engagement", values=SILENT)
            org.do("messaging.create_email", name="News", subject="Hello", links=[])
            for name in OBJECTS:
                more = {"Company": "C"} if name == "Lead" else {}
                records = [{"LastName": "x", "Email": f"{name}{n}@example.com"} | more for n in range(3)]
                org.do("crm.create", object=name, records=records)
                org.do("connect.synchronize", object=name, fields=FIELDS)
            org.run_until(org.now)
            ids = [row["contact_key"] for row in org.rows("SELECT contact_key FROM contacts")]
            org.do("connect.send", email_id=1, to=ids)
        yield path


@settings(max_examples=40)
@given(st.lists(acts, min_size=8, max_size=24))
def test_whatever_happens_the_rows_the_bill_and_the_mail_are_right(
    template: Path, history: list[tuple[Any, ...]]
) -> None:
    path = template.with_name("world.mctui")
    shutil.copyfile(template, path)
    with Org.open(path) as org:
        memory, start = Memory(org), org.k
        memory.look()
        for act in history:
            untouched = org.k
            try:
                play(org, memory, act)
            except Refused:
                assert org.k == untouched, "a refused act is no step"
            memory.look()
            memory.holds()
        assert not check(org)
        end, k = org.digest(), org.k
        org.back(k - start)
        while org.redo():
            pass
        assert org.k == k and org.digest() == end
    shutil.rmtree(path.with_name("world.mctui.steps"), ignore_errors=True)
