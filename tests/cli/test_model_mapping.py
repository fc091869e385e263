"""Data Loader files, mapped and run for a night: the flat rows are those of plain SQL over the CSV files."""

from __future__ import annotations

import csv
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from store import Org, clock, data_extensions
from tests.cli.conftest import Mctui

STAGES = ("Closed Won", "Prospecting", "Closed Lost")
FIELDS = {
    "Account": ["Name", "Industry", "AnnualRevenue", "External_Id__c"],
    "Contact": ["FirstName", "LastName", "Email", "AccountId", "External_Id__c"],
    "Opportunity": ["Name", "AccountId", "StageName", "Amount", "CloseDate", "External_Id__c"],
    "Case": ["Subject", "ContactId", "Status", "External_Id__c"],
    "Campaign": ["Name", "External_Id__c"],
    "CampaignMember": ["CampaignId", "ContactId", "Status", "External_Id__c"],
}


def tables() -> dict[str, list[dict[str, Any]]]:
    """Seven accounts, thirty contacts, opportunities of accounts, cases and campaign members of contacts."""
    accounts = [
        {"External_Id__c": f"A{n}", "Name": f"Firm {n}", "Industry": ("Energy", "Retail", "")[n % 3],
         "AnnualRevenue": n * 1000}
        for n in range(7)
    ]  # fmt: skip
    contacts = [
        {"External_Id__c": f"C{n}", "FirstName": f"F{n}", "LastName": f"L{n % 5}", "Email": f"c{n}@example.com",
         "Account:External_Id__c": f"A{n % 6}"}
        for n in range(30)
    ]  # fmt: skip
    opportunities = [
        {"External_Id__c": f"O{n}", "Name": f"Deal {n}", "Account:External_Id__c": f"A{n * n % 5}",
         "StageName": STAGES[n % 3], "CloseDate": f"2026-{n % 12 + 1:02}-15", "Amount": f"{n * 37 % 101}.5"}
        for n in range(40)
    ]  # fmt: skip
    cases = [
        {"External_Id__c": f"K{n}", "Subject": f"Case {n}", "Contact:External_Id__c": f"C{n * n % 13}", "Status": "New"}
        for n in range(25)
    ]
    campaigns = [{"External_Id__c": f"G{n}", "Name": f"Campaign {n}"} for n in range(3)]
    members = [
        {"External_Id__c": f"M{n}", "Campaign:External_Id__c": f"G{n % 3}", "Contact:External_Id__c": f"C{n // 3}",
         "Status": ("Sent", "Responded")[n % 2]}
        for n in range(45)
    ]  # fmt: skip
    return {"Accounts": accounts, "Contacts": contacts, "Opportunities": opportunities, "Cases": cases,
            "Campaigns": campaigns, "CampaignMembers": members}  # fmt: skip


def write(folder: Path) -> Path:
    folder.mkdir()
    for name, rows in tables().items():
        with open(folder / f"{name}.csv", "w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return folder


@pytest.fixture(scope="module")
def plain() -> sqlite3.Connection:
    """The CSV files as tables."""
    db = sqlite3.connect(":memory:")
    for name, rows in tables().items():
        columns = ", ".join(f'"{column}"' for column in rows[0])
        db.execute(f"CREATE TABLE {name} ({columns})")
        marks = ", ".join("?" * len(rows[0]))
        db.executemany(f"INSERT INTO {name} VALUES ({marks})", [tuple(row.values()) for row in rows])
    return db


@pytest.fixture
def mapped(mctui: Mctui, tmp_path: Path) -> Path:
    """Imported, synchronized, mapped and run, all from the command line."""
    path = tmp_path / "w.mctui"
    Org.create(path).close()
    assert mctui("crm", path, "import", write(tmp_path / "csv")).code == 0
    for name, fields in FIELDS.items():
        mctui("do", path, "connect.synchronize", json.dumps({"object": name, "fields": fields}))
    wanted = "Account,Opportunity:child+roll-up,Case:child+roll-up,CampaignMember"
    made = mctui("mapping", path, "--object", "Contact", "--with", wanted, "--apply")
    assert made.code == 0, made.err
    with Org.open(path) as org:
        org.run_until(org.now + clock.DAY)
    return path


def rows(path: Path, name: str, *columns: str) -> list[tuple[Any, ...]]:
    with Org.open(path, readonly=True) as org:
        page = data_extensions.page(org, name, limit=1000)
    places = [page.columns.index(column) for column in columns]
    return sorted(tuple(row[place] for place in places) for row in page.rows)


def test_the_flat_rows_are_those_of_plain_sql(mapped: Path, plain: sqlite3.Connection) -> None:
    expected = plain.execute(
        """SELECT c.External_Id__c, c.FirstName, c.Email, a.Name, nullif(a.Industry, ''), a.AnnualRevenue + 0.0,
                  (SELECT count(*) FROM Opportunities o WHERE o."Account:External_Id__c" = a.External_Id__c),
                  (SELECT sum(Amount) FROM Opportunities o WHERE o."Account:External_Id__c" = a.External_Id__c),
                  (SELECT max(CloseDate) || ' 00:00:00' FROM Opportunities o
                    WHERE o."Account:External_Id__c" = a.External_Id__c),
                  (SELECT count(*) FROM Cases k WHERE k."Contact:External_Id__c" = c.External_Id__c)
             FROM Contacts c LEFT JOIN Accounts a ON a.External_Id__c = c."Account:External_Id__c" ORDER BY 1"""
    ).fetchall()
    columns = ("External_Id__c", "FirstName", "Email", "Account_Name", "Account_Industry", "Account_AnnualRevenue",
               "Opportunity_Count", "Opportunity_Amount_Sum", "Opportunity_CloseDate_Last", "Case_Count")  # fmt: skip
    assert rows(mapped, "Contact_Flat", *columns) == expected


def test_the_children_are_all_there_with_what_they_belong_to(mapped: Path, plain: sqlite3.Connection) -> None:
    keys = {key: outer for key, outer in rows(mapped, "Contact_Flat", "SubscriberKey", "External_Id__c")}
    found = rows(mapped, "Contact_CampaignMember", "External_Id__c", "ContactId", "Campaign_Name", "Status")
    expected = plain.execute(
        """SELECT m.External_Id__c, m."Contact:External_Id__c", g.Name, m.Status
             FROM CampaignMembers m JOIN Campaigns g ON g.External_Id__c = m."Campaign:External_Id__c" ORDER BY 1"""
    ).fetchall()
    assert [(member, keys[contact], *rest) for member, contact, *rest in found] == expected
    assert len(rows(mapped, "Contact_Case", "Id")) == 25
    assert len(rows(mapped, "Contact_Opportunity", "Id")) == 40


def test_the_plan_counts_what_a_naive_flattening_would_lose(
    mctui: Mctui, tmp_path: Path, plain: sqlite3.Connection
) -> None:
    path = tmp_path / "w.mctui"
    Org.create(path).close()
    mctui("crm", path, "import", write(tmp_path / "csv"))
    plan = mctui("mapping", path, "--object", "Contact", "--with", "Account,Opportunity,Case", "--json").json
    several, lost = plain.execute(
        """SELECT count(*), sum(n - 1) FROM (SELECT count(*) AS n FROM Cases GROUP BY "Contact:External_Id__c")
            WHERE n > 1"""
    ).fetchone()
    account, opportunity, case = plan["proposals"]
    assert (case["measure"]["with_several"], case["measure"]["lost"]) == (several, lost)
    assert [each["relation"]["kind"] for each in (account, opportunity, case)] == ["parent", "parent's child", "child"]
    assert [each["ways"] for each in (account, opportunity, case)] == [["denormalise"], ["roll-up"], ["child"]]
    assert opportunity["said"] == "Opportunity.AccountId = Account.Id = Contact.AccountId", "ContactId is empty"
    shown = mctui("mapping", path, "--object", "Contact", "--with", "Account,Opportunity,Case").out
    assert f"not denormalise: {lost} rows have no place" in shown
    assert "  LEFT JOIN Account_Salesforce p1 ON p1.Id = m.AccountId" in shown
    assert "  step 1: fill-contact-opportunity-totals, fill-contact-case\n  step 2: fill-contact-flat" in shown


def test_a_wrong_word_is_wrong_use_and_a_refusal_has_its_reason(mctui: Mctui, tmp_path: Path) -> None:
    path = tmp_path / "w.mctui"
    Org.create(path).close()
    assert mctui("mapping", path).code == 2
    refused = mctui("mapping", path, "--object", "Contact", "--apply", "--json")
    assert refused.code == 1 and "Contact is not synchronized" in refused.json["error"]["message"]
    assert mctui("mapping", path, "--object", "Contact", "--with", "Case", "--via", "Case").code == 1
