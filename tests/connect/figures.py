"""A folder of CRM files is loaded, synchronized and billed; each figure is counted again from the files themselves.

`python -m tests.connect.figures FOLDER` takes Data Loader CSVs or sObject trees with their plan, prints each figure on
both sides, and leaves with 1 when one differs.
"""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

from store import Org, connect, contacts, crm, data_extensions

_PLURALS = {"Opportunities": "Opportunity", "Cases": "Case"}
Figure = tuple[str, Any, Any]  # what, by the files, by the account


def in_files(folder: Path) -> Counter[str]:
    """How many records of each object the files have: of the plan's trees if there is a plan, else of the CSVs."""
    plans = sorted(folder.glob("*plan*.json"))
    if not plans:
        return Counter({_object_of(path): _rows(path) for path in sorted(folder.glob("*.csv"))})
    counted: Counter[str] = Counter()
    names = {name for plan in plans for entry in json.loads(plan.read_text()) for name in entry["files"]}
    for name in sorted(names):
        counted += _in_tree(json.loads((folder / name).read_text())["records"])
    return counted


def _object_of(path: Path) -> str:
    return _PLURALS.get(path.stem, path.stem.removesuffix("s"))


def _rows(path: Path) -> int:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return sum(1 for _ in csv.DictReader(file))


def _in_tree(records: list[dict[str, Any]]) -> Counter[str]:
    """The records and, inside of them, their children."""
    counted = Counter(record["attributes"]["type"] for record in records)
    for record in records:
        for value in record.values():
            if isinstance(value, dict) and "records" in value:
                counted += _in_tree(value["records"])
    return counted


def figures(org: Org, folder: Path) -> list[Figure]:
    """Load, synchronize every object with its lookups, let the polls run, and count."""
    expected = in_files(folder)
    crm.import_path(org, folder)
    found: list[Figure] = []
    for name in expected:
        obj = crm.describe(org, name)
        lookups = [field.name for field in obj.references if field.createable and _targets(field, expected)]
        first = next(field for field in ("LastName", "Name", "Subject", "Status") if obj.find(field))
        org.do("connect.synchronize", object=name, fields=[first, *lookups])
    org.run_until(org.now + 3600)
    for name, count in expected.items():
        de = data_extensions.get(org, connect.source(org, name).de_name)
        table = data_extensions.quoted(de.table_name)
        found.append((f"synchronized rows of {name}", count, org.value(f"SELECT count(*) FROM {table}")))
        for field in de.fields:
            lookup = crm.describe(org, name).find(field.name)
            found += [_resolved(org, table, name, field.name, to) for to in _targets(lookup, expected)]
    billed = sum(count for name, count in expected.items() if name in connect.CONTACT_OBJECTS)
    found.append(("billable contacts", billed, contacts.billing(org).billable))
    return found


def _targets(lookup: crm.Field | None, expected: Counter[str]) -> list[str]:
    """The one object that a lookup leads to, where it was loaded."""
    found = lookup.reference_to if lookup else ()
    return list(found) if len(found) == 1 and found[0] in expected else []


def _resolved(org: Org, table: str, name: str, field: str, to: str) -> Figure:
    """Each synchronized lookup leads to a synchronized row, and is empty only where the CRM's is."""
    target = data_extensions.quoted(data_extensions.get(org, connect.source(org, to).de_name).table_name)
    column = data_extensions.quoted(field)
    there = org.value(f"SELECT count(*) FROM {table} c JOIN {target} p ON p.Id = c.{column}")
    filled = org.value(f"SELECT count({column}) FROM {crm.table_of(name)} WHERE IsDeleted = 0")
    return f"{name}.{field} leads to a row of {to}", filled, there


def main(folder: Path) -> int:
    """Print the figures; 0 when all are equal."""
    with tempfile.TemporaryDirectory() as scratch, Org.create(Path(scratch) / "w.mctui") as org:
        found = figures(org, folder)
    for what, by_files, by_account in found:
        print(f"{'equal' if by_files == by_account else 'DIFFERS'}: {what}: {by_files} {by_account}")
    return 0 if all(one[1] == one[2] for one in found) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
