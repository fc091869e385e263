"""After any history of merges, conversions and deletions the CRM holds together, and all of it can be undone."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org
from store.errors import Refused
from store.invariants import check

acts = st.one_of(
    st.tuples(st.just("create"), st.sampled_from(["Account", "Person", "Contact", "Lead", "Opportunity", "Member"]),
              st.integers(0, 3)),
    st.tuples(st.just("update"), st.sampled_from(["Account", "Contact", "Lead", "Opportunity"]), st.integers(0, 3)),
    st.tuples(st.just("delete"), st.sampled_from(["Account", "Contact", "Lead", "Opportunity"]), st.integers(0, 3)),
    st.tuples(st.just("undelete"), st.sampled_from(["Account", "Contact", "Lead"]), st.integers(0, 3)),
    st.tuples(st.just("merge"), st.sampled_from(["Account", "Contact", "Lead"]), st.integers(0, 3)),
    st.tuples(st.just("convert"), st.just("Lead"), st.integers(0, 3)),
)  # fmt: skip


@pytest.fixture(scope="module")
def template() -> Iterator[Path]:
    """A world with person accounts, a roll-up of the test's own, a campaign and a flow."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.mctui"
        with Org.create(path) as org:
            org.do("crm.enable_person_accounts")
            total = {"name": "Total__c", "type": "currency", "rollup": "SUM(Opportunity.Amount VIA AccountId)"}
            org.do("crm.define_fields", object="Account", fields=[total])
            org.do("crm.create", object="Campaign", records=[{"Name": "Spring"}])
            flow = {
                "name": "Join",
                "object": "Contact",
                "actions": [{"action": "add_to_campaign", "campaign": "Spring"}],
            }
            org.do("crm.define_flow", definition=flow)
        yield path


def live(org: Org, name: str, nth: int, deleted: int = 0) -> str | None:
    """The nth record, or the last one there is."""
    sql = f"SELECT Id FROM crm_{name} WHERE IsDeleted = ? AND row_id <= ? ORDER BY row_id DESC LIMIT 1"
    found: str | None = org.value(sql, deleted, nth + 1)
    return found


def create(org: Org, what: str, nth: int) -> None:
    account, name = live(org, "Account", nth), f"N{nth}"
    records = {
        "Account": ("Account", {"Name": name}),
        "Person": ("Account", {"LastName": name, "PersonEmail": f"{name}@example.com"}),
        "Contact": ("Contact", {"LastName": name, "AccountId": account}),
        "Lead": ("Lead", {"LastName": name, "Company": name if nth else None}),
        "Opportunity": ("Opportunity", {"Name": name, "StageName": "Closed Won" if nth == 2 else "Prospecting",
                                        "CloseDate": "2026-01-09", "Amount": nth + 0.1, "AccountId": account}),
        "Member": ("CampaignMember", {"CampaignId": org.value("SELECT Id FROM crm_Campaign"), "Status": "Responded",
                                      "LeadId": live(org, "Lead", nth)}),
    }  # fmt: skip
    name, values = records[what]
    org.do("crm.create", object=name, records=[values])


def act(org: Org, verb: str, name: str, nth: int) -> None:
    one = live(org, name, nth, int(verb == "undelete")) if verb != "create" else None
    if verb == "create":
        create(org, name, nth)
    elif verb == "update" and one:
        field, value = ("Amount", nth * 2) if name == "Opportunity" else ("Phone", str(nth))
        org.do("crm.update", object=name, records=[{"Id": one, field: value}])
    elif verb == "delete" and one:
        org.do("crm.delete", object=name, ids=[one], with_closed_won=bool(nth % 2))
    elif verb == "undelete" and one:
        org.do("crm.undelete", object=name, ids=[one])
    elif verb == "merge" and one and (other := live(org, name, nth - 1)):
        org.do("crm.merge", object=name, master=other, losers=[one])
    elif verb == "convert" and one:
        org.do("crm.convert_lead", lead=one, opportunity="" if nth % 2 else None)


@settings(max_examples=12)
@given(history=st.lists(acts, min_size=4, max_size=14))
def test_the_crm_holds_together_whatever_happens_and_all_of_it_is_undone(template: Path, history) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "world.mctui"
        shutil.copyfile(template, path)
        with Org.open(path) as org:
            before, k, refused = org.digest(), org.k, []
            for verb, name, nth in history:
                try:
                    act(org, verb, name, nth)
                except Refused as error:
                    refused.append(error.message)
                assert check(org) == [], (history, refused)
            org.back(org.k - k)
            assert org.digest() == before
