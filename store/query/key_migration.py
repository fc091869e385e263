"""Queries whose text names old keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contacts.migration import Touched, touched_by_key_migration

if TYPE_CHECKING:
    from store.org import Org


@touched_by_key_migration
def _queries(org: Org, old_keys: str) -> list[Touched]:
    """A key in quotes in the text; what a query reads from data extensions is found there."""
    rows = org.rows(
        f"""SELECT q.customer_key, count(*) FROM query_activities q
              JOIN ({old_keys}) k ON instr(lower(q.query_text), '''' || lower(k.old_key) || '''')
             GROUP BY q.query_id ORDER BY q.customer_key"""
    )
    return [Touched("query", row[0], row[1], "names old keys in its text: it finds nobody") for row in rows]
