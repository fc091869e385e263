"""Reports: saved queries with a column of Contact, Lead or User ids, to be the audience of a Salesforce send.

source: Salesforce Help, "Send Emails to Reports": the report needs a contact, lead or user id column.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from store.commands import Outcome, command
from store.crm.naming import here, org_of, working_in
from store.crm.soql.answer import Answer, soql
from store.crm.soql.grammar import parse
from store.crm.soql.translate import scope_of
from store.errors import Refused

if TYPE_CHECKING:
    from store.org import Org

DDL = """
CREATE TABLE crm_reports (              -- saved queries
  name         TEXT PRIMARY KEY COLLATE NOCASE,
  soql         TEXT NOT NULL,
  id_column    TEXT NOT NULL            -- whose values are Contact, Lead or User ids
) WITHOUT ROWID;
"""
PEOPLE = ("Contact", "Lead", "User")


@dataclass(frozen=True)
class Report:
    """A saved query."""

    name: str
    soql: str
    id_column: str


def reports(org: Org) -> list[Report]:
    """All reports by name."""
    return [Report(row["name"], row["soql"], row["id_column"]) for row in org.rows("SELECT * FROM crm_reports")]


def report(org: Org, name: str) -> tuple[Report, Answer]:
    """A report with its rows as of now. Raises Refused when there is none of that name."""
    row = org.row("SELECT * FROM crm_reports WHERE name = ?", here(name))
    if row is None:
        raise Refused(f"There is no report '{name}'.", fix="crm.save_report makes one.")
    with working_in(org_of(row["name"])):
        return Report(row["name"], row["soql"], row["id_column"]), soql(org, row["soql"])


def report_ids(org: Org, name: str) -> list[str]:
    """The ids of the people of a report, each once, in the report's order."""
    found, answer = report(org, name)
    place = [column.lower() for column in answer.columns].index(found.id_column.lower())
    return list(dict.fromkeys(row[place] for row in answer.rows if row[place]))


@command("crm.save_report")
def save_report(org: Org, *, name: str, query: str, id_column: str = "") -> Outcome:
    """Save a query as a report; the id column is found when it is the only one."""
    tree = parse(query).children[0]
    scope = scope_of(org, query, tree.children[1], "q", str(tree.children[2] or ""))
    columns: dict[str, str] = {}
    for item in tree.children[0].children:
        if item.data == "field_item" and item.children[0].data == "field":
            value = scope.value(item.children[0])
            target = value.target
            names = (value.entity,) if target and target.name == "Id" else target.targets if target else ()
            if any(one in PEOPLE for one in names):
                columns[value.path] = names[0]
    wanted = [path for path in columns if not id_column or path.lower() == id_column.lower()]
    if len(wanted) != 1:
        cause = "It selects no id of a Contact, Lead or User." if not wanted else f"It selects {', '.join(wanted)}."
        raise Refused(f"The report {name} cannot be an audience.", cause=cause, fix="Name its id column: id_column.")
    answer = soql(org, query)
    org.run("INSERT OR REPLACE INTO crm_reports VALUES (?, ?, ?)", here(name), query, wanted[0])
    return Outcome(
        f"Report {name}: {answer.size:,} rows, people by {wanted[0]}", {"reports": 1}, f"crm/report/{here(name)}"
    )
