"""A dry run: what a query would change in its target, row by row, without running it into anything."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING

from store import business_units, data_extensions
from store.data_extensions import Difference
from store.errors import Refused, explained
from store.query.activity import checked_action, compile_text, find, parameters
from store.query.cost import Cost, estimate, refuse_too_long
from store.query.runtime import connect_functions, run_error
from store.query.target import check_target, fitted

if TYPE_CHECKING:
    from store.org import Org


@dataclass(frozen=True)
class DryRun:
    """`message` says why the run would fail, empty when it would not; without a difference the query itself fails."""

    name: str
    target: str
    action: str
    difference: Difference | None
    message: str
    cost: Cost | None = None  # how long a run would take there

    @property
    def line(self) -> str:
        """One line."""
        found = self.difference
        if found is None or self.message:
            return f"Query {self.name} into {self.target} would fail: {self.message}"
        counts = f"{found.inserted} new, {found.updated} updated, {found.removed} removed, {found.unchanged} unchanged"
        return f"Query {self.name} into {self.target} ({self.action}): {counts}"


def dry_run(org: Org, key: str, *, limit: int = 100) -> DryRun:
    """What a saved query activity would change now; at most `limit` rows of each kind. Raises Refused, QueryRefused."""
    query = find(org, key)
    with business_units.acting(org, query.mid):
        return dry_run_text(org, query.text, query.target, query.action, name=query.name, limit=limit)


def dry_run_text(org: Org, text: str, target: str, action: str, *, name: str = "", limit: int = 100) -> DryRun:
    """The same for a query text. What would be refused before it runs raises Refused or QueryRefused."""
    de = data_extensions.get(org, target)
    wanted = checked_action(action)
    compiled = compile_text(org, text, require_names=True)
    columns = [column.name for column in compiled.columns]
    check_target(de, columns, wanted)
    cost = estimate(org, text)
    try:
        refuse_too_long(org, name, cost)
    except Refused as refused:
        return DryRun(name, de.path, wanted, None, refused.message, cost)
    connect_functions(org.db)
    try:
        found = data_extensions.difference(org, de, columns, fitted(compiled, de), parameters(org), wanted, limit)
    except sqlite3.OperationalError as error:
        if "user-defined function" not in str(error):
            raise explained(error, org.path) from None
        return DryRun(name, de.path, wanted, None, run_error(org.db, error).message, cost)
    return DryRun(name, de.path, wanted, found, found.fails, cost)
