"""The language of the cases about subscribers, lists and sends; each has case, source, given, when, then.

The world has the business units Germany (unsubscribes from it alone), France (from the entire enterprise), the email 1,
and the sendable data extension Audience. Steps of `given` and `when`:
    people: {ada: ada@x.com}          contacts and active subscribers, by an import
    contact: [eve]                    a contact that is no subscriber
    do: [command, {argument: value}]  any command; `bu` among the arguments
    send: {to: [ada, bob], ...}       messaging.send to Audience with these rows, from `bu`; `rows` for more fields
    respond: [ada, unsubscribe]       messaging.inject on the last message
    assume: {name: value}             a switched assumption
    wait: 15d                         time passes; what is due runs
`then` is a mapping of
    got: [ada]                        whom the last send reached
    not: {bob: 27}                    whom it left out, with the send log error code
    because: {bob: suppression list Competitors}    what left them out
    log: {ada: null, bob: 27}         the rows of the send log (a `log` step makes it)
    status: {ada: held}               in All Subscribers
    on: {News: {ada: active}}         _ListSubscribers, the whole list
    left: [[ada, News]]               rows of _Unsubscribe: Subscriber Key and the list of the ListID, in order
    units: {ada: [Germany]}           _BusinessUnitUnsubscribes
    reason: {ada: Spam Complaint}     UnsubReason
    now: {ada: [code, cause]}         whom the last job would leave out now (the rest would be reached)
    why: {ada: [[level, cause, because]]}    each message that ada did not get, explained
    change: {ada: part of it}         what would have to change for the last of them
    kept: {ada: [News: Unsubscribed]} what keeps ada from sends, the widest first
    finding: {code: 2}                a finding with so many rows
    no_finding: [code]                findings that there are not
    evidence: {code: {column: value}} of the first row of a finding, among others
    title: part of it    refused: part of it    sql: [query, rows]
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, advice, clock, contacts, messaging
from store.assumptions import set_assumption
from store.commands import Outcome, command
from store.errors import Refused

SILENT = {
    "open_rate": 0.0, "click_rate": 0.0, "unsubscribe_rate": 0.0, "complaint_rate": 0.0, "dead_address_rate": 0.0,
    "soft_bounce_rate": 0.0,
}  # fmt: skip
AUDIENCE = {
    "name": "Audience",
    "is_sendable": True,
    "sendable_field": "Key",
    "sendable_to": "Subscriber Key",
    "fields": [
        {"name": "Key", "length": 50, "is_primary_key": True},
        {"name": "Email", "type": "EmailAddress"},
        {"name": "Country", "length": 20},
    ],
}
UNITS = {"Germany": (7001, "BUSINESS_UNIT_ONLY"), "France": (7002, "ENTIRE_ENTERPRISE")}


def cases_of(folder: Path) -> list[Any]:
    """The cases of every YAML file of a folder."""
    return [
        pytest.param(case, id=f"{path.stem}: {case['case']}")
        for path in sorted(folder.glob("*.yaml"))
        for case in yaml.safe_load(path.read_text())
    ]


@command("test.subscribers_wait")
def _wait(org: Org, *, until: int) -> Outcome:
    org.run("UPDATE world SET now = max(now, ?)", until)
    return Outcome("time passes")


@command("test.subscribers_contact")
def _contact(org: Org, *, keys: list[str]) -> Outcome:
    for key in keys:
        contacts.establish(org, "SELECT :key", {"key": key}, source="Import")
    return Outcome("contacts")


@command("test.subscribers_assume")
def _assume(org: Org, *, name: str, value: Any) -> Outcome:
    return set_assumption(org, name=name, value=value)


class World:
    """A world in which cases happen."""

    def __init__(self, org: Org) -> None:
        self.org = org
        self.title = self.untouched = ""
        self.addresses: dict[str, str] = {}
        org.do("messaging.set_engagement", values=SILENT)
        for name, (mid, unsubscribe) in UNITS.items():
            org.do("business_units.create", name=name, mid=mid, unsubscribe=unsubscribe)
            org.do("data_extensions.create", definition=AUDIENCE, bu=name)
        org.do("data_extensions.create", definition=AUDIENCE)
        org.do("messaging.create_email", name="News", subject="News")

    def take(self, step: dict[str, Any]) -> None:
        """One step of a case."""
        [(verb, what)] = step.items()
        getattr(self, f"_{verb}")(what)

    def _do(self, what: list[Any]) -> None:
        name, arguments = what
        self.untouched = self.org.digest()
        self.title = self.org.do(name, **arguments).title

    def _people(self, addresses: dict[str, str]) -> None:
        self.addresses |= addresses
        rows = [[key, address] for key, address in addresses.items()]
        self._do(["contacts.import_subscribers", {"header": ["Subscriber Key", "Email Address"], "rows": rows}])

    def _contact(self, keys: list[str]) -> None:
        self.org.do("test.subscribers_contact", keys=keys)

    def _log(self, bu: str) -> None:
        where = {"bu": bu} if bu else {}
        self.org.do("data_extensions.create", definition={"name": "Log", "template": "SendLog"}, **where)

    def _send(self, what: dict[str, Any]) -> None:
        given = dict(what)
        to, more, where = given.pop("to"), given.pop("rows", {}), {"bu": given["bu"]} if given.get("bu") else {}
        given.pop("bu", None)
        if isinstance(to, list):
            fields = [{"Email": self.addresses.get(key, ""), "Country": "", **more.get(key, {})} for key in to]
            rows = [[key, each["Email"], each["Country"]] for key, each in zip(to, fields, strict=True)]
            self.org.do(
                "data_extensions.import", de="Audience", header=["Key", "Email", "Country"], rows=rows,
                mode="overwrite", **where,
            )  # fmt: skip
            to = "Audience"
        self._do(["messaging.send", {"email_id": 1, "to": to, **given, **where}])

    def _respond(self, what: list[str]) -> None:
        key, kind = what
        self._do(["messaging.inject", {"contact_key": key, "kind": kind}])

    def _assume(self, what: dict[str, Any]) -> None:
        for name, value in what.items():
            self.org.do("test.subscribers_assume", name=name, value=value)

    def _wait(self, span: str) -> None:
        until = self.org.now + clock.duration(span)
        self.org.run_until(until)
        self.org.do("test.subscribers_wait", until=until)

    # ---- what holds

    def holds(self, name: str, expected: Any) -> None:
        """Check one line of `then`."""
        found = getattr(self, f"found_{name}", None) or self.found_finding
        if name in ("title",):
            assert expected in found()
        elif name == "change":
            assert all(part in found(key) for key, part in expected.items()), {key: found(key) for key in expected}
        elif name == "sql":
            assert [list(row) for row in self.org.rows(expected[0])] == expected[1]
        elif name in ("status", "units", "reason", "why", "kept"):
            assert {key: found(key) for key in expected} == expected
        elif name == "finding":
            assert {code: found(code).count for code in expected} == expected
        elif name == "no_finding":
            assert not set(expected) & {each.code for each in advice.find_all(self.org)}
        elif name == "evidence":
            for code, columns in expected.items():
                row = found(code).evidence[0]
                assert {column: row[column] for column in columns} == columns
        elif name == "on":
            assert {each: found(each) for each in expected} == expected
        else:
            assert found() == expected

    def found_title(self) -> str:
        return self.title

    def found_sql(self) -> None: ...

    def _batch(self) -> int:
        return int(self.org.value("SELECT max(batch_id) FROM send_batches"))

    def found_got(self) -> list[str]:
        rows = self.org.rows("SELECT SubscriberKey FROM _Sent WHERE BatchID = ? ORDER BY 1", self._batch())
        return [row[0] for row in rows]

    def found_not(self) -> dict[str, int]:
        rows = self.org.rows(
            """SELECT contact_key, code FROM send_exclusions JOIN contacts ON contact_id = visit & 4294967295
                WHERE batch_id = ? ORDER BY 1""",
            self._batch(),
        )
        return {row[0]: row[1] for row in rows}

    def found_because(self) -> dict[str, str]:
        rows = self.org.rows(
            """SELECT contact_key, said FROM send_exclusion_causes JOIN exclusion_causes USING (cause_id)
                 JOIN contacts ON contact_id = visit & 4294967295 WHERE batch_id = ? ORDER BY 1""",
            self._batch(),
        )
        return {row[0]: row[1] for row in rows}

    def found_log(self) -> dict[str, int | None]:
        table = self.org.value("SELECT table_name FROM data_extensions WHERE template = 'SendLog'")
        rows = self.org.rows(
            f"""SELECT s.subscriber_key, l.ErrorCode FROM "{table}" l JOIN subscribers s ON s.subscriber_id = l.SubID
                 WHERE l.BatchID = ? ORDER BY 1""",
            self._batch(),
        )
        return {row[0]: row[1] for row in rows}

    def found_status(self, key: str) -> str | None:
        subscription = contacts.contact(self.org, key).subscription
        return subscription.status if subscription else None

    def found_reason(self, key: str) -> str | None:
        found: str | None = self.org.value(
            "SELECT UnsubReason FROM _BusinessUnitUnsubscribes WHERE SubscriberKey = ?", key
        )
        return found

    def found_on(self, name: str) -> dict[str, str]:
        rows = self.org.rows("SELECT SubscriberKey, Status FROM _ListSubscribers WHERE ListName = ? ORDER BY 1", name)
        return {row[0]: row[1] for row in rows}

    def found_left(self) -> list[list[str]]:
        rows = self.org.rows(
            """SELECT SubscriberKey, l.name FROM _Unsubscribe u JOIN lists l ON l.list_id = u.ListID
                ORDER BY EventDate, SubscriberKey, l.list_id"""
        )
        return [list(row) for row in rows]

    def found_units(self, key: str) -> list[str]:
        rows = self.org.rows(
            """SELECT name FROM _BusinessUnitUnsubscribes JOIN business_units ON mid = BusinessUnitID
                WHERE SubscriberKey = ? ORDER BY mid""",
            key,
        )
        return [row[0] for row in rows]

    def found_finding(self, code: str) -> advice.Finding:
        found = {each.code: each for each in advice.find_all(self.org)}
        assert code in found, list(found)
        return found[code]

    def found_now(self) -> dict[str, list[Any]]:
        job = messaging.get_job(self.org, int(self.org.value("SELECT max(job_id) FROM jobs")))
        found = messaging.exclusions.excluded(self.org, job, "SELECT contact_id FROM contacts")
        keys = {row[0]: row[1] for row in self.org.rows("SELECT contact_id, contact_key FROM contacts")}
        return {keys[one.contact_id]: [one.code, one.cause] for one in found}

    def found_why(self, key: str) -> list[list[str]]:
        return [[one.level, one.cause, one.because] for one in advice.not_sent(self.org, key)]

    def found_change(self, key: str) -> str:
        return advice.not_sent(self.org, key)[-1].change

    def found_kept(self, key: str) -> list[str]:
        return [f"{one.name}: {one.status}" for one in advice.subscriptions(self.org, key) if one.keeps_from]


def run(org: Org, case: dict[str, Any]) -> None:
    """Run one case, and prove that its invariants hold and that going back restores the file."""
    assert set(case) <= {"case", "source", "given", "when", "then"} and case["source"]
    world = World(org)
    for step in case.get("given", []):
        world.take(step)
    before, k = org.digest(), org.k
    refusal = None
    try:
        for step in case.get("when", []):
            world.take(step)
    except Refused as error:
        refusal = error
        assert org.digest() == world.untouched, "a refused step changed something"
    then = dict(case["then"])
    said = then.pop("refused", None)
    assert (refusal is None) == (said is None), refusal
    assert said is None or said in " ".join((refusal.message, refusal.cause, refusal.fix)), refusal
    for name, expected in then.items():
        world.holds(name, expected)
    assert advice.check(org) == []
    org.back(org.k - k)
    assert org.digest() == before, "going back does not restore the world"
