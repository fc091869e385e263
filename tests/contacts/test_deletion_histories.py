"""Random histories of deletions, a key migration, and keys that come again: by imports, sends, entries, the CRM.

Held against tests/contacts/deletion_oracle.py after every act, with every invariant, and back to the byte at the end.
"""

from __future__ import annotations

import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, contacts
from store.contacts import deletion
from store.errors import Refused
from store.invariants import check
from tests.contacts import test_deletion as _cases  # noqa: F401 (registers test.subscribers)
from tests.contacts.deletion_oracle import HOUR, Account
from tests.journey import worlds
from tests.messaging.conftest import SILENT

PLAIN, RECORDS = ("A", "B", "C", "D"), ("R0", "R1")
TICK = 61  # between two acts, so that no two of them are due in the same moment
keys = st.lists(st.sampled_from(PLAIN), min_size=1, max_size=3, unique=True)
anybody = st.lists(st.sampled_from(PLAIN + RECORDS), min_size=1, max_size=4, unique=True)
mappings = st.lists(
    st.tuples(st.sampled_from((*PLAIN, "R0", "Z")), st.sampled_from(("A", "R1", "N", "M", ""))), min_size=1, max_size=5,
    unique=True,
)  # fmt: skip
acts = st.one_of(
    st.tuples(st.just("import"), keys),
    st.tuples(st.just("subscribe"), keys),
    st.tuples(st.just("unsubscribe"), st.sampled_from(PLAIN)),
    st.tuples(st.just("enter"), keys),
    st.tuples(st.just("send"), st.none()),
    st.tuples(st.just("change"), st.sampled_from(RECORDS)),
    *[st.tuples(st.just("delete"), anybody)] * 2,
    st.tuples(st.just("delete audience"), st.none()),
    st.tuples(st.just("migrate"), mappings),
    *[st.tuples(st.just("wait"), st.sampled_from([1, 3, 23, 30, 60]))] * 3,
)

histories = st.lists(acts, min_size=4, max_size=14)


class Pair:
    """The account and the plain account, which do the same."""

    def __init__(self, org: Org, days: int) -> None:
        self.org, self.plain = org, Account(days)
        org.do("messaging.set_engagement", values=SILENT)
        org.do("contacts.set_suppression", days=days)
        people = [{"LastName": name, "Email": f"{name.lower()}@x.com"} for name in RECORDS]
        org.do("crm.create", object="Contact", records=people)
        self.ids = {row["LastName"]: row["Id"] for row in org.rows("SELECT LastName, Id FROM crm_Contact")}
        self.names = {key: name for name, key in self.ids.items()}
        spec = worlds.journey(worlds.wait("W", "E"), worlds.email("E", "V"), worlds.wait("V", "F"), worlds.email("F"))
        worlds.published(org, spec, worlds.event_definition(new_only=True))
        fields = [{"name": name, "type": "Text", "length": 50} for name in ("OldSubKey", "NewSubKey")]
        org.do("data_extensions.create", definition={"name": "Map", "fields": fields})
        org.do("connect.synchronize", object="Contact", fields=["LastName", "Email"])
        for name in RECORDS:
            self.plain.known(name)
        self.wait(0)

    def wait(self, seconds: int) -> None:
        """The same time passes in both."""
        worlds.run_for(self.org, seconds)
        self.plain.wait(seconds)

    def act(self, what: str, value: Any) -> None:
        """One act, refused by both or by none."""
        try:
            done = self._org(what, value)
        except Refused as error:
            done = False
            assert any(word in error.message for word in ("deleted", "Nobody is in", "changes no key", "second")), error
        assert done == self._plain(what, value), what
        self.wait(TICK)

    def _org(self, what: str, value: Any) -> bool:
        org = self.org
        if what in ("import", "subscribe"):
            org.do("test.journey_contacts" if what == "import" else "test.subscribers", keys=value)
        elif what == "unsubscribe":
            if self._may_leave(value):
                org.do("contacts.unsubscribe", contact_key=value)
        elif what == "enter":
            known = {row[0] for row in org.rows("SELECT ContactKey FROM de_Welcome")}
            rows = [worlds.person(ord(key), ContactKey=key) for key in value if key not in known]
            org.do("test.rows", de="Welcome", rows=rows)
            org.do("test.fire", key=worlds.EVENT_KEY)
        elif what == "send":
            org.do("messaging.send", email_id=3, to="Welcome")
        elif what == "change":
            org.do("crm.update", object="Contact", records=[{"Id": self.ids[value], "FirstName": f"n{org.k}"}])
        elif what == "migrate":
            return self._migrate(value)
        elif what == "delete":
            org.do("contacts.delete", contact_keys=[self.ids.get(key, key) for key in value])
        else:
            org.do("contacts.delete", data_extension="Welcome")
        return True

    def _migrate(self, mapping: list[tuple[str, str]]) -> bool:
        """The journey is paused meanwhile: nothing may be sent."""
        rows = [{"OldSubKey": self.ids.get(old, old), "NewSubKey": self.ids.get(new, new)} for old, new in mapping]
        self.org.do("test.rows", de="Map", rows=rows, overwrite=True)
        self.org.do("journey.pause", key="welcome")
        try:
            self.org.do("contacts.migrate_keys", mapping="Map")
        finally:
            self.org.do("journey.resume", key="welcome")
        return True

    def _may_leave(self, key: str) -> bool:
        person = self.plain.people.get(key)
        return person is not None and person.subscriber and not person.suppressed and not person.unsubscribed

    def _plain(self, what: str, value: Any) -> bool:
        plain = self.plain
        if what in ("import", "subscribe"):
            for key in value:
                plain.known(key) if what == "import" else plain.subscribe(key)
        elif what == "unsubscribe":
            if self._may_leave(value):
                plain.unsubscribe(value)
        elif what == "enter":
            plain.enter(value)
        elif what == "send":
            return plain.send()
        elif what == "change":
            plain.change(value)
        elif what == "migrate":
            return plain.migrate(value)
        else:
            return plain.delete(value if what == "delete" else list(plain.rows))
        return True

    def same(self) -> None:
        """Both say the same, and everything holds that must."""
        org, people = self.org, self.plain.people
        visible = {key for key, person in people.items() if not person.suppressed}
        shown = [self.names.get(row.contact_key, row.contact_key) for row in contacts.page(org)]
        assert {key for key in shown if len(key) < 36} == visible
        assert len(shown) - len(visible) == len(self.plain.uuids)
        assert deletion.suppressed_count(org) == len(people) - len(visible)
        assert contacts.billing(org).billable == len(people) + len(self.plain.uuids)
        statuses = Counter(
            "unsubscribed" if people[key].unsubscribed else "active" for key in visible if people[key].subscriber
        )
        assert {name: number for name, number in contacts.by_status(org).items() if number} == statuses
        assert {row[0] for row in org.rows("SELECT ContactKey FROM de_Welcome")} == set(self.plain.rows)
        inside = org.value("SELECT coalesce(sum(size), 0) FROM journey_cohorts WHERE state = 'inside'")
        assert inside == sum(person.inside for person in people.values())
        assert org.value("SELECT coalesce(sum(size), 0) FROM send_batches") == self.plain.mailed
        sent = {self.names.get(*row[:1] * 2): row[1] for row in org.rows(
            "SELECT SubscriberKey, count(*) FROM _Sent GROUP BY 1")}  # fmt: skip
        assert sent == {key: person.mailed for key, person in people.items() if person.mailed}
        assert [one.status for one in reversed(deletion.deletions(org))] == self.plain.operations
        problems = check(org)
        assert not problems, problems


def live(days: int, history: list[tuple[str, Any]]) -> None:
    """A history in both, and the way back."""
    with tempfile.TemporaryDirectory() as folder, worlds.world(Path(folder)) as org:
        pair = Pair(org, days)
        pair.same()
        first, digests = org.k, {org.k: org.digest()}
        for what, value in history:
            if what == "wait":
                pair.wait(value * HOUR)
            else:
                pair.act(what, value)
            pair.same()
            digests[org.k] = org.digest()
        last = org.k
        for k in sorted(digests, reverse=True)[1:]:
            org.back(org.k - k)
            assert org.digest() == digests[k], "a step back is not where it was"
        assert org.k == first
        org.goto(last)
        assert org.digest() == digests[last], "back and forward is another world"


@settings(max_examples=12)
@given(days=st.sampled_from([0, 1, 2]), history=histories)
def test_no_history_breaks_what_must_hold(days: int, history: list[tuple[str, Any]]) -> None:
    live(days, history)
