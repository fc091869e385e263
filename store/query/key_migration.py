"""Queries whose text names old keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from store import business_units
from store.contacts.migration import Touched, keys_named, touched_by_key_migration

if TYPE_CHECKING:
    from store.org import Org

_COMMENTS_AND_TEXTS = re.compile(r"--[^\n]*|/\*.*?\*/|'((?:[^']|'')*)'", re.DOTALL)


@touched_by_key_migration
def _queries(org: Org, old_keys: str) -> list[Touched]:
    """A key in quotes in the text; what a query reads from data extensions is found there."""
    rows = {
        business_units.path(org, row["mid"], row["customer_key"]): row
        for row in org.rows("SELECT mid, customer_key, name, query_text FROM query_activities")
    }
    written = (
        (path, found[1].replace("''", "'"))
        for path, row in rows.items()
        for found in _COMMENTS_AND_TEXTS.finditer(row["query_text"])
        if found[1]
    )
    about = "names old keys in its text: it finds nobody"
    return [
        Touched("query", path, count, about, run_by=tuple(
            ("query", rows[path][name]) for name in ("customer_key", "name")))
        for path, count in keys_named(org, old_keys, written).items()
    ]  # fmt: skip
