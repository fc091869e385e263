"""The filters that would save contacts who are never mailed, against a count in Python over the same people."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from store import Org, advice, clock, contacts
from store.commands import Outcome, command

DAY = 86400
Person = tuple[bool, bool, int]  # mailed, opted out in the CRM, age of the record in days


@command("test.record_filters_people")
def _people(org: Org, *, mailed: list[bool], ages: list[int]) -> Outcome:
    """The records as old as asked, and some of them in All Subscribers."""
    for row, (is_mailed, age) in enumerate(zip(mailed, ages, strict=True), start=1):
        org.run("UPDATE crm_Contact SET CreatedDate = ? WHERE row_id = ?", org.now - age * DAY, row)
        if is_mailed:
            whom = """SELECT c.contact_id, 'a@x.com' FROM contacts c JOIN crm_Contact r ON r.Id = c.contact_key
                       WHERE r.row_id = :row"""
            contacts.subscribe(org, whom, {"row": row})
    return Outcome("people")


def arrange(org: Org, people: list[Person]) -> None:
    """Contacts of the CRM, all synchronized, some of them mailed."""
    records = [{"LastName": f"P{number}", "HasOptedOutOfEmail": who[1]} for number, who in enumerate(people)]
    org.do("crm.create", object="Contact", records=records)
    org.do("connect.synchronize", object="Contact", fields=["LastName"])
    org.run_until(org.now + 1)
    org.do("test.record_filters_people", mailed=[who[0] for who in people], ages=[who[2] for who in people])


def counted(org: Org, people: list[Person]) -> dict[str, int]:
    """The same by hand: each filter that keeps all who were mailed, with how many others it leaves out."""
    mailed, never = [who for who in people if who[0]], [who for who in people if not who[0]]
    if not mailed:
        return {}
    found = {}
    for said, value in (("true", True), ("false", False)):
        if all(who[1] == value for who in mailed):
            found[f"HasOptedOutOfEmail = {said}"] = sum(who[1] != value for who in never)
    first = (org.now - max(who[2] for who in mailed) * DAY) // DAY * DAY
    found[f"created since {clock.utc_text(first)[:10]}"] = sum(org.now - who[2] * DAY < first for who in never)
    return {name: number for name, number in found.items() if number}


@settings(max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.integers(0, 9)), min_size=1, max_size=12))
def test_the_filters_are_those_that_leave_out_nobody_who_was_mailed(people: list[Person]) -> None:
    with tempfile.TemporaryDirectory() as folder, Org.create(Path(folder) / "w.mctui") as org:
        arrange(org, people)
        found = {one.filter: one.contacts for one in advice.filters_for_never_mailed(org)}
        of_filters = {name: number for name, number in found.items() if name.startswith(("HasOptedOut", "created"))}
        assert of_filters == counted(org, people)


def test_an_object_that_nobody_reads_and_nobody_of_which_was_mailed_need_not_be_synchronized(org: Org) -> None:
    arrange(org, [(True, False, 1)])
    org.do("crm.create", object="Lead", records=[{"LastName": "L", "Company": "X"}])
    org.do("connect.synchronize", object="Lead", fields=["LastName"])
    org.run_until(org.now + 1)
    assert [(one.object, one.filter, one.contacts) for one in advice.filters_for_never_mailed(org)] == [
        ("Lead", "not synchronized", 1)
    ]


def test_of_an_object_that_a_query_reads_nothing_is_said_while_nobody_of_it_was_mailed(org: Org) -> None:
    arrange(org, [(True, False, 1)])
    org.do("crm.create", object="Lead", records=[{"LastName": "L", "Company": "X"}])
    org.do("connect.synchronize", object="Lead", fields=["LastName"])
    org.run_until(org.now + 1)
    org.do("data_extensions.create", definition={"name": "Leads", "fields": [{"name": "LastName"}]})
    org.do("query.create", name="Q", sql="SELECT LastName FROM Lead_Salesforce", target="Leads", action="Append")
    assert advice.filters_for_never_mailed(org) == []
