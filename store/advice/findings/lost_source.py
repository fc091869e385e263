"""Queries over a Synchronized Data Extension that is not there any more."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store import business_units, data_extensions, query
from store.advice.finding import SHOWN, Evidence, finding

if TYPE_CHECKING:
    from store.org import Org

_SYNCHRONIZED = re.compile(r"\w+_Salesforce(_\d+)?", re.IGNORECASE)


@finding(
    "query-without-its-source",
    severity="error",
    title="{count} [source of a query is a Synchronized Data Extension that is|sources of queries are Synchronized Data"
    " Extensions that are] not there any more",
    why="When the connection to the CRM breaks, the Synchronized Data Extensions can go with their data and come back"
    " under a name with another suffix. Queries go on naming the old one, and fail.",
    fix="Name the data extension that is there now in the query: `mctui show FILE sync` lists them.",
)
def query_without_its_source(org: Org) -> Evidence:
    """One row is a query and a name in it that leads nowhere."""
    rows = []
    for one in query.queries(org):
        with business_units.acting(org, one.mid):
            for name in one.sources:
                plain = name.rpartition("/")[2].removeprefix("Ent.")
                if _SYNCHRONIZED.fullmatch(plain) and data_extensions.find(org, name) is None:
                    rows.append({"query": one.name, "reads": name, "target": one.target})
    return Evidence(tuple(rows[:SHOWN]), len(rows))
