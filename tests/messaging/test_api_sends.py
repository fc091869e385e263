"""Sends that an API asks for, case by case: tests/messaging/conformance/*.yaml, in the language of the CRM's cases.

See tests/crm/test_conformance.py. Each case begins with the email 1 (asset `welcome`) and nobody who responds by
themselves. Steps besides: `inject: [contact key, kind]`; `subscribe: {key: status}` puts people on All Subscribers.
`then` besides: `answer: body` is in the answer of the last request, `body: body` in that of the refusal (its status
with `status`), `message: [key, body]` in that of the status of a message, `finding: [key, rows of evidence]`. An object
is compared by the names that the case has, `~text` is contained.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from store import Org, contacts, messaging
from store.commands import Outcome, command
from store.errors import Refused
from store.invariants import check
from tests.crm import test_conformance as crm_cases
from tests.messaging.conftest import SILENT

CASES = [
    pytest.param(case, id=f"{path.stem}: {case['case']}")
    for path in sorted((Path(__file__).parent / "conformance").glob("*.yaml"))
    for case in yaml.load(path.read_text(), crm_cases._Loader)
]


@command("test.api_subscribers")
def _subscribe(org: Org, *, people: dict[str, str]) -> Outcome:
    for key, status in people.items():
        contacts.establish(org, "SELECT :key", {"key": key}, source="Import")
        select = "SELECT contact_id, :key || '@example.com' FROM contacts WHERE contact_key = :key"
        contacts.subscribe(org, select, {"key": key}, status=status)
    return Outcome("subscribers")


def within(found: Any, wanted: Any) -> bool:
    """Whether what is found has all that is wanted."""
    if isinstance(wanted, dict):
        return isinstance(found, dict) and all(name in found and within(found[name], wanted[name]) for name in wanted)
    if isinstance(wanted, list):
        return isinstance(found, list) and len(found) == len(wanted) and all(map(within, found, wanted))
    if isinstance(wanted, str) and wanted.startswith("~"):
        return wanted[1:] in str(found)
    return bool(found == wanted)


class World(crm_cases.World):
    """With people who respond, and with answers."""

    def _inject(self, what: list[str]) -> None:
        self._do(["messaging.inject", {"contact_key": what[0], "kind": what[1]}])

    def _subscribe(self, people: dict[str, str]) -> None:
        self._do(["test.api_subscribers", {"people": people}])

    def holds(self, expected: dict[str, Any], refusal: Refused | None) -> None:
        [(verb, what)] = expected.items()
        if verb == "answer":
            number = self.org.value("SELECT max(request_no) FROM send_requests")
            found: Any = messaging.api_sends.answer_of(self.org, number)
        elif verb == "body":
            assert isinstance(refusal, messaging.ApiRefused), refusal
            found = refusal.body
        elif verb == "status":
            assert isinstance(refusal, messaging.ApiRefused), refusal
            found = refusal.status
        elif verb == "message":
            key, what = what
            found = messaging.api_sends.message_status(self.org, key)
        elif verb == "summary":
            key, what = what
            found = messaging.api_sends.summary(self.org, key)
        else:
            super().holds(expected, refusal)
            return
        assert within(found, what), found


@pytest.mark.parametrize("case", CASES)
def test_an_api_send(org: Org, case: dict[str, Any]) -> None:
    assert set(case) <= {"case", "source", "given", "when", "then"} and case["source"]
    org.do("messaging.set_engagement", values=SILENT)
    links = [{"url": "https://example.com/a", "name": "A"}]
    org.do("messaging.create_email", name="Welcome", subject="Hello", links=links, asset_key="welcome")
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
    assert refusal is None or any("refused" in one or "body" in one for one in case["then"]), refusal
    for one in case["then"]:
        world.holds(one, refusal)
    assert not check(org)
    org.back(org.k - k)
    assert org.digest() == before, "going back does not restore the world"


def test_there_are_enough_cases() -> None:
    """At least 40, no two of the same name in one file."""
    assert len(CASES) >= 40
    assert len({case.id for case in CASES}) == len(CASES)


def test_a_request_for_two_thousand_is_one_batch(org: Org) -> None:
    """And one more is refused. Source: SFD:sendMessageMultipleRecipients."""
    org.do("messaging.set_engagement", values=SILENT)
    org.do("messaging.create_email", name="Welcome", subject="Hello", asset_key="welcome")
    definition = {"definitionKey": "welcome", "name": "Welcome", "content": {"customerKey": "welcome"}}
    org.do("messaging.create_definition", definition=definition)
    recipients = [{"contactKey": f"P{n}", "to": f"p{n}@example.com"} for n in range(2001)]
    with pytest.raises(messaging.ApiRefused, match="109101"):
        org.do("messaging.send_messages", body={"definitionKey": "welcome", "recipients": recipients})
    org.do("messaging.send_messages", body={"definitionKey": "welcome", "recipients": recipients[1:]})
    org.run_until(org.now + 60)
    assert [tuple(row) for row in org.rows("SELECT size, excluded FROM send_batches")] == [(2000, 0)]
    assert not check(org)
