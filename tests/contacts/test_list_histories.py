"""Any history of lists, levels of unsubscribing, imports and suppression: who is mailed, who is left out and by what.

What holds is said once more in plain Python, from the tables of domain A2, A3 and G: a status for each person, a set
for each level, and the reasons of a send in their order. It is compared after every act.
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

from store import Org, advice, contacts, messaging
from store.errors import Refused
from store.invariants import check
from tests.contacts.conformance.subscribers.cases import AUDIENCE, SILENT, UNITS
from tests.contacts.list_oracle import KINDS, LEFT_OUT, Oracle, Send
from tests.journey import worlds

PEOPLE = ("ada", "bob", "cy", "dan")
MADE = "Late"  # a list that is made somewhere in the history
who = st.sampled_from(PEOPLE)
some = st.sets(who, min_size=1).map(sorted)
any_list = st.sampled_from([*KINDS, MADE])
unit = st.sampled_from(["", "Germany", "France"])
classification = st.sampled_from(["Commercial", "Transactional", "Honoring"])
acts = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(["List", "Publication List", "Suppression List"])),
    st.tuples(st.just("import"), st.sampled_from(["All Subscribers", *KINDS, MADE]), some,
              st.sampled_from(["", "", "active", "unsubscribed", "held"])),
    st.tuples(st.just("add"), any_list, who),
    st.tuples(st.just("remove"), any_list, who),
    st.tuples(st.just("leave list"), any_list, who),
    st.tuples(st.just("join list"), any_list, who),
    st.tuples(st.just("unsubscribe"), who, unit),
    st.tuples(st.just("resubscribe"), who, unit),
    st.tuples(st.just("hold"), who),
    st.tuples(st.just("global"), who, st.booleans()),
    *[st.tuples(st.just("respond"), who, st.sampled_from(["unsubscribe", "complaint", "open", "hard bounce"]))] * 2,
    *[st.tuples(st.just("send"), some, unit, classification, st.sampled_from(["", "News", "Offers", MADE]),
                st.sets(st.sampled_from(["Rivals", MADE])), st.booleans())] * 3,
    st.tuples(st.just("send to list"), st.sampled_from(["Staff", MADE]), classification),
    st.tuples(st.just("triggered"), some, st.sampled_from(["offer", "order"])),
    st.tuples(st.just("journey"), who),
)  # fmt: skip


class World:
    """The product and the oracle beside each other."""

    def __init__(self, org: Org) -> None:
        self.org, self.oracle = org, Oracle()

    def play(self, act: tuple[Any, ...]) -> None:
        """Both do it; what the product refuses changes nothing, and the oracle says when that may be."""
        getattr(self, f"_{act[0].replace(' ', '_')}")(*act[1:])

    def refused(self, may: bool, command: str, **arguments: Any) -> bool:
        """Do it; whether it was refused, which must be so just when the oracle says so."""
        try:
            self.org.do(command, **arguments)
        except Refused as error:
            assert may, error
            return True
        assert not may, f"{command} {arguments} should have been refused"
        return False

    def _there(self, name: str) -> bool:
        return name in self.oracle.kinds

    def _create(self, kind: str) -> None:
        if not self.refused(self._there(MADE), "contacts.create_list", name=MADE, kind=kind):
            self.oracle.kinds[MADE] = kind.lower()

    def _import(self, name: str, keys: list[str], status: str) -> None:
        rows = [[key, f"{key}@x.com", status] for key in keys]
        header = ["Subscriber Key", "Email Address", "Status"]
        unknown = name != "All Subscribers" and not self._there(name)
        if not self.refused(unknown, "contacts.import_subscribers", list=name, header=header, rows=rows):
            for key in keys:
                self.oracle.imported(name, key, status)

    def _add(self, name: str, key: str) -> None:
        may = not self._there(name) or key in self.oracle.globally
        subscriber = {"key": key, "email": f"{key}@x.com"}
        if not self.refused(may, "contacts.add_to_list", list=name, subscribers=[subscriber]):
            self.oracle.imported(name, key, "")

    def _remove(self, name: str, key: str) -> None:
        may = not self._there(name) or (name, key) not in self.oracle.on
        if not self.refused(may, "contacts.remove_from_list", list=name, contact_keys=[key]):
            del self.oracle.on[name, key]

    def _leave_list(self, name: str, key: str) -> None:
        oracle = self.oracle
        gone = key not in oracle.status or oracle.on.get((name, key)) == "unsubscribed"
        may = not self._there(name) or oracle.kinds[name] == "suppression list" or gone
        if not self.refused(may, "contacts.unsubscribe_from_list", list=name, contact_keys=[key]):
            oracle.on[name, key] = "unsubscribed"

    def _join_list(self, name: str, key: str) -> None:
        oracle = self.oracle
        may = not self._there(name) or oracle.kinds[name] == "suppression list"
        may = may or oracle.on.get((name, key)) != "unsubscribed"
        if not self.refused(may, "contacts.resubscribe_to_list", list=name, contact_keys=[key]):
            oracle.on[name, key] = "active"

    def _unsubscribe(self, key: str, unit: str) -> None:
        oracle, here = self.oracle, {"bu": unit} if unit else {}
        may = oracle.status.get(key, "unsubscribed") == "unsubscribed"
        may = may or (unit == "Germany" and key in oracle.left_germany)
        if self.refused(may, "contacts.unsubscribe", contact_key=key, **here):
            return
        if unit == "Germany":
            oracle.left_germany.add(key)
        else:
            oracle.leaves_all(key)

    def _resubscribe(self, key: str, unit: str) -> None:
        oracle, here = self.oracle, {"bu": unit} if unit else {}
        to_germany = unit == "Germany" and key in oracle.left_germany
        may = not to_germany and oracle.status.get(key) != "unsubscribed"
        if self.refused(may, "contacts.resubscribe", contact_key=key, **here):
            return
        if to_germany:
            oracle.left_germany.discard(key)
        else:
            oracle.status[key] = "active"

    def _hold(self, key: str) -> None:
        may = self.oracle.status.get(key, "held") in ("held", "unsubscribed")
        if not self.refused(may, "contacts.set_status", contact_key=key, status="held"):
            self.oracle.status[key] = "held"

    def _global(self, key: str, leaves: bool) -> None:
        there = key in self.oracle.globally
        command = "contacts.global_unsubscribe" if leaves else "contacts.global_resubscribe"
        if not self.refused(there == leaves, command, email_address=f"{key}@x.com"):
            (self.oracle.globally.add if leaves else self.oracle.globally.discard)(key)

    def _respond(self, key: str, kind: str) -> None:
        if not self.refused(key not in self.oracle.last, "messaging.inject", contact_key=key, kind=kind):
            self.oracle.responds(key, kind)

    def _send(
        self, keys: list[str], unit: str, classification: str, name: str, suppression: set[str], exclude: bool
    ) -> None:
        """The lists are of the enterprise, so that a child business unit can name only the shared one."""
        oracle = self.oracle
        named = name if not unit and oracle.kinds.get(name) in ("publication list", "list") else ""
        suppressing = tuple(
            each for each in KINDS | {MADE: ""}
            if each in suppression and oracle.kinds.get(each) == "suppression list" and (not unit or each == "Rivals")
        )  # fmt: skip
        send = Send(
            unit, classification != "Commercial", classification == "Honoring", named, suppressing,
            "Staff" if exclude and not unit else "",
        )  # fmt: skip
        here = {"bu": unit} if unit else {}
        rows = [[key, f"{key}@x.com", ""] for key in keys]
        header = ["Key", "Email", "Country"]
        self.org.do("data_extensions.import", de="Audience", header=header, rows=rows, mode="overwrite", **here)
        self.org.do(
            "messaging.send", email_id=1, to="Audience", classification=classification, publication_list=named,
            suppression_lists=list(suppressing), exclude=["Staff"] if send.exclude else None, **here,
        )  # fmt: skip
        self._compare(keys, send)

    def _send_to_list(self, name: str, classification: str) -> None:
        oracle = self.oracle
        keys = [key for key in PEOPLE if (name, key) in oracle.on]
        send = Send("", classification != "Commercial", classification == "Honoring", name)
        if not self._there(name) or oracle.kinds[name] == "suppression list" or not keys:
            self.refused(True, "messaging.send", email_id=1, to=name, classification=classification)
            return
        self.org.do("messaging.send", email_id=1, to=name, classification=classification)
        self._compare(keys, send)

    def _compare(self, keys: list[str], send: Send) -> None:
        """Of the last batch: exactly those are left out, each by what the oracle says, and all others are mailed."""
        for key in keys:
            self.oracle.joins(key)
        expected = self.oracle.sent(keys, send)
        batch = self.org.value("SELECT max(batch_id) FROM send_batches")
        rows = self.org.rows(
            """SELECT contact_key, code, coalesce(said, '') FROM send_exclusions x
                 JOIN contacts ON contact_id = x.visit & 4294967295
                 LEFT JOIN send_exclusion_causes c ON c.batch_id = x.batch_id AND c.visit = x.visit
                 LEFT JOIN exclusion_causes USING (cause_id) WHERE x.batch_id = ?""",
            batch,
        )
        assert {row[0]: (row[1], row[2]) for row in rows} == expected, send
        mailed = self.org.rows("SELECT SubscriberKey FROM _Sent WHERE BatchID = ? ORDER BY 1", batch)
        assert [row[0] for row in mailed] == [key for key in keys if key not in expected]
        self._asked_again(send)

    def _asked_again(self, send: Send) -> None:
        """Whom the job would leave out now is the oracle's answer too; asking changes nothing."""
        batch = "SELECT job_id FROM send_batches ORDER BY batch_id DESC LIMIT 1"
        job = messaging.get_job(self.org, self.org.value(batch))
        found = messaging.exclusions.excluded(self.org, job, "SELECT contact_id FROM all_subscribers")
        keys = {row[0]: row[1] for row in self.org.rows("SELECT contact_id, contact_key FROM contacts")}
        now = {keys[one.contact_id]: (one.code, one.cause) for one in found}
        asked = {key: self.oracle.why_not(key, send) for key in self.oracle.status}
        assert now == {key: why for key, why in asked.items() if why is not None}

    def _triggered(self, keys: list[str], definition: str) -> None:
        """By SOAP: who is held or unsubscribed is a SubscriberFailure; the rest leave, or are left out at the send."""
        send = Send(transactional=definition == "order")
        fails = {key: self._fails(key, send) for key in keys}
        subscribers = [{"SubscriberKey": key, "EmailAddress": f"{key}@x.com"} for key in keys]
        self.org.do("messaging.triggered_send", key=definition, subscribers=subscribers)
        number = self.org.value("SELECT max(request_no) FROM send_requests")
        [result] = messaging.api_sends.answer_of(self.org, number)["Results"]
        said = {one["Subscriber"]["SubscriberKey"]: one["ErrorCode"] for one in result.get("SubscriberFailures", [])}
        assert said == {key: code for key, code in fails.items() if code is not None}
        accepted = [key for key in keys if fails[key] is None]
        if accepted:
            self.org.run_until(self.org.now + 30)
            self._compare(accepted, send)

    def _fails(self, key: str, send: Send) -> int | None:
        """The request asks for the status of All Subscribers only."""
        status = self.oracle.status.get(key)
        left = status == "unsubscribed" and not send.transactional
        return LEFT_OUT["held"] if status == "held" else LEFT_OUT["unsubscribed"] if left else None

    def _journey(self, key: str) -> None:
        data = {"ContactKey": key, "Email": f"{key}@x.com"}
        self.org.do("journey.fire_event", event_definition_key=worlds.EVENT_KEY, contact_key=key, data=data)
        self.org.run_until(self.org.now + 120)
        self._compare([key], Send(list="News", suppression=("Rivals",)))

    def holds(self) -> None:
        """After every act: statuses, lists and levels are the oracle's, and each message not sent is explained."""
        org, oracle = self.org, self.oracle
        statuses = {row[0]: row[1] for row in org.rows("SELECT SubscriberKey, Status FROM _Subscribers")}
        assert statuses == oracle.status
        on = org.rows("SELECT name, contact_key, status FROM list_subscribers JOIN lists USING (list_id)"
                      " JOIN contacts USING (contact_id)")  # fmt: skip
        assert {(row[0], row[1]): row[2] for row in on} == oracle.on
        for key in oracle.status:
            opted_out = {(one.level, one.name) for one in contacts.opt_outs(
                org, org.value("SELECT contact_id FROM contacts WHERE contact_key = ?", key))}  # fmt: skip
            assert opted_out == self._levels(key)
            missed = advice.not_sent(org, key)
            assert all(one.level and one.says and one.change for one in missed)
        assert check(org) == []

    def _levels(self, key: str) -> set[tuple[str, str]]:
        oracle = self.oracle
        left = {("List", name) for (name, of), status in oracle.on.items()
                if of == key and status == "unsubscribed" and oracle.kinds[name] != "suppression list"}  # fmt: skip
        left |= {("Global", f"{key}@x.com")} if key in oracle.globally else set()
        left |= {("Master", "All Subscribers")} if oracle.status[key] == "unsubscribed" else set()
        return left | ({("Business Unit", "Germany")} if key in oracle.left_germany else set())


def _triggered_send(key: str, kind: str) -> dict[str, Any]:
    return {
        "CustomerKey": key, "Name": key, "Email": {"ID": 1}, "AutoAddSubscribers": True,
        "SendClassification": {"CustomerKey": f"Default {kind}"},
    }  # fmt: skip


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """The lists, the two child business units, two triggered sends, and a journey that names News and Rivals."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.mctui"
        with Org.create(path) as org:
            org.do("messaging.set_engagement", values=SILENT)
            org.do("data_extensions.create", definition=AUDIENCE)
            for name, (mid, unsubscribe) in UNITS.items():
                org.do("business_units.create", name=name, mid=mid, unsubscribe=unsubscribe)
                org.do("data_extensions.create", definition=AUDIENCE, bu=name)
            for name, kind in KINDS.items():
                org.do("contacts.create_list", name=name, kind=kind, shared=name == "Rivals")
            org.do("messaging.create_email", name="News", subject="News")
            org.do(
                "messaging.create_send_classification", name="Honoring", type="Transactional",
                honors_publication_list_opt_outs=True,
            )  # fmt: skip
            for key, kind in (("offer", "Commercial"), ("order", "Transactional")):
                org.do("messaging.create_triggered_send", definition=_triggered_send(key, kind))
                org.do("messaging.update_triggered_send", key=key, changes={"TriggeredSendStatus": "Active"})
            org.do("data_extensions.create", definition=worlds.data_extension())
            spec = worlds.journey(worlds.email("E1"))
            spec["triggers"][0]["type"] = "APIEvent"
            spec["activities"][0]["configurationArguments"]["triggeredSend"] |= {
                "publicationListId": "News", "suppressionLists": ["Rivals"],
            }  # fmt: skip
            event = worlds.event_definition(type="APIEvent", metaData={})
            org.do("journey.create", spec=spec, event_definition=event)
            org.do("journey.publish", key="welcome")
        yield path


@settings(max_examples=15)
@given(history=st.lists(acts, min_size=5, max_size=20))
def test_who_is_mailed_and_what_keeps_the_others_is_as_the_levels_say(template: Path, history) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.mctui"
        shutil.copyfile(template, path)
        with Org.open(path) as org:
            before, k, world = org.digest(), org.k, World(org)
            for act in history:
                world.play(act)
                world.holds()
            org.back(org.k - k)
            assert org.digest() == before
