"""`mctui soql FILE "SELECT ..."`: the CRM asked in SOQL."""

from __future__ import annotations

import sys
from argparse import Namespace
from typing import Any

from mctui.cli.output import print_json, print_table
from store import Org


def soql(arguments: Namespace) -> None:
    """Print the records: a table, or with --json what the query resource of the REST API answers."""
    from store import crm

    text = sys.stdin.read() if arguments.query == "-" else arguments.query
    with Org.open(arguments.file, readonly=True) as org, crm.in_org(org, arguments.org or ""):
        answer = crm.soql(org, text)
    if arguments.json:
        print_json({**answer.as_dict(), "columns": answer.columns, "rows": answer.rows})
        return
    if answer.columns:
        print_table(answer.columns, [tuple(_plain(value) for value in row) for row in answer.rows])
        print(f"{answer.size:,} rows", file=sys.stderr)
    else:
        print(answer.size)


def _plain(value: Any) -> Any:
    return f"{value['totalSize']} records" if isinstance(value, dict) else value
