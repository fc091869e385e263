"""Figures of Data Loader CSVs, computed twice: by SQL over the files themselves, and by SOQL over the loaded org.

`python -m tests.crm.csv_figures FOLDER` loads a folder of Accounts, Contacts, Opportunities, Campaigns, CampaignMembers
and Cases joined by External_Id__c and prints each figure on both sides; it leaves with 1 when one differs.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
import tempfile
from pathlib import Path
from typing import Any

from store import Org, crm

# (what, SQL over the files, SOQL over the org)
FIGURES = (
    ("contacts of each account",
     'SELECT "Account:External_Id__c", count(*) FROM Contacts GROUP BY 1',
     "SELECT Account.External_Id__c, COUNT(Id) FROM Contact GROUP BY Account.External_Id__c"),
    ("amount by stage",
     "SELECT StageName, count(*), round(sum(Amount), 2) FROM Opportunities GROUP BY 1",
     "SELECT StageName, COUNT(Id), SUM(Amount) FROM Opportunity GROUP BY StageName"),
    ("amount by industry of the account",
     'SELECT Industry, round(sum(Amount), 2) FROM Opportunities o JOIN Accounts a ON a.External_Id__c ='
     ' o."Account:External_Id__c" GROUP BY 1',
     "SELECT Account.Industry, SUM(Amount) FROM Opportunity GROUP BY Account.Industry"),
    ("members and responses of each campaign",
     'SELECT "Campaign:External_Id__c", count(*), sum(lower(HasResponded) = \'true\') FROM CampaignMembers GROUP BY 1',
     "SELECT External_Id__c, NumberOfContacts, NumberOfResponses FROM Campaign WHERE NumberOfContacts > 0"),
    ("members by status",
     "SELECT Status, count(*) FROM CampaignMembers GROUP BY 1",
     "SELECT Status, COUNT(Id) FROM CampaignMember GROUP BY Status"),
    ("cases of people in another state",
     'SELECT c.MailingState, count(*) FROM Cases k JOIN Contacts c ON c.External_Id__c = k."Contact:External_Id__c"'
     " GROUP BY 1",
     "SELECT Contact.MailingState, COUNT(Id) FROM Case GROUP BY Contact.MailingState"),
    ("people who responded",
     'SELECT DISTINCT "Contact:External_Id__c" FROM CampaignMembers WHERE lower(HasResponded) = \'true\'',
     "SELECT External_Id__c FROM Contact WHERE Id IN (SELECT ContactId FROM CampaignMember WHERE HasResponded = true)"),
)  # fmt: skip


def files_as_tables(folder: Path) -> sqlite3.Connection:
    """The CSVs as tables of texts, empty cells as NULL."""
    db = sqlite3.connect(":memory:")
    for path in sorted(folder.glob("*.csv")):
        with path.open(newline="", encoding="utf-8-sig") as file:
            header, *rows = csv.reader(file)
        columns = ", ".join(f'"{name}"' for name in header)
        db.execute(f'CREATE TABLE "{path.stem}" ({columns})')
        marks = ", ".join("?" * len(header))
        db.executemany(f'INSERT INTO "{path.stem}" VALUES ({marks})', [[cell or None for cell in row] for row in rows])
    return db


def figures(org: Org, folder: Path) -> list[tuple[str, list[Any], list[Any]]]:
    """(what, as the files say, as the org says), both sorted."""
    db = files_as_tables(folder)

    def row(values: Any) -> tuple[Any, ...]:
        return tuple(round(value, 2) if isinstance(value, float) else value for value in values)

    return [
        (what, sorted(map(row, db.execute(sql)), key=repr), sorted(map(row, crm.soql(org, query).rows), key=repr))
        for what, sql, query in FIGURES
    ]


def main(folder: Path) -> int:
    """Load and compare."""
    wrong = 0
    with tempfile.TemporaryDirectory() as place, Org.create(Path(place) / "w.mctui") as org:
        crm.import_path(org, folder)
        for what, files, loaded in figures(org, folder):
            print(f"{'equal' if files == loaded else 'DIFFERENT'}: {what}, {len(files)} rows")
            wrong += files != loaded
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
