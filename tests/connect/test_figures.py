"""After a load of CSVs or of sObject trees what is synchronized and billed is what the files have."""

from __future__ import annotations

import json
from pathlib import Path

from store import Org
from tests.connect.figures import figures, in_files

CSVS = {
    "Accounts.csv": "External_Id__c,Name\nA1,Acme\nA2,Bolt\n",
    "Contacts.csv": "External_Id__c,LastName,Account:External_Id__c\nC1,Ada,A1\nC2,Bea,A1\nC3,Cid,\n",
    "Cases.csv": 'External_Id__c,Subject,Contact:External_Id__c\nX1,s,C1\nX2,"two\nlines",C2\n',
}


def _record(kind: str, ref: str, **fields: object) -> dict[str, object]:
    return {"attributes": {"type": kind, "referenceId": ref}, **fields}


def _plan(folder: Path) -> None:
    inner = {"records": [_record("Contact", "C2", LastName="Bea")]}
    accounts = [_record("Account", "A1", Name="Acme", Contacts=inner)]
    leads = [_record("Lead", "L1", LastName="Eve", Company="X")]
    (folder / "Accounts.json").write_text(json.dumps({"records": accounts}))
    (folder / "Leads.json").write_text(json.dumps({"records": leads}))
    plan = [{"sobject": "Account", "saveRefs": True, "resolveRefs": True, "files": ["Accounts.json"]},
            {"sobject": "Lead", "saveRefs": True, "resolveRefs": True, "files": ["Leads.json"]}]  # fmt: skip
    (folder / "data-plan.json").write_text(json.dumps(plan))


def test_of_csvs_every_row_is_synchronized_with_its_relations_and_people_are_billed(org: Org, tmp_path: Path) -> None:
    folder = tmp_path / "csvs"
    folder.mkdir()
    for name, text in CSVS.items():
        (folder / name).write_text(text)
    found = {what: (by_files, by_account) for what, by_files, by_account in figures(org, folder)}
    assert all(by_files == by_account for by_files, by_account in found.values())
    assert found["Contact.AccountId leads to a row of Account"] == (2, 2)
    assert found["billable contacts"] == (3, 3)


def test_of_a_plan_children_inside_their_parents_count_too(org: Org, tmp_path: Path) -> None:
    folder = tmp_path / "trees"
    folder.mkdir()
    _plan(folder)
    assert in_files(folder) == {"Account": 1, "Contact": 1, "Lead": 1}
    found = {what: (by_files, by_account) for what, by_files, by_account in figures(org, folder)}
    assert all(by_files == by_account for by_files, by_account in found.values())
    assert found["billable contacts"] == (2, 2)
